"""An entry: one article, once, whichever feeds carry it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_WORDS_PER_MINUTE = 230
# Feeds often carry only a teaser; below this many words the length of the article is unknown.
_WORDS_OF_A_TEASER = 150


class EntryState(StrEnum):
    """What the curator decided about an entry."""

    NEW = "new"
    KEPT = "kept"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class EntryFeed:
    """A feed that carries an entry; ``id`` is None once the feed is no longer followed."""

    id: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored entry.

    ``title``, ``summary`` and ``author`` are plain text on one line. ``published_at`` is None when the
    feed said nothing believable; ``language`` is a two-letter code or empty when unknown; ``image_url`` and
    ``enclosure_url`` may be empty. ``feeds`` is in the order in which they brought the entry and is never
    empty; ``theme`` is that of the first. Entries of the same ``story`` are about the same thing; it is
    the id of one of them, or None before stories were looked for. ``seen_at`` is when the curator first
    looked at it at the desk.
    """

    id: int
    title: str
    url: str
    canonical_url: str
    summary: str
    words: int
    language: str
    theme: str
    author: str
    image_url: str
    enclosure_url: str
    published_at: datetime | None
    first_seen_at: datetime
    state: EntryState
    story: int | None
    seen_at: datetime | None
    feeds: tuple[EntryFeed, ...]

    @property
    def source(self) -> str:
        """The name of the feed that brought it first."""
        return self.feeds[0].title

    @property
    def sorted_at(self) -> datetime:
        """The moment it is sorted by: publication, but never later than when it was first seen."""
        return min(self.published_at, self.first_seen_at) if self.published_at else self.first_seen_at


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry as a feed shows it: cleaned, absolute, not yet stored.

    ``identity`` names the entry within its feed: its guid, else its canonical URL, else a hash of title and
    date, else of the content. ``text`` is its fullest body as plain text, one paragraph a line.
    """

    identity: str
    title: str
    url: str
    canonical_url: str
    summary: str
    text: str
    words: int
    language: str
    author: str
    image_url: str
    enclosure_url: str
    published_at: datetime | None


def reading_minutes(words: int) -> int | None:
    """Whole minutes to read ``words`` words, at least 1; None when the feed carries only a teaser."""
    if words < _WORDS_OF_A_TEASER:
        return None
    return max(1, round(words / _WORDS_PER_MINUTE))
