"""Whatever a feed or a curator wrote, the archive stays well formed and shows it as text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import etree, html

from builders import a_pick, a_tray, an_approved_issue
from veille.archive.figures import figures_of
from veille.archive.issue_text import issue_texts
from veille.archive.pages import site_pages
from veille.archive.syndication import archive_uuid, feed_files
from veille.compose.environment import build_environment, render
from veille.model.issue import Issue, Slot, Tray
from veille.settings import Settings

ANYTHING = st.text(max_size=40)
NO_FIGURES = figures_of((), (), {})
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


def pages(issue: Issue) -> dict[str, str]:
    texts = issue_texts([issue], {}, {}, Settings())
    return {
        path: render(environment(), context)
        for path, context in site_pages([issue], texts, {}, NO_FIGURES, Settings())
        if "/" in path and not path.startswith("sources/")
    }


@given(title=PLAIN, source=PLAIN)
@settings(deadline=None)  # the first page compiles the templates
def test_no_text_changes_the_structure_of_a_page(title: str, source: str) -> None:
    harmless, given_text = (
        pages(issue)
        for issue in (issue_saying("Titre", "Source", "Note"), issue_saying(title, source, "Note"))
    )

    for path, page in harmless.items():
        assert structure(given_text[path]) == structure(page)


@given(title=ANYTHING, source=ANYTHING, note=ANYTHING)
def test_no_text_breaks_the_feed(title: str, source: str, note: str) -> None:
    issue = issue_saying(title, source, note)
    texts = issue_texts([issue], {}, {}, Settings())

    files = feed_files([issue], texts, {}, Settings(), archive_uuid("salt"))

    content = etree.fromstring(files["feed.atom"]).findtext("{*}entry/{*}content")
    assert content is not None
    assert len(html.fromstring(content).findall("ol/li")) == 5
    assert json.loads(files["feed.json"])["items"][0]["content_html"] == content
