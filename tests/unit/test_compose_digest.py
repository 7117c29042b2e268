"""The digest: the same five links in HTML and text, for one segment, safe whatever a feed wrote."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jinja2 import Environment
from lxml import html

from builders import a_pick, a_tray, an_issue
from veille.compose.audit import HTML_MAX_BYTES
from veille.compose.digest import Digest, compose_digest, digests_of
from veille.compose.environment import build_environment
from veille.errors import RenderError, RuleError
from veille.model.issue import Issue, Slot, Tray, empty_tray
from veille.model.plaintext import title_from_text
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, LookSettings, Settings

SETTINGS = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
    archive=ArchiveSettings("https://veille.example"),
)
NOWHERE = Path("nowhere")
HOSTILE = """"><script>alert('x')</script><img src=x onerror=alert(1)> {{ 7*7 }} --><!--[if mso]>"""


@cache
def environment(language: str) -> Environment:
    return build_environment(NOWHERE, language)


def compose(issue: Issue, segment: str = "publics", language: str = "fr", **changes: Any) -> Digest:
    return compose_digest(issue, segment, language, replace(SETTINGS, **changes), environment(language))


def an_issue_with(**changes: Any) -> Issue:
    """An issue whose first pick is changed."""
    return an_issue(tray=Tray((Slot(1, a_pick(1, **changes)), *a_tray().slots[1:])))


def picked(digest: Digest) -> list[str]:
    """The addresses of the links, as the HTML has them under its numbered titles."""
    return [str(link.get("href")) for link in html.document_fromstring(digest.html).iterfind(".//h2//a")]


def addresses_in(text: str) -> list[str]:
    return re.findall(r"(?:https?:|mailto:)\S+", text)


def structure(page: str) -> list[tuple[object, list[str]]]:
    return [(element.tag, sorted(element.keys())) for element in html.document_fromstring(page).iter()]


def test_a_digest_has_five_links_in_slot_order() -> None:
    digest = compose(an_issue())

    assert picked(digest) == [f"https://journal.example/articles/{number}" for number in range(1, 6)]


def test_a_variant_replaces_the_common_pick_for_its_segment_alone() -> None:
    issue = an_issue(tray=a_tray(publics=a_pick(9, title="La variante")))

    theirs, others = compose(issue, "publics"), compose(issue, "collections")

    assert (len(picked(theirs)), picked(theirs)[1]) == (5, "https://journal.example/articles/9")
    assert (len(picked(others)), picked(others)[1]) == (5, "https://journal.example/articles/2")
    assert "La variante" not in others.html + others.text


def test_a_note_for_a_segment_is_shown_to_it_alone() -> None:
    issue = an_issue_with(segment_notes={"publics": "Un mot.\n\nEt un autre."})

    theirs, others = compose(issue, "publics"), compose(issue, "collections")

    for part in (theirs.html, theirs.text):
        assert part.count("Pour vous, Publics et médiation") == 1
        assert part.index("Un mot.") < part.index("Et un autre.")
    for part in (others.html, others.text):
        assert "Pour vous" not in part
        assert "Un mot." not in part


def test_a_hole_is_refused() -> None:
    with pytest.raises(RuleError):
        compose(an_issue(tray=empty_tray(5)))


def test_both_parts_hold_the_same_addresses() -> None:
    issue = an_issue_with(url="https://journal.example/é?q=[“a”]&b=1")

    digest = compose(issue)

    links = html.document_fromstring(digest.html).iterfind(".//a")
    (reply, *others) = sorted((str(link.get("href")) for link in links), key=lambda href: "Re%3A" not in href)
    assert sorted(others) == sorted(addresses_in(digest.text))
    assert len(others) == 8
    assert unquote(reply) == "mailto:camille@musee.example?subject=Re: La veille n°\u00a034 — novembre 2026"
    assert "camille@musee.example" in digest.text


def test_the_subject_is_the_title_that_the_curator_wrote() -> None:
    assert compose(an_issue(title="Spécial\naccessibilité\x00")).subject == "Spécial accessibilité"


@pytest.mark.parametrize(
    ("language", "subject"),
    [("fr", "La veille n°\u00a034 — novembre 2026"), ("en", "La veille no. 34 — November 2026")],
)
def test_the_subject_is_otherwise_the_digest_its_number_and_its_month(language: str, subject: str) -> None:
    assert compose(an_issue(title=" "), language=language).subject == subject


def test_a_mailbox_shows_the_first_titles_beside_the_subject() -> None:
    issue = an_issue(tray=Tray(tuple(Slot(n, a_pick(n, title=f"{n} " + "mot " * 15)) for n in range(1, 6))))

    page = html.document_fromstring(compose(issue).html)

    (preheader,) = page.find_class("preheader")
    shown = preheader.text_content()
    assert shown.startswith("1 mot")
    assert "2 mot" in shown
    assert len(shown) <= 140
    assert "display:none" in str(preheader.get("style"))


