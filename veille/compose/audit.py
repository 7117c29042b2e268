"""What a finished mail must be before it may leave: seen whole, fetching nothing, the same in text.

Our templates are so; this is for those a workspace puts in their place, which is how a tracker would come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING
from urllib.parse import unquote

from veille.errors import RenderError
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Gmail clips near 102 KB of decoded HTML and hides everything below, the way to leave included.
HTML_MAX_BYTES = 100_000
# Above this the next edit may be the one too many, and many a phone already waits.
HTML_HEAVY_BYTES = 80_000

# What runs, sends or fetches by being there, whatever its attributes say.
_ACTIVE_ELEMENTS = frozenset(
    ["applet", "base", "embed", "form", "frame", "iframe", "object", "script", "template"]
)
# Every attribute whose address a mail reader would fetch by itself; "href" is judged by its element.
_FETCHED_ATTRIBUTES = frozenset(
    ["background", "data", "dynsrc", "lowsrc", "ping", "poster", "src", "srcdoc", "srcset"]
)
_CSS_FETCHING = re.compile(r"@import|url\s*\(|image-set\s*\(|src\s*\(|expression\s*\(", re.IGNORECASE)
# Even "\75 rl(" is "url(" to a mail reader (CSS Syntax, section 4.3.7).
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
# What only Outlook reads, and fetches.
_OUTLOOK_COMMENT = re.compile(r"\s*\[if[^\]]*\]>(.*)<!\[endif\]\s*", re.DOTALL)
_LINK_SCHEMES = ("https://", "http://", "mailto:")


def audit(html: str, text: str) -> None:
    """Nothing, when the mail of ``html`` and its twin ``text`` may leave; ``RenderError`` saying why not."""
    from lxml.html import document_fromstring

    _refuse_the_unseen_end(html)
    page = document_fromstring(html)
    for element in _elements(page):
        if fault := _what_reports(element):
            raise RenderError(
                _(
                    "The mail may not leave: {fault} in it would report who reads, or do more than be read."
                ).format(fault=fault),
                hint=_("Take it out of your own templates of e-mail."),
            )
    links = [str(link.get("href")) for link in page.iterfind(".//a[@href]")]
    _refuse_odd_links(links)
    _refuse_other_links(links, " ".join(page.itertext(with_tail=True)), text)


def _refuse_the_unseen_end(html: str) -> None:
    size_bytes = len(html.encode())
    if size_bytes > HTML_MAX_BYTES:
        raise RenderError(
            _("The mail would be {size} KB; beyond {limit} KB mail readers cut the end off.").format(
                size=ceil(size_bytes / 1000), limit=HTML_MAX_BYTES // 1000
            ),
            hint=_("Shorten the notes or the introduction."),
        )


def _elements(page: HtmlElement) -> Iterator[HtmlElement]:
    """The elements of ``page``, and those within comments that only Outlook reads."""
    from lxml.html import fragment_fromstring

    for node in page.iter():
        if isinstance(node.tag, str):
            yield node
        elif outlook := _OUTLOOK_COMMENT.fullmatch(node.text or ""):
            yield from fragment_fromstring(outlook[1], create_parent=True).iter("*")


def _what_reports(element: HtmlElement) -> str:
    """What of ``element`` acts or fetches when the mail is opened, in the words of HTML; mostly nothing."""
    tag = str(element.tag)
    if tag in _ACTIVE_ELEMENTS or (tag == "meta" and element.get("http-equiv", "").lower() == "refresh"):
        return f"<{tag}>"
    for name, value in element.items():
        fetched = name in _FETCHED_ATTRIBUTES and not value.strip().lower().startswith("data:image/")
        followed = name.endswith("href") and tag not in ("a", "area")
        if fetched or followed or name.startswith("on") or (name == "style" and _css_fetches(value)):
            return f"<{tag} {name}>"
    return "<style>" if tag == "style" and _css_fetches(element.text or "") else ""


def _css_fetches(css: str) -> bool:
    return bool(_CSS_FETCHING.search(_CSS_ESCAPE.sub(_unescaped, css)))


def _unescaped(escape: re.Match[str]) -> str:
    if not escape[1]:
        return escape[2]
    number = int(escape[1], 16)
    return chr(number) if number < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def _refuse_odd_links(links: list[str]) -> None:
    for link in links:
        if not link.startswith(_LINK_SCHEMES):
            raise RenderError(
                _(
                    "The mail may not leave: the link “{link}” leads neither to the web nor to a mailbox."
                ).format(link=link),
                hint=_("Write the address whole, with https://, in your own templates of e-mail."),
            )


def _refuse_other_links(links: list[str], words: str, text: str) -> None:
    """Hold the text to the links of the HTML, in their order, and to no other but what its words name."""
    in_text = _addresses(text)
    ahead = iter(in_text)
    for link in map(_leads_to, links):
        if link not in ahead:  # which moves past it: the next has to follow
            raise _other_links(link)
    known = {*map(_leads_to, links), *_addresses(words)}
    for address in in_text:
        if address not in known:
            raise _other_links(address)


def _addresses(text: str) -> list[str]:
    """What in ``text`` is an address of the web or of a mailbox, with what touches it, in order."""
    return [_leads_to(word) for word in text.split() if "://" in word or "@" in word]


def _leads_to(address: str) -> str:
    """``address``; of a letter only to whom, for a text may show that alone."""
    if not address.startswith("mailto:"):
        return address
    return unquote(address.removeprefix("mailto:").partition("?")[0])


def _other_links(address: str) -> RenderError:
    return RenderError(
        _(
            "The mail may not leave: its HTML and its text do not hold the same links, in one order: {link}."
        ).format(link=address),
        hint=_("Change the .html and the .txt of your own templates of e-mail together."),
    )
