"""Would the ranking have found what was picked? Each month is ranked by what was known before it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from veille.curate.ranking import rank
from veille.curate.reasons import Contender
from veille.curate.taste import Example, Material, train

DEPTHS = (40, 100, 200)
# Five picks swing by chance from month to month: a year says more.
MONTHS_COUNTED = 12
_PICKED, _PASSED_OVER = 3.0, 0.2


class Method(StrEnum):
    """The ways of ordering that are compared."""

    RANKING = "ranking"
    SOURCES = "sources"
    RECENCY = "recency"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """An entry that could have been picked in its month, and whether it was."""

    id: int
    material: Material
    at: datetime
    is_picked: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """What could be picked in a month, when the issue was made: ``until`` then."""

    name: str
    until: datetime
    entries: tuple[PoolEntry, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """The months ranked, the oldest first, and what share of their picks each method has in its first places.

    ``recall`` is by method and depth; ``picks`` and ``entries`` count those of the months ranked.
    """

    months: tuple[str, ...]
    picks: int
    entries: int
    recall: Mapping[Method, Mapping[int, float]]


def backtest(pools: Sequence[Pool], depths: Sequence[int] = DEPTHS) -> Backtest | None:
    """Rank each of the last twelve ``pools``, in order, by the earlier ones only; None when there are none.

    A month counts when it has a pick and an earlier month has one too.
    """
    ranked = [
        (pool, pools[:place])
        for place, pool in enumerate(pools)
        if _picks(pool) and any(_picks(earlier) for earlier in pools[:place])
    ][-MONTHS_COUNTED:]
    if not ranked:
        return None
    found: defaultdict[tuple[Method, int], float] = defaultdict(float)
    for pool, earlier in ranked:
        for method, share_at in _shares(pool, earlier).items():
            for depth in depths:
                found[method, depth] += share_at(depth)
    picks = sum(len(_picks(pool)) for pool, _earlier in ranked)
    return Backtest(
        tuple(pool.name for pool, _earlier in ranked),
        picks,
        sum(len(pool.entries) for pool, _earlier in ranked),
        {method: {depth: found[method, depth] / picks for depth in depths} for method in Method},
    )


def _shares(pool: Pool, earlier: Sequence[Pool]) -> Mapping[Method, Callable[[int], float]]:
    """By method, how many of the picks of ``pool`` are among the first so many."""
    picks = _picks(pool)

    def among(order: Sequence[int]) -> Callable[[int], float]:
        return lambda depth: len(picks.intersection(order[:depth]))

    return {
        Method.RANKING: among(_by_ranking(pool, earlier)),
        Method.SOURCES: among(_by_sources(pool, earlier)),
        Method.RECENCY: among(_by_recency(pool.entries)),
        Method.RANDOM: lambda depth: len(picks) * min(1.0, depth / len(pool.entries)),
    }


def _picks(pool: Pool) -> frozenset[int]:
    return frozenset(entry.id for entry in pool.entries if entry.is_picked)


def _by_ranking(pool: Pool, earlier: Iterable[Pool]) -> Sequence[int]:
    model = train(
        [
            Example(entry.material, entry.is_picked, _PICKED if entry.is_picked else _PASSED_OVER)
            for past in earlier
            for entry in past.entries
        ]
    )
    contenders = [
        Contender(entry.id, entry.material, entry.at, feeds=1, suggested_by=(), shares=0)
        for entry in pool.entries
    ]
    return [ranked.entry_id for ranked in rank(model, contenders, pool.until)]


def _by_sources(pool: Pool, earlier: Sequence[Pool]) -> Sequence[int]:
    """The sources of which the largest share was picked come first; within a source, the newest."""
    seen = Counter(entry.material.source for past in earlier for entry in past.entries)
    picked = Counter(entry.material.source for past in earlier for entry in past.entries if entry.is_picked)
    # Each source is lent one entry of the usual share, all that is known of a new one.
    usual = picked.total() / seen.total()
    prior = {source: (picked[source] + usual) / (seen[source] + 1) for source in seen}
    newest = sorted(pool.entries, key=lambda entry: (entry.at, entry.id), reverse=True)
    return [entry.id for entry in sorted(newest, key=lambda entry: -prior.get(entry.material.source, usual))]


def _by_recency(entries: Iterable[PoolEntry]) -> Sequence[int]:
    return [entry.id for entry in sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)]
