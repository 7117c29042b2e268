"""A feed, as the curator follows it and as the collector last met it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class FeedStatus(StrEnum):
    """Whether a feed is collected."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Feed:
    """One followed feed. Times are aware UTC; ``etag`` and ``last_modified`` are kept byte for byte."""

    id: int
    url: str
    title: str
    theme: str
    language: str
    status: FeedStatus
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    last_ok_at: datetime | None
    last_error: str | None
    failures: int
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed before it is followed: what an OPML outline or a command line says of it."""

    url: str
    title: str
    theme: str
    language: str


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether an active feed should be fetched at ``now``."""
    return feed.status is FeedStatus.ACTIVE and (feed.next_due_at is None or feed.next_due_at <= now)


def due_after_success(now: datetime, interval: timedelta) -> datetime:
    """When a feed that just answered is due again."""
    return now + interval


def due_after_failure(now: datetime, failures: int) -> datetime:
    """When a feed that failed ``failures`` times running is due again: 1 h x 2^n, at most 7 days."""
    hours = 2 ** min(max(failures - 1, 0), 8)
    return now + min(timedelta(hours=hours), timedelta(days=7))
