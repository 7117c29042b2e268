"""Stories: entries of several feeds about the same thing, grouped and never deleted.

Two entries are alike when the cosine of their TF-IDF vectors is at least 0.50; below, chains of unlike
entries begin to form (facts: at 0.40, one of 25).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from veille.curate.terms import Vector, likeness, rarity, terms_of, vector
from veille.model.story import Telling
from veille.store import Store
from veille.store import stories as queries

LIKENESS = 0.50
_NUMBER = re.compile(r"\d+(?:[.]\d+)*")
# What is told again later is another occasion.
_WINDOW = timedelta(days=21)
# Long enough that what is new meets all that it may belong to.
_LOOKED_BACK = timedelta(days=60)


def group_new_entries(store: Store, now: datetime) -> int:
    """Find the stories of the entries that have none yet, among those of the last two months; how many."""
    with store.transaction() as transaction:
        if not queries.any_without_story(transaction, now - _LOOKED_BACK):
            return 0
        found = stories_of(queries.tellings(transaction, now - _LOOKED_BACK))
        queries.save_stories(transaction, found)
    return len(found)


def stories_of(tellings: Sequence[Telling]) -> Mapping[int, int]:
    """The story of each entry that has none: that of the entry it is most like, or its own.

    It is compared with the first entry of each story only, so that a story does not drift; never with one
    of the same feed, whose columns resemble each other every week; and never with one whose title numbers
    another thing, as the second part of a series does. The order of ``tellings`` does not matter.
    """
    ordered = sorted(tellings, key=lambda telling: (telling.story is None, telling.at, telling.entry_id))
    words = [terms_of(f"{telling.title}\n{telling.summary}") for telling in ordered]
    rarities = rarity(words)
    firsts = _Firsts(rarities)
    found: dict[int, int] = {}
    for telling, terms in zip(ordered, words, strict=True):
        weights = vector(terms, rarities)
        if telling.story is None:
            found[telling.entry_id] = firsts.story_like(telling, weights) or telling.entry_id
        firsts.add(telling, weights, telling.story or found[telling.entry_id])
    return found


def _may_be_one(one: Telling, other: Telling) -> bool:
    if one.feeds & other.feeds or abs(one.at - other.at) > _WINDOW:
        return False
    numbers, others = _title_numbers(one), _title_numbers(other)
    return numbers <= others or others <= numbers


def _title_numbers(telling: Telling) -> frozenset[str]:
    return frozenset(_NUMBER.findall(telling.title))


class _Firsts:
    """The first entry of each story, found by their rarest terms.

    When the terms of every vector are sorted by rarity, two vectors of likeness 0.50 share one of those at
    the beginning whose rest is shorter than 0.50 (Bayardo, Ma and Srikant, "Scaling up all pairs similarity
    search", 2007). Only those that are half alike by these terms are compared whole.
    """

    def __init__(self, rarities: Mapping[str, float]) -> None:
        self._rarities = rarities
        self._stories: dict[int, tuple[Telling, Vector]] = {}
        self._by_term: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)

    def add(self, telling: Telling, weights: Vector, story: int) -> None:
        """Let ``telling`` stand for ``story``, unless another one does."""
        if story not in self._stories:
            self._stories[story] = telling, weights
            for term in self._rarest(weights):
                self._by_term[term].append((story, weights[term]))

    def story_like(self, telling: Telling, weights: Vector) -> int | None:
        """The story whose first entry is most like ``telling``, and enough."""
        by_rarest: defaultdict[int, float] = defaultdict(float)
        for term in self._rarest(weights):
            weight = weights[term]
            for story, other_weight in self._by_term[term]:
                by_rarest[story] += weight * other_weight
        alike = [
            (likeness(weights, first_weights), -story)
            for story, likeness_by_rarest in by_rarest.items()
            if likeness_by_rarest >= LIKENESS / 2
            for first, first_weights in [self._stories[story]]
            if _may_be_one(telling, first)
        ]
        best, story = max(alike, default=(0.0, 0))
        return -story if best >= LIKENESS else None

    def _rarest(self, weights: Vector) -> Iterator[str]:
        """The rarest terms, up to those that could not make two texts alike by themselves."""
        left = sum(weight * weight for weight in weights.values())
        for term in sorted(weights, key=lambda term: (-self._rarities[term], term)):
            if math.sqrt(max(left, 0.0)) < LIKENESS:
                return
            yield term
            left -= weights[term] ** 2
