"""Queries that count: what each feed brought, what was picked from it, what became of suggestions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import ColumnElement, func, or_, select

from veille.model.issue import IssueStatus
from veille.model.month import Month, month_from_text
from veille.model.suggestion import SuggestionState
from veille.store.engine import Transaction
from veille.store.tables import EntryRow, EntrySourceRow, FeedRow, IssueRow, PickRow, SuggestionRow


@dataclass(frozen=True, slots=True)
class ToldPick:
    """A link of a published issue, as it is counted; ``segment`` is None when it was everybody's."""

    month: Month
    segment: str | None
    theme: str
    source: str
    language: str


@dataclass(frozen=True, slots=True)
class FeedYield:
    """A followed feed: how many entries it brought, and whether a published issue had one of them."""

    id: int
    title: str
    entries: int
    was_picked: bool


def told_picks(transaction: Transaction, since: Month | None = None) -> tuple[ToldPick, ...]:
    """Every link of the published issues, of ``since`` and later when it is given; the newest month first."""
    # Issues whole, with their notes, would take twenty times as long.
    columns = IssueRow.month, PickRow.segment, PickRow.theme, PickRow.source, PickRow.language
    in_order = IssueRow.month.desc(), PickRow.slot, PickRow.segment.nulls_first()
    statement = select(*columns).join(PickRow).where(_is_published(since)).order_by(*in_order)
    return tuple(
        ToldPick(month, segment, theme, source, language)
        for text, segment, theme, source, language in transaction.execute(statement)
        if (month := month_from_text(text))
    )


def feed_yields(transaction: Transaction, since: Month | None = None) -> tuple[FeedYield, ...]:
    """Every followed feed, the one that brought most first; of ``since`` and later when it is given."""
    brought = select(EntrySourceRow.feed_id, func.count()).group_by(EntrySourceRow.feed_id)
    if since is not None:
        brought = brought.join(EntryRow).where(EntryRow.first_seen_at >= _beginning(since))
    entries = {row[0]: row[1] for row in transaction.execute(brought)}
    picked = select(PickRow.entry_id).join(IssueRow).where(_is_published(since))
    useful = select(EntrySourceRow.feed_id).where(EntrySourceRow.entry_id.in_(picked))
    picked_feeds = frozenset(transaction.scalars(useful))
    yields = (
        FeedYield(feed, title or url, entries.get(feed, 0), feed in picked_feeds)
        for feed, title, url in transaction.execute(select(FeedRow.id, FeedRow.title, FeedRow.url))
    )
    return tuple(sorted(yields, key=lambda feed: (-feed.entries, feed.title, feed.id)))


def suggestions_by_state(transaction: Transaction, since: Month | None = None) -> Counter[SuggestionState]:
    """How many suggestions of colleagues, of ``since`` and later when it is given, stand in each state.

    The curator's own, which have neither address nor name, are no colleague's.
    """
    of_colleagues = or_(SuggestionRow.address != "", SuggestionRow.name != "")
    statement = select(SuggestionRow.state, func.count()).where(of_colleagues).group_by(SuggestionRow.state)
    if since is not None:
        statement = statement.where(SuggestionRow.suggested_at >= _beginning(since))
    return Counter({SuggestionState(state): count for state, count in transaction.execute(statement)})


def _is_published(since: Month | None) -> ColumnElement[bool]:
    published = IssueRow.status != IssueStatus.DRAFT.value
    return published if since is None else published & (IssueRow.month >= str(since))


def _beginning(month: Month) -> datetime:
    return datetime.combine(month.first_day, time(), UTC)
