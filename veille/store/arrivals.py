"""What a feed brings: which entries are new, which are known, and what its edits replaced.

An entry is known by the first of these rungs that holds: its identity in the feed, its canonical URL
whichever feed brought it, its title and date in the feed. A publisher who renumbers his guids, moves his
articles or reorders his feed so brings nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select, update

from veille.model.entry import EntryState, ParsedEntry
from veille.model.feed import Feed
from veille.store.engine import Transaction
from veille.store.tables import WorkspaceRow

# Statements on the tables themselves, made once: a run executes them for every feed that brings something.
_ENTRIES = WorkspaceRow.metadata.tables["entries"]
_SOURCES = WorkspaceRow.metadata.tables["entry_sources"]
_REVISIONS = WorkspaceRow.metadata.tables["entry_revisions"]

_KNOWN = (_ENTRIES.c.id, _ENTRIES.c.title, _ENTRIES.c.summary, _ENTRIES.c.text, _ENTRIES.c.words)
_OF_FEED = _SOURCES.c.feed_id == bindparam("feed")
_WITH_SOURCES = _ENTRIES.join(_SOURCES)
_KNOWN_BY_IDENTITY = (
    select(_SOURCES.c.identity, *_KNOWN)
    .select_from(_WITH_SOURCES)
    .where(_OF_FEED, _SOURCES.c.identity.in_(bindparam("some")))
)
_KNOWN_BY_URL = select(_ENTRIES.c.canonical_url, *_KNOWN).where(
    _ENTRIES.c.canonical_url.in_(bindparam("some"))
)
_KNOWN_BY_TITLE = (
    select(_ENTRIES.c.published_at, *_KNOWN)
    .select_from(_WITH_SOURCES)
    .where(_OF_FEED, _ENTRIES.c.title.in_(bindparam("some")))
)
_NUMBERED = select(_ENTRIES.c.canonical_url, _ENTRIES.c.id).where(
    _ENTRIES.c.canonical_url.in_(bindparam("some"))
)
_FEEDS_OF_ENTRIES = (
    select(_SOURCES.c.entry_id, _SOURCES.c.feed_id)
    .where(_SOURCES.c.entry_id.in_(bindparam("some")))
    .order_by(_SOURCES.c.id)
)
_SOURCES_OF_ENTRIES = select(_SOURCES.c.entry_id, _SOURCES.c.id, _SOURCES.c.identity).where(
    _OF_FEED, _SOURCES.c.entry_id.in_(bindparam("some"))
)
_THIS_ENTRY = update(_ENTRIES).where(_ENTRIES.c.id == bindparam("this"))
_THIS_SOURCE = update(_SOURCES).where(_SOURCES.c.id == bindparam("this"))

# SQLite takes 32,766 parameters in one statement, older ones 999.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StoredCount:
    """What storing a feed's entries changed."""

    new: int
    updated: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store holds of an entry that a feed shows again."""

    id: int
    title: str
    summary: str
    text: str
    words: int

    def is_edited(self, item: ParsedEntry) -> bool:
        if self.words and not self.text:  # it was erased, see ``retention``: seeing it again is no edit
            return (self.title, self.summary) != (item.title, item.summary)
        return (self.title, self.summary, self.text) != (item.title, item.summary, item.text)


def store_entries(
    transaction: Transaction, feed: Feed, parsed: Sequence[ParsedEntry], now: datetime
) -> StoredCount:
    """Store what ``feed`` carries: new entries added, known ones updated, none ever removed.

    An edit keeps what it replaces as a revision; the address and the dates of first meeting stay.
    """
    by_identity = _by_identity(transaction, feed, parsed)
    others = [item for item in parsed if item.identity not in by_identity]
    recognised = _by_url(transaction, others)
    claimed = {known.id for known in (*by_identity.values(), *recognised.values())}
    unknown = [item for item in others if item.identity not in recognised]
    recognised |= _by_title_and_date(transaction, feed, unknown, claimed)
    known = by_identity | recognised
    told = [(known[item.identity], item) for item in parsed if item.identity in known]
    updated = _update_edited(transaction, feed, told, now)

    fresh = [item for item in unknown if item.identity not in recognised]
    ids = _insert(transaction, feed, fresh, now)
    entry_of = {identity: known.id for identity, known in recognised.items()}
    entry_of |= {item.identity: ids[item.canonical_url] for item in fresh}
    abandoned = _abandoned_sources(transaction, feed, recognised.values(), {item.identity for item in parsed})
    _name_sources(transaction, feed, entry_of, abandoned)
    return StoredCount(len(ids), updated)


def _known(row: Row[Any]) -> _Known:
    return _Known(row.id, row.title, row.summary, row.text, row.words)


def _by_identity(transaction: Transaction, feed: Feed, parsed: Sequence[ParsedEntry]) -> dict[str, _Known]:
    identities = [item.identity for item in parsed]
    return {row.identity: _known(row) for row in _rows(transaction, _KNOWN_BY_IDENTITY, identities, feed)}


def _by_url(transaction: Transaction, items: Sequence[ParsedEntry]) -> dict[str, _Known]:
    urls = [item.canonical_url for item in items]
    by_url = {row.canonical_url: _known(row) for row in _rows(transaction, _KNOWN_BY_URL, urls)}
    return {item.identity: by_url[item.canonical_url] for item in items if item.canonical_url in by_url}


def _by_title_and_date(
    transaction: Transaction, feed: Feed, items: Sequence[ParsedEntry], claimed: set[int]
) -> dict[str, _Known]:
    """Entries of the same title and date that no other item of the feed stands for; undated ones never.

    A title alone is not enough: newsletters call every issue "Newsletter".
    """
    dated = {(item.title, item.published_at): item for item in reversed(items) if item.published_at}
    found: dict[str, _Known] = {}
    for row in _rows(transaction, _KNOWN_BY_TITLE, [title for title, _date in dated], feed):
        item = dated.get((row.title, row.published_at))
        if item is not None and row.id not in claimed:
            claimed.add(row.id)
            found.setdefault(item.identity, _known(row))
    return found


def _update_edited(
    transaction: Transaction, feed: Feed, told: Iterable[tuple[_Known, ParsedEntry]], now: datetime
) -> int:
    # Several items may share an entry; only the first of them, the newest, describes it.
    first: dict[int, tuple[_Known, ParsedEntry]] = {}
    for known, item in told:
        first.setdefault(known.id, (known, item))
    differing = {entry_id: pair for entry_id, pair in first.items() if pair[0].is_edited(pair[1])}
    edited = [differing[entry_id] for entry_id in _described_by(transaction, feed, differing)]
    if edited:
        transaction.execute(insert(_REVISIONS), [_revision(known, now) for known, _item in edited])
        transaction.execute(_THIS_ENTRY, [{"this": known.id} | _content(item) for known, item in edited])
    return len(edited)


def _described_by(transaction: Transaction, feed: Feed, entry_ids: Iterable[int]) -> list[int]:
    """Those of the entries that ``feed`` brought first, or whose first feed is no longer followed.

    Two feeds that word the same article differently would otherwise edit it in turn, day after day.
    """
    first: dict[int, int | None] = {}
    for row in _rows(transaction, _FEEDS_OF_ENTRIES, list(entry_ids)):
        first.setdefault(row.entry_id, row.feed_id)
    return [entry_id for entry_id, feed_id in first.items() if feed_id in {feed.id, None}]


def _revision(known: _Known, now: datetime) -> dict[str, object]:
    return {
        "entry_id": known.id,
        "replaced_at": now,
        "title": known.title,
        "summary": known.summary,
        "text": known.text,
    }


def _insert(
    transaction: Transaction, feed: Feed, fresh: Iterable[ParsedEntry], now: datetime
) -> dict[str, int]:
    """The numbers of the new entries by canonical URL; the first item of a URL describes it."""
    by_url: dict[str, ParsedEntry] = {}
    for item in fresh:
        by_url.setdefault(item.canonical_url, item)
    if not by_url:
        return {}
    transaction.execute(insert(_ENTRIES), [_new_values(item, feed, now) for item in by_url.values()])
    # Asking afterwards is one query; with RETURNING, SQLite would take the rows one statement each.
    return {row.canonical_url: row.id for row in _rows(transaction, _NUMBERED, list(by_url))}


def _new_values(item: ParsedEntry, feed: Feed, now: datetime) -> dict[str, object]:
    return _content(item) | {
        "url": item.url,
        "canonical_url": item.canonical_url,
        "language": item.language or feed.language,
        "theme": feed.theme,
        "published_at": item.published_at,
        "first_seen_at": now,
        "sorted_at": min(item.published_at, now) if item.published_at else now,
        "state": EntryState.NEW.value,
    }


def _content(item: ParsedEntry) -> dict[str, object]:
    """What an edit may change."""
    return {
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "words": item.words,
        "author": item.author,
        "image_url": item.image_url,
        "enclosure_url": item.enclosure_url,
    }


def _abandoned_sources(
    transaction: Transaction, feed: Feed, known: Iterable[_Known], shown: set[str]
) -> dict[int, int]:
    """By entry, a source of ``feed`` whose identity is not among the ``shown`` ones any more."""
    rows = _rows(transaction, _SOURCES_OF_ENTRIES, [entry.id for entry in known], feed)
    return {row.entry_id: row.id for row in rows if row.identity not in shown}


def _name_sources(
    transaction: Transaction, feed: Feed, entry_of: Mapping[str, int], abandoned: dict[int, int]
) -> None:
    """Record by which identities ``feed`` now names its entries, in place of the abandoned ones."""
    renamed: list[dict[str, object]] = []
    added: list[dict[str, object]] = []
    for identity, entry_id in entry_of.items():
        source_id = abandoned.pop(entry_id, None)
        if source_id is not None:
            renamed.append({"this": source_id, "identity": identity})
        else:
            added.append(
                {"entry_id": entry_id, "feed_id": feed.id, "feed_title": feed.title, "identity": identity}
            )
    if renamed:
        transaction.execute(_THIS_SOURCE, renamed)
    if added:
        transaction.execute(insert(_SOURCES), added)


def _rows(
    transaction: Transaction, statement: Select[Any], values: Sequence[object], feed: Feed | None = None
) -> Iterator[Row[Any]]:
    """What ``statement`` finds of ``values``, its "some", and of ``feed`` if it asks for one."""
    of_feed = {} if feed is None else {"feed": feed.id}
    for start in range(0, len(values), _AT_ONCE):
        yield from transaction.execute(statement, {"some": values[start : start + _AT_ONCE]} | of_feed)
