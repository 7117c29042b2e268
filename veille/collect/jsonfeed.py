"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): the feed in a JSON document.

Members of a wrong type are taken as missing, numbers as text: an ``id`` may be one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import TypeAlias

from veille.collect.written import Repair, WrittenFeed, WrittenItem
from veille.errors import ParseError
from veille.i18n import gettext as _
from veille.model.urls import host_name, is_web_url

# What json.loads gives here: numbers stay as they are written, however long.
_Json: TypeAlias = "bool | str | list[_Json] | dict[str, _Json] | None"
_Members: TypeAlias = Mapping[str, _Json]

_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"


def is_json(body: bytes) -> bool:
    """Whether ``body`` begins like a JSON document of several values, whatever its type is said to be."""
    return body[:1000].lstrip(_BEFORE_TEXT).startswith((b"{", b"["))


def read_json_feed(body: bytes, final_url: str) -> WrittenFeed:
    """The JSON Feed in ``body``, which came from ``final_url``.

    Raises ``ParseError`` when it is damaged, or other JSON.
    """
    document = _document(body, final_url)
    items = document.get("items")
    if not isinstance(items, list):
        raise ParseError(
            _("{host} answered with JSON that is not a JSON Feed.").format(host=host_name(final_url))
        )
    members = [item for item in items if isinstance(item, dict)]
    return WrittenFeed(
        title=_text(document, "title"),
        language=_text(document, "language"),
        ttl_minutes=None,
        links=(_text(document, "home_page_url"), _text(document, "feed_url")),
        items=tuple(_item(item, document) for item in members),
        repairs=frozenset() if len(members) == len(items) else frozenset([Repair.EMPTY_ITEM]),
    )


def _document(body: bytes, final_url: str) -> _Members:
    try:
        document: _Json = json.loads(
            body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"),
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            # Line ends in the middle of a text.
            strict=False,
        )
    except (ValueError, RecursionError) as error:
        raise ParseError(
            _("{host} answered with JSON that is damaged or cut short.").format(host=host_name(final_url))
        ) from error
    return document if isinstance(document, dict) else {}


def _item(item: _Members, feed: _Members) -> WrittenItem:
    guid = _text(item, "id")
    attachments = [attachment for attachment in _objects(item, "attachments") if _text(attachment, "url")]
    pictures = [one for one in attachments if _text(one, "mime_type").startswith("image/")]
    return WrittenItem(
        guid=guid,
        title=_text(item, "title"),
        links=(
            _text(item, "url"),
            # An id is often the address; what a link blog points to is not its own page.
            guid if is_web_url(guid) else "",
            _text(item, "external_url"),
            *(_text(attachment, "url") for attachment in attachments),
        ),
        bodies=(
            _as_html(_text(item, "summary")),
            _text(item, "content_html"),
            _as_html(_text(item, "content_text")),
        ),
        authors=tuple(_names(item)) or tuple(_names(feed)),
        language=_text(item, "language"),
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        images=(
            _text(item, "image"),
            _text(item, "banner_image"),
            *(_text(picture, "url") for picture in pictures),
        ),
        enclosures=tuple(_text(attachment, "url") for attachment in attachments),
    )


def _names(values: _Members) -> Iterator[str]:
    """The authors: a list since version 1.1, a single one before."""
    author = values.get("author")
    for named in (*_objects(values, "authors"), author):
        if isinstance(named, dict) and _text(named, "name"):
            yield _text(named, "name")


def _as_html(text: str) -> str:
    """Plain text as HTML, so that what looks like markup in it stays what it is."""
    return escape(text).replace("\n", "<br>")


def _objects(values: _Members, name: str) -> list[_Members]:
    found = values.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(values: _Members, name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
