"""The look of the mails, read from their HTML: what premailer made of the style sheet, contrast, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import css_inline
import pytest
from lxml import html
from lxml.html import HtmlElement

from sample_mails import mails
from veille.compose.digest import Digest
from veille.deliver.message import letter_from_digest
from veille.model.colour import contrast_ratio
from veille.resources import shipped

MEDIA = (shipped("templates") / "email" / "media.css").read_text(encoding="utf-8")
LIGHT_PAPER, DARK_PAPER = "#FBFAF7", "#171614"
DARK_ACCENT = "#F0A37F"


@pytest.fixture(scope="module")
def not_inlined() -> Iterator[Mapping[str, Digest]]:
    """The same mails with their style sheet where the template has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("veille.compose.digest._inlined", lambda source: source)
        yield mails()


def styles(page: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of the body with the declarations of its style attribute, written one way.

    One difference is known: css-inline reads as browsers do, which add a body to each table.
    """
    elements = html.document_fromstring(page).iterfind(".//body//*")
    return [(str(element.tag), declarations(element)) for element in elements if element.tag != "tbody"]


def declarations(element: HtmlElement) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): re.sub(r"\s*,\s*", ", ", value.strip()).replace('"', "'") for name, value in pairs}


def test_another_inliner_makes_the_same_styles(
    digests: Mapping[str, Digest], not_inlined: Mapping[str, Digest]
) -> None:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)

    for name, digest in not_inlined.items():
        inlinable = re.sub(r"<style data-premailer.*?</style>", "", digest.html, flags=re.DOTALL)
        assert styles(digests[name].html) == styles(inliner.inline(inlinable))


def texts(page: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that hold words of their own, less what is hidden."""
    for element in page.iterfind(".//body//*"):
        own = [element.text, *(child.tail for child in element)]
        hidden = not isinstance(element.tag, str) or "preheader" in element.get("class", "")
        if not hidden and any(words and words.strip() for words in own):
            yield element


def inherited(element: HtmlElement, name: str) -> str:
    """The value that reaches ``element`` from its own style attribute or the nearest above it."""
    return next(
        declarations(holder)[name]
        for holder in (element, *element.iterancestors())
        if name in declarations(holder)
    )


def dark_colours() -> dict[str, str]:
    """The colour that each class has in the dark."""
    dark = MEDIA[MEDIA.index("prefers-color-scheme: dark") : MEDIA.index("@media print")]
    return dict(re.findall(r"\.(\w+) \{ color: (\S+|\{\{.*?\}\}) !important", dark))


def test_all_words_can_be_read_on_light_and_on_dark_paper(digests: Mapping[str, Digest]) -> None:
    in_the_dark = dark_colours() | {"accent": DARK_ACCENT}

    for digest in digests.values():
        elements = [*texts(html.document_fromstring(digest.html))]
        assert len(elements) > 5
        for element in elements:
            assert contrast_ratio(inherited(element, "color"), LIGHT_PAPER) >= 4.5
            holders = (element, *element.iterancestors())
            names = next(
                found for holder in holders if (found := {*holder.get("class", "").split()} & {*in_the_dark})
            )
            assert all(contrast_ratio(in_the_dark[name], DARK_PAPER) >= 4.5 for name in names)


def test_no_words_are_smaller_than_14_px(digests: Mapping[str, Digest]) -> None:
    for digest in digests.values():
        for element in texts(html.document_fromstring(digest.html)):
            assert int(inherited(element, "font-size").removesuffix("px")) >= 14


def test_headings_are_one_title_and_the_links_in_order(digests: Mapping[str, Digest]) -> None:
    for digest in digests.values():
        levels = [heading.tag for heading in html.document_fromstring(digest.html).iter("h1", "h2", "h3")]
        assert levels in (["h1"], ["h1", *["h2"] * 5])


def test_a_title_is_the_words_of_its_link_and_links_are_underlined(digests: Mapping[str, Digest]) -> None:
    for digest in digests.values():
        page = html.document_fromstring(digest.html)
        for heading in page.iter("h2"):
            assert [link.text_content() for link in heading.iter("a")] in ([], [heading.text_content()])
        for link in page.iter("a"):
            assert declarations(link)["text-decoration"] == "underline"


def test_the_longest_that_the_charter_lets_pass_is_light(digests: Mapping[str, Digest]) -> None:
    longest = digests["long"]

    assert len(longest.html.encode()) <= 60_000
    assert len(letter_from_digest(longest, "fr").body) <= 150_000


def test_language_and_direction_stand_on_the_page_and_on_the_wrapper(digests: Mapping[str, Digest]) -> None:
    for digest in digests.values():
        page = html.document_fromstring(digest.html)
        (wrapper,) = page.xpath("/html/body/*")
        assert page.get("lang") in ("fr", "en")
        assert (
            (wrapper.get("lang"), wrapper.get("dir"))
            == (page.get("lang"), "ltr")
            == (page.get("lang"), page.get("dir"))
        )
        titles = {(title.get("lang"), title.get("dir")) for title in page.iter("h2")}
        assert titles <= {(None, None), ("fr", "auto"), ("en", "auto"), ("ar", "auto")}
        assert page.get("lang") not in {language for language, _direction in titles}


def test_what_outlook_needs_is_written_as_attributes(digests: Mapping[str, Digest]) -> None:
    for digest in digests.values():
        page = html.document_fromstring(digest.html)
        tables = [*page.iter("table")]
        assert all(table.get("role") == "presentation" and table.get("width") for table in tables)
        assert page.xpath("//body/@bgcolor") == [tables[0].get("bgcolor")] == [LIGHT_PAPER]
        assert digest.html.count("<!--[if mso]>") == digest.html.count("<![endif]-->") == 2
        for element in page.iterfind(".//body//*[@style]"):
            height = declarations(element).get("line-height", "0px")
            assert height.endswith("px")
