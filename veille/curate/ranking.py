"""The order in which the month's entries are shown: what the curator would pick comes first, and says why.

Every entry has its place; nothing is cut off. A part of the first places is drawn from sources of which
little is known, so that what was chosen yesterday does not decide what is seen for ever. Pure.
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.curate.reasons import Contender, reasons_of, telling_weights
from veille.curate.taste import Model

# So many wanted texts make taste weigh as much as what is known without it.
_WANTED_FOR_HALF = 30
_SUGGESTED, _SHARED = 2.0, 1.0
# What a source or a theme loses for each entry that stands before: enough to mix, too little to forbid.
_SOURCE_AGAIN, _THEME_AGAIN = 0.3, 0.02
_MIXED_PLACES = 200
_FIRST_PLACES, _EXPLORED_EVERY = 40, 5
# A back-test on one curator's bookmarks found 38 % of them in the first 40 places, 63 % in 100 and 76 % in
# 200: about k / (k + 65) in the first k.
_PLACES_OF_HALF = 65


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry in its place, and why it stands there, in at most three plain reasons.

    ``segments`` are those to whose taste it is, best first. ``share`` estimates how much of what the
    curator would pick is found in this place; all together make 1.
    """

    entry_id: int
    score: float
    reasons: tuple[str, ...]
    is_exploration: bool
    segments: tuple[str, ...]
    share: float


def rank(model: Model, contenders: Sequence[Contender], now: datetime) -> tuple[Ranked, ...]:
    """All ``contenders``, the most promising first. The same ones, in any order, have the same places."""
    trust = model.positives / (model.positives + _WANTED_FOR_HALF)
    prior = _Prior(contenders, now)
    standings = [_standing(contender, model, prior, trust) for contender in contenders]
    standings.sort(key=lambda standing: (-standing.score, standing.contender.entry_id))
    mixed = list(_mixed(standings))
    explored, telling = _explored(mixed, model), telling_weights(model)
    return tuple(
        Ranked(
            standing.contender.entry_id,
            standing.score,
            reasons_of(
                standing.contender,
                standing.features,
                telling,
                is_to_taste=standing.odds >= 0,
                is_exploration=place in explored,
            ),
            place in explored,
            _segments(standing, model),
            share,
        )
        for place, (standing, share) in enumerate(
            zip(_with_explored(mixed, explored), _shares(len(mixed), trust), strict=True)
        )
    )


def coverage(ranked: Sequence[Ranked], seen: Collection[int]) -> int:
    """How much of what the curator would pick is estimated to lie among the ``seen`` entries, in percent."""
    return round(100 * sum(one.share for one in ranked if one.entry_id in seen))


class _Prior:
    """What speaks for an entry before anything was learnt: it is new, rarely heard, or told by many."""

    def __init__(self, contenders: Sequence[Contender], now: datetime) -> None:
        oldest = min((contender.at for contender in contenders), default=now)
        self._now = now
        self._seconds = max((now - oldest).total_seconds(), 1.0)
        self._sources = Counter(contender.material.source for contender in contenders)

    def of(self, contender: Contender) -> float:
        age = (self._now - contender.at).total_seconds() / self._seconds
        heard = math.log(self._sources[contender.material.source])
        return 1 - age - 0.4 * heard + 0.7 * math.log2(contender.feeds)


@dataclass(frozen=True, slots=True)
class _Standing:
    contender: Contender
    features: Mapping[str, float]
    odds: float
    score: float


def _standing(contender: Contender, model: Model, prior: _Prior, trust: float) -> _Standing:
    features = model.features(contender.material)
    odds = model.taste.of(features)
    score = trust * odds + (1 - trust) * prior.of(contender)
    score += _SUGGESTED * bool(contender.suggested_by) + _SHARED * bool(contender.shares)
    return _Standing(contender, features, odds, score)


def _mixed(standings: Sequence[_Standing]) -> Iterator[_Standing]:
    """The standings, the first places spread over sources and themes (maximal marginal relevance).

    A place is recomputed only when it is about to be given away: what stands before can only lower it.
    """
    before: Counter[tuple[str, str]] = Counter()

    def now_worth(standing: _Standing) -> float:
        material = standing.contender.material
        again = (
            _SOURCE_AGAIN * before["source", material.source] + _THEME_AGAIN * before["theme", material.theme]
        )
        return standing.score - again

    waiting = [(-standing.score, place) for place, standing in enumerate(standings)]
    given = 0
    while waiting and given < _MIXED_PLACES:
        worth, place = heapq.heappop(waiting)
        standing = standings[place]
        if -worth > (current := now_worth(standing)):
            heapq.heappush(waiting, (-current, place))
            continue
        material = standing.contender.material
        before.update([("source", material.source), ("theme", material.theme)])
        given += 1
        yield standing
    yield from (standings[place] for place in sorted(place for _worth, place in waiting))


def _explored(mixed: Sequence[_Standing], model: Model) -> Mapping[int, int]:
    """Which places of the first are for exploration, and which place each entry there comes from.

    Drawn by lot, one a source, from the better half of those that would not stand there; first from the
    sources that the model knows least.
    """
    first = range(_EXPLORED_EVERY - 1, min(_FIRST_PLACES, len(mixed)), _EXPLORED_EVERY)
    others = range(_FIRST_PLACES - len(first), len(mixed))
    places = others[: max(len(first), len(others) // 2)]

    def little_known(place: int) -> tuple[float, int]:
        contender = mixed[place].contender
        weight = model.taste.weights.get(f"source:{contender.material.source}", 0.0)
        return abs(round(weight, 2)), zlib.crc32(f"{contender.entry_id}".encode())

    drawn: dict[str, int] = {}
    for place in sorted(places, key=little_known):
        drawn.setdefault(mixed[place].contender.material.source, place)
    return dict(zip(first, dict.fromkeys([*drawn.values(), *places]), strict=False))


def _with_explored(mixed: Sequence[_Standing], explored: Mapping[int, int]) -> Iterator[_Standing]:
    drawn = frozenset(explored.values())
    others = (standing for place, standing in enumerate(mixed) if place not in drawn)
    for place in range(len(mixed)):
        yield mixed[explored[place]] if place in explored else next(others)


def _segments(standing: _Standing, model: Model) -> tuple[str, ...]:
    tastes = {segment: taste.of(standing.features) for segment, taste in model.by_segment.items()}
    return tuple(sorted((name for name, odds in tastes.items() if odds > 0), key=lambda name: -tastes[name]))


def _shares(count: int, trust: float) -> Iterator[float]:
    """What is expected of each place: as the back-test found where taste is known, else the same of all."""
    whole = count / (count + _PLACES_OF_HALF)
    for place in range(count):
        here = (place + 1) / (place + 1 + _PLACES_OF_HALF) - place / (place + _PLACES_OF_HALF)
        yield trust * here / whole + (1 - trust) / count
