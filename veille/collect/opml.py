"""Lists of feeds in OPML: read from any reader, however damaged, and written for any reader.

Folders are themes. Of an outline, the address, the name, the language and veille's own attributes are used,
the others only kept; nothing in a list is ever run or fetched while it is read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from veille.collect.cleaning import language_code, with_escaped_ampersands
from veille.errors import ParseError
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedSource, FeedStatus, Outline
from veille.model.plaintext import one_line, search_key, shortened, title_from_text, xml_text
from veille.model.urls import is_web_url
from veille.settings import Label

# A theme of the curator's own making, from the name of a folder.
_THEME_MAX_CHARACTERS = 31
_THEME = re.compile(rf"[\w-]{{1,{_THEME_MAX_CHARACTERS}}}")
# Attributes of veille's own, which other readers pass over (OPML 2.0, "Extending OPML").
_NAMESPACE = "urn:veille:opml"
_OWN_THEME = f"{{{_NAMESPACE}}}theme"
_OWN_STATUS = f"{{{_NAMESPACE}}}status"
# An outline that stood in no folder is written into that of its theme, and says so to be read back as it was.
_OWN_FILED = f"{{{_NAMESPACE}}}filed"
# Readers have been seen to write these in other ways.
_SPELLINGS = {
    name.lower(): name for name in ("type", "text", "title", "xmlUrl", "htmlUrl", "description", "language")
}
# Up to here libxml2 knows the line of an element; beyond, it guesses from those around it.
_LAST_KNOWN_LINE = 65_534
_FEED_ROOTS = frozenset(["rss", "feed", "rdf"])
# XML 1.0 section 2.2: what a document cannot hold, even escaped.


@dataclass(frozen=True, slots=True)
class OpmlFault:
    """What could not be read as it was written, and where; lines count from 1, None when unknown."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class OpmlList:
    """The feeds of a list in its order, possibly with repetitions, and its faults by line."""

    sources: tuple[FeedSource, ...]
    faults: tuple[OpmlFault, ...]


def read_opml(data: bytes, themes: Mapping[str, Label]) -> OpmlList:
    """Every feed that ``data`` holds, whatever is wrong around it.

    A feed's theme is the one it names in veille's own attribute, else that of the nearest folder named like
    one of ``themes`` (its identifier, or its name in any language), else the nearest folder's own name, else
    the first theme. Raises ``ParseError`` when ``data`` is no list at all.
    """
    root = _root(with_escaped_ampersands(data), _parser())
    outlines = [] if root is None else list(root.iter("{*}outline"))
    if root is None or not (outlines or _local_name(root) == "opml"):
        raise _no_list(data, root)
    faults = list(_malformed_lines(data))
    sources: list[FeedSource] = []
    for outline in outlines:
        attributes = _attributes(outline)
        url = attributes.pop("xmlUrl", "").strip()
        if is_web_url(url):
            sources.append(_source(outline, url, attributes, themes))
        elif url:
            shown = shortened(one_line(url), 100)
            faults.append(OpmlFault(_line(outline), _("“{url}” is not a web address").format(url=shown)))
    return OpmlList(tuple(sources), tuple(sorted(faults, key=lambda fault: fault.line or sys.maxsize)))


def write_opml(feeds: Iterable[Feed], themes: Mapping[str, Label], title: str) -> bytes:
    """``feeds`` as an OPML 2.0 document: ``read_opml`` gives the same feeds back.

    Each stands in the folders it came with, else in one named after its theme.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"veille": _NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = xml_text(title)
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        path = feed.outline.folders or (_theme_name(feed.theme, themes),)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in folders:
                name = path[depth - 1]
                folders[path[:depth]] = etree.SubElement(
                    folders[path[: depth - 1]], "outline", {"text": name, "title": name}
                )
        etree.SubElement(folders[path], "outline", _written(feed))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)


def _malformed_lines(data: bytes) -> Iterator[OpmlFault]:
    """The lines of ``data`` that are not well-formed XML, each once, with the parser's own words."""
    parser = _parser()
    _root(data, parser)
    by_line: dict[int, str] = {}
    for entry in parser.error_log.filter_from_errors():
        by_line.setdefault(max(entry.line, 1), one_line(entry.message).rstrip("."))
    for line, words in by_line.items():
        yield OpmlFault(line, _("not well-formed XML, read as far as possible ({words})").format(words=words))


def _root(data: bytes, parser: etree.XMLParser) -> etree._Element | None:
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing to recover; the parser's log says what was found instead
        return None


