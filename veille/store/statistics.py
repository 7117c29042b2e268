"""Queries that count: what each feed brought, what was picked from it, what became of suggestions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import exists, func, select

from veille.model.month import Month
from veille.model.suggestion import SuggestionState
from veille.store.engine import Transaction
from veille.store.tables import EntrySourceRow, FeedRow, PickRow, SuggestionRow


@dataclass(frozen=True, slots=True)
class FeedYield:
    """A followed feed: how many entries it brought, and whether one of them was ever picked."""

    title: str
    entries: int
    was_picked: bool


def feed_yields(transaction: Transaction) -> tuple[FeedYield, ...]:
    """Every followed feed, the one that brought most first."""
    picked = exists().where(EntrySourceRow.feed_id == FeedRow.id, EntrySourceRow.entry_id == PickRow.entry_id)
    brought = (
        select(func.count()).where(EntrySourceRow.feed_id == FeedRow.id).correlate(FeedRow).scalar_subquery()
    )
    rows = transaction.execute(
        select(FeedRow.title, FeedRow.url, brought, select(picked.correlate(FeedRow)).scalar_subquery())
    )
    yields = (FeedYield(title or url, entries, bool(was_picked)) for title, url, entries, was_picked in rows)
    return tuple(sorted(yields, key=lambda feed: (-feed.entries, feed.title)))


def suggestions_by_state(transaction: Transaction, since: Month | None = None) -> Counter[SuggestionState]:
    """How many suggestions, made in ``since`` or later when it is given, stand in each state."""
    statement = select(SuggestionRow.state, func.count()).group_by(SuggestionRow.state)
    if since is not None:
        first_moment = datetime.combine(since.first_day, time(), UTC)
        statement = statement.where(SuggestionRow.suggested_at >= first_moment)
    rows = transaction.execute(statement)
    return Counter({SuggestionState(state): count for state, count in rows})
