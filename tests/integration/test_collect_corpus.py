"""Real feeds and lists, read in place: nothing is lost that could be opened."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from veille.collect.opml import read_opml
from veille.collect.parse import ParsedFeed, parse_feed
from veille.errors import ParseError
from veille.model.plaintext import has_control_characters
from veille.model.urls import is_web_url
from veille.settings import DEFAULT_THEMES

pytestmark = pytest.mark.corpus

FEWER = {
    "fr-cercle-psy-latin1-undeclared.xml": 9,  # one item has neither title, link nor guid
    "nodate.xml": 1,  # the same item three times: one guid, one link, one title
    "pcmag-illegally-nested.xml": 10,  # an empty item inside every other
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
        row["file"]: FEWER.get(row["file"], int(row["entries_feedparser"]))
        for row in manifest(corpus, "feeds")
        if row["format"] not in {"jsonfeed", "json-broken", "html"}
    }

    assert {name: len(feed.entries) for name, feed in good_feeds.items()} == expected


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


def test_dates_are_read_wherever_a_feed_gives_one_we_know(good_feeds: dict[str, ParsedFeed]) -> None:
    undated = {
        name: sum(entry.published_at is None for entry in feed.entries) for name, feed in good_feeds.items()
    }

    assert {name: count for name, count in undated.items() if count} == {
        "news-heise.rdf": 60,  # none given
        "news-uol-undeclared-latin1.rss": 15,  # Portuguese month names
        "utf16be.xml": 1,  # none given
    }


def test_what_is_not_a_feed_is_said_to_be_none(
    corpus: Path, read_feeds: dict[str, ParsedFeed | ParseError]
) -> None:
    words = {"jsonfeed": "answered with JSON", "json-broken": "answered with JSON", "html": "with a web page"}
    refused = {
        row["file"]: words[row["format"]] for row in manifest(corpus, "feeds") if row["format"] in words
    }

    errors = {name: error for name, error in read_feeds.items() if isinstance(error, ParseError)}

    assert errors.keys() == refused.keys()
    assert all(refused[name] in error.message for name, error in errors.items())


def test_every_real_list_gives_all_its_feeds(corpus: Path) -> None:
    for row in manifest(corpus, "opml"):
        opml = read_opml((corpus / "opml" / row["file"]).read_bytes(), DEFAULT_THEMES)
        without_address = 1 if row["file"] == "newsboat-piped.opml" else 0  # a command, never run

        assert len(opml.sources) == int(row["with_xmlUrl"]) - without_address, row["file"]
        assert all(is_web_url(source.url) and source.theme for source in opml.sources)


def test_every_malformed_list_names_its_lines(corpus: Path) -> None:
    for row in manifest(corpus, "opml"):
        opml = read_opml((corpus / "opml" / row["file"]).read_bytes(), DEFAULT_THEMES)
        faulty = row["wellformed"] == "no" or row["file"] == "newsboat-piped.opml"

        assert bool(opml.faults) == faulty, row["file"]
