"""What servers ask for beside giving their feed: to be left alone, to be found elsewhere, to be forgotten."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

import pytest

from builders import NOW, a_feed, a_source
from veille.clock import StoppedClock
from veille.collect import collector
from veille.collect.collector import CollectReport, collect_feeds, only_collector
from veille.errors import NotFoundError, RuleError
from veille.model.feed import Feed, FeedStatus, WaitReason
from veille.net.turns import visit_by_host
from veille.settings import CollectSettings, Settings
from veille.store import Store, feeds
from veille.workspace import Workspace
from web_server import Answer, WebServer, resolve_to

BODY = (
    b"<rss version='2.0'><channel><title>T</title><item><title>A</title><guid>1</guid></item></channel></rss>"
)
SETTINGS = Settings(
    collect=CollectSettings(
        timeout_seconds=5, allow_private=("127.0.0.0/8",), slow_hosts=("slow.example 90",)
    )
)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _reading_here(monkeypatch: pytest.MonkeyPatch, readers_in_process: type) -> None:
    monkeypatch.setattr(collector, "Readers", readers_in_process)
    resolve_to(monkeypatch, "127.0.0.1")


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def follow(store: Store, *urls: str) -> tuple[Feed, ...]:
    with store.transaction() as transaction:
        return feeds.add_feeds(transaction, [a_source(url=url, title="T") for url in urls])


def feed_of(store: Store, feed: Feed) -> Feed:
    with store.transaction() as transaction:
        return feeds.feed_by_id(transaction, feed.id)


def collect(store: Store, *, later: timedelta = timedelta(0), force: bool = True) -> CollectReport:
    return collect_feeds(store, SETTINGS, StoppedClock(NOW + later), force=force)


def redirecting(server: WebServer, status: int = 301) -> tuple[str, str]:
    target = server.give("/new", Answer(BODY))
    return server.give("/old", Answer(status=status, headers={"Location": "/new"})), target


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_followed_for_good_after_a_week(
    store: Store, server: WebServer, status: int
) -> None:
    old, new = redirecting(server, status)
    (feed,) = follow(store, old)

    reports = [collect(store, later=days * DAY) for days in (0, 3, 7)]

    assert [report.moved for report in reports[:2]] == [(), ()]
    assert [(moved.id, moved.from_url, moved.to_url) for moved in reports[2].moved] == [(feed.id, old, new)]
    assert feed_of(store, feed).url == new
    with store.transaction() as transaction:
        (move,) = feeds.moves_of(transaction, feed.id)
    assert (move.from_url, move.to_url, move.moved_at) == (old, new, NOW + 7 * DAY)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_never_followed_for_good(
    store: Store, server: WebServer, status: int
) -> None:
    old, _new = redirecting(server, status)
    (feed,) = follow(store, old)

    for days in range(0, 30, 5):
        assert collect(store, later=days * DAY).moved == ()
    assert feed_of(store, feed).url == old


def test_only_the_permanent_part_of_a_chain_counts(store: Store, server: WebServer) -> None:
    server.give("/new", Answer(BODY))
    between = server.give("/between", Answer(status=302, headers={"Location": "/new"}))
    (feed,) = follow(store, server.give("/old", Answer(status=301, headers={"Location": "/between"})))

    for days in (0, 3, 7):
        collect(store, later=days * DAY)

    assert feed_of(store, feed).url == between


def test_a_redirect_to_what_is_no_feed_is_no_move(store: Store, server: WebServer) -> None:
    old, _new = redirecting(server)
    server.give("/new", Answer(b"<!doctype html><html>Please log in</html>"))
    (feed,) = follow(store, old)

    for days in range(0, 30, 5):
        collect(store, later=days * DAY)

    assert (feed_of(store, feed).url, feed_of(store, feed).moving_to) == (old, None)


def test_a_move_taken_back_is_never_made_again(store: Store, server: WebServer) -> None:
    old, _new = redirecting(server)
    (feed,) = follow(store, old)
    for days in (0, 3, 7):
        collect(store, later=days * DAY)

    with store.transaction() as transaction:
        feeds.revert_move(transaction, feed.id, NOW + 8 * DAY)
    for days in (10, 20, 30):
        collect(store, later=days * DAY)

    assert feed_of(store, feed).url == old
    with store.transaction() as transaction:
        assert [move.reverted_at for move in feeds.moves_of(transaction, feed.id)] == [NOW + 8 * DAY]
        with pytest.raises(NotFoundError, match="has not moved"):
            feeds.revert_move(transaction, feed.id, NOW)


def test_an_address_that_another_feed_has_is_left_to_it(store: Store, server: WebServer) -> None:
    old, new = redirecting(server)
    feed, _other = follow(store, old, new)

    for days in (0, 3, 7):
        assert collect(store, later=days * DAY).moved == ()

    assert feed_of(store, feed).url == old


def test_a_move_cannot_be_taken_back_to_an_address_that_is_followed_again(
    store: Store, server: WebServer
) -> None:
    old, _new = redirecting(server)
    (feed,) = follow(store, old)
    for days in (0, 3, 7):
        collect(store, later=days * DAY)
    follow(store, old)

    with store.transaction() as transaction, pytest.raises(RuleError, match="Another feed has the address"):
        feeds.revert_move(transaction, feed.id, NOW)


def test_a_feed_gone_twice_is_retired_and_said_so(store: Store, server: WebServer) -> None:
    (feed,) = follow(store, server.give("/feed", Answer(status=410)))

    first, second = collect(store), collect(store, later=DAY)

    assert (first.retired, second.retired) == ((), (feed.id,))
    assert feed_of(store, feed).status is FeedStatus.RETIRED
    third = collect(store, later=2 * DAY)
    assert [(waiting.id, waiting.reason) for waiting in third.waiting] == [(feed.id, WaitReason.RETIRED)]
    assert len(server.asked) == 2


def test_too_many_requests_parks_the_whole_domain_even_when_forced(store: Store, server: WebServer) -> None:
    port = server.port
    server.give("/feed", Answer(status=429, headers={"Retry-After": "3600"}))
    server.give("/other", Answer(BODY))
    follow(
        store,
        f"http://a.blogs.example.com:{port}/feed",
        f"http://a.blogs.example.com:{port}/other",
        f"http://example.org:{port}/other",
    )

    now = collect(store)
    follow(store, f"http://b.example.com:{port}/other")
    soon = collect(store, later=timedelta(minutes=59))
    after = collect(store, later=timedelta(minutes=61))

    assert (now.fetched, len(now.failed)) == (1, 1)
    assert [(waiting.reason, waiting.until) for waiting in now.waiting] == [
        (WaitReason.PARKED, NOW + timedelta(hours=1))
    ]
    assert [waiting.id for waiting in soon.waiting] == [1, 2, 4]
    assert 1 not in {waiting.id for waiting in after.waiting}
    assert sum(asked.path == "/feed" for asked in server.asked) == 2


def test_an_overloaded_server_is_left_alone_unless_forced(store: Store, server: WebServer) -> None:
    url = server.give("/feed", Answer(status=503, headers={"Retry-After": "3600"}))
    other = server.give("/other", Answer(BODY))
    follow(store, url, other)

    first = collect(store, force=False)
    unforced = collect(store, later=timedelta(minutes=30), force=False)
    forced = collect(store, later=timedelta(minutes=30))

    assert [waiting.id for waiting in first.waiting] == [2]
    assert [waiting.reason for waiting in unforced.waiting] == [WaitReason.PARKED, WaitReason.PARKED]
    assert (forced.waiting, forced.fetched) == ((), 1)


def test_hosts_get_the_gap_they_asked_for_and_others_none(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.give("/feed", Answer(BODY))
    port = server.port
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("veille.net.turns.asyncio.sleep", sleep)
    follow(store, *(f"http://slow.example:{port}/feed?{number}" for number in range(3)))
    follow(store, *(f"http://quick.example:{port}/feed?{number}" for number in range(3)))

    collect(store)

    assert slept == [90, 90]


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def test_when_nobody_answers_nothing_is_held_against_the_feeds(store: Store) -> None:
    port = closed_port()
    followed = follow(store, *(f"http://{name}.example:{port}/feed" for name in "abc"))

    report = collect(store)

    assert report.offline
    assert len(report.failed) == 3
    assert [feed_of(store, feed).failures for feed in followed] == [0, 0, 0]
    assert [feed_of(store, feed).next_due_at for feed in followed] == [None, None, None]


def test_two_silent_hosts_are_their_own_fault(store: Store) -> None:
    port = closed_port()
    followed = follow(store, *(f"http://{name}.example:{port}/feed" for name in "ab"))

    report = collect(store)

    assert not report.offline
    assert [feed_of(store, feed).failures for feed in followed] == [1, 1]


@pytest.mark.parametrize("first", [True, False])
def test_when_somebody_answers_the_silent_hosts_are_counted(
    store: Store, server: WebServer, first: bool
) -> None:
    port = closed_port()
    silent = [f"http://{name}.example:{port}/feed" for name in "abc"]
    answering = server.give("/feed", Answer(status=404))
    followed = follow(store, *([answering, *silent] if first else [*silent, answering]))

    report = collect(store)

    assert not report.offline
    assert {feed_of(store, feed).failures for feed in followed} == {1}


def test_after_eight_days_a_feed_is_asked_whole_again(store: Store, server: WebServer) -> None:
    follow(store, server.give("/feed", Answer(BODY, headers={"ETag": '"a"'})))

    for days in (0, 4, 7.9, 8, 9):
        collect(store, later=days * DAY)

    assert [asked.headers["If-None-Match"] for asked in server.asked] == [None, '"a"', '"a"', None, '"a"']


@pytest.mark.sqlite
def test_two_collects_at_once_do_no_harm(store: Store, tmp_path: Any) -> None:
    workspace = Workspace(tmp_path)

    with (
        only_collector(store, workspace),
        pytest.raises(RuleError, match="at this moment") as refusal,
        only_collector(store, workspace),
    ):
        pytest.fail("two at once")
    with only_collector(store, workspace):
        pass

    assert refusal.value.hint


def test_neighbours_on_a_slow_host_leave_the_places_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    async def visit(feed: Feed) -> bool:
        order.append(feed.url)
        await asyncio.sleep(0)
        return True

    slow = [a_feed(url=f"https://slow.example/{number}") for number in range(2)]
    quick = [a_feed(url=f"https://quick.example/{number}") for number in range(2)]

    def gap_of(neighbours: Collection[Feed]) -> float:
        return 0.01 if slow[0] in neighbours else 0

    asyncio.run(visit_by_host([*slow, *quick], lambda feed: feed.url, 1, gap_of, visit))

    assert order.index("https://quick.example/1") < order.index("https://slow.example/1")
