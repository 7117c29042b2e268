"""What a page says of itself, whoever wrote it."""

from __future__ import annotations

import pytest

from veille.curate.page import Page, page_from_html

URL = "https://musee.example/billet"


def page(html: str, encoding: str = "utf-8") -> Page:
    return page_from_html(html.encode(encoding), URL)


def test_a_page_tells_its_title_summary_and_language() -> None:
    told = page(
        "<!doctype html><html lang=fr-CA><head><title>\n Le  récolement &amp; nous </title>"
        '<meta name=description content="Dix ans\n après."></head><body><h1>Autre chose</h1>'
    )

    assert told == Page(URL, "Le récolement & nous", "Dix ans après.", "fr")


def test_what_is_meant_for_sharing_comes_first() -> None:
    told = page(
        '<title>Titre · Musée</title><meta property="og:title" content="Titre">'
        '<meta name=description content="x"><meta property=OG:description content="Résumé">'
    )

    assert (told.title, told.summary) == ("Titre", "Résumé")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\0",
        "Bonjour",
        "<title></title><meta><meta content=x><meta name=description>",
        "<html lang=''>",
        "<html lang=français>",
        "<!-- <title>x</title> --><title><!-- --></title>",
        "<svg><desc>x",
    ],
)
def test_a_page_may_say_nothing(html: str) -> None:
    told = page(html)

    assert (told.summary, told.language) == ("", "")
    assert len(told.title) < 10


def test_a_hostile_page_says_one_line_of_plain_text() -> None:
    told = page(f"<title>\u202egnol&#10;\x1b[31m {'mot ' * 500}</title>")

    assert told.title.startswith("gnol [31m mot")
    assert len(told.title) <= 300


def test_an_endless_page_is_not_read_to_its_end() -> None:
    assert page("<p>" * 100_000 + "<title>x</title>").title == ""


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("latin-1", "<meta charset=iso-8859-1>"), ("cp1252", "<meta charset=windows-1252>")],
)
def test_accents_survive_the_encoding_of_the_page(encoding: str, declared: str) -> None:
    assert page(f"{declared}<title>Médiathèque</title>", encoding).title == "Médiathèque"
