"""What a web page says of itself in its head: title, summary, language. Nothing here is trusted."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from lxml import etree

from veille.model.plaintext import one_line, shortened, title_from_text
from veille.net.client import GuardedClient

_ACCEPTED = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
# A head is never longer; parsed whole, ten megabytes of markup would take seconds.
_READ_BYTES = 256_000
_SUMMARY_MAX_CHARACTERS = 600
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page's own words, each of them plain text on one line and often empty.

    ``url`` is where permanent redirects lead: a shortened address becomes the one that it stands for.
    """

    url: str
    title: str
    summary: str
    language: str


async def read_page(client: GuardedClient, url: str) -> Page:
    """What ``url`` says of itself, nothing when it is no page; ``FetchError`` when it does not answer."""
    response = await client.get(url, _ACCEPTED)
    address = response.permanent_url or url
    if response.status != HTTPStatus.OK or "html" not in response.headers.get("content-type", ""):
        return Page(address, "", "", "")
    return page_from_html(response.body, address)


def page_from_html(document: bytes, url: str) -> Page:
    """What the HTML at ``url`` says of itself; the words meant for sharing come before the others."""
    tree = tree_from_html(document)
    if tree is None:
        return Page(url, "", "", "")
    metas = {
        (meta.get("property") or meta.get("name") or "").lower(): meta.get("content", "")
        for meta in tree.iter("meta")
    }
    titles = ("".join(title.itertext()) for title in tree.iterfind(".//title"))
    language = _LANGUAGE.fullmatch(tree.get("lang", "").strip())
    return Page(
        url=url,
        title=title_from_text(metas.get("og:title") or next(titles, "")),
        summary=shortened(
            one_line(metas.get("og:description") or metas.get("description", "")), _SUMMARY_MAX_CHARACTERS
        ),
        language=language[1].lower() if language else "",
    )


def tree_from_html(document: bytes) -> etree._Element | None:
    """The beginning of ``document`` as a tree; None when it holds no element."""
    document = document[:_READ_BYTES]
    parser = etree.HTMLParser(
        encoding=_encoding(document), no_network=True, remove_comments=True, remove_pis=True
    )
    # What its types do not say: there is no tree of a document without any element.
    return cast("etree._Element | None", etree.fromstring(document, parser))


def _encoding(document: bytes) -> str | None:
    """UTF-8 for what can be nothing else; None leaves it to the document to name another."""
    try:
        codecs.utf_8_decode(document)  # its last character may be cut
    except UnicodeDecodeError:
        return None
    return "utf-8"
