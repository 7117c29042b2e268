"""Queries about entries: finding what feeds brought, and what the curator decided about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import selectinload

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.decision import Values
from veille.model.entry import Entry, EntryFeed, EntryState
from veille.model.month import Month
from veille.store.engine import Transaction
from veille.store.search import count_holding, holds_words
from veille.store.tables import EntryRow, EntrySourceRow

_Selected = TypeVar("_Selected")


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list; a None or empty field filters nothing.

    ``words`` is what a person asks for in title, summary, text or author, as ``search.holds_words`` reads it.
    """

    month: Month | None = None
    theme: str | None = None
    feed: int | None = None
    language: str | None = None
    state: EntryState | None = None
    words: Sequence[str] = ()
    limit: int | None = None


def find_entries(transaction: Transaction, wanted: EntryFilter) -> tuple[Entry, ...]:
    """The entries that pass ``wanted``, newest first; ``UsageError`` when its words hold no letter or digit.

    A veille is read by date: relevance would favour the entry that repeats a word over this month's.
    """
    statement = _filtered(transaction, select(EntryRow), wanted)
    statement = statement.order_by(EntryRow.sorted_at.desc(), EntryRow.id.desc())
    statement = statement.options(selectinload(EntryRow.sources)).limit(wanted.limit)
    return tuple(_entry(row) for row in transaction.scalars(statement))


def count_entries(transaction: Transaction, wanted: EntryFilter) -> int:
    """How many entries pass ``wanted``, whatever its limit; ``UsageError`` as ``find_entries``."""
    if wanted.words and wanted == EntryFilter(words=wanted.words, limit=wanted.limit):
        return count_holding(transaction, wanted.words)
    return transaction.scalars(_filtered(transaction, select(func.count(EntryRow.id)), wanted)).one()


def entries_on_desk(
    transaction: Transaction, since: datetime, entry_ids: Collection[int]
) -> tuple[Entry, ...]:
    """The entries since then, those kept at any time, and those numbered so; newest first."""
    kept = EntryRow.state == EntryState.KEPT.value
    wanted = or_(EntryRow.sorted_at >= since, kept, EntryRow.id.in_(entry_ids))
    statement = select(EntryRow).where(wanted).order_by(EntryRow.sorted_at.desc(), EntryRow.id.desc())
    return tuple(
        _entry(row) for row in transaction.scalars(statement.options(selectinload(EntryRow.sources)))
    )


def ids_holding(transaction: Transaction, words: Sequence[str]) -> frozenset[int]:
    """The entries that hold ``words``; ``UsageError`` when these hold no letter or digit."""
    return frozenset(transaction.scalars(select(EntryRow.id).where(holds_words(transaction, words))))


def mark_seen(transaction: Transaction, entry_id: int, now: datetime) -> None:
    """Record that the curator has looked at an entry."""
    transaction.execute(update(EntryRow).where(EntryRow.id == entry_id).values(seen_at=now))


def entry_by_id(transaction: Transaction, entry_id: int) -> Entry:
    """The entry numbered ``entry_id``; ``NotFoundError`` when there is none."""
    return _entry(_row(transaction, entry_id))


def entry_text(transaction: Transaction, entry_id: int) -> str:
    """The fullest text of an entry that its feed gave, one paragraph a line; may be empty."""
    return transaction.scalars(select(EntryRow.text).where(EntryRow.id == entry_id)).one()


def entries_by_id(transaction: Transaction, entry_ids: Collection[int]) -> tuple[Entry, ...]:
    """The entries numbered so, each once, in that order; ``NotFoundError`` when one does not exist."""
    return tuple(entry_by_id(transaction, entry_id) for entry_id in dict.fromkeys(entry_ids))


def entries_with_their_stories(transaction: Transaction, entry_ids: Collection[int]) -> tuple[Entry, ...]:
    """The entries numbered so, then the others of their stories; ``NotFoundError`` when one is missing."""
    named = entries_by_id(transaction, entry_ids)
    stories = {entry.story for entry in named}
    others = select(EntryRow).where(EntryRow.story_id.in_(stories), EntryRow.id.not_in(entry_ids))
    others = others.order_by(EntryRow.id).options(selectinload(EntryRow.sources))
    return (*named, *(_entry(row) for row in transaction.scalars(others)))


def set_values(transaction: Transaction, values: Values) -> None:
    """Give entries the states, themes and stories that ``values`` has for them."""
    columns: tuple[tuple[str, Mapping[int, object]], ...] = (
        ("state", values.states),
        ("theme", values.themes),
        ("story_id", values.stories),
    )
    for column, by_entry in columns:
        if by_entry:
            rows = [{"id": entry_id, column: value} for entry_id, value in by_entry.items()]
            transaction.execute(update(EntryRow), rows)


def _filtered(
    transaction: Transaction, statement: Select[_Selected], wanted: EntryFilter
) -> Select[_Selected]:
    if wanted.month is not None:
        start = datetime.combine(wanted.month.first_day, datetime.min.time(), UTC)
        end = (start + timedelta(days=31)).replace(day=1)
        statement = statement.where(EntryRow.sorted_at >= start, EntryRow.sorted_at < end)
    if wanted.theme is not None:
        statement = statement.where(EntryRow.theme == wanted.theme)
    if wanted.feed is not None:
        of_feed = select(EntrySourceRow.entry_id).where(EntrySourceRow.feed_id == wanted.feed)
        statement = statement.where(EntryRow.id.in_(of_feed))
    if wanted.language is not None:
        statement = statement.where(EntryRow.language == wanted.language)
    if wanted.state is not None:
        statement = statement.where(EntryRow.state == wanted.state.value)
    if wanted.words:
        # Last, because SQLite asks in this order and this is the dearest question.
        statement = statement.where(holds_words(transaction, wanted.words))
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
        author=row.author,
        image_url=row.image_url,
        enclosure_url=row.enclosure_url,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        state=EntryState(row.state),
        story=row.story_id,
        seen_at=row.seen_at,
        # A feed may name an entry twice; readers are told of it once.
        feeds=tuple(dict.fromkeys(EntryFeed(source.feed_id, source.feed_title) for source in row.sources)),
    )
