"""Whatever a publisher writes comes out plain, and crashes nothing."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from veille.collect.cleaning import (
    person_name,
    plain_paragraphs,
    plain_text,
    web_link,
    with_escaped_ampersands,
)
from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.plaintext import has_control_characters, one_line
from veille.model.urls import is_web_url

MARKUP = st.text(alphabet="<>&;#/=\"'!-ab 1é\u202e\x00\n") | st.text()
MEMBERS = [
    *("id", "url", "external_url", "title", "summary", "content_html", "content_text", "authors", "author"),
    *("name", "image", "attachments", "mime_type", "date_published", "language", "home_page_url", "items"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["/1", "<b>"]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), values),
)


@given(MARKUP)
def test_text_is_always_one_plain_line(text: str) -> None:
    plain = plain_text(text)

    assert plain == one_line(plain)
    assert not has_control_characters(plain)


@given(MARKUP)
def test_a_link_is_a_web_address_or_none(href: str) -> None:
    url = web_link(href, "https://journal.example/feed")

    assert url is None or is_web_url(url)


@given(st.binary())
def test_escaping_ampersands_twice_changes_nothing_more(document: bytes) -> None:
    once = with_escaped_ampersands(document)

    assert with_escaped_ampersands(once) == once


@given(MARKUP)
def test_a_name_is_one_plain_line(text: str) -> None:
    name = person_name(text)

    assert name == one_line(name)


@given(MARKUP)
def test_paragraphs_say_what_the_line_says(text: str) -> None:
    paragraphs = plain_paragraphs(text)

    assert all(paragraphs)
    assert " ".join(paragraphs) == plain_text(text)


@given(st.binary() | MARKUP.map(lambda text: f"<rss><channel><item>{text}".encode("utf-8", "replace")))
def test_no_bytes_crash_the_parser(body: bytes) -> None:
    try:
        feed = parse_feed(body, "text/xml", "https://journal.example/feed")
    except ParseError:
        return

    assert all(is_web_url(entry.url) for entry in feed.entries)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON), st.lists(JSON, max_size=3))
def test_no_json_crashes_the_parser(feed: dict[str, object], items: list[object]) -> None:
    body = json.dumps(feed | {"items": items}).encode()

    entries = parse_feed(body, "", "https://journal.example/feed").entries

    assert len({entry.identity for entry in entries}) == len(entries) <= len(items)
    assert all(is_web_url(entry.url) and entry.title for entry in entries)
