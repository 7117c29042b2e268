"""Which entries tell the same story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from veille.curate.stories import stories_of
from veille.model.story import Telling

LOUVRE = "Le Louvre ouvre une galerie immersive consacrée aux portraits du Fayoum"


def telling(number: int, title: str = LOUVRE, **changes: Any) -> Telling:
    known = Telling(number, title, "", frozenset([number]), NOW, None)
    return replace(known, **changes)


# Other words make those of the title rare, as they are among two thousand entries.
OTHERS = tuple(
    telling(100 + number, f"{word} {word}esque")
    for number, word in enumerate(["estampe", "médaille", "herbier", "vitrail", "tapisserie", "numismate"])
)


def groups(*tellings: Telling) -> set[frozenset[int]]:
    found = stories_of([*tellings, *OTHERS])
    return {
        frozenset(entry for entry, story in found.items() if story == name)
        for name in found.values()
        if name < 100
    }


def test_the_same_announcement_by_two_feeds_is_one_story_named_after_the_first() -> None:
    later = telling(1, f"{LOUVRE} : la visite", at=NOW + timedelta(days=1))

    assert stories_of([later, telling(2), *OTHERS])[1] == 2


def test_case_and_accents_make_no_difference() -> None:
    assert groups(telling(1), telling(2, LOUVRE.upper().replace("É", "E"))) == {frozenset({1, 2})}


@pytest.mark.parametrize(
    "other",
    [
        telling(2, "Le Louvre recrute un conservateur des portraits"),
        telling(2, feeds=frozenset([1, 7])),
        telling(2, at=NOW + timedelta(days=22)),
        telling(2, ""),
    ],
    ids=["mostly other words", "the same feed", "a month later", "no words"],
)
def test_what_is_not_one_story(other: Telling) -> None:
    assert groups(telling(1), other) == {frozenset({1}), frozenset({2})}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("partie 2", "partie 3", False),
        ("version 1.30", "version 1.30.1", False),
        ("partie 2", "la suite", True),
        ("2026", "du 23 mai 2026", True),
    ],
)
def test_titles_that_number_other_things_are_other_stories(one: str, other: str, together: bool) -> None:
    pair = telling(1, f"{LOUVRE} {one}"), telling(2, f"{LOUVRE} {other}")

    assert (len(groups(*pair)) == 1) is together


def test_a_story_that_has_a_name_keeps_it_and_takes_others_in() -> None:
    """So that what the curator grouped or took apart stays so."""
    apart = telling(1, story=1), telling(2, story=2)

    assert stories_of([*apart, telling(3), *OTHERS])[3] == 1
    assert not {1, 2} & stories_of([*apart, *OTHERS]).keys()


def test_a_story_does_not_drift() -> None:
    """Each is like the next, but the last is not like the first."""
    words = ["louvre", "galerie", "immersive", "portraits", "fayoum", "visite", "soir", "gratuite"]
    chain = [telling(number, " ".join(words[number : number + 4])) for number in range(1, 5)]

    assert len(groups(*chain)) > 1


@given(st.permutations([telling(1), telling(2), telling(3, OTHERS[0].title), *OTHERS]))
def test_the_order_of_arrival_does_not_matter(tellings: Sequence[Telling]) -> None:
    assert stories_of(tellings) == stories_of(sorted(tellings, key=lambda one: one.entry_id))
