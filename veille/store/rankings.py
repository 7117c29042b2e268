"""Queries about what the ranking learns from, and what it learnt last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from veille.model.entry import EntryState
from veille.store.engine import Transaction
from veille.store.tables import (
    DecisionRow,
    EntryRow,
    EntrySourceRow,
    PastPickRow,
    PickRow,
    RankingRow,
    ShareRow,
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt, as its owner wrote it, and a fingerprint of the evidence that it comes from."""

    evidence: str
    weights: str


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry as the ranking learns from it; ``source`` is the feed that brought it first."""

    id: int
    title: str
    summary: str
    source: str
    theme: str
    language: str
    at: datetime
    state: EntryState
    is_seen: bool


def learnt_last(transaction: Transaction) -> Learnt | None:
    """What was learnt last, if anything was."""
    row = transaction.scalar(select(RankingRow))
    return Learnt(row.evidence, row.weights) if row else None


def save_learnt(transaction: Transaction, learnt: Learnt, now: datetime) -> None:
    """Keep what was learnt, in place of what was before."""
    row = transaction.scalar(select(RankingRow)) or RankingRow()
    row.trained_at, row.evidence, row.weights = now, learnt.evidence, learnt.weights
    transaction.add(row)


def evidence(transaction: Transaction) -> str:
    """A fingerprint of all that could be learnt from; another one when the curator chose since."""
    held = select(func.count()).where(DecisionRow.undone.is_(False))
    newest = (func.max(row.id) for row in (DecisionRow, PickRow, PastPickRow, ShareRow))
    counts = [transaction.scalar(select(last)) for last in newest]
    return " ".join(str(count or 0) for count in (*counts, transaction.scalar(held)))


def judged_entries(transaction: Transaction, before: datetime, at_most: int) -> tuple[JudgedEntry, ...]:
    """What the curator decided about or picked, then the newest others, these sorted before then.

    ``at_most`` counts the others.
    """
    chosen = or_(
        EntryRow.state != EntryState.NEW.value,
        EntryRow.id.in_(select(PickRow.entry_id)),
        EntryRow.id.in_(select(ShareRow.entry_id)),
    )
    decided = _JUDGED.where(chosen).order_by(EntryRow.id)
    others = _JUDGED.where(~chosen, or_(EntryRow.sorted_at < before, EntryRow.seen_at.is_not(None)))
    others = others.order_by(EntryRow.sorted_at.desc(), EntryRow.id.desc()).limit(at_most)
    return (*_judged(transaction, decided), *_judged(transaction, others))


def entries_between(
    transaction: Transaction, since: datetime, until: datetime, entry_ids: Collection[int]
) -> tuple[JudgedEntry, ...]:
    """The entries sorted from then to then, both included, and those numbered so; the oldest entry first."""
    wanted = or_(EntryRow.sorted_at.between(since, until), EntryRow.id.in_(entry_ids))
    return _judged(transaction, _JUDGED.where(wanted).order_by(EntryRow.sorted_at, EntryRow.id))


_FIRST_FEED = (
    select(EntrySourceRow.feed_title)
    .where(EntrySourceRow.entry_id == EntryRow.id)
    .order_by(EntrySourceRow.id)
    .limit(1)
    .scalar_subquery()
)
_JUDGED = select(
    EntryRow.id,
    EntryRow.title,
    EntryRow.summary,
    _FIRST_FEED,
    EntryRow.theme,
    EntryRow.language,
    EntryRow.sorted_at,
    EntryRow.state,
    EntryRow.seen_at.is_not(None),
)


def _judged(transaction: Transaction, statement: Select[Any]) -> tuple[JudgedEntry, ...]:
    return tuple(
        JudgedEntry(number, title, summary, feed, theme, language, at, EntryState(state), bool(is_seen))
        for number, title, summary, feed, theme, language, at, state, is_seen in transaction.execute(
            statement
        )
    )
