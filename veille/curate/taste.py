"""What the curator's choices have in common: a logistic model of words, sources, themes and languages.

Nothing but the standard library: with sixty choices it finds as much as heavier libraries do, and it is
trained in a second (../docs/explanation/choosing.md says what was measured).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import mul
from typing import NamedTuple

from veille.curate.terms import rarity, terms_of, vector

_ROUNDS = 12
_STEP = 0.2
_SHRINKING = 1e-4
# Weights that would never decide anything are forgotten.
_FAINT = 0.01
# A single wanted text among thousands must not throw everything over.
_BALANCED_UP_TO = 10.0
# A department has a taste of its own from here on; with fewer examples it would be chance.
_EXAMPLES_OF_A_SEGMENT = 8
# What a text is made of weighs as much as where it comes from.
_WEIGHT_OF_ORIGIN = 1.0


@dataclass(frozen=True, slots=True)
class Material:
    """What taste can be about. Each of them may be empty."""

    title: str
    summary: str
    source: str
    theme: str
    language: str


@dataclass(frozen=True, slots=True)
class Example:
    """A text that the curator wanted, or not. ``segments`` are those that he wanted it for in particular."""

    material: Material
    wanted: bool
    weight: float
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taste:
    """How much each feature speaks for a text, and how much for any text."""

    bias: float
    weights: Mapping[str, float]

    def of(self, features: Mapping[str, float]) -> float:
        """How well a text of these features would please; 0 is even odds, in logarithms of odds."""
        known = map(self.weights.get, features, repeat(0.0))
        return self.bias + math.fsum(map(mul, features.values(), known))


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt from ``positives`` wanted texts; by segment too, where there were enough."""

    rarities: Mapping[str, float]
    taste: Taste
    by_segment: Mapping[str, Taste]
    positives: int

    def features(self, material: Material) -> dict[str, float]:
        """What the model knows about a text."""
        return _features(material, self.rarities)


def train(examples: Sequence[Example]) -> Model:
    """Learn what wanted texts have in common. The same examples, in any order, make the same model."""
    ordered = sorted(examples, key=_by_lot)
    rarities = rarity([[*_words(example.material), *_origin(example.material)] for example in ordered])
    wanted = Counter(segment for example in ordered if example.wanted for segment in example.segments)
    numbers = {feature: number for number, feature in enumerate(rarities)}
    lessons = [
        _Lesson([numbers[feature] for feature in features], [*features.values()], example.weight)
        for example in ordered
        for features in (_features(example.material, rarities),)
    ]

    def taste(is_wanted: Iterable[bool]) -> Taste:
        bias, pushes = _fit(lessons, [*is_wanted], len(rarities))
        named = zip(rarities, pushes, strict=True)
        return Taste(bias, {feature: push for feature, push in named if abs(push) >= _FAINT})

    return Model(
        rarities,
        taste(example.wanted for example in ordered),
        {
            segment: taste(example.wanted and segment in example.segments for example in ordered)
            for segment, count in sorted(wanted.items())
            if count >= _EXAMPLES_OF_A_SEGMENT
        },
        sum(example.wanted for example in ordered),
    )


class _Lesson(NamedTuple):
    """A text to learn from: the numbers of its features, how much it has of each, and how much it counts."""

    numbers: list[int]
    values: list[float]
    weight: float


def _fit(lessons: Sequence[_Lesson], is_wanted: Sequence[bool], features: int) -> tuple[float, list[float]]:
    """Logistic regression by stochastic gradient descent, both classes of the same total weight.

    A bias and the weight of each of the ``features``.
    """
    bias, weights = 0.0, [0.0] * features
    told = [*zip(lessons, is_wanted, strict=True)]
    totals = {sign: sum(lesson.weight for lesson, wanted in told if wanted is sign) for sign in (True, False)}
    if not all(totals.values()):
        return bias, weights
    shares = {sign: min(len(told) / 2 / total, _BALANCED_UP_TO) for sign, total in totals.items()}
    for turn in range(_ROUNDS):
        step = _STEP / (1 + turn)
        kept = 1 - step * _SHRINKING
        for (numbers, values, weight), wanted in told:
            odds = bias + sum(map(mul, values, map(weights.__getitem__, numbers)))
            push = step * weight * shares[wanted] * (wanted - 1 / (1 + math.exp(-odds)))
            bias += push
            for number, value in zip(numbers, values, strict=True):
                weights[number] = kept * weights[number] + push * value
    return bias, weights


def _by_lot(example: Example) -> tuple[int, str]:
    """An order without meaning, which descent needs, and the same each time."""
    written = repr((example.material, example.wanted, example.weight, sorted(example.segments)))
    return zlib.crc32(written.encode()), written


def _words(material: Material) -> list[str]:
    # A title says it in few words: each counts twice.
    return terms_of(f"{material.title}\n{material.title}\n{material.summary}")


def _features(material: Material, rarities: Mapping[str, float]) -> dict[str, float]:
    origin = dict.fromkeys(_origin(material), _WEIGHT_OF_ORIGIN)
    return {**vector(_words(material), rarities), **origin}


def _origin(material: Material) -> list[str]:
    named = {"source": material.source, "theme": material.theme, "language": material.language}
    return [f"{name}:{value}" for name, value in named.items() if value]
