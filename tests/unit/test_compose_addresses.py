"""Addresses in mail and archive: only the web is clicked, letters to the curator open with their subject."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from builders import NOVEMBER
from veille.compose.addresses import (
    clickable_url,
    issue_path,
    leave_mailto,
    mailto,
    propose_mailto,
    public_url,
)
from veille.settings import ArchiveSettings, CuratorSettings, Settings

CURATED = replace(Settings(), curator=CuratorSettings("Camille Élan", "camille@musee.example"))


def subject_of(link: str) -> str:
    (subject,) = parse_qs(urlsplit(link).query)["subject"]
    return subject


@pytest.mark.parametrize(
    "url",
    [
        "https://journal.example/articles/1?a[]=1&b=(2)!*',$;@:+#fin~",
        "http://journal.example/d%C3%A9j%C3%A0?q=%20",
    ],
)
def test_an_address_already_in_ascii_stays_as_published(url: str) -> None:
    assert clickable_url(url) == url


def test_an_address_is_written_in_ascii() -> None:
    assert clickable_url("https://journal.example/é?q=“|”#à") == (
        "https://journal.example/%C3%A9?q=%E2%80%9C%7C%E2%80%9D#%C3%A0"
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//journal.example", "", " "]
)
def test_only_the_web_is_clickable(url: str) -> None:
    assert clickable_url(url) == ""


def test_a_letter_keeps_every_character_of_its_subject() -> None:
    subject = "Re: Tarifs & files — 50 % d’hésitation ? #1+1"

    link = mailto("camille@musee.example", subject)

    assert link.isascii()
    assert subject_of(link) == subject


@pytest.mark.parametrize("address", ["a&b?subject=x@musee.example", "d'élan+veille@musee.example"])
def test_no_address_can_add_to_the_letter(address: str) -> None:
    link = mailto(address, "Sujet")

    assert unquote(urlsplit(link).path) == address
    assert subject_of(link) == "Sujet"


def test_a_letter_to_nobody_is_no_link() -> None:
    assert mailto("", "Sujet") == leave_mailto(Settings(), "fr") == propose_mailto(Settings(), "fr") == ""


@pytest.mark.parametrize(
    ("language", "leaving", "proposing"),
    [
        ("fr", "[veille] Désabonnement", "[veille] Proposition"),
        ("en", "[veille] Unsubscribe", "[veille] Proposal"),
    ],
)
def test_letters_that_are_sorted_on_arrival_carry_the_same_mark(
    language: str, leaving: str, proposing: str
) -> None:
    assert subject_of(leave_mailto(CURATED, language)) == leaving
    assert subject_of(propose_mailto(CURATED, language)) == proposing


def test_a_page_has_an_address_only_once_the_archive_has_one() -> None:
    published = replace(Settings(), archive=ArchiveSettings("https://veille.example/archives/"))

    path = issue_path(NOVEMBER)

    assert public_url(path, Settings()) == ""
    assert public_url(path, published) == "https://veille.example/archives/numeros/2026-11/index.html"
