"""Where the feeds of a page may be: what it announces, what it links to, and where sites usually put them.

Pure: these are addresses to try, nothing here fetches or parses a feed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from veille.collect.cleaning import utf8_from_utf16, web_link
from veille.collect.domains import registrable_domain
from veille.collect.fetch import Fetched
from veille.model.plaintext import search_key
from veille.model.urls import host_name

_FEED_TYPES = frozenset(
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
        "text/rss+xml",
    ]
)
# WordPress announces its interface to programs in the way in which others announce their JSON Feed.
_DOUBTFUL_TYPE = "application/json"
_FEED_LIKE = re.compile(
    # /feed, /rss/, /feed/atom, /blog-feed.xml, /actualites.rss, /backend.php …
    r"(?:^|[/_.-])(?:feeds?|rss2?|atom|rdf|backend|syndication|flux(?:-rss)?)(?:\.(?:xml|php|json|rdf|aspx?))?/?$"
    r"|/(?:feed|rss)/|/index\.(?:xml|rdf)$|\.(?:rss|atom|rdf)$"
    # SPIP, WordPress, Squarespace, Joomla, TYPO3 …
    r"|[?&](?:page=backend|feed=|format=(?:feed|rss|atom)|type=(?:rss|atom)|output=(?:rss|atom)|alt=rss)",
    re.IGNORECASE,
)
_SAYS_FEED = re.compile(r"\b(?:rss|atom|(?:web|news) ?feed)\b", re.IGNORECASE)
# A page of ten megabytes of links would take half a minute.
_READ_BYTES = 1_000_000
_FEED_HOSTS = ("feeds.", "feeds2.", "rss.")
# RFC 8288 section 3; a quotation mark that nothing closes swallows the rest, so that time stays linear.
_LINK_VALUE = re.compile(r'<([^<>]*)>((?:[^,"<]|"(?:[^"\\]|\\.)*"?)*)')
_LINK_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)|([^\s;"]*))')
_COMMENTS = re.compile(
    "(?<![^\\W_])(?:comments?|commentaires?|commenti|kommentare?|comentarios?|comentaris|reacties|komentarze"
    "|kommentarer|комментари(?:и|ев))(?![^\\W_])"
)
_USUAL_PATHS = (
    *("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml"),
    *("/spip.php?page=backend", "/blog/feed", "/blog-feed.xml"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed's, and what the page calls it, perhaps nothing."""

    url: str
    title: str


def announced_feeds(page: Fetched) -> list[Candidate]:
    """What ``page`` announces: in its ``Link`` headers (RFC 8288), then in its ``<link>`` elements, in order.

    Feeds of comments, then what may be no feed at all, come last.
    """
    announced = [*_in_header(page), *_in_head(page)]
    sure = [candidate for kind, candidate in announced if kind != _DOUBTFUL_TYPE]
    doubtful = [candidate for kind, candidate in announced if kind == _DOUBTFUL_TYPE]
    return [*sorted(sure, key=is_about_comments), *doubtful]


def linked_feeds(page: Fetched) -> list[Candidate]:
    """What the text of ``page`` links to that looks like a feed of its own site, the likeliest first."""
    tree = _tree(page)
    base, site = _base(tree, page), registrable_domain(page.final_url)
    ranked: list[tuple[int, Candidate]] = []
    for link in tree.iter("a"):
        words = " ".join([*link.itertext(), link.get("title", ""), link.get("aria-label", "")])
        candidate = _candidate(link.get("href", ""), words.strip(), base)
        if candidate is None:
            continue
        is_alternate = "alternate" in _words(link.get("rel")) and _kind(link.get("type")) in _FEED_TYPES
        is_own = registrable_domain(candidate.url) == site or host_name(candidate.url).startswith(_FEED_HOSTS)
        if is_alternate:
            ranked.append((0, candidate))
        elif is_own and _looks_like_feed(candidate.url):
            ranked.append((1, candidate))
        elif is_own and _SAYS_FEED.search(words):
            ranked.append((2, candidate))
    ranked.sort(key=lambda rank: (is_about_comments(rank[1]), rank[0]))
    return [candidate for _rank, candidate in ranked]


