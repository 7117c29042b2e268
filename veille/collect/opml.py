"""Lists of feeds in OPML: read from any reader, however damaged, and written for any reader.

Folders are themes. Of an outline, only the address, the name and the language are used; nothing in a list
is ever run or fetched while it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from veille.collect.cleaning import language_code, with_escaped_ampersands
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedSource
from veille.model.plaintext import one_line, search_key, shortened, title_from_text
from veille.model.urls import is_web_url
from veille.settings import Label

# A theme of the curator's own making, from the name of a folder.
_THEME_MAX_CHARACTERS = 31
# XML 1.0 section 2.2: what a document cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class OpmlFault:
    """What could not be read as it was written, and where; lines count from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class OpmlList:
    """The feeds of a list in its order, possibly with repetitions, and its faults by line."""

    sources: tuple[FeedSource, ...]
    faults: tuple[OpmlFault, ...]


def read_opml(data: bytes, themes: Mapping[str, Label]) -> OpmlList:
    """Every feed that ``data`` holds, whatever is wrong around it.

    A feed's theme is that of the nearest folder named like one of ``themes`` (its identifier, or its name
    in any language), else the nearest folder's own name, else the first theme.
    """
    faults = list(_malformed_lines(data))
    sources: list[FeedSource] = []
    for outline in _outlines(data):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        url = attributes.get("xmlurl", "").strip()
        if is_web_url(url):
            sources.append(
                FeedSource(
                    url=url,
                    title=_name(attributes),
                    theme=_theme(outline, themes),
                    language=language_code(attributes.get("language", "")),
                )
            )
        elif url:
            shown = shortened(one_line(url), 100)
            faults.append(
                OpmlFault(outline.sourceline or 1, _("“{url}” is not a web address").format(url=shown))
            )
    return OpmlList(tuple(sources), tuple(sorted(faults, key=lambda fault: fault.line)))


def write_opml(feeds: Iterable[Feed], themes: Mapping[str, Label], title: str) -> bytes:
    """``feeds`` as an OPML 2.0 document, a folder for each theme: ``read_opml`` gives the same feeds back."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _xml_text(title)
    body = etree.SubElement(root, "body")
    by_theme: dict[str, list[Feed]] = {theme: [] for theme in themes}
    for feed in feeds:
        by_theme.setdefault(feed.theme, []).append(feed)
    for theme, members in by_theme.items():
        if members:
            name = _xml_text(_folder_name(theme, themes))
            folder = etree.SubElement(body, "outline", text=name, title=name)
            for feed in members:
                folder.append(_outline(feed))
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


def _outlines(data: bytes) -> Iterator[etree._Element]:
    root = _root(with_escaped_ampersands(data), _parser())
    return iter(()) if root is None else root.iter("{*}outline")


def _root(data: bytes, parser: etree.XMLParser) -> etree._Element | None:
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing to recover; the parser's log says what was found instead
        return None


def _name(attributes: Mapping[str, str]) -> str:
    return title_from_text(attributes.get("text") or attributes.get("title") or "")


def _theme(outline: etree._Element, themes: Mapping[str, Label]) -> str:
    folders = [_name(dict(folder.attrib)) for folder in outline.iterancestors("{*}outline")]
    named = (_configured_theme(folder, themes) for folder in folders)
    own = (_slug(folder) for folder in folders)
    return next(filter(None, named), None) or next(filter(None, own), None) or next(iter(themes))


def _configured_theme(folder: str, themes: Mapping[str, Label]) -> str | None:
    if folder in themes:
        return folder
    key = search_key(folder)
    for theme, label in themes.items():
        if key in {search_key(name) for name in (theme, *label.texts.values())}:
            return theme
    return None


def _slug(folder: str) -> str:
    return "-".join(re.findall(r"\w+", search_key(folder)))[:_THEME_MAX_CHARACTERS].strip("-")


def _folder_name(theme: str, themes: Mapping[str, Label]) -> str:
    """The theme's name for readers, unless another theme would be read back from it."""
    if theme not in themes:
        return theme
    name = themes[theme].text(active_language())
    return name if _configured_theme(name, themes) == theme else theme


def _outline(feed: Feed) -> etree._Element:
    name = _xml_text(feed.title)
    outline = etree.Element("outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    if feed.language:
        outline.set("language", feed.language)
    return outline


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)
