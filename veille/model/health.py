"""How a feed fares, and what the curator might do about it: pure rules over its visits and its rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from veille.model.feed import Feed, FeedStatus

# Two gaps are the least from which to speak of a rhythm.
_FEWEST_GAPS = 2
_STALE_AFTER_CADENCES = 3
# A feed that publishes by the hour is not stale after a night.
_SHORTEST_CADENCE = timedelta(days=1)
_FAILING_FOR_LONG = 5


class Condition(StrEnum):
    """How a feed fares, the healthy first."""

    GOOD = "good"
    NEW = "new"  # never visited
    PAUSED = "paused"
    STALE = "stale"  # answers, but brings nothing for three times as long as it used to
    EMPTY = "empty"  # answers, and never brought anything
    FAILING = "failing"
    BROKEN = "broken"  # has failed for days
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Health:
    """``last_entry_at`` dates its newest entry; ``cadence``, the usual time between two, may be unknown."""

    condition: Condition
    last_entry_at: datetime | None
    cadence: timedelta | None


def health_of(feed: Feed, newest: Sequence[datetime], now: datetime) -> Health:
    """How ``feed`` fares at ``now``; ``newest`` are the dates of its newest entries, newest first."""
    cadence = usual_cadence(newest)
    last_entry_at = newest[0] if newest else None
    return Health(_condition(feed, last_entry_at, cadence, now), last_entry_at, cadence)


def usual_cadence(newest: Sequence[datetime]) -> timedelta | None:
    """The median time between two entries; None before three of them have different dates."""
    days = sorted(set(newest), reverse=True)
    gaps = [later - earlier for later, earlier in pairwise(days)]
    return sorted(gaps)[len(gaps) // 2] if len(gaps) >= _FEWEST_GAPS else None


def _condition(
    feed: Feed, last_entry_at: datetime | None, cadence: timedelta | None, now: datetime
) -> Condition:
    if feed.status is not FeedStatus.ACTIVE:
        return Condition(feed.status.value)
    if feed.failures:
        return Condition.BROKEN if feed.failures >= _FAILING_FOR_LONG else Condition.FAILING
    if feed.last_ok_at is None:
        return Condition.NEW
    if last_entry_at is None:
        return Condition.EMPTY
    if cadence and now - last_entry_at > _STALE_AFTER_CADENCES * max(cadence, _SHORTEST_CADENCE):
        return Condition.STALE
    return Condition.GOOD
