"""Real feeds and lists, read in place: nothing is lost that could be opened."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

import pytest

from builders import a_feed
from veille.collect.opml import read_opml, write_opml
from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.feed import ParsedFeed
from veille.model.plaintext import has_control_characters, one_line
from veille.model.urls import is_web_url
from veille.settings import DEFAULT_THEMES

pytestmark = pytest.mark.corpus

FEWER = {
    "fr-cercle-psy-latin1-undeclared.xml": 9,  # one item is empty
    "nodate.xml": 1,  # the same item three times: one guid, one link, one title
    "pcmag-illegally-nested.xml": 10,  # an empty item inside every other
}
NO_FEEDS = {
    "allthis-partial.json": "damaged or cut short",
    "notafeed.html": "a web page, not a feed",
    "scriptingnews.json": "is not a JSON Feed",  # RSS in JSON, which nobody else writes
}
# Where bare ampersands and quotes break XML, and where an address is a command.
MALFORMED_LINES = {
    "fr-plenary-flat.opml": [16],
    "fr-plenary-nested.opml": [17],
    "newsboat-piped.opml": [8],
    "plenary-architecture.opml": [19, 24],
    "plenary-india.opml": [22],
    "plenary-russia.opml": [20],
}


def manifest(corpus: Path, kind: str) -> list[dict[str, str]]:
    with (corpus / kind / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def read_feeds(corpus: Path) -> dict[str, ParsedFeed | ParseError]:
    """Every real feed by file name, or why it could not be read."""
    read: dict[str, ParsedFeed | ParseError] = {}
    for row in manifest(corpus, "feeds"):
        name = row["file"]
        try:
            body = (corpus / "feeds" / name).read_bytes()
            read[name] = parse_feed(body, "", f"https://site.example/{name}")
        except ParseError as error:
            read[name] = error
    return read


@pytest.fixture(scope="module")
def good_feeds(read_feeds: dict[str, ParsedFeed | ParseError]) -> dict[str, ParsedFeed]:
    return {name: feed for name, feed in read_feeds.items() if isinstance(feed, ParsedFeed)}


def test_every_real_feed_gives_all_its_entries(corpus: Path, good_feeds: dict[str, ParsedFeed]) -> None:
    expected = {
        row["file"]: FEWER.get(row["file"], int(row["entries_lxml"]))
        for row in manifest(corpus, "feeds")
        if row["file"] not in NO_FEEDS
    }

    assert {name: len(feed.entries) for name, feed in good_feeds.items()} == expected


def test_no_real_entry_stands_for_another(good_feeds: dict[str, ParsedFeed]) -> None:
    merged = {
        name: len(feed.entries) - len({entry.canonical_url for entry in feed.entries})
        for name, feed in good_feeds.items()
    }

    assert {name: count for name, count in merged.items() if count} == {}


def test_damage_of_real_feeds_is_named(corpus: Path, good_feeds: dict[str, ParsedFeed]) -> None:
    damaged = {
        row["file"]
        for row in manifest(corpus, "feeds")
        if row["feedparser_bozo"] == "1" and row["format"] != "jsonfeed" and row["file"] not in NO_FEEDS
    }

    named = {
        name: {"not-well-formed", "encoding"}.intersection(feed.repairs) for name, feed in good_feeds.items()
    }

    assert {name for name, repairs in named.items() if repairs} == damaged


def test_no_two_entries_of_a_real_feed_share_an_identity(good_feeds: dict[str, ParsedFeed]) -> None:
    for name, feed in good_feeds.items():
        assert len({entry.identity for entry in feed.entries}) == len(feed.entries), name


def test_every_real_entry_is_clean(good_feeds: dict[str, ParsedFeed]) -> None:
    for name, feed in good_feeds.items():
        for entry in feed.entries:
            assert entry.title, name
            assert is_web_url(entry.url), name
            assert not has_control_characters(entry.title + entry.summary + entry.identity), name
            assert len(entry.title) <= 300, name
            assert len(entry.summary) <= 600, name
            assert len(entry.language) in {0, 2}, name
            assert entry.author == one_line(entry.author), name
            assert len(entry.author) <= 120, name
            assert "@" not in entry.author.lstrip("@"), name
            assert len(entry.text) <= 20_000, name
            assert all(line == one_line(line) != "" for line in entry.text.split("\n") if entry.text), name
            assert all(is_web_url(url) for url in (entry.image_url, entry.enclosure_url) if url), name


def test_dates_are_read_wherever_a_feed_gives_one_we_know(good_feeds: dict[str, ParsedFeed]) -> None:
    undated = {
        name: sum(entry.published_at is None for entry in feed.entries) for name, feed in good_feeds.items()
    }

    assert {name: count for name, count in undated.items() if count} == {
        "news-heise.rdf": 60,  # none given
        "utf16be.xml": 1,  # none given
    }


def test_what_is_not_a_feed_is_said_to_be_none(read_feeds: dict[str, ParsedFeed | ParseError]) -> None:
    errors = {name: error for name, error in read_feeds.items() if isinstance(error, ParseError)}

    assert errors.keys() == NO_FEEDS.keys()
    assert all(NO_FEEDS[name] in error.message for name, error in errors.items())


def test_every_real_list_gives_all_its_feeds(corpus: Path) -> None:
    for row in manifest(corpus, "opml"):
        opml = read_opml((corpus / "opml" / row["file"]).read_bytes(), DEFAULT_THEMES)
        without_address = 1 if row["file"] == "newsboat-piped.opml" else 0  # a command, never run

        assert len(opml.sources) == int(row["with_xmlUrl"]) - without_address, row["file"]
        assert all(is_web_url(source.url) and source.theme for source in opml.sources)


def test_every_real_list_survives_being_written(corpus: Path) -> None:
    for row in manifest(corpus, "opml"):
        opml = read_opml((corpus / "opml" / row["file"]).read_bytes(), DEFAULT_THEMES)
        followed = [
            a_feed(**{field.name: getattr(source, field.name) for field in fields(source)})
            for source in opml.sources
        ]

        again = read_opml(write_opml(followed, DEFAULT_THEMES, ""), DEFAULT_THEMES)

        assert again.sources == opml.sources, row["file"]
        assert again.faults == (), row["file"]


def test_every_malformed_list_names_its_lines(corpus: Path) -> None:
    named = {
        row["file"]: [
            fault.line
            for fault in read_opml((corpus / "opml" / row["file"]).read_bytes(), DEFAULT_THEMES).faults
        ]
        for row in manifest(corpus, "opml")
    }

    assert {file: lines for file, lines in named.items() if lines} == MALFORMED_LINES
