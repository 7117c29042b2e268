"""What publishers write, made plain: text without markup, links one can open, XML without bare ampersands.

Nothing here is trusted to be HTML, or to be well formed, or short; every function takes linear time.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from lxml import etree

from veille.model.plaintext import one_line
from veille.model.urls import is_web_url

# An unterminated CDATA section swallows the rest, so that no byte is looked at twice.
_BARE_AMPERSAND = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|(&)(?!#?\w+;)", re.DOTALL)

_ENTITY = r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);"
_TAG_NAMES = (
    "a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|embed|figure|font|form|h[1-6]|hr|i|iframe|img"
    "|input|ins|kbd|li|link|mark|meta|object|ol|p|pre|q|s|script|section|small|span|strike|strong|style"
    "|sub|sup|svg|table|tbody|td|th|tr|u|ul|video|wbr"
)
# A plain "a < b" or "Vec<T>" is none of these and stays as it is.
_MARKUP = re.compile(rf"{_ENTITY}|<!--|</[a-z]|<(?:{_TAG_NAMES})[\s/>]|<[a-z][^<>=]*=[^<>]*>", re.IGNORECASE)
_UNSEEN = ("script", "style", "template", "title")
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol"),
    *("option", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul", "video"),
)
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?", re.DOTALL)
_XML_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_LINE_BREAKS = str.maketrans("", "", "\r\n\t")
_PATH_SAFE = "!$%&'()*+,/:;=?@~"


def with_escaped_ampersands(document: bytes) -> bytes:
    """The XML ``document`` with every ``&`` that begins no reference written ``&amp;``.

    Parsers that recover from "R&D AT&T" lose a letter or add a semicolon. A well-formed document comes
    back unchanged, comments aside: there, a bare ampersand can only stand in a CDATA section, which is
    skipped. Encodings in which the byte 0x26 may be part of something else are left alone: UTF-16 and
    UTF-32 (a zero among the first four bytes) and ISO-2022 (escape sequences).
    """
    if b"\0" in document[:4] or b"\x1b" in document:
        return document
    return _BARE_AMPERSAND.sub(lambda match: b"&amp;" if match[1] else match[0], document)


def utf8_from_utf16(document: bytes) -> tuple[bytes, bool]:
    """The XML ``document`` in UTF-8, and whether it was in UTF-16; anything else comes back as it is.

    feedparser only knows UTF-16 by its XML declaration. Without one, the first "<" betrays it (XML 1.0,
    appendix F).
    """
    beginning = document[:4]
    if beginning.startswith((b"\xfe\xff", b"\0<\0")):
        encoding = "utf-16-be"
    elif beginning.startswith(b"\xff\xfe") or (beginning.startswith(b"<\0") and beginning[3:] == b"\0"):
        encoding = "utf-16-le"
    else:
        return document, False
    text = document.decode(encoding, "replace").lstrip("\ufeff")
    return _XML_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), True


def plain_text(text: str) -> str:
    """What a reader would see of ``text``, on one line: HTML is read as HTML, anything else left as it is.

    lxml reads it, and not nh3 or html.parser, whose time grows with the square of the depth of the
    markup: a megabyte of nested ``<div>`` took 160 s. libxml2 stops at a depth of 256, and what comes
    deeper is not shown.
    """
    if not _MARKUP.search(text):
        return one_line(text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    # A body of its own, for a document of nothing but comments would have no root.
    tree = etree.fromstring(b"<body>" + text.encode("utf-8", "ignore"), parser)
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    for element in tree.iter(*_BLOCKS):
        element.text = f" {element.text or ''}"
        element.tail = f" {element.tail or ''}"
    return one_line("".join(tree.itertext()))


def web_link(href: str, base: str) -> str | None:
    """The address that ``href`` leads to from the page ``base``, or None when it is not one of the web.

    Like browsers, drops line ends and encodes spaces; also encodes whatever could disturb a terminal.
    """
    try:
        parts = urlsplit(urljoin(base, href.translate(_LINE_BREAKS).strip()))
        path, query, fragment = (quote(part, safe=_PATH_SAFE) for part in parts[2:])
        url = urlunsplit((parts.scheme, parts.netloc, path, query, fragment))
    except (ValueError, UnicodeEncodeError):
        return None
    return url if is_web_url(url) else None


def language_code(text: str) -> str:
    """The two letters of a language tag such as ``fr-CA``, lower-case; empty for anything else."""
    match = _LANGUAGE.fullmatch(text.strip())
    return match[1].lower() if match else ""
