"""Collecting from real sockets into a real store: what is kept, what is skipped, what a bad feed costs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import NOW, a_source
from veille.clock import StoppedClock
from veille.collect import collector, keeper, visits
from veille.collect.collector import CollectReport, collect_feeds
from veille.collect.fetch import fetch_feed
from veille.errors import NotFoundError, StorageError
from veille.model.entry import Entry
from veille.model.feed import Feed, FeedStatus, WaitReason
from veille.settings import CollectSettings, Settings
from veille.store import Store, entries, feeds
from veille.store.entries import EntryFilter
from web_server import Answer, WebServer, resolve_to

SETTINGS = Settings(collect=CollectSettings(timeout_seconds=5, allow_private=("127.0.0.0/8",)))


def rss(*numbers: int, title: str = "Le Journal", word: str = "Article") -> bytes:
    items = "".join(
        f"<item><title>{word} {n}</title><guid>urn:{title}:{n}</guid>"
        f"<link>https://journal.example/{title}/{n}</link></item>"
        for n in numbers
    )
    return (
        f"<rss version='2.0'><channel><title>{title}</title><language>fr</language>{items}</channel></rss>"
    ).encode()


@pytest.fixture(autouse=True)
def _reading_here(monkeypatch: pytest.MonkeyPatch, readers_in_process: type) -> None:
    monkeypatch.setattr(collector, "Readers", readers_in_process)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def follow(store: Store, *urls: str) -> tuple[Feed, ...]:
    with store.transaction() as transaction:
        return feeds.add_feeds(
            transaction, [a_source(url=url, title="", theme="publics", language="") for url in urls]
        )


def feed_of(store: Store, feed: Feed) -> Feed:
    with store.transaction() as transaction:
        return feeds.feed_by_id(transaction, feed.id)


def stored_entries(store: Store) -> tuple[Entry, ...]:
    with store.transaction() as transaction:
        return entries.find_entries(transaction, EntryFilter())


def collect(store: Store, *, later: timedelta = timedelta(0), **changes: Any) -> CollectReport:
    return collect_feeds(store, SETTINGS, StoppedClock(NOW + later), **changes)


def counts(report: CollectReport) -> tuple[int, int, int, int, int]:
    return report.feeds, report.fetched, report.unchanged, report.skipped, len(report.failed)


def test_a_feed_is_fetched_read_and_stored(store: Store, server: WebServer) -> None:
    answer = Answer(rss(1, 2), headers={"ETag": '"a"', "Last-Modified": "Mon, 29 Jun 2026 15:07:41 GMT"})
    (feed,) = follow(store, server.give("/feed", answer))

    report = collect(store)

    assert counts(report) == (1, 1, 0, 0, 0)
    assert (report.entries_new, report.entries_updated) == (2, 0)
    assert {entry.title for entry in stored_entries(store)} == {"Article 1", "Article 2"}
    kept = feed_of(store, feed)
    assert (kept.title, kept.language) == ("Le Journal", "fr")
    assert (kept.etag, kept.last_modified) == ('"a"', "Mon, 29 Jun 2026 15:07:41 GMT")
    assert (kept.last_ok_at, kept.last_error, kept.failures) == (NOW, None, 0)
    interval = timedelta(minutes=SETTINGS.collect.interval_minutes)
    assert kept.next_due_at is not None
    assert 0.9 * interval <= kept.next_due_at - NOW <= interval
    assert kept.due_reason is WaitReason.INTERVAL


def test_the_curators_own_title_stays(store: Store, server: WebServer) -> None:
    with store.transaction() as transaction:
        source = a_source(url=server.give("/feed", Answer(rss(1))), title="À moi")
        (feed,) = feeds.add_feeds(transaction, [source])

    collect(store)

    assert feed_of(store, feed).title == "À moi"
    assert stored_entries(store)[0].source == "À moi"


def test_a_feed_without_title_is_named_by_its_host(store: Store, server: WebServer) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(rss(1, title=""))))

    collect(store)

    assert feed_of(store, feed).title == "127.0.0.1"


def test_a_second_run_asks_for_changes_only(store: Store, server: WebServer) -> None:
    urls = [server.give(f"/{n}", Answer(rss(n, title=str(n)), headers={"ETag": f'"{n}"'})) for n in range(5)]
    follow(store, *urls)
    collect(store)

    report = collect(store, force=True)

    assert counts(report) == (5, 0, 5, 0, 0)
    assert [asked.headers["If-None-Match"] for asked in server.asked[:5]] == [None] * 5
    assert {asked.headers["If-None-Match"] for asked in server.asked[5:]} == {f'"{n}"' for n in range(5)}


def test_the_same_body_is_not_read_twice(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch, readers_in_process: type
) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(rss(1))))
    collect(store)
    server.give("/feed", Answer(rss(1), headers={"ETag": '"new"'}))
    monkeypatch.delattr(readers_in_process, "read")

    report = collect(store, force=True)

    assert counts(report) == (1, 0, 1, 0, 0)
    assert feed_of(store, feed).etag == '"new"'


def test_an_edited_entry_is_updated(store: Store, server: WebServer) -> None:
    follow(store, server.give("/feed", Answer(rss(1, 2))))
    collect(store)
    server.give("/feed", Answer(rss(1, 2, 3, word="Titre")))

    report = collect(store, force=True)

    assert (report.entries_new, report.entries_updated) == (1, 2)
    assert {entry.title for entry in stored_entries(store)} == {"Titre 1", "Titre 2", "Titre 3"}


def test_items_that_share_a_page_do_not_take_turns(store: Store, server: WebServer) -> None:
    page = "<link>https://journal.example/agenda</link>"

    def agenda(extra: str) -> Answer:
        items = f"<item><title>Neuf</title><guid>2</guid>{page}</item>"
        items += f"<item><title>Vieux</title><guid>1</guid>{page}</item>"
        return Answer(f"<rss version='2.0'><channel>{items}{extra}</channel></rss>".encode())

    follow(store, server.give("/feed", agenda("")))
    collect(store)
    server.give("/feed", agenda("<ttl>60</ttl>"))

    report = collect(store, force=True)

    assert (report.entries_new, report.entries_updated) == (0, 0)
    assert {entry.title for entry in stored_entries(store)} == {"Neuf", "Vieux"}


def test_what_is_not_due_is_left_alone(store: Store, server: WebServer) -> None:
    follow(store, server.give("/feed", Answer(rss(1))))
    collect(store)

    report = collect(store, later=timedelta(minutes=1))

    assert counts(report) == (1, 0, 0, 1, 0)
    assert len(server.asked) == 1


def test_a_paused_feed_is_never_fetched(store: Store, server: WebServer) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(rss(1))))
    with store.transaction() as transaction:
        feeds.set_feed_status(transaction, feed.id, FeedStatus.PAUSED)

    assert counts(collect(store, force=True)) == (1, 0, 0, 1, 0)
    assert server.asked == []


def test_only_the_feeds_asked_for_are_fetched(store: Store, server: WebServer) -> None:
    one, _two = follow(store, server.give("/1", Answer(rss(1))), server.give("/2", Answer(rss(2))))

    report = collect(store, feed_ids=[one.id, one.id])

    assert counts(report) == (1, 1, 0, 0, 0)
    assert [asked.path for asked in server.asked] == ["/1"]


def test_an_unknown_feed_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no feed number 7"):
        collect(store, feed_ids=[7])


def test_no_feed_at_all_is_an_empty_run(store: Store) -> None:
    assert counts(collect(store)) == (0, 0, 0, 0, 0)


def test_a_broken_feed_is_one_line_and_the_run_goes_on(store: Store, server: WebServer) -> None:
    good = server.give("/good", Answer(rss(1)))
    page = server.give("/page", Answer(b"<!doctype html><html></html>", headers={"ETag": '"p"'}))
    gone = server.url("/gone")
    followed = follow(store, gone, page, good)

    report = collect(store)

    assert counts(report) == (3, 1, 0, 0, 2)
    assert report.entries_new == 1
    assert [(failure.id, failure.url, failure.error) for failure in report.failed] == [
        (followed[0].id, gone, "127.0.0.1 answered 404 Not Found."),
        (followed[1].id, page, "127.0.0.1 answered with a web page, not a feed."),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(rss(2), status=500),
        Answer(rss(2), status=599),
        Answer(status=301),
        Answer(b"", headers={"ETag": '"bad"'}),
        Answer(b"<html></html>", headers={"ETag": '"bad"'}),
        Answer(b"not gzip", headers={"ETag": '"bad"', "Content-Encoding": "gzip"}),
        Answer(raw=b'HTTP/1.1 200 OK\r\nETag: "bad"\r\nContent-Length: 99\r\n\r\n<rss>'),
    ],
)
def test_a_failure_keeps_the_validators_of_the_last_good_body(
    store: Store, server: WebServer, answer: Answer
) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(rss(1), headers={"ETag": '"good"'})))
    collect(store)
    good = feed_of(store, feed)
    server.give("/feed", answer)

    report = collect(store, force=True)

    kept = feed_of(store, feed)
    assert [failure.id for failure in report.failed] == [feed.id]
    assert (kept.etag, kept.body_hash, kept.last_ok_at) == ('"good"', good.body_hash, NOW)
    assert kept.last_error == report.failed[0].error
    assert (kept.failures, kept.due_reason) == (1, WaitReason.BACKOFF)
    assert len(stored_entries(store)) == 1


def test_a_304_nobody_asked_for_is_a_failure(store: Store, server: WebServer) -> None:
    follow(store, server.give("/feed", Answer(status=304)))

    assert "304 Not Modified" in collect(store).failed[0].error


def test_a_feed_that_recovers_forgets_its_failures(store: Store, server: WebServer) -> None:
    (feed,) = follow(store, server.url("/feed"))
    collect(store)
    collect(store, force=True)
    assert feed_of(store, feed).failures == 2
    server.give("/feed", Answer(rss(1)))

    collect(store, force=True)

    kept = feed_of(store, feed)
    assert (kept.failures, kept.last_error) == (0, None)


def test_a_slow_host_does_not_hold_up_the_others(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    server.give("/slow", Answer(raw=b"HTTP/1.1 200", stalls=True))
    server.give("/feed", Answer(rss(1)))
    follow(store, f"http://slow.example:{server.port}/slow", f"http://quick.example:{server.port}/feed")
    settings = replace(SETTINGS, collect=replace(SETTINGS.collect, timeout_seconds=1))
    told: list[str] = []

    report = collect_feeds(
        store, settings, StoppedClock(NOW), on_progress=lambda _done, _total, title: told.append(title)
    )

    assert counts(report) == (2, 1, 0, 0, 1)
    assert told == ["quick.example", "slow.example"]


def test_the_feeds_of_one_host_share_one_connection(store: Store, server: WebServer) -> None:
    follow(store, *(server.give(f"/{n}", Answer(rss(n, title=str(n)))) for n in range(6)))

    collect(store)

    assert len({asked.connection for asked in server.asked}) == 1


def test_progress_is_told_feed_by_feed(store: Store, server: WebServer) -> None:
    follow(store, server.give("/1", Answer(rss(1))), server.url("/missing"))
    told: list[tuple[int, int, str]] = []

    collect(store, on_progress=lambda *step: told.append(step))

    assert told == [(1, 2, "127.0.0.1"), (2, 2, "127.0.0.1")]


def test_a_surprise_in_one_feed_is_its_failure(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch, readers_in_process: type
) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(rss(1))))

    async def explode(*_arguments: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(readers_in_process, "read", explode)

    report = collect(store)

    assert "ZeroDivisionError" in report.failed[0].error
    assert feed_of(store, feed).failures == 1


@pytest.mark.parametrize("answer", [Answer(rss(1)), Answer(status=404)])
def test_a_feed_removed_meanwhile_fails_alone(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    (feed,) = follow(store, server.give("/feed", answer))

    async def remove_first(client: Any, fetched: Feed, now: datetime) -> Any:
        with store.transaction() as transaction:
            feeds.remove_feed(transaction, fetched.id)
        return await fetch_feed(client, fetched, now)

    monkeypatch.setattr(visits, "fetch_feed", remove_first)

    report = collect(store)

    assert [failure.id for failure in report.failed] == [feed.id]


def test_a_store_that_cannot_be_written_ends_the_run(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(store, server.give("/1", Answer(rss(1))))

    def full(*_arguments: Any) -> Any:
        raise StorageError("The database could not be used: disk full.")

    monkeypatch.setattr(keeper, "store_entries", full)

    with pytest.raises(StorageError, match="disk full"):
        collect(store)


def test_ctrl_c_keeps_what_was_stored(store: Store, server: WebServer) -> None:
    with WebServer() as slow:
        first, second = follow(
            store,
            server.give("/feed", Answer(rss(1))),
            slow.give("/feed", Answer(raw=b"HTTP/1.1 200", stalls=True)),
        )

        def press(_done: int, _total: int, _title: str) -> None:
            signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            collect(store, on_progress=press)

    assert len(stored_entries(store)) == 1
    assert feed_of(store, first).last_ok_at == NOW
    assert feed_of(store, second).failures == 0
