"""Queries about stories: which entries have none yet, and the one that each belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from veille.model.story import Telling
from veille.store.engine import Transaction
from veille.store.tables import EntryRow, EntrySourceRow


def any_without_story(transaction: Transaction, since: datetime) -> bool:
    """Whether an entry since then was never looked at for its story."""
    wanted = select(EntryRow.id).where(EntryRow.sorted_at >= since, EntryRow.story_id.is_(None))
    return transaction.scalar(wanted.limit(1)) is not None


def tellings(transaction: Transaction, since: datetime) -> tuple[Telling, ...]:
    """The entries since then, as stories are told from them; in no order."""
    recent = EntryRow.sorted_at >= since
    sources = select(EntrySourceRow.entry_id, EntrySourceRow.feed_id).join(EntrySourceRow.entry)
    feeds: defaultdict[int, set[int]] = defaultdict(set)
    for entry_id, feed_id in transaction.execute(sources.where(recent)):
        if feed_id is not None:
            feeds[entry_id].add(feed_id)
    columns = (EntryRow.id, EntryRow.title, EntryRow.summary, EntryRow.sorted_at, EntryRow.story_id)
    return tuple(
        Telling(entry_id, title, summary, frozenset(feeds[entry_id]), at, story)
        for entry_id, title, summary, at, story in transaction.execute(select(*columns).where(recent))
    )


def save_stories(transaction: Transaction, stories: Mapping[int, int]) -> None:
    """Record the story of each entry."""
    rows = [{"id": entry_id, "story_id": story} for entry_id, story in stories.items()]
    transaction.execute(update(EntryRow), rows)
