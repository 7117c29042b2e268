"""A lease lasts as long as the process that holds it, however slow; a dead one's is over by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter, sleep

import pytest

from builders import a_source
from databases import query
from veille.model.feed import Feed
from veille.store import Store, feeds, leases
from veille.store.leases import leasing

pytestmark = pytest.mark.usefixtures("on_postgresql")

LONG_AGO = "UPDATE leases SET until = timestamp '2001-01-01'"


@pytest.fixture
def feed(store: Store) -> Feed:
    with store.transaction() as transaction:
        (added,) = feeds.add_feeds(transaction, [a_source()])
    return added


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases as long as ever, renewed a hundred times a second."""
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.01)


def ends(folder: Path) -> list[datetime]:
    """When the leases of all processes are over."""
    return [until for (until,) in query(folder, "SELECT until FROM leases ORDER BY id")]


def eventually(claim: Callable[[], bool]) -> None:
    given_up_at = perf_counter() + 30
    while not claim():
        assert perf_counter() < given_up_at
        sleep(0.01)


def taken(store: Store, feed: Feed, lease: int | None) -> bool:
    assert lease is not None
    with store.transaction(beside_others=True) as transaction:
        return feed.id in feeds.take_feeds(transaction, [feed], lease)


@pytest.mark.usefixtures("quick_heart")
def test_a_heartbeat_renews_the_lease(store: Store, tmp_path: Path) -> None:
    with leasing(store):
        (first,) = ends(tmp_path)

        eventually(lambda: ends(tmp_path)[0] > first)


@pytest.mark.usefixtures("quick_heart")
@pytest.mark.parametrize("lost", [LONG_AGO, "DELETE FROM leases"])
def test_a_slow_process_that_was_thought_dead_holds_again_what_nobody_took(
    store: Store, feed: Feed, tmp_path: Path, lost: str
) -> None:
    with leasing(store) as slow, leasing(store) as other:
        assert taken(store, feed, slow)
        query(tmp_path, lost)

        eventually(lambda: len(ends(tmp_path)) == 2 and min(ends(tmp_path)).year > 2001)

        assert not taken(store, feed, other)


def test_what_a_silent_process_held_is_taken_and_stays_so(
    store: Store, feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with leasing(store) as silent:
        assert taken(store, feed, silent)
        query(tmp_path, LONG_AGO)

        with leasing(store) as other:
            assert taken(store, feed, other)
            assert not taken(store, feed, silent)


def test_no_lease_outlives_its_holder(store: Store, tmp_path: Path) -> None:
    query(tmp_path, "INSERT INTO leases (until) VALUES (timestamp '2001-01-01')")

    with leasing(store):
        assert len(ends(tmp_path)) == 1

    assert ends(tmp_path) == []


@pytest.mark.usefixtures("quick_heart")
def test_a_heartbeat_that_fails_is_followed_by_the_next(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with leasing(store), caplog.at_level(logging.WARNING):
        query(tmp_path, "ALTER TABLE leases RENAME TO elsewhere")
        eventually(lambda: "lease not renewed" in caplog.messages)
        query(tmp_path, "ALTER TABLE elsewhere RENAME TO leases")
        (then,) = ends(tmp_path)

        eventually(lambda: ends(tmp_path)[0] > then)
