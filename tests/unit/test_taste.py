"""Learning from examples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veille.curate.taste import Example, Material, train
from veille.curate.terms import as_written, terms_of

EXAMPLES = [
    Example(
        Material(f"Titre {number}", "La médiation" if number % 2 else "Le budget", "S", "", "fr"),
        wanted=number % 2 == 1,
        weight=1.0,
        segments=frozenset({"publics", "collections"} if number % 4 == 1 else ()),
    )
    for number in range(12)
]


@given(st.permutations(EXAMPLES))
def test_the_order_of_the_examples_does_not_matter(examples: list[Example]) -> None:
    assert train(examples) == train(EXAMPLES)


def test_only_what_was_wanted_teaches_nothing() -> None:
    """Without a choice there is no taste."""
    model = train([example for example in EXAMPLES if example.wanted])

    assert (model.taste.weights, model.positives) == ({}, 6)


def test_one_wanted_text_among_thousands_does_not_throw_everything_over() -> None:
    unwanted = [Example(Material(f"Mot{number}", "", "S", "", ""), False, 0.2) for number in range(3000)]
    model = train([Example(Material("Médiation", "", "T", "", ""), True, 3.0), *unwanted])

    liked = model.taste.of(model.features(Material("Médiation", "", "T", "", "")))

    assert liked > model.taste.of(model.features(Material("Mot7", "", "S", "", "")))
    assert abs(liked) < 20


def test_terms_have_neither_case_nor_accents_nor_single_letters() -> None:
    assert terms_of("L'Œuvre À VOIR : 3D, médiation_culturelle") == [
        "œuvre",
        "voir",
        "3d",
        "mediation",
        "culturelle",
    ]


def test_a_term_is_shown_as_it_was_written() -> None:
    assert as_written("mediation", "Une Médiation nouvelle") == "médiation"
    assert as_written("mediation", "Rien de tel") == "mediation"
    # One word with ¼, two without it.
    assert as_written("mediation", "a¼b Médiation") == "mediation"
