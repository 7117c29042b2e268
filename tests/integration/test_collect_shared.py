"""Processes that collect into a shared store visit each feed once, and the feeds of a host together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from builders import NOW, a_source
from databases import store_of
from veille.clock import StoppedClock
from veille.collect import collector
from veille.collect.collector import CollectReport, collect_feeds
from veille.model.feed import Feed, WaitReason
from veille.settings import CollectSettings, Settings
from veille.store import Store, feeds
from veille.store.leases import leasing
from veille.store.tables import LeaseRow
from web_server import Answer, WebServer, resolve_to

pytestmark = pytest.mark.usefixtures("on_postgresql")

HOSTS, FEEDS_EACH = 12, 3
BODY = (
    b"<rss version='2.0'><channel><title>T</title><item><title>A</title><guid>1</guid></item></channel></rss>"
)
SETTINGS = Settings(
    collect=CollectSettings(timeout_seconds=5, allow_private=("127.0.0.0/8",), hosts_at_once=2)
)


@pytest.fixture(autouse=True)
def _reading_here(monkeypatch: pytest.MonkeyPatch, readers_in_process: type) -> None:
    monkeypatch.setattr(collector, "Readers", readers_in_process)
    resolve_to(monkeypatch, "127.0.0.1")


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def follow(store: Store, server: WebServer, hosts: int = HOSTS) -> tuple[Feed, ...]:
    """Feeds of several hosts, all of which are this server."""
    for number in range(FEEDS_EACH):
        server.give(f"/{number}", Answer(BODY))
    urls = [
        f"http://host{host}.example:{server.port}/{number}"
        for host in range(hosts)
        for number in range(FEEDS_EACH)
    ]
    with store.transaction() as transaction:
        return feeds.add_feeds(transaction, [a_source(url=url) for url in urls])


def collect(folder: Path) -> CollectReport:
    with store_of(folder) as store:
        return collect_feeds(store, SETTINGS, StoppedClock(NOW))


def left(report: CollectReport) -> set[int]:
    return {waiting.id for waiting in report.waiting if waiting.reason is WaitReason.ELSEWHERE}


def test_two_at_once_share_the_feeds_and_visit_none_twice(
    store: Store, server: WebServer, tmp_path: Path
) -> None:
    followed = follow(store, server)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(collect, [tmp_path, tmp_path])

    asked = Counter(asked.headers["Host"] + asked.path for asked in server.asked)
    assert len(asked) == len(followed)
    assert set(asked.values()) == {1}
    assert first.fetched + second.fetched == len(followed)
    assert first.feeds == second.feeds == len(followed)
    for report in (first, second):
        hosts = Counter((feed_id - 1) // FEEDS_EACH for feed_id in left(report))
        assert set(hosts.values()) <= {FEEDS_EACH}


def test_what_a_living_process_holds_is_left_to_it(store: Store, server: WebServer, tmp_path: Path) -> None:
    followed = follow(store, server, hosts=2)
    with leasing(store) as lease:
        assert lease is not None
        with store.transaction() as transaction:
            feeds.take_feeds(transaction, followed[:1], lease)

        report = collect(tmp_path)

    assert left(report) == {followed[0].id}
    assert report.fetched == len(followed) - 1


def test_what_a_dead_process_held_is_free_once_its_lease_is_over(
    store: Store, server: WebServer, tmp_path: Path
) -> None:
    followed = follow(store, server, hosts=1)
    with leasing(store) as lease:
        assert lease is not None
        with store.transaction() as transaction:
            feeds.take_feeds(transaction, followed, lease)
            transaction.execute(update(LeaseRow).values(until=NOW - timedelta(days=900)))

        report = collect(tmp_path)

    assert report.fetched == len(followed)


def test_a_feed_that_was_visited_meanwhile_is_not_taken(store: Store, server: WebServer) -> None:
    (feed, *_others) = follow(store, server, hosts=1)
    with leasing(store) as lease, store.transaction() as transaction:
        assert lease is not None
        feeds.save_feed(transaction, replace(feed, next_due_at=NOW))

        assert feeds.take_feeds(transaction, [feed], lease) == frozenset()
