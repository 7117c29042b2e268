"""One shared link: the same words in HTML and text, nothing that reports, safe whatever was written."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from builders import a_pick
from veille.compose.digest import Digest
from veille.compose.share import compose_share
from veille.settings import CuratorSettings, DigestSettings, Settings

SETTINGS = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
)
HOSTILE = """"><script>alert('x')</script><img src=x onerror=alert(1)> {{ 7*7 }} --><!--[if mso]>"""


def share(read_in: str = "fr", settings: Settings = SETTINGS, **changes: Any) -> Digest:
    return compose_share(a_pick(**changes), read_in, settings, Path("nowhere"))


def structure(page: str) -> list[tuple[object, list[str]]]:
    return [(element.tag, sorted(element.keys())) for element in html.document_fromstring(page).iter()]


def test_a_share_says_who_sends_what_and_why_in_both_parts() -> None:
    mail = share("en", note="Page 3.\n\nEt la suite.")

    assert mail.subject == "For you: Article 1"
    for part in (html.document_fromstring(mail.html).text_content(), mail.text):
        for words in (
            *("Musée du Fleuve", "La veille", "Camille Élan sends you a link", "Article 1"),
            *("Audiences · Le Journal · November 12", "in French", "Page 3.", "Et la suite."),
            *("camille@musee.example", "no tracker"),
        ):
            assert words in part
    assert "https://journal.example/articles/1" in mail.text


@pytest.mark.parametrize(
    ("note", "shown"), [("Page 3.\n\nFin.", "Page 3. Fin."), ("", "Camille Élan vous transmet")]
)
def test_a_mailbox_shows_the_note_beside_the_subject(note: str, shown: str) -> None:
    (preheader,) = html.document_fromstring(share(note=note).html).find_class("preheader")

    assert (preheader.text or "").startswith(shown)


def test_a_share_has_one_heading_that_is_the_link() -> None:
    page = html.document_fromstring(share().html)

    (heading,) = page.xpath("//h1|//h2|//h3")
    assert heading.find("a").get("href") == "https://journal.example/articles/1"
    assert [str(link.get("href")).partition("?")[0] for link in page.iter("a")] == [
        "https://journal.example/articles/1",
        "mailto:camille@musee.example",
    ]


def test_a_foreign_title_and_a_note_say_their_languages() -> None:
    page = html.document_fromstring(share("en", language="it").html)

    assert page.get("lang") == "en"
    assert page.xpath("//h1/@lang") == ["it"]
    assert {note.get("lang") for note in page.find_class("note")} == {"fr"}


@pytest.mark.parametrize("url", ["", "javascript:alert(1)"])
def test_what_has_no_address_is_no_link(url: str) -> None:
    mail = share(url=url)

    page = html.document_fromstring(mail.html)
    assert (page.findtext(".//h1"), page.findall(".//h1/a"), page.find_class("host")) == ("Article 1", [], [])
    assert "http" not in mail.text
    assert "\n\nArticle 1\nPublics" in mail.text


def test_nothing_stands_for_what_is_not_configured() -> None:
    mail = share(settings=Settings(), note="")

    page = html.document_fromstring(mail.html)
    assert mail.text.startswith("La veille\n---")
    assert "mailto:" not in mail.html
    assert [element for element in page.iter("p") if not element.text_content().strip()] == []


def test_nothing_is_fetched_and_nothing_reports() -> None:
    page = html.document_fromstring(share().html)

    assert not page.xpath("//img|//link|//script|//iframe|//object|//embed|//form|//base|//svg")
    assert not page.xpath("//@src|//@background|//@srcset|//@ping|//@action|//@poster")
    assert not re.search(r"url\(|@import|@font-face|expression\(", share().html)


def test_hostile_words_are_only_text() -> None:
    named = replace(
        SETTINGS, digest=DigestSettings(name=HOSTILE, institution=HOSTILE), curator=CuratorSettings(HOSTILE)
    )
    harmless = replace(
        SETTINGS, digest=DigestSettings(name="x", institution="x"), curator=CuratorSettings("x")
    )

    hostile = share(settings=named, title=HOSTILE, source=HOSTILE, note=HOSTILE)

    assert structure(hostile.html) == structure(share(settings=harmless).html)
    assert "<script" not in hostile.html


def test_the_text_keeps_to_its_columns() -> None:
    mail = share(title="mot " * 40, note="mot " * 100)

    assert max(map(len, mail.text.splitlines())) <= 72
