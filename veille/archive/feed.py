"""A feed of the archive, whatever the format that it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

# Atom demands a date even of a feed in which nothing ever happened.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An issue in a feed; ``content`` is HTML, ``page_path`` from the root of the archive."""

    identity: UUID
    title: str
    page_path: str
    published_at: datetime
    updated_at: datetime
    content: str


@dataclass(frozen=True, slots=True)
class ArchiveFeed:
    """A feed of the archive, newest entry first. ``stem`` is its path without what its format adds."""

    identity: UUID
    title: str
    stem: str
    page_path: str
    entries: tuple[FeedEntry, ...]
