"""A feed, as the curator follows it and as the collector last met it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from veille.model.entry import ParsedEntry
from veille.model.urls import canonical_url


class FeedStatus(StrEnum):
    """Whether a feed is collected: yes, not for now, or no more since its server says that it is gone."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class WaitReason(StrEnum):
    """Why a feed is not visited now."""

    PAUSED = "paused"
    RETIRED = "retired"
    PARKED = "parked"  # its server, or another of the same domain, asked to be left alone
    INTERVAL = "interval"
    TTL = "ttl"
    CACHE = "cache"
    RETRY_AFTER = "retry-after"
    BACKOFF = "backoff"
    ELSEWHERE = "elsewhere"  # another process that shares the store visits it


@dataclass(frozen=True, slots=True)
class Outline:
    """How a feed stood in the curator's OPML list, so that an export can give it back.

    ``folders`` are the names of the folders around it, from the outermost in. ``attributes`` are those of
    its outline as written and in order, without its address and without veille's own.
    """

    folders: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]


NO_OUTLINE = Outline((), ())


@dataclass(frozen=True, slots=True)
class Feed:
    """One followed feed, and what its visits taught. Times are aware UTC.

    ``etag`` and ``last_modified`` are the server's own bytes, received with a body at ``validated_at``.
    ``repairs`` are the codes of what had to be put right in that body. ``due_reason`` is what decided
    ``next_due_at``. ``parked_until`` and ``gap_seconds`` are what its server asked for when it answered
    ``parked_by`` (429 or 503). ``moving_to`` is the address that permanent redirects named
    ``moving_sightings`` times running since ``moving_since``; ``gone_sightings`` counts 410s running.
    """

    id: int
    url: str
    title: str
    theme: str
    language: str
    status: FeedStatus
    outline: Outline
    etag: str | None
    last_modified: str | None
    validated_at: datetime | None
    body_hash: str | None
    ttl_minutes: int | None
    repairs: tuple[str, ...]
    last_ok_at: datetime | None
    last_error: str | None
    failures: int
    next_due_at: datetime | None
    due_reason: WaitReason | None
    parked_until: datetime | None
    parked_by: int | None
    gap_seconds: int
    moving_to: str | None
    moving_since: datetime | None
    moving_sightings: int
    gone_sightings: int


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read. ``title`` and ``language`` may be empty; ``entries`` are in the feed's order.

    ``ttl_minutes`` is how long the publisher asks to be left alone, None when he does not say. ``repairs``
    are the sorted codes of :class:`veille.collect.written.Repair`. No two entries share an identity.
    """

    title: str
    language: str
    ttl_minutes: int | None
    repairs: tuple[str, ...]
    entries: tuple[ParsedEntry, ...]


@dataclass(frozen=True, slots=True)
class FeedMove:
    """An address that permanent redirects replaced; ``reverted_at`` once the curator took it back."""

    from_url: str
    to_url: str
    moved_at: datetime
    reverted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed before it is followed: what an OPML outline or a command line says of it."""

    url: str
    title: str
    theme: str
    language: str
    status: FeedStatus
    outline: Outline


def feed_key(url: str) -> str:
    """What tells followed feeds apart by their addresses; equal for one feed written in several ways.

    Beyond ``canonical_url``, neither a fragment nor a slash at the end of the path ever chooses the feed.
    """
    place, mark, query = canonical_url(url.partition("#")[0]).partition("?")
    return f"{place.rstrip('/')}{mark}{query}"
