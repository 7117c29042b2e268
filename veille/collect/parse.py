"""Reading a feed's bytes into entries. The only module that knows feedparser.

Nothing a feed says is believed: feedparser neither fetches, nor sanitises, nor reads dates here. What is
not a feed is a ``ParseError``; what is a damaged feed gives the entries that can be read, and says what was
put right.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import Any

import feedparser

from veille.collect import whole_texts
from veille.collect.cleaning import (
    character_set,
    declared_encoding,
    is_utf8_after_all,
    language_code,
    plain_text,
    utf8_from_utf16,
    with_escaped_ampersands,
)
from veille.collect.entries import entries_from_feed
from veille.collect.jsonfeed import is_json, read_json_feed
from veille.collect.recovery import mended_document
from veille.collect.written import Repair, WrittenFeed, WrittenItem
from veille.errors import ParseError
from veille.i18n import gettext as _
from veille.model.feed import ParsedFeed
from veille.model.plaintext import title_from_text
from veille.model.urls import host_name, is_web_url

# What feedparser's parsers have been seen to stumble over in damaged documents.
_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
# RSS 1.0 syndication module: how often in which period.
_PERIOD_MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}

feedparser.api.PREFERRED_XML_PARSERS = [whole_texts.__name__]


def parse_feed(body: bytes, content_type: str, final_url: str) -> ParsedFeed:
    """The feed in ``body``, which came from ``final_url``: RSS, Atom, RDF or JSON Feed.

    An entry without an address of its own leads to the feed's site. Raises ``ParseError`` when ``body`` is
    no feed.
    """
    written = read_json_feed(body, final_url) if is_json(body) else _read_xml(body, content_type, final_url)
    entries, repairs = entries_from_feed(written, final_url)
    return ParsedFeed(
        title=title_from_text(plain_text(written.title)),
        language=language_code(written.language),
        ttl_minutes=written.ttl_minutes,
        repairs=tuple(sorted(repair.value for repair in repairs)),
        entries=entries,
    )


def _read_xml(body: bytes, content_type: str, final_url: str) -> WrittenFeed:
    document, was_utf16 = utf8_from_utf16(body)
    escaped = with_escaped_ampersands(document)
    # RFC 7303 section 3.3: a byte order mark is right against everybody.
    is_marked = was_utf16 or document.startswith(codecs.BOM_UTF8)
    charset = "utf-8" if is_marked else character_set(content_type)
    is_mislabelled = is_utf8_after_all(document, charset or declared_encoding(document))
    read, repairs = _read_tolerantly(escaped, "utf-8" if is_mislabelled else charset)
    if read is None:
        raise ParseError(_("The feed of {host} is too damaged to be read.").format(host=host_name(final_url)))
    if not (dict.get(read, "version") or read["entries"] or b"<channel" in body[:1000].lower()):
        raise _not_a_feed(body, final_url)
    if escaped != document:
        repairs.add(Repair.BARE_AMPERSAND)
    if is_mislabelled:
        repairs.add(Repair.ENCODING)
    feed: Any = read["feed"]
    ttl = _positive(_text(feed, "ttl"))
    return WrittenFeed(
        title=_text(feed, "title"),
        language=_language(feed),
        ttl_minutes=ttl or _syndication_minutes(feed),
        links=tuple(_links(feed)),
        items=tuple(_item(entry, read) for entry in read["entries"]),
        repairs=frozenset(repairs),
    )


def _read_tolerantly(document: bytes, charset: str) -> tuple[Any, set[Repair]]:
    """What feedparser makes of ``document``, mended first if it loses items; None if it makes nothing."""
    read = _read(document, charset)
    if read is None:
        found, encoding, repairs = 0, "utf-8", {Repair.NOT_WELL_FORMED}
    elif read["bozo"] or not read["entries"]:
        found, encoding = len(read["entries"]), dict.get(read, "encoding") or "utf-8"
        repairs = _repairs(read, document, charset)
    else:
        return read, set()
    mended, items = mended_document(document, encoding)
    again = _read(mended, "utf-8") if items > found else None
    if again is None or len(again["entries"]) <= found:
        return read, repairs
    return again, repairs | {Repair.RECOVERED}


def _read(document: bytes, charset: str) -> Any:
    # Never the type itself: for text/xml without a charset feedparser would still believe in ASCII (RFC 3023,
    # obsoleted by RFC 7303), and for an unknown one in ISO-8859-1.
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        return feedparser.parse(
            # A stream: feedparser would open a path or an address it finds in bytes or text.
            io.BytesIO(document),
            # No content-location: told where the feed came from, it would also turn guids into addresses.
            response_headers={"content-type": kind},
            # Its sanitiser takes quadratic time, and nothing of the markup is kept anyway.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _STUMBLES:
        return None


def _repairs(read: Any, document: bytes, charset: str) -> set[Repair]:
    if not read["bozo"]:
        return set()
    repairs = set()
    if not isinstance(dict.get(read, "bozo_exception"), feedparser.ThingsNobodyCaresAboutButMe):
        repairs.add(Repair.NOT_WELL_FORMED)
    said = (charset or declared_encoding(document) or "utf-8").lower()
    # feedparser reads GB 2312 as the larger set that contains it.
    if dict.get(read, "encoding", "").lower() != ("gb18030" if said == "gb2312" else said):
        repairs.add(Repair.ENCODING)
    return repairs


def _not_a_feed(body: bytes, final_url: str) -> ParseError:
    host = host_name(final_url)
    beginning = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not beginning:
        return ParseError(_("{host} answered with nothing.").format(host=host))
    if b"<html" in beginning or beginning.startswith(b"<!doctype html"):
        return ParseError(
            _("{host} answered with a web page, not a feed.").format(host=host),
            hint=_("Look for its feed: veille feeds discover {url}").format(url=final_url),
        )
    return ParseError(_("What {host} answered is not a feed.").format(host=host))


def _item(entry: Any, feed: Any) -> WrittenItem:
    # RFC 4287 section 4.2.1: without an author, that of the source, then of the feed. RSS has no such rule.
    authored = (entry, _values(entry, "source"), feed["feed"])
    is_atom = dict.get(feed, "version", "").startswith("atom")
    names = (_names(values) for values in (authored if is_atom else authored[:1]))
    enclosures = [link for link in _all(entry, "links") if _text(link, "rel") == "enclosure"]
    return WrittenItem(
        guid=_text(entry, "id"),
        title=_text(entry, "title"),
        links=tuple(_links(entry)),
        bodies=(_text(entry, "summary"), *(_text(content, "value") for content in _all(entry, "content"))),
        authors=tuple(next((found for found in names if found), [])),
        language=_language(entry),
        dates=tuple(_text(entry, name) for name in ("published", "created", "updated")),
        images=tuple(_images(entry, enclosures)),
        enclosures=tuple(_text(link, "href") for link in enclosures),
    )


def _links(values: Any) -> Iterator[str]:
    """The addresses of a feed or an entry, best first: page, other forms, guid, enclosure, the Atom entry."""
    by_relation = {
        relation: [_text(link, "href") for link in _all(values, "links") if _text(link, "rel") == relation]
        for relation in ("alternate", "enclosure", "self")
    }
    guid, link = _text(values, "id"), _text(values, "link")
    # Without a link, feedparser takes the guid for one, and most guids lead nowhere.
    yield link if link != guid else ""
    yield from by_relation["alternate"]
    yield guid if is_web_url(guid) else ""
    yield from by_relation["enclosure"]
    yield from by_relation["self"]


def _names(values: Any) -> list[str]:
    """The authors of a feed, an entry or its source."""
    authors = _all(values, "authors")
    # Of a single one, not feedparser's name: it takes "jane@musee.paris" for an address in ".pari".
    named = [_text(author, "name") for author in authors] if len(authors) > 1 else [_text(values, "author")]
    return [name for name in named if name]


def _images(entry: Any, enclosures: list[Any]) -> Iterator[str]:
    """The pictures that stand for an entry: Media RSS, then iTunes and RSS, then what is enclosed."""
    for thumbnail in _all(entry, "media_thumbnail"):
        yield _text(thumbnail, "url")
    for content in _all(entry, "media_content"):
        if _text(content, "medium") == "image" or _text(content, "type").startswith("image/"):
            yield _text(content, "url")
    yield _text(_values(entry, "image"), "href")
    for link in enclosures:
        if _text(link, "type").startswith("image/"):
            yield _text(link, "href")


def _language(values: Any) -> str:
    return _text(values, "language") or _text(_values(values, "title_detail"), "language")


def _syndication_minutes(feed: Any) -> int | None:
    period = _PERIOD_MINUTES.get(_text(feed, "sy_updateperiod").strip().lower())
    return period and max(1, period // (_positive(_text(feed, "sy_updatefrequency")) or 1))


def _positive(text: str) -> int | None:
    """The whole number above zero that ``text`` says, if any."""
    written = text.strip()
    return (int(written) or None) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _all(values: Any, name: str) -> list[Any]:
    return dict.get(values, name) or []


def _values(values: Any, name: str) -> Any:
    return dict.get(values, name) or {}


def _text(values: Any, name: str) -> str:
    # Not values.get(): feedparser's dictionaries answer for missing keys with other ones.
    value = dict.get(values, name)
    return value if isinstance(value, str) else ""
