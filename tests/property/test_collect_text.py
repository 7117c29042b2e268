"""Whatever a publisher writes comes out plain, and no date is read outside the years of feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from veille.collect.cleaning import plain_text, web_link, with_escaped_ampersands
from veille.collect.dates import moment_from_text
from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.plaintext import has_control_characters, one_line
from veille.model.urls import is_web_url

MARKUP = st.text(alphabet="<>&;#/=\"'!-ab 1é\u202e\x00\n") | st.text()
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


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


@given(MOMENTS)
def test_a_well_written_date_is_read_exactly(moment: datetime) -> None:
    to_the_second = moment.replace(microsecond=0)

    assert moment_from_text(format_datetime(moment)) == to_the_second
    assert moment_from_text(moment.isoformat()) == to_the_second


@given(st.text() | st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?"))
def test_no_text_is_read_as_an_absurd_date(text: str) -> None:
    moment = moment_from_text(text)

    assert moment is None or 1989 <= moment.year <= 2100


@given(st.binary() | MARKUP.map(lambda text: f"<rss><channel><item>{text}".encode("utf-8", "replace")))
def test_no_bytes_crash_the_parser(body: bytes) -> None:
    try:
        feed = parse_feed(body, "text/xml", "https://journal.example/feed")
    except ParseError:
        return

    assert all(is_web_url(entry.url) for entry in feed.entries)
