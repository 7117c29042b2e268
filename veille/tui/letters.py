"""The letter by which a theme is known at the desk. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from veille.model.plaintext import search_key

_SPARE = "abcdefghijklmnopqrstuvwxyz0123456789"


def letters_of(labels: Mapping[str, str]) -> Mapping[str, str]:
    """A letter for each name: the first of its label that no earlier one took. Capital and without accent."""
    letters: dict[str, str] = {}
    for name, label in labels.items():
        usable = [character for character in search_key(label) + _SPARE if character in _SPARE]
        free = (character.upper() for character in usable if character.upper() not in letters.values())
        letters[name] = next(free, "?")
    return letters