def test_the_preheader_is_not_in_the_text() -> None:
    assert "Article 1 ·" not in compose(an_issue()).text


def test_a_hostile_title_is_only_text() -> None:
    hostile, harmless = (
        compose(an_issue_with(title=title_from_text(title), source=title, note=title, segment_notes={}))
        for title in (HOSTILE, "Un titre")
    )

    assert structure(hostile.html) == structure(harmless.html)
    assert "<script" not in hostile.html
    assert "49" not in html.document_fromstring(hostile.html).findtext(".//h2/a", "")


def test_a_hostile_intro_and_masthead_are_only_text() -> None:
    named = DigestSettings(name=HOSTILE, institution=HOSTILE)
    harmless = DigestSettings(name="Nom", institution="Maison")

    hostile_page, harmless_page = (
        compose(an_issue(intro=intro, title=intro), digest=digest, curator=CuratorSettings(intro)).html
        for intro, digest in ((HOSTILE, named), ("Bonjour", harmless))
    )

    assert structure(hostile_page) == structure(harmless_page)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", ""])
def test_only_the_web_is_linked_to(url: str) -> None:
    digest = compose(an_issue_with(url=url))

    assert len(picked(digest)) == 4
    assert "Article 1" in digest.html
    for part in (digest.html.lower(), digest.text.lower()):
        assert "javascript:" not in part
        assert "data:" not in part


def test_who_suggested_a_link_is_thanked_in_the_language_of_the_reader() -> None:
    issue = an_issue_with(suggested_by="Sacha Roy")

    french, english = compose(issue), compose(issue, language="en")

    for part in (french.html, french.text):
        assert part.count("proposé par Sacha Roy") == 1
    for part in (english.html, english.text):
        assert part.count("suggested by Sacha Roy") == 1
    (thanks,) = html.document_fromstring(french.html).find_class("thanks")
    assert "meta" in str(thanks.get("class")).split()


def test_nobody_is_thanked_for_what_nobody_suggested() -> None:
    digest = compose(an_issue())

    assert html.document_fromstring(digest.html).find_class("thanks") == []
    assert "proposé" not in digest.text


def test_a_hostile_name_is_only_text() -> None:
    hostile, harmless = (compose(an_issue_with(suggested_by=name)) for name in (HOSTILE, "Sacha"))

    assert structure(hostile.html) == structure(harmless.html)
    assert "<script" not in hostile.html


def test_what_is_not_on_the_web_is_a_title_without_link_or_host() -> None:
    digest = compose(an_issue_with(url="", source="La Lettre"))

    page = html.document_fromstring(digest.html)
    assert [heading.text_content() for heading in page.iter("h2")] == [
        f"Article {number}" for number in range(1, 6)
    ]
    assert len(picked(digest)) == len(page.find_class("host")) == 4
    assert "1. Article 1\n   Publics · La Lettre" in digest.text
    assert [link for link in page.iter("a") if not link.text_content().strip() or not link.get("href")] == []


def test_nothing_is_fetched_and_nothing_reports() -> None:
    digest = compose(an_issue_with(segment_notes={"publics": "Un mot."}))

    page = html.document_fromstring(digest.html)
    assert not page.xpath(
        "//img|//link|//script|//iframe|//object|//embed|//form|//base|//svg|//video|//audio"
    )
    assert not page.xpath("//@src|//@background|//@srcset|//@ping|//@action|//@poster")
    assert not re.search(r"url\(|@import|@font-face|expression\(", digest.html)
    clicked = {str(link.get("href")) for link in page.iterfind(".//a")}
    assert {href.partition("?")[0] for href in clicked} == {
        *(f"https://journal.example/articles/{number}" for number in range(1, 6)),
        "https://veille.example/numeros/2026-11/index.html",
        "mailto:camille@musee.example",
    }


def test_the_html_says_its_language_and_those_of_foreign_titles() -> None:
    page = html.document_fromstring(compose(an_issue_with(language="en")).html)

    wrapper = page.find(".//body/div")
    assert wrapper is not None
    assert (page.get("lang"), page.get("dir")) == (wrapper.get("lang"), wrapper.get("dir")) == ("fr", "ltr")
    assert [(heading.get("lang"), heading.get("dir")) for heading in page.iter("h2")] == [
        ("en", "auto"),  # an Arabic one would run from right to left
        *[(None, None)] * 4,
    ]


