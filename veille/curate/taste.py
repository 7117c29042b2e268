"""What the curator's choices have in common: a logistic model of words, sources, themes and languages.

Nothing but the standard library: with sixty choices it finds as much as heavier libraries do, and it is
trained in a second (../docs/choosing.md says what was measured).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        known = features.keys() & self.weights.keys()
        # Exact, so that the order of a set, which is another in each process, makes no difference.
        return self.bias + math.fsum(features[feature] * self.weights[feature] for feature in known)


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
    told = [(_features(example.material, rarities), example) for example in ordered]
    wanted = Counter(segment for example in ordered if example.wanted for segment in example.segments)
    return Model(
        rarities,
        _fit([(features, example.wanted, example.weight) for features, example in told]),
        {
            segment: _fit(
                [
                    (features, example.wanted and segment in example.segments, example.weight)
                    for features, example in told
                ]
            )
            for segment, count in sorted(wanted.items())
            if count >= _EXAMPLES_OF_A_SEGMENT
        },
        sum(example.wanted for example in ordered),
    )


def _fit(told: Sequence[tuple[Mapping[str, float], bool, float]]) -> Taste:
    """Logistic regression by stochastic gradient descent, both classes of the same total weight."""
    totals = {
        sign: sum(weight for _features, wanted, weight in told if wanted is sign) for sign in (True, False)
    }
    if not all(totals.values()):
        return Taste(0.0, {})
    shares = {sign: min(len(told) / 2 / total, _BALANCED_UP_TO) for sign, total in totals.items()}
    bias, weights = 0.0, dict[str, float]()
    for turn in range(_ROUNDS):
        step = _STEP / (1 + turn)
        for features, wanted, weight in told:
            odds = bias + sum(value * weights.get(feature, 0.0) for feature, value in features.items())
            push = step * weight * shares[wanted] * (wanted - 1 / (1 + math.exp(-odds)))
            bias += push
            for feature, value in features.items():
                known = weights.get(feature, 0.0)
                weights[feature] = known + push * value - step * _SHRINKING * known
    return Taste(bias, {feature: weight for feature, weight in weights.items() if abs(weight) >= _FAINT})


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
