"""JSON Feed 1.0 and 1.1: told by what they say, and never trusted to be of the right type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.entry import ParsedEntry
from veille.model.feed import ParsedFeed

URL = "https://journal.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def parsed(*items: Any, **feed: Any) -> ParsedFeed:
    document = {"version": VERSION, "title": "Le Journal", "items": items} | feed
    return parse_feed(json.dumps(document).encode(), "text/html", URL)


def the_entry(item: Any, **feed: Any) -> ParsedEntry:
    (entry,) = parsed(item, **feed).entries
    return entry


PAGE = {"id": "un", "url": "https://journal.example/1"}


def test_an_item_becomes_an_entry() -> None:
    item = PAGE | {
        "title": "Titre &amp; co",
        "summary": "En bref.",
        "content_html": "<p>Le premier.</p><p>Le second.</p>",
        "date_published": "2026-06-29T15:07:41+02:00",
        "image": "/une.jpg",
        "attachments": [{"url": "/son.mp3", "mime_type": "audio/mpeg"}],
        "authors": [{"name": "Jane Doe"}, {"name": "Zoé"}],
    }

    feed = parsed(item, language="fr-FR", home_page_url="https://journal.example/")

    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.ttl_minutes, feed.repairs) == ("Le Journal", "fr", None, ())
    assert (entry.identity, entry.title, entry.url) == ("un", "Titre & co", "https://journal.example/1")
    assert (entry.summary, entry.text) == ("En bref.", "Le premier.\nLe second.")
    assert (entry.author, entry.language) == ("Jane Doe, Zoé", "fr")
    assert entry.image_url == "https://journal.example/une.jpg"
    assert entry.enclosure_url == "https://journal.example/son.mp3"
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-06-29T13:07:41+00:00"


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("7", "7"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1" * 5000, "1" * 5000),
        ("1.50", "1.50"),
        ("NaN", "NaN"),
        ('"un"', "un"),
        ('"\\ud800un"', "un"),
        ("true", "https://journal.example/1"),
        ("null", "https://journal.example/1"),
        ("{}", "https://journal.example/1"),
        ('1, "id": 2', "2"),
    ],
)
def test_an_id_is_taken_as_it_is_written(written: str, identity: str) -> None:
    body = f'{{"items": [{{"id": {written}, "url": "https://journal.example/1"}}]}}'

    assert parse_feed(body.encode(), "", URL).entries[0].identity == identity


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": "/1"}, "https://journal.example/1"),
        ({"id": "https://journal.example/1"}, "https://journal.example/1"),
        (PAGE | {"external_url": "https://other.example/"}, "https://journal.example/1"),
        ({"id": "un", "external_url": "https://other.example/a"}, "https://other.example/a"),
        ({"attachments": [{"url": "/son.mp3"}]}, "https://journal.example/son.mp3"),
        ({"title": "Sans adresse"}, "https://journal.example/"),
    ],
)
def test_the_best_address_on_the_web_is_taken(item: dict[str, Any], url: str) -> None:
    assert the_entry(item, home_page_url="https://journal.example/").url == url


def test_an_id_that_is_no_address_is_no_link() -> None:
    assert (
        the_entry({"id": "un", "title": "Titre"}, home_page_url="https://journal.example/").identity == "un"
    )


def test_plain_text_keeps_what_looks_like_markup() -> None:
    assert the_entry(PAGE | {"content_text": "Le <b> gras\nR&D &amp;"}).text == "Le <b> gras\nR&D &amp;"


@pytest.mark.parametrize(
    ("item", "feed", "author"),
    [
        ({"author": {"name": "Jane"}}, {}, "Jane"),
        ({"authors": [{"name": "Zoé"}], "author": {"name": "Zoé"}}, {}, "Zoé"),
        ({}, {"author": {"name": "La rédaction"}}, "La rédaction"),
        ({"authors": [{"url": "https://journal.example/"}]}, {"authors": [{"name": "Nous"}]}, "Nous"),
        ({"author": "Jane"}, {}, ""),
    ],
)
def test_authors_of_both_versions_are_known(item: Any, feed: dict[str, Any], author: str) -> None:
    assert the_entry(PAGE | item, **feed).author == author


@pytest.mark.parametrize(
    ("item", "image"),
    [
        ({"banner_image": "/b.jpg"}, "https://journal.example/b.jpg"),
        ({"attachments": [{"url": "/a.png", "mime_type": "image/png"}]}, "https://journal.example/a.png"),
        ({"image": "data:image/png;base64,AAAA"}, ""),
    ],
)
def test_an_image_is_kept(item: dict[str, Any], image: str) -> None:
    assert the_entry(PAGE | item).image_url == image


def test_a_date_of_change_stands_in_for_that_of_publication() -> None:
    entry = the_entry(PAGE | {"date_published": "hier", "date_modified": "2026-06-30T00:00:00Z"})

    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-06-30T00:00:00+00:00"


@pytest.mark.parametrize("wrong", [None, True, 3, "x", [], {}, [[]], [None], {"name": []}, [{"url": {}}]])
def test_members_of_a_wrong_type_are_taken_as_missing(wrong: Any) -> None:
    members = ("title", "summary", "content_html", "authors", "author", "attachments", "date_published")
    entry = the_entry(PAGE | dict.fromkeys(members, wrong))

    assert (entry.identity, entry.url) == ("un", "https://journal.example/1")
    assert (entry.author, entry.enclosure_url, entry.published_at) == ("", "", None)


def test_an_item_that_is_none_is_left_out_and_said() -> None:
    feed = parsed(PAGE, "deux", None)

    assert [entry.identity for entry in feed.entries] == ["un"]
    assert "empty-item" in feed.repairs


def test_a_byte_order_mark_and_raw_line_ends_are_read() -> None:
    body = b'\xef\xbb\xbf\r\n{"items": [{"id": "un", "title": "deux\nlignes"}]}'

    assert parse_feed(body, "", URL).entries[0].title == "deux lignes"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "damaged or cut short"),
        (b"[" * 200_000, "damaged or cut short"),
        (b'{"items": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "damaged or cut short"),
        (b"{'items': []}", "damaged or cut short"),
        (b'{"error": "not found"}', "is not a JSON Feed"),
        (b'{"items": {}}', "is not a JSON Feed"),
        (b"[]", "is not a JSON Feed"),
    ],
)
def test_other_json_is_said_to_be_no_feed(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_feed(body, "application/feed+json", URL)
