"""The archive of ten years in Chromium: accessible on every screen, printable, searched without a server."""

from __future__ import annotations

import gzip
import json
import subprocess
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from lxml import html

from programs import program
from rendering.conftest import HERE, PAGE_TYPES
from veille.archive.serve import address_of, archive_server

pytestmark = pytest.mark.corpus

INDEX_MAX_BYTES = 100_000
ISSUE_MAX_BYTES = 25 * 1024
STYLE_MAX_BYTES = 6 * 1024


def test_axe_finds_no_violation_on_any_page_in_any_view(archive_views: Mapping[str, Any]) -> None:
    examined = {
        f"{page} {view}": seen["violations"]
        for page, report in archive_views.items()
        for view, seen in report["views"].items()
        if "violations" in seen
    }

    assert len(examined) == 4 * len(PAGE_TYPES)
    assert {where: violations for where, violations in examined.items() if violations} == {}


def test_nothing_runs_over_the_side_of_any_screen(archive_views: Mapping[str, Any]) -> None:
    overflows = {
        f"{page} {view}": seen["overflow"]
        for page, report in archive_views.items()
        for view, seen in report["views"].items()
    }

    assert {where: pixels for where, pixels in overflows.items() if pixels} == {}


def test_opening_a_page_fetches_the_logo_of_the_house_and_nothing_else(
    archive: Path, archive_views: Mapping[str, Any]
) -> None:
    fetched = {page: report["fetched"] for page, report in archive_views.items()}

    assert fetched == {page: [(archive / "logo.svg").as_uri()] for page in PAGE_TYPES}


@pytest.mark.parametrize("page", ["issue", "full-issue"])
def test_an_issue_is_printed_on_two_pages_at_most(archive_views: Mapping[str, Any], page: str) -> None:
    assert archive_views[page]["pages"] <= 2


def test_every_issue_stays_within_its_budget_and_has_no_script(archive: Path) -> None:
    pages = sorted(archive.glob("numeros/*/index.html"))

    assert len(pages) == 121
    assert max(page.stat().st_size for page in pages) <= ISSUE_MAX_BYTES
    for page in pages:
        tree = html.parse(str(page))
        assert tree.xpath("//script") == []
        assert len("".join(tree.xpath("//style/text()")).encode()) <= STYLE_MAX_BYTES


def test_ten_years_of_links_are_searched_in_an_index_that_stays_small(archive: Path) -> None:
    page = (archive / "recherche" / "index.html").read_bytes()

    (index,) = html.fromstring(page).xpath("//script[@id='index']/text()")
    assert len(json.loads(index)["links"]) >= 600
    assert len(gzip.compress(page, mtime=0)) <= INDEX_MAX_BYTES


def test_every_link_within_the_archive_leads_to_a_file_and_a_place_in_it(archive: Path) -> None:
    places: dict[Path, frozenset[str]] = {}
    astray, followed = set[str](), 0

    for page in archive.rglob("*.html"):
        tree = html.parse(str(page))
        places[page.resolve()] = frozenset(tree.xpath("//@id"))
    for page in places:
        for link in html.parse(str(page)).xpath("//a/@href | //link/@href | //img/@src"):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            followed += 1
            if not target.is_file() or (parts.fragment and parts.fragment not in places[target]):
                astray.add(f"{page} -> {link}")

    assert followed > 10_000
    assert astray == set()


def test_both_feeds_hold_the_whole_history_and_say_the_same(archive: Path) -> None:
    atom = feedparser.parse(archive / "feed.atom", resolve_relative_uris=False, sanitize_html=False)
    items = json.loads((archive / "feed.json").read_bytes())["items"]

    assert not atom.bozo
    assert len(items) == 121
    assert [(entry.id, entry.title, entry.content[0].value) for entry in atom.entries] == [
        (item["id"], item["title"], item["content_html"]) for item in items
    ]
    assert [entry.published_parsed[:3] for entry in atom.entries] == [
        datetime.fromisoformat(item["date_published"]).timetuple()[:3] for item in items
    ]
    for entry in atom.entries:
        assert len(html.fragment_fromstring(entry.content[0].value).findall("ol/li")) == 5


@pytest.fixture(scope="session", params=["file", "server"])
def searched(request: pytest.FixtureRequest, archive: Path, node_modules: Path) -> Mapping[str, Any]:
    """What ``search.mjs`` found on the archive, opened as a folder and through a server."""
    with archive_server(archive, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        root = f"{archive.as_uri()}/" if request.param == "file" else address_of(server)
        command: list[str | Path] = [
            program("node"),
            HERE / "search.mjs",
            program("chromium"),
            node_modules,
            root,
        ]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        finally:
            server.shutdown()
            thread.join()
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def test_a_link_of_2019_is_found_by_an_accented_word_in_three_actions(searched: Mapping[str, Any]) -> None:
    found = searched["three_actions"]

    assert len(found["links"]) > 0
    assert all("2019" in place for place in found["places"])
    assert all("géospatiale" in words for words in found["texts"])
    assert found["marks"]


def test_a_search_of_ten_years_takes_less_than_50_milliseconds(searched: Mapping[str, Any]) -> None:
    assert max(searched["milliseconds"]) < 50


def test_accents_case_and_plurals_make_no_difference(searched: Mapping[str, Any]) -> None:
    counts = searched["counts"]

    assert counts["donnée"] == counts["DONNEES"] == counts["données"] == counts["donnees"] > 0
    assert counts["donné"] >= counts["donnée"]
    assert counts["zzzz"] == 0


def test_a_theme_and_a_year_limit_what_is_found(searched: Mapping[str, Any]) -> None:
    limited = searched["limited"]

    assert 0 < limited["both"] < limited["year"] < limited["all"]


def test_the_number_is_announced_and_the_address_keeps_the_search(searched: Mapping[str, Any]) -> None:
    assert searched["status"] == {"role": "status", "text": f"{searched['counts']['donnees']} liens"}
    assert searched["kept"] == searched["counts"]["donnees"]


def test_a_long_list_is_cut_and_says_so(searched: Mapping[str, Any]) -> None:
    assert searched["cut"]["shown"] == 100
    assert searched["cut"]["text"].endswith(" liens ; les 100 premiers sont montrés".replace(" ;", "\u00a0;"))


def test_everything_is_reached_by_the_keyboard_and_shows_it(searched: Mapping[str, Any]) -> None:
    assert searched["focused"] == [[reached, "solid"] for reached in ("words", "theme", "year", "A")]


def test_hostile_words_are_only_searched_for(searched: Mapping[str, Any]) -> None:
    assert searched["hostile"] == {"images": 0, "errors": []}


def test_without_javascript_every_link_is_one_click_away(searched: Mapping[str, Any]) -> None:
    without = searched["without_javascript"]

    assert without["form"] is False
    assert without["links"] >= 600


def test_without_javascript_a_link_of_2019_is_found_in_three_actions(searched: Mapping[str, Any]) -> None:
    found = searched["without_javascript"]["found"]

    assert found
    assert all("2019" in place for place in found)
