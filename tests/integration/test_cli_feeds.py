"""How feeds fare, as the curator sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from veille.cli.health import cadence_label, wait_label
from veille.clock import SystemClock
from veille.collect import collector
from veille.model.feed import FeedStatus, WaitReason
from veille.store import arrivals, feeds
from web_server import Answer, WebServer

RSS = "<rss version='2.0'><channel><title>Le Journal</title>{0}</channel></rss>"
ITEM = "<item><title>Un</title><guid>1</guid><link>https://journal.example/1</link></item>"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


@pytest.fixture
def curator(veille: Veille, monkeypatch: pytest.MonkeyPatch, readers_in_process: type) -> Veille:
    monkeypatch.setattr(collector, "Readers", readers_in_process)
    settings = veille.folder / "veille.toml"
    allowed = '[collect]\nallow_private = ["127.0.0.0/8"]\n'
    settings.write_text(settings.read_text(encoding="utf-8") + allowed, encoding="utf-8")
    return veille


def follow(veille: Veille, *urls: str, **changes: Any) -> None:
    with store_of(veille.folder) as store, store.transaction() as transaction:
        feeds.add_feeds(transaction, [a_source(url=url, **changes) for url in urls])


def test_collect_says_why_a_feed_waits_and_until_when(curator: Veille, server: WebServer) -> None:
    follow(curator, server.give("/feed", Answer(RSS.format(ITEM).encode())))
    curator("collect")

    curator("collect")

    assert "1  Le Journal  visited recently; next visit 20" in curator.said
    document = curator.json("collect")
    (waiting,) = document["waiting"]
    assert (waiting["id"], waiting["reason"]) == (1, "interval")
    assert waiting["until"].endswith("Z")
    assert (document["skipped"], document["offline"], document["moved"], document["retired"]) == (
        1,
        False,
        [],
        [],
    )


def test_many_waiting_feeds_are_told_by_reason(curator: Veille) -> None:
    follow(curator, *(f"https://journal.example/{number}" for number in range(21)), status=FeedStatus.PAUSED)

    curator("collect")

    assert curator.said.splitlines() == ["  21 feeds: paused", "Each of them, and why: veille feeds list"]


def test_a_feed_that_is_gone_is_said_to_be(curator: Veille, server: WebServer) -> None:
    follow(curator, server.give("/feed", Answer(status=410)))
    curator("collect", "--force", code=4)

    curator("collect", "--force", code=4)

    assert "Feed 1 is gone, says its server" in curator.said
    assert curator.json("feeds", "list")["feeds"][0]["condition"] == "retired"
    curator("feeds", "resume", "1")
    assert curator.json("feeds", "list")["feeds"][0]["status"] == "active"


def test_a_move_is_told_and_can_be_taken_back(
    curator: Veille, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = server.give("/new", Answer(RSS.format(ITEM).encode()))
    old = server.give("/old", Answer(status=301, headers={"Location": "/new"}))
    follow(curator, old)
    real_now = SystemClock.now
    for days in (0, 3, 7):
        monkeypatch.setattr(
            SystemClock, "now", lambda clock, days=days: real_now(clock) + timedelta(days=days)
        )
        curator("collect", "--force")

    assert f"Le Journal has moved for good, from {old} to {new}." in curator.said
    assert old in curator("feeds", "show", "1")
    assert old in curator("feeds", "revert", "1")
    shown = curator("feeds", "show", "1")
    assert "taken back" in shown
    assert "has not moved" in refused(curator, "feeds", "revert", "1")


def refused(veille: Veille, *arguments: str) -> str:
    veille(*arguments, code=1)
    return veille.said


def test_an_offline_machine_is_no_fault_of_the_feeds(
    curator: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web_server import resolve_to

    resolve_to(monkeypatch, "127.0.0.1")
    follow(curator, *(f"http://{name}.example:1/feed" for name in "abc"))

    curator("collect", code=1)

    assert "this machine seems to be offline" in curator.said
    assert curator.json("collect", code=1)["offline"]
    assert {feed["failures"] for feed in curator.json("feeds", "list")["feeds"]} == {0}


def test_the_list_shows_how_each_feed_fares(curator: Veille) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the command reads the machine's clock
    names = ("Vif", "Muet", "Neuf", "Vide", "Cassé")
    with store_of(curator.folder) as store, store.transaction() as transaction:
        followed = feeds.add_feeds(
            transaction, [a_source(url=f"https://{name}.example/", title=name) for name in names]
        )
        for feed, last_days_ago in zip(followed, (1, 60), strict=False):
            items = [
                a_parsed_entry(
                    feed.id * 10 + number, published_at=now - timedelta(days=last_days_ago + 7 * number)
                )
                for number in range(4)
            ]
            arrivals.store_entries(transaction, feed, items, now)
        for feed in (followed[0], followed[1], followed[3]):
            feeds.save_feed(transaction, replace(feed, last_ok_at=now))
        feeds.save_feed(
            transaction, replace(followed[4], failures=6, last_error="Cassé.example answered 500.")
        )

    listed = {feed["title"]: feed for feed in curator.json("feeds", "list")["feeds"]}
    table = curator("feeds", "list")

    conditions = {name: feed["condition"] for name, feed in listed.items()}
    assert conditions == {"Vif": "good", "Muet": "stale", "Neuf": "new", "Vide": "empty", "Cassé": "broken"}
    assert listed["Vif"]["cadence_seconds"] == 7 * 86_400
    assert listed["Muet"]["advice"] == "see whether the site goes on, or pause it: veille feeds pause 2"
    assert "7 days" in table
    assert "Cassé.example answered 500." in table


@pytest.mark.parametrize(
    ("cadence", "label"),
    [
        (None, "–"),
        (timedelta(minutes=5), "1 hour"),
        (timedelta(hours=6), "6 hours"),
        (timedelta(hours=20), "1 day"),
        (timedelta(days=30), "30 days"),
    ],
)
def test_a_rhythm_in_words(cadence: timedelta | None, label: str) -> None:
    assert cadence_label(cadence) == label


def test_every_reason_to_wait_has_its_words() -> None:
    assert len({wait_label(reason, None) for reason in WaitReason}) == len(WaitReason)


@pytest.mark.parametrize("value", ["reddit.com", "www.reddit.com sixty", "a b c", ""])
def test_a_slow_host_needs_its_seconds(curator: Veille, value: str) -> None:
    settings = curator.folder / "veille.toml"
    settings.write_text(f'[collect]\nslow_hosts = ["{value}"]\n', encoding="utf-8")

    curator("collect", code=5)

    assert "is not a host and its seconds" in curator.said
