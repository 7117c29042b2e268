"""Finding the feeds of a site: the address itself, else those its page announces, each of them tried."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from veille.collect.cleaning import web_link
from veille.collect.fetch import Fetched, fetch_document
from veille.collect.parse import parse_feed
from veille.errors import FetchError, NotFoundError, ParseError
from veille.i18n import gettext as _
from veille.model.feed import FeedSource
from veille.model.plaintext import search_key
from veille.model.urls import host_name
from veille.net.client import GuardedClient

_FEED_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/rdf+xml"])
_MAX_CANDIDATES = 10


async def discover(client: GuardedClient, url: str) -> tuple[FeedSource, ...]:
    """The feeds found at ``url``, at least one, feeds of comments last; their theme is empty.

    Raises ``FetchError`` when ``url`` itself cannot be fetched and ``NotFoundError`` when it has no feed.
    """
    document = await fetch_document(client, url)
    itself = _source(document)
    if itself is not None:
        return (itself,)
    found = [source for link in _announced(document) if (source := await _offered(client, link)) is not None]
    if not found:
        raise NotFoundError(
            _("No feed was found at {url}.").format(url=url),
            hint=_("If the site has one, give the address of the feed itself."),
        )
    return tuple(sorted(found, key=_is_about_comments))


async def _offered(client: GuardedClient, url: str) -> FeedSource | None:
    try:
        return _source(await fetch_document(client, url))
    except FetchError:  # a page may announce what no longer exists
        return None


def _source(document: Fetched) -> FeedSource | None:
    try:
        feed = parse_feed(document.body, document.content_type, document.final_url)
    except ParseError:
        return None
    title = feed.title or host_name(document.final_url)
    return FeedSource(url=document.final_url, title=title, theme="", language=feed.language)


def _announced(page: Fetched) -> Iterator[str]:
    """The addresses of the feeds that a page names in its ``<link>`` elements, each once, in its order."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    tree = etree.fromstring(b"<html>" + page.body, parser)  # so that there is a root in any case
    base = next((web_link(str(href), page.final_url) for href in tree.xpath("//base/@href")), None)
    urls: dict[str, None] = {}
    for link in tree.iter("link"):
        relations = link.get("rel", "").lower().split()
        kind = link.get("type", "").lower().partition(";")[0].strip()
        href = link.get("href", "").strip()
        if "alternate" in relations and kind in _FEED_TYPES and href:
            url = web_link(href, base or page.final_url)
            if url is not None:
                urls.setdefault(url)
    yield from list(urls)[:_MAX_CANDIDATES]


def _is_about_comments(source: FeedSource) -> bool:
    return "comment" in search_key(f"{source.title} {source.url}")
