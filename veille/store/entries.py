"""Queries about entries: storing what feeds brought, once, and finding it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.entry import Entry, EntryFeed, EntryState, ParsedEntry
from veille.model.feed import Feed
from veille.model.month import Month
from veille.model.plaintext import search_key
from veille.model.urls import canonical_url
from veille.store.engine import Transaction
from veille.store.tables import EntryRow, EntrySourceRow


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list; a None or empty field filters nothing.

    ``words`` must all occur in title or summary, whatever their accents and case.
    """

    month: Month | None = None
    theme: str | None = None
    feed: int | None = None
    language: str | None = None
    state: EntryState | None = None
    words: Sequence[str] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class StoredCount:
    """What storing a feed's entries changed."""

    new: int
    updated: int


def find_entries(transaction: Transaction, wanted: EntryFilter) -> tuple[Entry, ...]:
    """The entries that pass ``wanted``, newest first."""
    statement = _filtered(select(EntryRow), wanted)
    statement = statement.order_by(EntryRow.sorted_at.desc(), EntryRow.id.desc())
    statement = statement.options(selectinload(EntryRow.sources)).limit(wanted.limit)
    return tuple(_entry(row) for row in transaction.scalars(statement))


def entry_by_id(transaction: Transaction, entry_id: int) -> Entry:
    """The entry numbered ``entry_id``; ``NotFoundError`` when there is none."""
    return _entry(_row(transaction, entry_id))


def set_entry_state(transaction: Transaction, entry_id: int, state: EntryState) -> Entry:
    """Record what the curator decided about an entry."""
    row = _row(transaction, entry_id)
    row.state = state.value
    return _entry(row)


def store_entries(
    transaction: Transaction, feed: Feed, parsed: Sequence[ParsedEntry], now: datetime
) -> StoredCount:
    """Store what ``feed`` carries: new entries added, known ones updated, none ever removed.

    An entry is known by its identity within the feed, else by its canonical URL, whichever feed brought it.
    """
    by_identity = {
        source.identity: source
        for source in transaction.scalars(
            select(EntrySourceRow)
            .where(EntrySourceRow.feed_id == feed.id)
            .options(selectinload(EntrySourceRow.entry))
        )
    }
    new = updated = 0
    told: set[int] = set()  # several items may share a page; only the first of them, the newest, describes it
    for item in parsed:
        source = by_identity.get(item.identity)
        if source is not None:
            if source.entry_id not in told:
                updated += _update(source.entry, item)
            told.add(source.entry_id)
            continue
        row = transaction.scalar(select(EntryRow).where(EntryRow.canonical_url == canonical_url(item.url)))
        if row is None:
            row = _new_row(item, feed, now)
            transaction.add(row)
            new += 1
        source = EntrySourceRow(feed_id=feed.id, feed_title=feed.title, identity=item.identity)
        row.sources.append(source)
        by_identity[item.identity] = source
        transaction.flush()
        told.add(row.id)
    return StoredCount(new, updated)


def _new_row(item: ParsedEntry, feed: Feed, now: datetime) -> EntryRow:
    return EntryRow(
        title=item.title,
        url=item.url,
        canonical_url=canonical_url(item.url),
        summary=item.summary,
        words=item.words,
        language=item.language or feed.language,
        theme=feed.theme,
        published_at=item.published_at,
        first_seen_at=now,
        sorted_at=min(item.published_at, now) if item.published_at else now,
        state=EntryState.NEW.value,
        search_key=_search_key(item),
        sources=[],
    )


def _update(row: EntryRow, item: ParsedEntry) -> bool:
    """Take over an edited title or summary; the address and the dates of first meeting stay."""
    if (row.title, row.summary) == (item.title, item.summary):
        return False
    row.title = item.title
    row.summary = item.summary
    row.words = item.words
    row.search_key = _search_key(item)
    return True


def _search_key(item: ParsedEntry) -> str:
    return search_key(f"{item.title}\n{item.summary}")


def _filtered(statement: Select[EntryRow], wanted: EntryFilter) -> Select[EntryRow]:
    if wanted.month is not None:
        start = datetime.combine(wanted.month.first_day, datetime.min.time(), UTC)
        end = (start + timedelta(days=31)).replace(day=1)
        statement = statement.where(EntryRow.sorted_at >= start, EntryRow.sorted_at < end)
    if wanted.theme is not None:
        statement = statement.where(EntryRow.theme == wanted.theme)
    if wanted.feed is not None:
        statement = statement.where(EntryRow.sources.any(EntrySourceRow.feed_id == wanted.feed))
    if wanted.language is not None:
        statement = statement.where(EntryRow.language == wanted.language)
    if wanted.state is not None:
        statement = statement.where(EntryRow.state == wanted.state.value)
    for word in wanted.words:
        statement = statement.where(EntryRow.search_key.contains(search_key(word), autoescape=True))
    return statement


def _row(transaction: Transaction, entry_id: int) -> EntryRow:
    row = transaction.get(EntryRow, entry_id)
    if row is None:
        raise NotFoundError(
            _("There is no entry number {id}.").format(id=entry_id),
            hint=_("Find it: veille entries search WORDS"),
        )
    return row


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.id,
        title=row.title,
        url=row.url,
        canonical_url=row.canonical_url,
        summary=row.summary,
        words=row.words,
        language=row.language,
        theme=row.theme,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        state=EntryState(row.state),
        feeds=tuple(EntryFeed(source.feed_id, source.feed_title) for source in row.sources),
    )
