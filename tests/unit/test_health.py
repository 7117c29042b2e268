"""How a feed fares, from its visits and its rhythm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from builders import NOW, a_feed
from veille.model.feed import Feed, FeedStatus
from veille.model.health import Condition, health_of, usual_cadence


def every(days: float, *, count: int = 6, last: float = 0) -> list[datetime]:
    return [NOW - timedelta(days=last + number * days) for number in range(count)]


VISITED = a_feed(last_ok_at=NOW)


@pytest.mark.parametrize(
    ("feed", "newest", "condition"),
    [
        (VISITED, every(7, last=10), Condition.GOOD),
        (VISITED, every(7, last=21), Condition.GOOD),
        (VISITED, every(7, last=22), Condition.STALE),
        (VISITED, every(0.1, last=2.9), Condition.GOOD),
        (VISITED, every(0.1, last=3.1), Condition.STALE),
        (VISITED, every(30, count=2, last=300), Condition.GOOD),
        (VISITED, [], Condition.EMPTY),
        (a_feed(), [], Condition.NEW),
        (a_feed(failures=1, last_ok_at=NOW), every(7), Condition.FAILING),
        (a_feed(failures=5), every(7), Condition.BROKEN),
        (a_feed(status=FeedStatus.PAUSED, failures=9), every(7), Condition.PAUSED),
        (a_feed(status=FeedStatus.RETIRED, failures=2), every(7), Condition.RETIRED),
    ],
)
def test_the_condition_of_a_feed(feed: Feed, newest: list[datetime], condition: Condition) -> None:
    health = health_of(feed, newest, NOW)

    assert health.condition is condition
    assert health.last_entry_at == (newest[0] if newest else None)


def test_the_rhythm_is_the_median_gap_between_different_dates() -> None:
    dates = [NOW, NOW, NOW - timedelta(days=2), NOW - timedelta(days=4), NOW - timedelta(days=90)]

    assert usual_cadence(dates) == timedelta(days=2)
    assert usual_cadence(dates[:3]) is None
    assert usual_cadence([]) is None