def _no_list(data: bytes, root: etree._Element | None) -> ParseError:
    name = "" if root is None else _local_name(root)
    if not data.strip():
        return ParseError(_("This is no list of feeds (OPML): it is empty."))
    if name == "html" or b"<html" in data[:1000].lower():
        return ParseError(_("This is no list of feeds (OPML), but a web page."))
    if name in _FEED_ROOTS:
        return ParseError(
            _("This is no list of feeds (OPML), but a feed."),
            hint=_("Follow it by its address: veille feeds add URL"),
        )
    return ParseError(
        _("This is no list of feeds (OPML): there is no outline in it."),
        hint=_("Export the list once more from the reader it comes from, as OPML."),
    )


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _line(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if line is not None and line <= _LAST_KNOWN_LINE else None


def _attributes(outline: etree._Element) -> dict[str, str]:
    """The attributes of ``outline`` in their order, those of OPML in its spelling.

    One whose prefix was never declared is left out: it cannot be written again.
    """
    attributes: dict[str, str] = {}
    for written, value in outline.attrib.items():
        name = str(written)
        if ":" not in name.rpartition("}")[2]:
            attributes.setdefault(_SPELLINGS.get(name.lower(), name), xml_text(str(value)))
    return attributes


def _source(
    outline: etree._Element, url: str, attributes: dict[str, str], themes: Mapping[str, Label]
) -> FeedSource:
    own = {name: attributes.pop(name) for name in list(attributes) if name.startswith(f"{{{_NAMESPACE}}}")}
    folders = tuple(_folder_name(folder) for folder in outline.iterancestors("{*}outline"))
    theme = own.get(_OWN_THEME, "")
    status = own.get(_OWN_STATUS, "")
    return FeedSource(
        url=url,
        title=_name(attributes),
        theme=theme if _THEME.fullmatch(theme) else _theme(folders, themes),
        language=language_code(attributes.get("language", "")),
        status=next((known for known in FeedStatus if known.value == status), FeedStatus.ACTIVE),
        outline=Outline(
            folders=() if _OWN_FILED in own else folders[::-1],
            attributes=tuple(_completed(attributes).items()),
        ),
    )


def _name(attributes: Mapping[str, str]) -> str:
    return title_from_text(attributes.get("text") or attributes.get("title") or "")


def _folder_name(folder: etree._Element) -> str:
    attributes = _attributes(folder)
    return attributes.get("text") or attributes.get("title") or ""


def _completed(attributes: Mapping[str, str]) -> dict[str, str]:
    """``attributes`` with those that OPML 2.0 demands of a feed, beside its address."""
    required = {"type": "rss", "text": attributes.get("title", "")}
    return {name: value for name, value in required.items() if name not in attributes} | dict(attributes)


def _theme(folders: Iterable[str], themes: Mapping[str, Label]) -> str:
    """The theme that ``folders``, from the innermost out, stand for."""
    names = list(folders)
    named = (_configured_theme(name, themes) for name in names)
    own = (_slug(name) for name in names)
    return next(filter(None, named), None) or next(filter(None, own), None) or next(iter(themes))


def _configured_theme(folder: str, themes: Mapping[str, Label]) -> str | None:
    if folder in themes:
        return folder
    key = search_key(folder).strip()
    for theme, label in themes.items():
        if key in {search_key(name) for name in (theme, *label.texts.values())}:
            return theme
    return None


def _slug(folder: str) -> str:
    return "-".join(re.findall(r"\w+", search_key(folder)))[:_THEME_MAX_CHARACTERS].strip("-")


def _theme_name(theme: str, themes: Mapping[str, Label]) -> str:
    return themes[theme].text(active_language()) if theme in themes else theme


def _written(feed: Feed) -> dict[str, str]:
    """The attributes of ``feed`` as they came, but for what the curator or the feed itself changed since."""
    attributes = _completed(dict(feed.outline.attributes))
    if _name(attributes) != feed.title:
        attributes |= {"text": feed.title, "title": feed.title}
    if language_code(attributes.get("language", "")) != feed.language:
        attributes["language"] = feed.language
    attributes |= {"xmlUrl": feed.url, _OWN_THEME: feed.theme}
    if feed.status is not FeedStatus.ACTIVE:
        attributes[_OWN_STATUS] = feed.status.value
    if not feed.outline.folders:
        attributes[_OWN_FILED] = "by-theme"
    return {name: xml_text(value) for name, value in attributes.items()}
