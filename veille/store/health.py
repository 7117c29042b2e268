"""How the feeds fare, by what they brought, and when the store was last at work."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from veille.store.engine import Transaction
from veille.store.tables import DecisionRow, DeliveryRow, EntryRow, EntrySourceRow, FeedRow

# Enough to know a rhythm, even a monthly one.
_NEWEST = 20


def newest_dates(transaction: Transaction) -> dict[int, tuple[datetime, ...]]:
    """By feed, the moments by which its newest entries are sorted, newest first, at most twenty."""
    rank = func.row_number().over(
        partition_by=EntrySourceRow.feed_id, order_by=(EntryRow.sorted_at.desc(), EntryRow.id.desc())
    )
    ranked = (
        select(EntrySourceRow.feed_id, EntryRow.sorted_at, rank.label("rank"))
        .join(EntrySourceRow.entry)
        .where(EntrySourceRow.feed_id.is_not(None))
        .subquery()
    )
    statement = select(ranked.c.feed_id, ranked.c.sorted_at).where(ranked.c.rank <= _NEWEST)
    dates: defaultdict[int, list[datetime]] = defaultdict(list)
    for feed_id, sorted_at in transaction.execute(statement.order_by(ranked.c.feed_id, ranked.c.rank)):
        dates[feed_id].append(sorted_at)
    return {feed_id: tuple(found) for feed_id, found in dates.items()}


def latest_moment(transaction: Transaction) -> datetime | None:
    """When something was last visited, decided or delivered (UTC); None when nothing ever was."""
    columns = (FeedRow.last_ok_at, DecisionRow.made_at, DeliveryRow.updated_at)
    moments = [transaction.scalar(select(func.max(column))) for column in columns]
    return max((moment for moment in moments if moment), default=None)
