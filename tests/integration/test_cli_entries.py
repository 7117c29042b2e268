"""``veille entries``: browsing, searching and showing."""

from __future__ import annotations

import pytest

from builders import NOW, a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from veille.store import arrivals, feeds


@pytest.fixture
def stocked(veille: Veille) -> Veille:
    """A workspace of twelve entries about an exhibition, of which one is about the law."""
    law = a_parsed_entry(
        12,
        title="Le droit d’auteur à l’exposition",
        summary="Ce que dit la loi.",
        text="Premier alinéa.\nSecond alinéa.",
        author="Camille Élan",
        image_url="https://journal.example/image.jpg",
        enclosure_url="https://journal.example/son.mp3",
    )
    others = [a_parsed_entry(number, title=f"Exposition {number}") for number in range(1, 12)]
    with store_of(veille.folder) as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [*others, law], NOW)
    return veille


def ids(veille: Veille, *arguments: str) -> set[int]:
    return {entry["id"] for entry in veille.json("entries", "search", *arguments)["entries"]}


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (["droit d'auteur"], {12}),
        (["auteur droit"], set()),
        (["auteur", "droit"], {12}),
        (["exposition", "droit*"], {12}),
        (["exposition", "-resume"], {12}),
        (["-resume", "--limit", "3"], {12}),
        (["-resume", "-lit", "-feed"], {12}),
        (["alinea", "--lang", "FR", "--feed", "1", "--state", "new"], {12}),
        (["alinea", "--lang", "en"], set()),
    ],
)
def test_a_search_takes_words_phrases_beginnings_and_exclusions(
    stocked: Veille, arguments: list[str], numbers: set[int]
) -> None:
    assert ids(stocked, *arguments) == numbers


def test_a_word_after_two_dashes_is_no_option(stocked: Veille) -> None:
    assert "droit d’auteur" in stocked("entries", "search", "--", "-resume")


@pytest.mark.parametrize("command", [["list"], ["search", "exposition"]])
def test_a_list_that_is_cut_says_so(stocked: Veille, command: list[str]) -> None:
    document = stocked.json("entries", *command, "--limit", "5")
    said_to_a_program = stocked.said
    stocked("entries", *command, "--limit", "5")

    assert (len(document["entries"]), document["total"]) == (5, 12)
    assert said_to_a_program == ""
    assert stocked.said == "5 of 12 shown; --limit 20 for more.\n"


@pytest.mark.parametrize("limit", ["12", "50"])
def test_a_whole_list_says_nothing_beside_itself(stocked: Veille, limit: str) -> None:
    document = stocked.json("entries", "list", "--limit", limit)
    stocked("entries", "list", "--limit", limit)

    assert document["total"] == len(document["entries"]) == 12
    assert stocked.said == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "…"], 2, "There is no word to search for in “…”."),
        (["search", ""], 2, "There is no word to search for"),
        (["search", "droit", "--monht", "2026-11"], 2, "There is no option --monht."),
        (["list", "--monht", "2026-11"], 2, "There is no option"),
        (["list", "--lang", "french"], 2, "“french” is not the code of a language."),
        (["list", "--lang", "f1"], 2, "“f1” is not the code of a language."),
        (["list", "--lang", ""], 2, "“” is not the code of a language."),
        (["list", "--feed", "9"], 1, "There is no feed number 9."),
        (["search", "droit", "--feed", "9"], 1, "There is no feed number 9."),
    ],
)
def test_what_cannot_be_asked_is_named(stocked: Veille, arguments: list[str], code: int, said: str) -> None:
    stocked("entries", *arguments, code=code)

    assert said in stocked.said


def test_an_entry_is_shown_in_full(stocked: Veille) -> None:
    shown = stocked("entries", "show", "12")
    (document,) = stocked.json("entries", "show", "12")["entries"]

    assert shown.splitlines() == [
        "Le droit d’auteur à l’exposition",
        "https://journal.example/articles/12",
        "Camille Élan · publics · Le Journal · 2026-11-12 · fr · 2 min",
        "Image: https://journal.example/image.jpg",
        "Attached: https://journal.example/son.mp3",
        "",
        "Ce que dit la loi.",
        "",
        "Premier alinéa.",
        "",
        "Second alinéa.",
    ]
    assert document["author"] == "Camille Élan"
    assert document["text"] == "Premier alinéa.\nSecond alinéa."
    assert document["image_url"] == "https://journal.example/image.jpg"
    assert document["enclosure_url"] == "https://journal.example/son.mp3"


def test_a_summary_that_begins_the_text_is_not_shown_twice(stocked: Veille) -> None:
    assert stocked("entries", "show", "1").count("Le résumé de l’article 1.") == 1
