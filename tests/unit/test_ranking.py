"""The order of the list, and the reasons that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from veille.curate.ranking import Ranked, coverage, rank
from veille.curate.reasons import Contender
from veille.curate.taste import Example, Material, Model, train

NOTHING_LEARNT = train([])


def material(title: str = "Un titre", **changes: str) -> Material:
    return replace(Material(title, "", "Le Journal", "publics", "fr"), **changes)


def contender(number: int, title: str = "", **changes: Any) -> Contender:
    known = Contender(number, material(title or f"Titre {number}"), NOW, 1, (), 0)
    return replace(known, **changes)


def from_source(number: int, source: str, **changes: Any) -> Contender:
    return contender(number, material=material(f"Titre {number}", source=source), **changes)


def taught(*wanted: str, unwanted: Sequence[str] = ("Budget", "Travaux", "Nomination", "Concours")) -> Model:
    return train(
        [Example(material(title), wanted=True, weight=1.0) for title in wanted]
        + [Example(material(title), wanted=False, weight=1.0) for title in unwanted]
    )


def order(ranked: Sequence[Ranked]) -> list[int]:
    return [one.entry_id for one in ranked]


def test_nothing_to_rank() -> None:
    assert rank(NOTHING_LEARNT, [], NOW) == ()
    assert coverage([], {1}) == 0


def test_what_is_like_what_was_wanted_comes_first_and_says_so() -> None:
    model = taught(*(["La médiation au musée"] * 30), unwanted=["Le budget"] * 30 + ["Autre chose"] * 400)

    first, last = rank(model, [contender(1, "Le budget"), contender(2, "Une médiation")], NOW)

    assert first.entry_id == 2
    assert "médiation +" in first.reasons
    assert "budget −" in last.reasons


def test_source_theme_and_language_are_learnt_too() -> None:
    wanted = Material("", "", "ICOM", "collections", "en")
    model = train(
        [Example(wanted, wanted=True, weight=1.0)] * 40 + [Example(material(), wanted=False, weight=1.0)] * 60
    )

    (first, *_others) = rank(model, [contender(1), contender(2, material=wanted)], NOW)

    assert first.entry_id == 2
    assert set(first.reasons) == {"source ICOM +", "theme collections +", "language en +"}


def test_before_anything_is_learnt_the_new_the_rare_and_the_widely_told_come_first() -> None:
    often = [from_source(number, "Often", at=NOW - timedelta(days=9)) for number in range(10, 30)]
    rare = from_source(1, "Rare", at=NOW - timedelta(days=9))
    wide = from_source(2, "Often", at=NOW - timedelta(days=9), feeds=4)
    new = from_source(3, "Often")

    ranked = rank(NOTHING_LEARNT, [*often, rare, wide, new], NOW)

    assert set(order(ranked)[:3]) == {1, 2, 3}
    assert next(one for one in ranked if one.entry_id == 2).reasons == ("carried by 4 feeds",)


def test_what_a_colleague_suggests_comes_first_whatever_was_learnt() -> None:
    model = taught(*(["La médiation"] * 30))
    suggested = contender(2, suggested_by=("Camille Élan", "Noé"), shares=1)

    (first, _other) = rank(model, [contender(1), suggested], NOW)

    assert first.reasons[:2] == ("suggested by Camille Élan, Noé", "sent to 1 colleague")


def test_at_most_three_reasons() -> None:
    model = taught(*(["La médiation numérique en ligne"] * 40), unwanted=["Le budget"] * 500)
    all_at_once = contender(1, "La médiation numérique en ligne", suggested_by=("A",), shares=2, feeds=3)

    (only,) = rank(model, [all_at_once], NOW)

    assert only.reasons == ("suggested by A", "sent to 2 colleagues", "carried by 3 feeds")


def test_one_source_does_not_fill_the_first_places() -> None:
    many = [from_source(number, "A", feeds=2) for number in range(1, 31)]
    others = [from_source(number, f"Source {number}") for number in range(31, 61)]
    # Else a source that is heard often would stand last anyway.
    model = taught("Autre")

    ranked = rank(model, [*many, *others], NOW)

    assert 0 < sum(number <= 30 for number in order(ranked)[:20]) < 15


def test_a_fifth_of_the_first_forty_is_explored_one_a_source_and_says_so() -> None:
    contenders = [from_source(number, f"Source {number % 50}") for number in range(1, 201)]
    by_id = {one.entry_id: one for one in contenders}

    ranked = rank(NOTHING_LEARNT, contenders, NOW)

    explored = [one for one in ranked if one.is_exploration]
    assert explored == [one for one in ranked[:40] if one.is_exploration]
    assert len(explored) == 8
    assert len({by_id[one.entry_id].material.source for one in explored}) == 8
    assert all("exploration: a source you rarely chose" in one.reasons for one in explored)


def test_exploration_prefers_sources_of_which_little_is_known() -> None:
    known = Material("", "", "Known", "publics", "fr")
    examples = [Example(known, wanted=number % 2 == 0, weight=1.0 + number % 3) for number in range(90)]
    contenders = [
        from_source(number, "Known" if number % 3 else f"Unknown {number}") for number in range(1, 300)
    ]

    ranked = rank(train(examples), contenders, NOW)

    by_id = {one.entry_id: one for one in contenders}
    assert {by_id[one.entry_id].material.source for one in ranked if one.is_exploration} != {"Known"}
    assert sum(by_id[one.entry_id].material.source == "Known" for one in ranked if one.is_exploration) <= 1


def test_segments_are_named_where_there_is_enough_to_know_their_taste() -> None:
    examples = [
        *[Example(material("La médiation scolaire"), True, 1.0, frozenset({"publics"}))] * 8,
        *[Example(material("La numérisation des fonds"), True, 1.0, frozenset({"collections"}))] * 7,
        *[Example(material("Le budget"), False, 1.0)] * 30,
    ]
    model = train(examples)

    (one,) = rank(model, [contender(1, "La médiation")], NOW)

    assert model.by_segment.keys() == {"publics"}
    assert one.segments == ("publics",)


def test_what_was_covered_grows_with_what_was_seen_and_counts_the_first_places_more() -> None:
    model = taught(*(["La médiation"] * 300))
    ranked = rank(model, [contender(number) for number in range(1, 1001)], NOW)
    first, last = set(order(ranked)[:200]), set(order(ranked)[-200:])

    assert coverage(ranked, set()) == 0
    assert coverage(ranked, set(order(ranked))) == 100
    assert coverage(ranked, first) > 60
    assert coverage(ranked, last) < 20


def test_without_taste_every_place_promises_the_same() -> None:
    ranked = rank(NOTHING_LEARNT, [contender(number) for number in range(1, 101)], NOW)

    assert coverage(ranked, set(order(ranked)[:25])) == 25


CONTENDERS = st.lists(
    st.builds(
        Contender,
        entry_id=st.integers(1, 10_000),
        material=st.builds(
            Material,
            title=st.text(max_size=30),
            summary=st.text(max_size=60),
            source=st.sampled_from(["A", "B", ""]),
            theme=st.sampled_from(["publics", ""]),
            language=st.sampled_from(["fr", "en", ""]),
        ),
        at=st.integers(-10, 400).map(lambda days: NOW - timedelta(days=days)),
        feeds=st.integers(1, 5),
        suggested_by=st.sampled_from([(), ("Camille",)]),
        shares=st.integers(0, 3),
    ),
    max_size=80,
    unique_by=lambda one: one.entry_id,
)


@pytest.mark.parametrize("model", [NOTHING_LEARNT, taught("La médiation", "Le numérique")])
@given(contenders=CONTENDERS)
def test_everything_has_one_place_and_the_same_one_each_time(
    model: Model, contenders: list[Contender]
) -> None:
    ranked = rank(model, contenders, NOW)

    assert sorted(order(ranked)) == sorted(one.entry_id for one in contenders)
    assert rank(model, contenders[::-1], NOW) == ranked
    assert not contenders or sum(one.share for one in ranked) == pytest.approx(1)
