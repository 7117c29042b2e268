"""Whatever a feed or a curator wrote, the archive stays well formed and shows it as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import etree, html

from builders import a_pick, a_tray, an_approved_issue
from veille.archive.feeds import atom_feed, feed_uuid
from veille.archive.pages import issue_page
from veille.compose.environment import build_environment, render
from veille.model.issue import Issue, Slot, Tray
from veille.settings import Settings

ANYTHING = st.text(max_size=40)
# Titles and sources are plain text before they are stored (veille.model.plaintext).
PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40)


@cache
def environment() -> Environment:
    return build_environment(Path("no-overrides-here"), "en")


def issue_saying(title: str, source: str, note: str) -> Issue:
    tray = Tray((Slot(1, a_pick(title=title, source=source, note=note)), *a_tray().slots[1:]))
    return an_approved_issue(tray=tray, title=title)


def structure(page: str) -> list[tuple[object, list[str]]]:
    return [(element.tag, sorted(element.keys())) for element in html.document_fromstring(page).iter()]


@given(title=PLAIN, source=PLAIN)
def test_no_text_changes_the_structure_of_a_page(title: str, source: str) -> None:
    harmless, given_text = (
        render(environment(), issue_page(issue, None, None, Settings()))
        for issue in (issue_saying("Titre", "Source", "Note"), issue_saying(title, source, "Note"))
    )

    assert structure(given_text) == structure(harmless)


@given(title=ANYTHING, source=ANYTHING, note=ANYTHING)
def test_no_text_breaks_the_feed(title: str, source: str, note: str) -> None:
    feed = atom_feed([issue_saying(title, source, note)], Settings(), feed_uuid("salt"))

    content = etree.fromstring(feed).findtext("{*}entry/{*}content")
    assert content is not None
    assert len(html.fromstring(content).findall("ol/li")) == 5
