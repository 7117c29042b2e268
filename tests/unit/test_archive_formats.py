"""What the archive gives to programs, held against the schemas of its formats and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree

from builders import NOVEMBER, NOW, a_feed, a_pick, a_tray, an_approved_issue
from veille.archive.issue_text import issue_texts
from veille.archive.records import issue_files
from veille.archive.sitemap import sitemap_file
from veille.archive.sources import sources_opml
from veille.archive.syndication import archive_uuid, feed_files
from veille.collect.opml import read_opml
from veille.collect.parse import parse_feed
from veille.model.feed import FeedStatus
from veille.model.issue import Erratum, Issue, Slot, Tray
from veille.model.month import Month
from veille.settings import ArchiveSettings, DigestSettings, Settings

HERE = Path(__file__).parent
FOLDER = Settings()
PUBLIC = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    archive=ArchiveSettings("https://musee.example/veille", segment_notes=True),
)
ERRATA = {NOVEMBER: (Erratum("Le lien 2 est de Camille Roy.", NOW + timedelta(days=3)),)}
HOSTILE = "]]><script>alert(1)</script>\u0000\u000b & \"'"


def issues() -> list[Issue]:
    note = MappingProxyType({"publics": "Pour vos ateliers."})
    tray = Tray(
        (
            Slot(1, a_pick(1, segment_notes=note, suggested_by="Sacha Roy")),
            Slot(2, a_pick(2, theme="outils"), MappingProxyType({"publics": a_pick(6, language="en")})),
            Slot(3, a_pick(3, url="", published_on=None, reading_minutes=None)),
            Slot(4, a_pick(4, title=HOSTILE, source=HOSTILE, note=HOSTILE, url="javascript:alert(1)")),
            Slot(5, a_pick(5)),
        )
    )
    return [
        an_approved_issue(tray=tray),
        an_approved_issue(id=2, month=Month(2026, 10), number=33, tray=a_tray()),
    ]


def feeds_of(settings: Settings) -> dict[str, bytes]:
    texts = issue_texts(issues(), ERRATA, {}, settings)
    return feed_files(issues(), texts, ERRATA, settings, archive_uuid("salt"))


def schema(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("settings", [FOLDER, PUBLIC], ids=["folder", "public"])
def test_every_atom_feed_is_valid(settings: Settings) -> None:
    grammar = etree.RelaxNG(etree.parse(HERE.parent / "schemas" / "atom.rng"))

    feeds = {path: content for path, content in feeds_of(settings).items() if path.endswith(".atom")}

    assert len(feeds) == 3
    for content in feeds.values():
        grammar.assertValid(etree.fromstring(content))


@pytest.mark.parametrize("settings", [FOLDER, PUBLIC], ids=["folder", "public"])
def test_every_json_feed_is_valid(settings: Settings) -> None:
    wanted = schema(HERE.parent / "schemas" / "json-feed.schema.json")

    for path, content in feeds_of(settings).items():
        if path.endswith(".json"):
            jsonschema.validate(json.loads(content), wanted)


def test_both_feeds_are_read_back_with_the_same_entries() -> None:
    files = feeds_of(PUBLIC)

    atom = feedparser.parse(files["feed.atom"].decode(), resolve_relative_uris=False, sanitize_html=False)
    read = [
        parse_feed(files[f"feed.{format_}"], "", f"https://musee.example/veille/feed.{format_}").entries
        for format_ in ("atom", "json")
    ]

    assert not atom.bozo
    expected = [(entry.id, entry.title, entry.link) for entry in atom.entries]
    assert len(expected) == 2
    assert [[(entry.identity, entry.title, entry.url) for entry in entries] for entries in read] == [
        expected,
        expected,
    ]


@pytest.mark.checkout
@pytest.mark.parametrize("settings", [FOLDER, PUBLIC], ids=["folder", "public"])
def test_an_issue_for_programs_is_as_its_schema_says(settings: Settings) -> None:
    wanted = schema(HERE.parents[1] / "docs" / "reference" / "issue.schema.json")

    files = issue_files(issues(), ERRATA, settings)

    assert sorted(files) == ["numeros/2026-10.json", "numeros/2026-11.json"]
    for content in files.values():
        jsonschema.validate(json.loads(content), wanted)


def test_a_note_to_a_segment_is_in_the_data_only_where_it_is_on_the_page() -> None:
    shown, hidden = (
        issue_files(issues(), {}, settings)["numeros/2026-11.json"] for settings in (PUBLIC, FOLDER)
    )

    assert b"Pour vos ateliers." in shown
    assert b"Pour vos ateliers." not in hidden


def test_the_sources_are_read_back_without_what_opens_them() -> None:
    feeds = [
        a_feed(id=1, url="https://camille:secret@a.example/feed?x=1", title="A & B"),
        a_feed(id=2, url="https://b.example/feed", title="", theme="outils"),
        a_feed(id=3, url="https://c.example/feed", status=FeedStatus.PAUSED),
    ]

    content = sources_opml(feeds, FOLDER)

    read = read_opml(content, FOLDER.themes)
    assert [(source.url, source.title, source.theme) for source in read.sources] == [
        ("https://a.example/feed?x=1", "A & B", "publics"),
        ("https://b.example/feed", "https://b.example/feed", "outils"),
    ]
    assert b"secret" not in content


def test_a_site_map_needs_an_address() -> None:
    assert sitemap_file(["index.html"], FOLDER) == {}

    tree = etree.fromstring(sitemap_file(["index.html", "liens/index.html"], PUBLIC)["sitemap.xml"])
    assert [place.text for place in tree.iter("{*}loc")] == [
        "https://musee.example/veille/index.html",
        "https://musee.example/veille/liens/index.html",
    ]
