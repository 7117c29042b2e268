"""The orders of the linear desk, as they are typed."""

from __future__ import annotations

import re

import pytest

from veille import i18n
from veille.cli.linear.manual import WORDS, Chapter, Command, form_of, help_on_chapter, introduction
from veille.cli.linear.orders import Order, Reference, order_from_text
from veille.errors import UsageError

SEGMENTS = ("publics", "collections")


def lines(*numbers: int) -> tuple[Reference, ...]:
    return tuple(Reference(number, is_entry=False) for number in numbers)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("", Order(Command.NEXT)),
        ("12", Order(Command.READ, lines(12))),
        ("lire #128", Order(Command.READ, (Reference(128, is_entry=True),))),
        ("Écarter 3, 5 et 8-10", Order(Command.DISMISS, lines(3, 5, 8, 9, 10))),
        ("retenir\u00a07", Order(Command.KEEP, lines(7))),
        ("group 3 5", Order(Command.GROUP, lines(3, 5))),
        ("theme 2 Méthodes", Order(Command.THEME, lines(2), text="Méthodes")),
        ("add 12", Order(Command.ADD, lines(12))),
        ("ajouter 12 place 3 pour publics", Order(Command.ADD, lines(12), (3,), "publics")),
        ("remove slot 3", Order(Command.REMOVE, slots=(3,))),
        ("move 4 to 1", Order(Command.MOVE, slots=(4, 1))),
        ("plateau", Order(Command.TRAY)),
        ("tray 3", Order(Command.TRAY, slots=(3,))),
        ("effacer 3 pour publics", Order(Command.ERASE, slots=(3,), segment="publics")),
        ("erase intro", Order(Command.ERASE, name="intro")),
        ("filter lang:en tarif", Order(Command.FILTER, text="lang:en tarif")),
        ("decline 1: déjà choisi", Order(Command.DECLINE, lines(1), text="déjà choisi")),
        ("override link-dead: it is back", Order(Command.OVERRIDE, name="link-dead", text="it is back")),
        ("preview publics", Order(Command.PREVIEW, segment="publics")),
        ("open", Order(Command.OPEN)),
        ("?", Order(Command.HELP)),
        ("aide retenir", Order(Command.HELP, text="retenir")),
    ],
)  # fmt: skip
def test_an_order_is_understood_in_either_language(typed: str, order: Order) -> None:
    assert order_from_text(typed, SEGMENTS) == order


@pytest.mark.parametrize(
    ("typed", "segment", "text"),
    [
        ("note 3", None, ""),
        ("note 3: Why it matters: a lot.", None, "Why it matters: a lot."),
        ("note 3 Why it matters.", None, "Why it matters."),
        ("note 3 for publics", "publics", ""),
        ("note 3 pour Publics : Le tableau.", "Publics", "Le tableau."),
        ("note 3 for publics The table.", "publics", "The table."),
        ("note 3 pour comprendre les tarifs", None, "pour comprendre les tarifs"),
        ("note 3 for nobody", "nobody", ""),
    ],
)
def test_a_note_keeps_every_word_that_is_not_its_address(typed: str, segment: str | None, text: str) -> None:
    assert order_from_text(typed, SEGMENTS) == Order(Command.NOTE, slots=(3,), segment=segment, text=text)


@pytest.mark.parametrize("typed", ["keep", "keep twelve", "group 3", "move 4", "undo 3", "note", "read 1 2"])
def test_what_an_order_lacks_is_shown_by_example(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        order_from_text(typed, SEGMENTS)

    command = WORDS[typed.split(maxsplit=1)[0]]
    assert refused.value.hint == f"Write it so: {form_of(command)}"


def test_a_mistyped_word_is_guessed() -> None:
    with pytest.raises(UsageError, match="“retnir” is not an order") as refused:
        order_from_text("retnir 3", SEGMENTS)
    assert "“retenir”" in refused.value.hint

    with pytest.raises(UsageError) as refused:
        order_from_text("%%%", SEGMENTS)
    assert refused.value.hint == "All the orders: help"


def test_a_slip_of_the_finger_does_not_set_a_thousand_aside() -> None:
    with pytest.raises(UsageError, match="999 at once are too many"):
        order_from_text("dismiss 2-1000", SEGMENTS)


def test_no_word_means_two_orders() -> None:
    said = [word for command in Command for word, meant in WORDS.items() if meant is command]

    assert len(said) == len(WORDS)
    assert {WORDS[command.value] for command in Command} == set(Command)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_help_says_every_order_in_words_that_are_understood(language: str) -> None:
    i18n.activate(language)

    for command in Command:
        for example in form_of(command).split(", "):
            assert order_from_text(example, SEGMENTS).command is command
    told = [sentence for chapter in Chapter for sentence in help_on_chapter(chapter)]
    assert len(told) == len(Command)
    assert all(sentence.endswith(".") for sentence in (*told, *introduction()))
    assert not [sentence for sentence in told if re.search(r"[^\w\s.,;:!?’'“”«»()#-]", sentence)]