def test_the_html_has_one_title_and_a_heading_a_link() -> None:
    page = html.document_fromstring(compose(an_issue()).html)

    assert page.findtext(".//title") == "La veille n°\u00a034 — novembre 2026"
    assert [heading.text_content() for heading in page.iter("h1", "h2")] == [
        "La veille",
        *(f"Article {number}" for number in range(1, 6)),
    ]
    assert all(table.get("role") == "presentation" for table in page.iter("table"))


def test_styles_are_inlined_and_the_rest_is_kept_as_written() -> None:
    digest = compose(an_issue(), look=LookSettings("#0B5394", "#9FC5E8"))

    page = html.document_fromstring(digest.html)
    (sheet,) = page.iter("style")
    assert all("color:#0B5394" in str(numeral.get("style")) for numeral in page.find_class("numeral"))
    assert "@media (prefers-color-scheme: dark)" in sheet.text_content()
    assert ".accent { color: #9FC5E8 !important; }" in sheet.text_content()
    assert not any("important" in str(element.get("style")) for element in page.iter())


def test_a_house_without_addresses_makes_a_mail_without_them() -> None:
    digest = compose(
        an_issue(intro=""), digest=DigestSettings(), curator=CuratorSettings(), archive=ArchiveSettings()
    )

    assert "mailto:" not in digest.html + digest.text
    assert addresses_in(digest.text) == picked(digest)
    assert "traceur" in digest.html
    assert "traceur" in digest.text


def test_an_english_mail_has_no_french_word_of_ours() -> None:
    pick = a_pick(title="Title", source="Journal", note="Why.", segment_notes={"publics": "Look."})
    slots = (Slot(1, pick), *(Slot(number, replace(pick, language="en")) for number in range(2, 6)))
    issue = an_issue(intro="Five links.", tray=Tray(slots))

    digest = compose(issue, language="en", digest=DigestSettings("The Digest", "The Museum"))

    for part in (html.document_fromstring(digest.html).text_content(), digest.text):
        prose = re.sub(r"https?:\S+", "", part)
        assert not re.search(
            r"(?i)pour vous|num[ée]ro|novembre|lire|proposer|recevoir|choisi|r[ée]pon", prose
        )
        for words in ("issue 34", "November 2026", "in French", "For you, Audiences and learning"):
            assert words in prose


def test_the_text_stays_within_72_columns_but_for_addresses() -> None:
    issue = an_issue_with(title="mot " * 40, source="Le Journal " * 9, note="mot " * 90)

    lines = compose(issue).text.splitlines()

    assert [line for line in lines if len(line) > 72 and not addresses_in(line)] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n\n" not in "\n".join(lines)


def test_a_mail_that_would_be_cut_off_is_refused() -> None:
    issue = an_issue(intro="mot " * (HTML_MAX_BYTES // 4))

    with pytest.raises(RenderError, match="mail readers cut the end off") as caught:
        compose(issue)

    assert "Shorten" in caught.value.hint


def test_a_rule_that_cannot_be_inlined_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "style.css").write_text("@media print { @media screen { p { color: red } } }")

    with pytest.raises(RenderError, match=r"email/style\.css") as caught:
        compose_digest(an_issue(), "publics", "fr", SETTINGS, build_environment(tmp_path, "fr"))

    assert "email/media.css" in caught.value.hint


def test_single_files_of_the_mail_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "footer.html").write_text("<p>Musée de France</p>", encoding="utf-8")
    (tmp_path / "email" / "footer.txt").write_text("Musée de France\n", encoding="utf-8")

    digest = compose_digest(an_issue(), "publics", "fr", SETTINGS, build_environment(tmp_path, "fr"))

    assert "Musée de France" in digest.html
    assert "traceur" not in digest.html
    assert len(picked(digest)) == 5


def test_the_same_issue_gives_the_same_bytes() -> None:
    issue = an_issue(tray=a_tray(publics=a_pick(9)))

    first = compose_digest(issue, "publics", "fr", SETTINGS, build_environment(NOWHERE, "fr"))

    assert first == compose_digest(issue, "publics", "fr", SETTINGS, build_environment(NOWHERE, "fr"))


def test_a_digest_is_composed_once_a_segment_and_language() -> None:
    digest = digests_of(an_issue(), SETTINGS, NOWHERE)

    assert digest("publics", "fr") is digest("publics", "fr")
    assert digest("publics", "fr").html != digest("publics", "en").html


def test_importing_the_digest_loads_no_renderer_of_mail() -> None:
    code = "import sys, veille.compose.digest; print({'premailer', 'cssutils', 'requests'} & {*sys.modules})"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "set()"


def test_composing_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    compose(an_issue())

    assert capfd.readouterr() == ("", "")
