"""Reading a feed's bytes into entries. The only module that knows feedparser.

Nothing a feed says is believed: feedparser neither fetches, nor sanitises, nor reads dates here. What is
not a feed is a ``ParseError``; what is a damaged feed gives the entries that can be read.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import feedparser

from veille.collect.cleaning import (
    language_code,
    plain_text,
    utf8_from_utf16,
    web_link,
    with_escaped_ampersands,
)
from veille.collect.dates import moment_from_text
from veille.errors import ParseError
from veille.i18n import gettext as _
from veille.model.entry import ParsedEntry
from veille.model.plaintext import one_line, shortened, title_from_text
from veille.model.urls import canonical_url, host_name

SUMMARY_MAX_CHARACTERS = 600
_TITLE_FROM_SUMMARY_CHARACTERS = 90
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


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read. ``title`` and ``language`` may be empty; ``entries`` are in the feed's order.

    No two entries share an identity.
    """

    title: str
    language: str
    entries: tuple[ParsedEntry, ...]


def parse_feed(body: bytes, content_type: str, final_url: str) -> ParsedFeed:
    """The feed in ``body``, which came from ``final_url``.

    An entry without any address on the web is left out: it could not be opened. Raises ``ParseError`` when
    ``body`` is no RSS or Atom feed.
    """
    document = _document(body, content_type, final_url)
    entries: list[Any] = document["entries"]
    if not dict.get(document, "version") and not entries:
        raise _not_a_feed(body, final_url)
    feed: Any = document["feed"]
    language = language_code(_text(feed, "language"))
    site = _Site(final_url, language, frozenset([final_url, *_links(feed, final_url)]))
    parsed = (_entry(entry, site) for entry in entries)
    return ParsedFeed(
        title=title_from_text(plain_text(_text(feed, "title"))),
        language=language,
        entries=tuple(_distinct(entry for entry in parsed if entry is not None)),
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """What an entry takes from its feed: where links start, its language, and the feed's own addresses."""

    url: str
    language: str
    homes: frozenset[str]


def _document(body: bytes, content_type: str, final_url: str) -> Any:
    document, was_utf16 = utf8_from_utf16(body)
    # feedparser takes a missing type for ISO-8859-1; XML without a declaration is UTF-8.
    kind = "application/xml" if was_utf16 or not content_type else content_type
    try:
        return feedparser.parse(
            # A stream: feedparser would open a path or an address it finds in bytes or text.
            io.BytesIO(with_escaped_ampersands(document)),
            # No content-location: told where the feed came from, it would also turn guids into addresses.
            response_headers={"content-type": kind},
            # Its sanitiser takes quadratic time, and nothing of the markup is kept anyway.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _STUMBLES as error:
        raise ParseError(
            _("The feed of {host} is too damaged to be read.").format(host=host_name(final_url))
        ) from error


def _not_a_feed(body: bytes, final_url: str) -> ParseError:
    host = host_name(final_url)
    beginning = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not beginning:
        return ParseError(_("{host} answered with nothing.").format(host=host))
    if beginning.startswith((b"{", b"[")):
        return ParseError(_("{host} answered with JSON, which is not read yet.").format(host=host))
    if b"<html" in beginning or beginning.startswith(b"<!doctype html"):
        return ParseError(
            _("{host} answered with a web page, not a feed.").format(host=host),
            hint=_("Look for its feed: veille feeds discover {url}").format(url=final_url),
        )
    return ParseError(_("What {host} answered is not a feed.").format(host=host))


def _entry(entry: Any, site: _Site) -> ParsedEntry | None:
    url = _page(entry, site)
    if url is None:
        return None
    texts = [plain_text(written) for written in _bodies(entry)]
    summary = next((text for text in texts if text), "")
    title = title_from_text(plain_text(_text(entry, "title")))
    return ParsedEntry(
        identity=one_line(_text(entry, "id")) or canonical_url(url),
        title=title or _title_without_one(summary, url),
        url=url,
        summary=shortened(summary, SUMMARY_MAX_CHARACTERS),
        words=max((len(text.split()) for text in texts), default=0),
        language=_language(entry) or site.language,
        published_at=_published_at(entry),
    )


def _page(entry: Any, site: _Site) -> str | None:
    """The address of the entry's page; the feed's own, to which empty links lead, only as a last resort."""
    links = list(_links(entry, site.url))
    return next((link for link in links if link not in site.homes), links[0] if links else None)


def _links(values: Any, base: str) -> Iterator[str]:
    """The addresses of a feed or an entry, best first: page, other forms, guid, enclosure, the Atom entry."""
    links: list[Any] = dict.get(values, "links") or []
    by_relation = {
        relation: [_text(link, "href") for link in links if _text(link, "rel") == relation]
        for relation in ("alternate", "enclosure", "self")
    }
    candidates = (
        _text(values, "link"),
        *by_relation["alternate"],
        _text(values, "id"),
        *by_relation["enclosure"],
        *by_relation["self"],
    )
    return (url for written in candidates if written and (url := web_link(written, base)) is not None)


def _bodies(entry: Any) -> Iterator[str]:
    """What the entry says of its article: the summary, then the contents."""
    yield _text(entry, "summary")
    for content in dict.get(entry, "content") or ():
        yield _text(content, "value")


def _title_without_one(summary: str, url: str) -> str:
    if summary:
        return shortened(summary, _TITLE_FROM_SUMMARY_CHARACTERS)
    return title_from_text(url.partition("://")[2].rstrip("/"))


def _language(entry: Any) -> str:
    title_detail = dict.get(entry, "title_detail") or {}
    return language_code(_text(entry, "language")) or language_code(_text(title_detail, "language"))


def _published_at(entry: Any) -> datetime | None:
    written = (_text(entry, name) for name in ("published", "created", "updated"))
    return next((moment for text in written if (moment := moment_from_text(text)) is not None), None)


def _distinct(entries: Iterable[ParsedEntry]) -> Iterator[ParsedEntry]:
    """The entries, each once; different ones that share a guid are told apart.

    Real feeds carry the same item several times, or give several items the same guid.
    """
    by_identity: dict[str, ParsedEntry] = {}
    for entry in entries:
        first = by_identity.setdefault(entry.identity, entry)
        if first is entry:
            yield entry
        elif (first.url, first.title) != (entry.url, entry.title):
            distinct = replace(entry, identity=_hash(entry.identity, entry.url, entry.title))
            if by_identity.setdefault(distinct.identity, distinct) is distinct:
                yield distinct


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()


def _text(values: Any, name: str) -> str:
    # Not values.get(): feedparser's dictionaries answer for missing keys with other ones.
    value = dict.get(values, name)
    return value if isinstance(value, str) else ""
