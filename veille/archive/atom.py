"""A feed of the archive as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from veille.archive.feed import NEVER, ArchiveFeed, FeedEntry
from veille.archive.paths import root_from
from veille.compose.addresses import public_url
from veille.model.plaintext import xml_text
from veille.settings import Settings

_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_feed(feed: ArchiveFeed, settings: Settings) -> bytes:
    """``feed`` in full; the same bytes for the same input.

    Addresses are relative to the feed while the archive has no public one.
    """
    digest = settings.digest
    root = etree.Element(f"{{{_ATOM}}}feed", {_LANGUAGE: digest.language}, nsmap={None: _ATOM})
    _add(root, "id", feed.identity.urn)
    _add(root, "title", feed.title)
    if digest.institution:
        _add(root, "subtitle", digest.institution)
    _add(root, "updated", _timestamp(max((entry.updated_at for entry in feed.entries), default=NEVER)))
    author = _add(root, "author")
    _add(author, "name", settings.curator.name or digest.institution or digest.name)
    home = _address(feed.page_path, feed, settings)
    _add(root, "link", rel="alternate", type="text/html", href=home)
    if settings.archive.url:
        here = _address(f"{feed.stem}.atom", feed, settings)
        _add(root, "link", rel="self", type="application/atom+xml", href=here)
    for entry in feed.entries:
        _add_entry(root, entry, feed, settings)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add_entry(root: etree._Element, entry: FeedEntry, feed: ArchiveFeed, settings: Settings) -> None:
    element = _add(root, "entry")
    _add(element, "id", entry.identity.urn)
    _add(element, "title", entry.title)
    _add(element, "published", _timestamp(entry.published_at))
    _add(element, "updated", _timestamp(entry.updated_at))
    page = _address(entry.page_path, feed, settings)
    _add(element, "link", rel="alternate", type="text/html", href=page)
    _add(element, "content", entry.content, type="html")


def _address(path: str, feed: ArchiveFeed, settings: Settings) -> str:
    return public_url(path, settings) or f"{root_from(feed.stem)}{path}"


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A new child in the namespace of ``parent``; lxml escapes whatever it holds."""
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = xml_text(text) or None
    return child


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
