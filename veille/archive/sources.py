"""The feeds that the curator follows, as OPML 2.0 for whoever wants to follow them too."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from lxml import etree

from veille.model.feed import Feed, FeedStatus
from veille.model.plaintext import xml_text
from veille.settings import Settings


def sources_opml(feeds: Iterable[Feed], settings: Settings) -> bytes:
    """The feeds that are followed, by theme; no address keeps a name or a password that opens it."""
    language = settings.digest.language
    root = etree.Element("opml", {"version": "2.0"})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = xml_text(settings.digest.name)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        if feed.status is not FeedStatus.ACTIVE:
            continue
        if feed.theme not in folders:
            label = xml_text(settings.theme_label(feed.theme, language))
            folders[feed.theme] = etree.SubElement(body, "outline", {"text": label, "title": label})
        name = xml_text(feed.title) or _public(feed.url)
        outline = {"type": "rss", "text": name, "title": name, "xmlUrl": _public(feed.url)}
        etree.SubElement(folders[feed.theme], "outline", outline)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _public(url: str) -> str:
    parts = urlsplit(url)
    return xml_text(urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))
