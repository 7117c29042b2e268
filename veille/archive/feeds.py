"""The archive as an Atom feed (RFC 4287): every issue ever published, in full.

Identifiers are UUIDs derived from the store and the month. They name neither host nor folder, so that a
site that moves, or gets its public address late, does not show its whole history as unread; a ``tag:``
URI (RFC 4151) would need a domain that a folder on a shared disk does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from lxml import etree, html

from veille.archive.pages import ATOM_PATH, HOME_PATH, archive_links
from veille.compose.addresses import issue_path, public_url
from veille.compose.contexts import ArchivePick
from veille.compose.typography import Medium, typeset
from veille.compose.wording import in_type, month_label
from veille.i18n import translations
from veille.model.issue import Issue
from veille.model.month import Month
from veille.settings import Settings

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = UUID("2f6f4d0b-2f0d-4a39-9d2c-6a7f1a5f3c58")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Atom demands a date even of a feed in which nothing ever happened.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed_uuid(salt: str) -> UUID:
    """The identity of the feed of the store with ``salt``, from which the salt cannot be found again."""
    return uuid5(_NAMESPACE, salt)


def issue_uuid(feed: UUID, month: Month) -> UUID:
    """The identity of a month's issue within ``feed``, the same however often it is approved again."""
    return uuid5(feed, str(month))


def atom_feed(issues: Sequence[Issue], settings: Settings, identity: UUID) -> bytes:
    """The feed of ``issues``, which are published and newest first; the same bytes for the same input.

    Addresses are relative to the feed while the archive has no public one.
    """
    digest = settings.digest
    feed = etree.Element(f"{{{_ATOM}}}feed", {_LANGUAGE: digest.language}, nsmap={None: _ATOM})
    _add(feed, "id", identity.urn)
    _add(feed, "title", digest.name)
    if digest.institution:
        _add(feed, "subtitle", digest.institution)
    _add(feed, "updated", _timestamp(max(map(_updated_at, issues), default=_NEVER)))
    author = _add(feed, "author")
    _add(author, "name", settings.curator.name or digest.institution or digest.name)
    _add_link(feed, "alternate", "text/html", HOME_PATH, settings)
    if settings.archive.url:
        _add_link(feed, "self", "application/atom+xml", ATOM_PATH, settings)
    for issue in issues:
        _add_entry(feed, issue, settings, identity)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add_entry(feed: etree._Element, issue: Issue, settings: Settings, identity: UUID) -> None:
    label = month_label(issue.month, settings.digest.language)
    entry = _add(feed, "entry")
    _add(entry, "id", issue_uuid(identity, issue.month).urn)
    title = typeset(issue.title, settings.digest.language, Medium.WEB)
    _add(entry, "title", f"{label} · {title}" if title else label)
    _add(entry, "updated", _timestamp(_updated_at(issue)))
    _add_link(entry, "alternate", "text/html", issue_path(issue.month), settings)
    _add(entry, "content", _content(issue, settings), type="html")


def _content(issue: Issue, settings: Settings) -> str:
    """The whole issue as HTML: the intro, then the numbered links with their notes and variants."""
    body = html.Element("div")
    _add_paragraphs(body, in_type(issue.intro, settings, Medium.WEB))
    links = _add(body, "ol")
    for link in archive_links(issue, settings):
        item = _add(links, "li")
        _add_pick(item, link.pick)
        for variant in link.variants:
            words = translations(settings.digest.language).gettext("For {segment}")
            aside = _add(item, "blockquote")
            _add(_add(aside, "p"), "strong", words.format(segment=variant.segment))
            _add_pick(aside, variant.pick)
    return etree.tostring(body, encoding="unicode", method="html")


def _add_pick(parent: etree._Element, pick: ArchivePick) -> None:
    _add(parent, "p", " · ".join(pick.meta))
    title = _add(_add(parent, "p"), "a" if pick.url else "span", pick.title)
    if pick.url:
        title.set("href", _xml_text(pick.url))
    if pick.language:
        title.set("lang", pick.language)
    if pick.host:
        title.tail = f" {_xml_text(pick.host)}"
    _add_paragraphs(parent, pick.note)
    if pick.thanks:
        _add(_add(parent, "p"), "small", pick.thanks)


def _add_paragraphs(parent: etree._Element, texts: Sequence[str]) -> None:
    for text in texts:
        _add(parent, "p", text)


def _add_link(parent: etree._Element, rel: str, media_type: str, path: str, settings: Settings) -> None:
    _add(parent, "link", rel=rel, type=media_type, href=public_url(path, settings) or path)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A new child in the namespace of ``parent``; lxml escapes whatever it holds."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, etree.QName(namespace, name), attributes)
    child.text = _xml_text(text) or None
    return child


def _xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 (section 2.2) cannot hold even escaped."""
    return _NOT_XML.sub("", text)


def _updated_at(issue: Issue) -> datetime:
    """When the issue was approved; the feed holds no draft."""
    return issue.approved_at or _NEVER


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
