"""Real feeds and lists, read in place: nothing is lost that could be opened."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from veille.collect.opml import read_opml
from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.plaintext import has_control_characters
from veille.model.urls import is_web_url
from veille.settings import DEFAULT_THEMES

pytestmark = pytest.mark.corpus

FEWER = {
    "fr-cercle-psy-latin1-undeclared.xml": 9,  # one item has neither title, link nor guid
    "nodate.xml": 1,  # the same item three times: one guid, one link, one title
    "pcmag-illegally-nested.xml": 10,  # items inside items; the inner ones hold an image and no link
}


def manifest(corpus: Path, kind: str) -> list[dict[str, str]]:
    with (corpus / kind / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def test_every_real_feed_gives_all_its_entries(corpus: Path) -> None:
    counted: dict[str, int] = {}
    expected: dict[str, int] = {}
    for row in manifest(corpus, "feeds"):
        name = row["file"]
        if row["format"] in {"jsonfeed", "json-broken", "html"}:
            continue
        expected[name] = FEWER.get(name, int(row["entries_feedparser"]))
        feed = parse_feed((corpus / "feeds" / name).read_bytes(), "", f"https://site.example/{name}")
        counted[name] = len(feed.entries)
        assert len({entry.identity for entry in feed.entries}) == len(feed.entries), name

    assert counted == expected


def test_every_real_entry_is_clean(corpus: Path) -> None:
    for row in manifest(corpus, "feeds"):
        try:
            body = (corpus / "feeds" / row["file"]).read_bytes()
            feed = parse_feed(body, "text/xml", "https://site.example/feed")
        except ParseError:
            continue
        for entry in feed.entries:
            assert entry.title, row["file"]
            assert is_web_url(entry.url)
            assert not has_control_characters(entry.title + entry.summary + entry.identity)
            assert len(entry.title) <= 300
            assert len(entry.summary) <= 600
            assert len(entry.language) in {0, 2}


def test_dates_are_read_wherever_a_feed_gives_one_we_know(corpus: Path) -> None:
    undated = {
        row["file"]: sum(entry.published_at is None for entry in feed.entries)
        for row in manifest(corpus, "feeds")
        if row["format"] in {"rss2.0", "rss1.0", "atom", "rss?"}
        for feed in [parse_feed((corpus / "feeds" / row["file"]).read_bytes(), "", "https://site.example/")]
    }

    assert {name: count for name, count in undated.items() if count} == {
        "news-heise.rdf": 60,  # none given
        "news-uol-undeclared-latin1.rss": 15,  # Portuguese month names
        "utf16be.xml": 1,  # none given
    }


def test_what_is_not_a_feed_is_said_to_be_none(corpus: Path) -> None:
    for row in manifest(corpus, "feeds"):
        if row["format"] in {"jsonfeed", "json-broken"}:
            with pytest.raises(ParseError, match="answered with JSON"):
                parse_feed((corpus / "feeds" / row["file"]).read_bytes(), "", "https://site.example/")
        if row["format"] == "html":
            with pytest.raises(ParseError, match="a web page, not a feed"):
                parse_feed((corpus / "feeds" / row["file"]).read_bytes(), "", "https://site.example/")


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
