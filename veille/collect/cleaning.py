"""What publishers write, made plain: text without markup, names, links one can open, XML one can read.

Nothing here is trusted to be HTML, or to be well formed, or short; every function takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from lxml import etree

from veille.model.plaintext import one_line
from veille.model.urls import is_web_url

# An unterminated section or comment swallows the rest, so that no byte is looked at twice.
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
_SECTION_OR_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|" + _BARE_AMPERSAND.pattern, re.DOTALL
)

_ENTITY = r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);"
_TAG_NAMES = (
    "a|abbr|article|audio|b|big|blockquote|br|center|cite|code|del|div|em|embed|figure|font|form|h[1-6]|hr|i"
    "|iframe|img|input|ins|kbd|li|link|mark|meta|object|ol|p|picture|plaintext|pre|q|s|script|section|small"
    "|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|th|tr|u|ul|video|wbr|xmp"
)
# A plain "a < b" or "Vec<T>" is none of these and stays as it is.
_MARKUP = re.compile(rf"{_ENTITY}|<!--|</[a-z]|<(?:{_TAG_NAMES})[\s/>]|<[a-z][^<>=]*=[^<>]*>", re.IGNORECASE)
# What libxml2, too, would leave unread up to the next bracket: neither comment, DOCTYPE nor Word's "<![if".
_STRAY_DECLARATION = re.compile(r"<!(?=\[CDATA\[)|<!(?![a-z\[-])", re.IGNORECASE)
# Since libxml2 2.14, the markup in these is text.
_RAW_ELEMENT = re.compile(r"<(/?)(?:iframe|noembed|noframes|plaintext|textarea|xmp)(?=[\s/>])", re.IGNORECASE)
_UNSEEN = ("script", "style", "template", "title")
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "caption",
            "dd",
            "div",
            "dl",
            "dt",
            "figcaption",
        ),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol"),
        *("option", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul", "video"),
    )
)
# Unicode's own paragraph separator; no-break spaces are no spaces here.
_BREAK = "\u2029"
_EMPTY_LINE = re.compile(r"\n\s*\n")
_LONGEST_NAME = 1000
_ADDRESS = re.compile(r"[^\s<>()\[\],;]+@[^\s<>()\[\],;]+")
_EMPTY_BRACKETS = re.compile(r"[(<\[]\s*[)>\]]")
_IN_BRACKETS = re.compile(r"[(<\[]([^()<>\[\]]*)[)>\]]")
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?", re.DOTALL)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]+)", re.ASCII | re.IGNORECASE)
_DECLARED_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:+-]+)""")
_XML_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_LINE_BREAKS = str.maketrans("", "", "\r\n\t")
_PATH_SAFE = "!$%&'()*+,/:;=?@~"


def with_escaped_ampersands(document: bytes) -> bytes:
    """The XML ``document`` with every ``&`` that begins no reference written ``&amp;``.

    Parsers that recover from "R&D AT&T" lose a letter or add a semicolon. A well-formed document comes
    back unchanged: there, a bare ampersand can only stand in a CDATA section or a comment, which are
    skipped. Encodings in which the byte 0x26 may be part of something else are left alone: UTF-16 and
    UTF-32 (a zero among the first four bytes) and ISO-2022 (escape sequences).
    """
    if b"\0" in document[:4] or b"\x1b" in document or not _BARE_AMPERSAND.search(document):
        return document
    return _SECTION_OR_BARE_AMPERSAND.sub(lambda match: b"&amp;" if match[0] == b"&" else match[0], document)


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


def character_set(content_type: str) -> str:
    """The encoding that a ``Content-Type`` names; empty when it names none."""
    match = _CHARSET.search(content_type)
    return match[1] if match else ""


def declared_encoding(document: bytes) -> str:
    """The encoding that an XML declaration names, in a document that agrees with ASCII; empty for none."""
    match = _DECLARED_ENCODING.match(document)
    return match[1].decode("ascii") if match else ""


def is_utf8_after_all(document: bytes, encoding: str) -> bool:
    """Whether ``document`` is in UTF-8, and not in the ``encoding`` it is said to be in, if any.

    That one cannot read all of it, or reads another beginning: a "UTF-16" of single bytes. feedparser would
    lose such a document, or ask chardet, whose statistics take 24 MB.
    """
    if encoding.lower() in {"", "utf-8"}:
        return False
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        return False
    try:
        return document.decode(encoding)[:1] != text[:1]
    except (LookupError, UnicodeError):
        return True


def plain_text(text: str) -> str:
    """What a reader would see of ``text``, on one line: HTML is read as HTML, anything else left as it is."""
    return " ".join(plain_paragraphs(text))


def plain_paragraphs(text: str) -> list[str]:
    """The paragraphs that a reader would see of ``text``, each on one line, none empty.

    They end where HTML begins another block or line, and in anything but HTML at an empty line.
    """
    written = _read_html(text) if _MARKUP.search(text) else _EMPTY_LINE.sub(_BREAK, text)
    return [line for part in written.split(_BREAK) if (line := one_line(part))]


def _read_html(text: str) -> str:
    """The text in the HTML, a break wherever a block begins or ends.

    lxml reads it, and not nh3 or html.parser, whose time grows with the square of the depth of the
    markup: a megabyte of nested ``<div>`` took 160 s. libxml2 stops at a depth of 256, and what comes
    deeper is not shown.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    shown = _STRAY_DECLARATION.sub("&lt;!", _RAW_ELEMENT.sub(r"<\1span", text))
    # An open comment would swallow the rest; as a broken one, it ends with the next bracket.
    before, comment_end, after = shown.rpartition("-->")
    html = f"{before}{comment_end}{after.replace('<!--', '<!-')}"
    # A body of its own, for a document of nothing but comments would have no root.
    tree = etree.fromstring(b"<body>" + html.encode("utf-8", "ignore"), parser)
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    return "".join(_texts(tree))


def _texts(tree: etree._Element) -> Iterator[str]:
    # Breaks are not written into the tree: lxml refuses texts with control characters, even those it read.
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield _BREAK
        yield (element.text if event == "start" else element.tail) or ""


def person_name(text: str) -> str:
    """The name in ``text``, on one line and without e-mail address; empty when there is nothing else.

    RSS asks for ``jane@journal.example (Jane Doe)``.
    """
    name = _ADDRESS.sub(" ", plain_text(text[:_LONGEST_NAME]))
    name = _EMPTY_BRACKETS.sub(" ", name).strip(" ,;")
    bracketed = _IN_BRACKETS.fullmatch(name)
    return one_line(bracketed[1] if bracketed else name)


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
