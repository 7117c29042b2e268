"""What the charter finds in the curator's own words."""

from __future__ import annotations

import pytest

from builders import a_pick, an_issue
from veille.curate.prose import examine_prose
from veille.model.charter import Finding
from veille.model.issue import Slot, Tray

NBSP = "\u00a0"


def found_in(note: str, *, language: str = "fr", title: str = "", intro: str = "") -> list[Finding]:
    tray = Tray((Slot(1, a_pick(note=note)), Slot(2, None), Slot(3, None)))
    return list(examine_prose(an_issue(title=title, intro=intro, tray=tray), language))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("TODO : la note", "TODO"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("La table xxx est utile", "xxx"),
        ("À compléter", "À compléter"),
        ("à completer demain", "à completer"),
        ("Une note [...]", "[...]"),
        ("Une note […]", "[…]"),
        ("Une note []", "[]"),
        ("Pour qui ???", "???"),
        ("to be completed", "to be completed"),
    ],
)
def test_text_left_to_complete_blocks(text: str, left: str) -> None:
    fault = found_in(text)[0]

    assert (fault.code, fault.severity, fault.slot) == ("placeholder", "blocker", 1)
    assert f"“{left}”" in fault.message


@pytest.mark.parametrize(
    "text",
    ["Ils écrivent : « il faut […] que chacun vienne ».", "Todo el mundo", "XXe siècle", "Vraiment ??"],
)
def test_quotations_and_plain_words_are_no_placeholders(text: str) -> None:
    assert "placeholder" not in [fault.code for fault in found_in(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Un article passionnant.", "passionnant"),
        ("À DÉCOUVRIR d’urgence", "À DÉCOUVRIR"),
        ("Deux ressources incontournables", "incontournables"),
        ("An inte\u0301ressant cas", "intéressant"),
        ("A must-read on access", "must-read"),
        ("Don’t miss it", "Don’t miss"),
    ],
)
def test_praise_that_any_link_could_have_is_a_warning(text: str, word: str) -> None:
    (fault,) = found_in(text)

    assert (fault.code, fault.severity) == ("generic-words", "warning")
    assert f"“{word}”" in fault.message


@pytest.mark.parametrize("text", ["Un bilan chiffré par âge.", "« Un lieu incroyable », dit le livre d’or."])
def test_words_that_say_something_and_quotations_pass(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("typed", "correction"),
    [
        ("Un bilan: enfin", f"“bilan:” → “bilan{NBSP}:”"),
        ("Enfin?!", f"“Enfin?!” → “Enfin{NBSP}?!”"),
        ("«un»", f"“«un»” → “«{NBSP}un{NBSP}»”"),
        ("l'un", "“l'un” → “l’un”"),
        ("et puis...", "“puis...” → “puis…”"),
        ("un  deux", "“un  deux” → “un deux”"),
    ],
)
def test_french_typography_is_a_warning(typed: str, correction: str) -> None:
    (fault,) = found_in(typed)

    assert fault.code == "typography"
    assert correction in fault.message
    assert found_in(typed, language="en") == []


@pytest.mark.parametrize(
    "text",
    [
        "Un bilan : enfin ; vraiment ? « Oui ! »",
        f"Un bilan{NBSP}: enfin\u202f!",
        "https://musee.example/a?b;c:d l’adresse",
        "camille@musee.example",
        "à 14:30, en 16:9",
        "le code `a: 'b'!`",
        'un écran de 5" de large',
        "un :: deux :-) C:\\dossier",
        "« […] » puis… « [...] »",
    ],
)
def test_what_is_right_or_no_prose_is_no_warning(text: str) -> None:
    assert "typography" not in [fault.code for fault in found_in(text)]


def test_a_correction_is_shown_among_its_words() -> None:
    (fault,) = found_in("L'heure calme: un  bilan.")

    assert fault.message == (
        f"Typography of the note: “L'heure” → “L’heure”, “calme:” → “calme{NBSP}:”,"
        " “un  bilan.” → “un bilan.”"
    )


def test_at_most_three_corrections_are_shown() -> None:
    (fault,) = found_in("l'un et puis l'une et puis l'autre et puis l'or et puis l'as")

    assert fault.message.count("→") == 3


def test_title_and_introduction_are_examined_and_named() -> None:
    found = found_in("Une note.", title="Passionnant", intro="TODO")

    assert [(fault.code, fault.place) for fault in found] == [("generic-words", ""), ("placeholder", "")]
    assert "in the title" in found[0].message
    assert "in the introduction" in found[1].message


def test_the_note_of_a_segment_is_examined_for_it() -> None:
    tray = Tray(
        (Slot(1, a_pick(note="Bon.", segment_notes={"publics": "TODO"})), Slot(2, None), Slot(3, None))
    )

    (fault,) = examine_prose(an_issue(intro="", tray=tray), "fr")

    assert (fault.code, fault.place) == ("placeholder", "1 publics")
