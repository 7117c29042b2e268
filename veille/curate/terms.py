"""The words of a text, and how much each says of it: what likeness and taste are measured by. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_WORD = re.compile(r"[^\W_]{2,}")
_ACCENTS = re.compile("[\u0300-\u036f]+")

Vector = Mapping[str, float]
"""The weight of each term of a text; of length 1, or without terms."""


def terms_of(text: str) -> list[str]:
    """The words of two letters and more in ``text``, in order, without case or accents."""
    return _WORD.findall(_ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def as_written(term: str, text: str) -> str:
    """The word of ``text`` that is ``term``, with its accents, in lower case; ``term`` if it is not found."""
    words = _WORD.findall(unicodedata.normalize("NFC", text.casefold()))
    if term in words:
        return term
    terms = terms_of(text)
    # Of different number where a single sign stands for several letters.
    return dict(zip(terms, words, strict=True)).get(term, term) if len(words) == len(terms) else term


def rarity(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Of each term in ``documents``, how rare it is among them (smoothed inverse document frequency).

    One in all of them has 1, one in half of them 1.7, one in a tenth 3.3.
    """
    counts = Counter(term for document in documents for term in set(document))
    return {term: math.log((1 + len(documents)) / (1 + count)) + 1 for term, count in counts.items()}


def vector(terms: Iterable[str], rarities: Mapping[str, float]) -> Vector:
    """The TF-IDF vector of a text of these ``terms``; those without a rarity are left out."""
    weights = {term: count * rarities[term] for term, count in Counter(terms).items() if term in rarities}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()}


def likeness(one: Vector, other: Vector) -> float:
    """The cosine of two vectors, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())
