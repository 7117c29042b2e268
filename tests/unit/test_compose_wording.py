"""Dates, languages and the line above a title, in French and in English."""

from __future__ import annotations

from datetime import date

import pytest

from builders import a_pick
from veille.compose.wording import (
    date_label,
    day_label,
    foreign_language,
    language_label,
    language_name,
    meta_parts,
    month_label,
    month_name,
    paragraphs,
)
from veille.model.month import Month
from veille.settings import Settings


@pytest.mark.parametrize(("language", "label"), [("fr", "août 2026"), ("en", "August 2026")])
def test_a_month_is_written_in_words(language: str, label: str) -> None:
    august = Month(2026, 8)

    assert month_label(august, language) == label
    assert month_name(august, language) == label.removesuffix(" 2026")


@pytest.mark.parametrize(
    ("day", "language", "label"),
    [
        (date(2026, 11, 12), "fr", "12\u00a0novembre"),
        (date(2026, 11, 1), "fr", "1er\u00a0novembre"),
        (date(2026, 11, 1), "en", "November 1"),
    ],
)
def test_a_day_is_written_in_words(day: date, language: str, label: str) -> None:
    assert day_label(day, language) == label


@pytest.mark.parametrize(
    ("code", "language", "label"),
    [("en", "fr", "en\u00a0anglais"), ("fr", "en", "in French"), ("xx-nowhere", "fr", "")],
)
def test_a_language_is_named_where_it_has_a_name(code: str, language: str, label: str) -> None:
    assert language_label(code, language) == label


def test_the_language_of_a_link_is_told_only_when_it_is_another() -> None:
    assert foreign_language(a_pick(language="en"), "fr") == "en"
    assert foreign_language(a_pick(language="fr"), "fr") == ""
    assert foreign_language(a_pick(language=""), "fr") == ""


def test_the_line_above_a_title_says_what_is_known() -> None:
    parts = meta_parts(a_pick(language="en", theme="outils"), "fr", Settings())

    assert parts == ("Outils", "Le Journal", "12\u00a0novembre", "4\u00a0min", "en\u00a0anglais")


def test_the_line_above_a_title_leaves_out_what_is_not_known() -> None:
    pick = a_pick(theme="jadis", published_on=None, reading_minutes=None, language="xx-nowhere")

    assert meta_parts(pick, "en", Settings()) == ("jadis", "Le Journal")


@pytest.mark.parametrize("source", ["متحف الفن", "המוזיאון"])
def test_a_date_stays_behind_a_source_that_is_written_from_right_to_left(source: str) -> None:
    _theme, said, _date = meta_parts(
        a_pick(source=source, theme="outils", published_on=date(2026, 11, 12), reading_minutes=None),
        "fr",
        Settings(),
    )

    assert said == f"{source}\u200e"


def test_blank_lines_part_paragraphs_and_line_ends_do_not() -> None:
    typed = "\r\nUne ligne,\r\nla suite.\r\n  \r\n\r\nUn autre\u00a0: paragraphe.\n\n\n"

    assert paragraphs(typed) == ("Une ligne, la suite.", "Un autre\u00a0: paragraphe.")


@pytest.mark.parametrize("typed", ["", " \n\n ", "\x00"])
def test_nothing_typed_is_no_paragraph(typed: str) -> None:
    assert paragraphs(typed) == ()


def test_paragraphs_hold_no_control_characters() -> None:
    assert paragraphs("Un\x00 mot\x1b[31m") == ("Un mot [31m",)


@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (date(2026, 11, 1), "fr", "1er\u00a0novembre\u00a02026"),
        (date(2026, 11, 12), "fr", "12\u00a0novembre\u00a02026"),
        (date(2026, 11, 1), "en", "November 1, 2026"),
    ],
)
def test_a_day_is_written_with_its_year(day: date, language: str, expected: str) -> None:
    assert date_label(day, language) == expected


@pytest.mark.parametrize(("code", "expected"), [("en", "anglais"), ("zz", "zz"), ("", "inconnue")])
def test_a_language_is_called_by_its_name_where_it_is_known(code: str, expected: str) -> None:
    assert language_name(code, "fr") == expected
