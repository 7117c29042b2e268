"""What servers do wrong, on real sockets, all in one collect: each costs its own feed a line and no more."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from builders import NOW, a_source
from server_faults import CUT_SHORT, FAULTS, MAX_BYTES, READABLE, TLS_FAULTS, page, rss, saying
from veille import i18n
from veille.clock import StoppedClock, SystemClock
from veille.collect.collector import collect_feeds
from veille.model.feed import Feed
from veille.settings import CollectSettings, Settings
from veille.store import Store, entries, feeds, open_store
from veille.store.entries import EntryFilter
from web_server import Script, ScriptedServer, resolve_only

SETTINGS = Settings(
    collect=CollectSettings(
        timeout_seconds=2, max_body_bytes=MAX_BYTES, hosts_at_once=8, allow_private=("127.0.0.0/8",)
    )
)
ALL_AT_ONCE = replace(SETTINGS, collect=replace(SETTINGS.collect, hosts_at_once=64))
# Eleven of the faults below last until the deadline of two seconds, eight at a time.
ENOUGH_SECONDS = 20

GOOD = "a good feed beside them"
CERTIFIED = "a certificate in order"


def host_of(name: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", name.lower())) + ".example"


def scripts() -> dict[str, tuple[str, Script, str | None]]:
    """By name: the scheme, what the server does, and with which certificate."""
    readable = {name: ("http", script(rss(name)), None) for name, script in READABLE.items()}
    plain = {name: ("http", script, None) for name, (script, _says) in FAULTS.items()}
    secured = {name: ("https", script, pem) for name, (script, pem, _says) in TLS_FAULTS.items()}
    certified = ("https", saying(page(rss(CERTIFIED))), "right")
    good = ("http", saying(page(rss(GOOD))), None)
    return {**plain, **secured, **readable, CERTIFIED: certified, GOOD: good}


@dataclass(frozen=True, slots=True)
class Run:
    """What one collect made of all of them; ``errors`` and ``feeds`` are by name."""

    errors: Mapping[str, str]
    feeds: Mapping[str, Feed]
    entries: Mapping[str, int]
    seconds: float


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of self-signed certificates with their keys; ``trusted.crt`` holds all but the stranger's."""
    folder = tmp_path_factory.mktemp("tls")
    names = ",".join(f"DNS:{host_of(name)}" for name in (*TLS_FAULTS, CERTIFIED))
    answers_to = {"right": names, "stranger": names, "expired": names, "other": "DNS:other.example"}
    for name, hosts in answers_to.items():
        openssl(
            folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.crt", "-addext", f"subjectAltName={hosts}",
        )  # fmt: skip
    openssl(folder, "x509 -in expired.crt -signkey expired.key -days -1 -out past.crt")
    (folder / "past.crt").replace(folder / "expired.crt")
    for name in answers_to:
        both = (folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text()
        (folder / f"{name}.pem").write_text(both)
    trusted = [(folder / f"{name}.crt").read_text() for name in ("right", "other", "expired")]
    (folder / "trusted.crt").write_text("".join(trusted))
    return folder


def openssl(folder: Path, words: str, *arguments: str) -> None:
    subprocess.run(["openssl", *words.split(), *arguments], check=True, capture_output=True, cwd=folder)


@pytest.fixture(scope="module")
def run(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    i18n.activate("en")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        patch.setenv("SSL_CERT_FILE", str(certificates / "trusted.crt"))
        resolve_only(patch, {host_of(name): "127.0.0.1" for name in scripts()})
        urls = {}
        for name, (scheme, script, certificate) in scripts().items():
            pem = certificates / f"{certificate}.pem" if certificate else None
            port = opened.enter_context(ScriptedServer(script, pem)).port
            urls[name] = f"{scheme}://{host_of(name)}:{port}/feed"
        store = opened.enter_context(open_store(tmp_path_factory.mktemp("store") / "veille.db"))
        followed = dict(zip(urls, follow(store, *urls.values()), strict=True))
        started = SystemClock().elapsed_seconds()

        report = collect_feeds(store, SETTINGS, StoppedClock(NOW))

        seconds = SystemClock().elapsed_seconds() - started
        errors = {failure.id: failure.error for failure in report.failed}
        return Run(
            errors={name: errors[feed.id] for name, feed in followed.items() if feed.id in errors},
            feeds={name: feed_of(store, feed) for name, feed in followed.items()},
            entries={name: entries_of(store, feed) for name, feed in followed.items()},
            seconds=seconds,
        )


def follow(store: Store, *urls: str) -> tuple[Feed, ...]:
    with store.transaction() as transaction:
        return feeds.add_feeds(transaction, [a_source(url=url, title="", language="") for url in urls])


def feed_of(store: Store, feed: Feed) -> Feed:
    with store.transaction() as transaction:
        return feeds.feed_by_id(transaction, feed.id)


def entries_of(store: Store, feed: Feed) -> int:
    with store.transaction() as transaction:
        return len(entries.find_entries(transaction, EntryFilter(feed=feed.id)))


def said_of(name: str) -> str:
    return FAULTS[name][1] if name in FAULTS else TLS_FAULTS[name][2]


def test_there_are_enough_faults_to_speak_of() -> None:
    assert len(FAULTS) + len(TLS_FAULTS) >= 60


@pytest.mark.parametrize("name", [*FAULTS, *TLS_FAULTS])
def test_a_fault_is_told_in_one_line_and_leaves_no_trace(run: Run, name: str) -> None:
    feed = run.feeds[name]

    assert said_of(name) in run.errors[name]
    assert (feed.last_error, feed.failures) == (run.errors[name], 1)
    assert (feed.etag, feed.last_modified, feed.body_hash) == (None, None, None)
    assert run.entries[name] == 0


@pytest.mark.parametrize("name", [*READABLE, CERTIFIED, GOOD])
def test_what_can_be_read_is_read(run: Run, name: str) -> None:
    assert name not in run.errors
    assert run.entries[name] >= 19  # the last item may have been cut off
    assert run.feeds[name].failures == 0


def test_all_the_faults_together_do_not_outlast_their_deadlines(run: Run) -> None:
    assert run.seconds < ENOUGH_SECONDS


@pytest.mark.parametrize("name", CUT_SHORT)
def test_what_was_cut_short_is_asked_for_as_if_for_the_first_time(store: Store, name: str) -> None:
    with ScriptedServer(FAULTS[name][0]) as server:
        follow(store, f"http://127.0.0.1:{server.port}/feed")
        first = collect_feeds(store, SETTINGS, StoppedClock(NOW))
        second = collect_feeds(store, SETTINGS, StoppedClock(NOW), force=True)

    assert (len(first.failed), len(second.failed), len(server.heard)) == (1, 1, 2)
    assert b"if-none-match" not in server.heard[1].lower()
    assert b"if-modified-since" not in server.heard[1].lower()


def test_a_host_that_never_takes_the_connection_is_given_up(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        for _place in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        follow(store, f"http://127.0.0.1:{full.getsockname()[1]}/feed")

        report = collect_feeds(store, SETTINGS, StoppedClock(NOW))

    assert "did not answer completely within 2 s" in report.failed[0].error


def test_a_name_server_that_hangs_holds_up_neither_the_others_nor_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    resolve_only(monkeypatch, {"good.example": "127.0.0.1"})
    look_up = socket.getaddrinfo

    def hang(host: str, *arguments: Any, **options: Any) -> Any:
        if host.startswith("hung"):
            answered.wait(ENOUGH_SECONDS)
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = SystemClock().elapsed_seconds()
    with ScriptedServer(saying(page(rss(GOOD)))) as server:
        # More than the threads that asyncio would lend to look names up.
        hung = [f"http://hung{number}.example/" for number in range(40)]
        *_hung, good = follow(store, *hung, f"http://good.example:{server.port}/feed")

        report = collect_feeds(store, ALL_AT_ONCE, StoppedClock(NOW))

    assert SystemClock().elapsed_seconds() - started < ENOUGH_SECONDS
    answered.set()
    assert len(report.failed) == len(hung)
    assert entries_of(store, good) == 20