def usual_feeds(page: Fetched) -> list[Candidate]:
    """Where the site of ``page`` may have a feed of which it says nothing."""
    parts = urlsplit(page.final_url)
    beside = [f"{parts.path.rstrip('/')}/feed"] if parts.path.strip("/") else []
    is_youtube = host_name(page.final_url).removeprefix("m.") == "youtube.com"
    paths = _youtube_feeds(parts) if is_youtube else [*beside, *_USUAL_PATHS]
    return [Candidate(f"{parts.scheme}://{parts.netloc}{path}", "") for path in paths]


def is_about_comments(candidate: Candidate) -> bool:
    """Whether ``candidate`` is a feed of what readers wrote below the articles."""
    place = candidate.url.partition("://")[2].partition("/")[2]
    return _COMMENTS.search(search_key(f"{candidate.title} {place}")) is not None


def _youtube_feeds(page: SplitResult) -> list[str]:
    channel = re.match(r"/channel/(UC[\w-]+)", page.path)
    playlist = re.search(r"(?:^|&)list=([\w-]+)", page.query)
    return [
        f"/feeds/videos.xml?{name}={found[1]}"
        for name, found in (("channel_id", channel), ("playlist_id", playlist))
        if found
    ]


def _in_header(page: Fetched) -> Iterator[tuple[str, Candidate]]:
    for href, written in _LINK_VALUE.findall(page.link):
        parameters = {
            name.lower(): quoted or plain for name, quoted, plain in _LINK_PARAMETER.findall(written)
        }
        kind = _kind(parameters.get("type"))
        candidate = _candidate(href, parameters.get("title", ""), page.final_url)
        if candidate is not None and _is_announced(parameters.get("rel"), kind, candidate.url):
            yield kind, candidate


def _in_head(page: Fetched) -> Iterator[tuple[str, Candidate]]:
    tree = _tree(page)
    base = _base(tree, page)
    for link in tree.iter("link"):
        kind = _kind(link.get("type"))
        candidate = _candidate(link.get("href", ""), link.get("title", ""), base)
        if candidate is not None and _is_announced(link.get("rel"), kind, candidate.url):
            yield kind, candidate


def _is_announced(relations: str | None, kind: str, url: str) -> bool:
    if not {"alternate", "feed"}.intersection(_words(relations)):
        return False
    # Without a type, it may as well be the page in another language.
    return kind in _FEED_TYPES or kind == _DOUBTFUL_TYPE or (not kind and _looks_like_feed(url))


def _candidate(href: str, title: str, base: str) -> Candidate | None:
    # Some sites write feed://… or feed:https://… for the sake of desktop readers.
    address = re.sub(r"(?i)^feed:(?=//)", "http:", re.sub(r"(?i)^feed:(?://)?(?=https?:)", "", href.strip()))
    url = web_link(address, base) if address else None
    return None if url is None else Candidate(url.partition("#")[0], title)


def _looks_like_feed(url: str) -> bool:
    parts = urlsplit(url)
    return _FEED_LIKE.search(parts.path) is not None or _FEED_LIKE.search(f"?{parts.query}") is not None


def _tree(page: Fetched) -> etree._Element:
    document, _was_utf16 = utf8_from_utf16(page.body[:_READ_BYTES])
    parser = etree.HTMLParser(
        encoding=_encoding(document), no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(b"<html>" + document, parser)  # so that there is a root in any case


def _encoding(document: bytes) -> str | None:
    """UTF-8 for what can be nothing else; None leaves it to the document to name another."""
    try:
        codecs.utf_8_decode(document)  # its last character may be cut
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _base(tree: etree._Element, page: Fetched) -> str:
    hrefs = (element.get("href", "") for element in tree.iter("base"))
    bases = (web_link(href, page.final_url) for href in hrefs if href.strip())
    return next(filter(None, bases), page.final_url)


def _words(value: str | None) -> list[str]:
    return (value or "").lower().split()


def _kind(value: str | None) -> str:
    return (value or "").lower().partition(";")[0].strip()
