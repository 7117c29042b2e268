"""Finding the feeds of a site: the address itself, else what its page leads to, each of them tried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from veille.collect.candidates import Candidate, announced_feeds, is_about_comments, linked_feeds, usual_feeds
from veille.collect.fetch import Fetched, fetch_document
from veille.collect.reading import Readers
from veille.errors import FetchError, NotFoundError, ParseError
from veille.i18n import gettext as _
from veille.model.feed import NO_OUTLINE, FeedSource, FeedStatus, feed_key
from veille.model.plaintext import shortened
from veille.model.urls import host_name
from veille.net.client import GuardedClient

_log = logging.getLogger(__name__)

# Of each kind: announced, linked to, usual.
_MAX_CANDIDATES = 10
_MAX_SECONDS = 60
_SHOWN_MAX_CHARACTERS = 600


async def discover(
    client: GuardedClient, readers: Readers, url: str, *, max_seconds: float = _MAX_SECONDS
) -> tuple[FeedSource, ...]:
    """The feeds found at ``url``, at least one, feeds of comments last; their theme is empty.

    Addresses are tried one after another, at most thirty of them and for ``max_seconds``; what was found by
    then counts. Raises ``FetchError`` when ``url`` itself cannot be fetched and ``NotFoundError`` when
    no feed was found.
    """
    page = await fetch_document(client, url)
    search = _Search(client, readers)
    if await search.keep(Candidate(url, ""), page):
        return search.found()
    try:
        async with asyncio.timeout(max_seconds):
            await _look_around(search, page)
    except TimeoutError:
        _log.info("discovery ran out of time", extra={"host": host_name(url)})
    if not search.found():
        raise NotFoundError(
            _("No feed was found at {url}.").format(url=url),
            hint=_("Tried: {addresses}. If the site has a feed, give its own address.").format(
                addresses=shortened(", ".join([url, *search.tried()]), _SHOWN_MAX_CHARACTERS)
            ),
        )
    return search.found()


async def _look_around(search: _Search, page: Fetched) -> None:
    """Try ever less likely places, as long as nothing but feeds of comments is found."""
    await search.try_all(announced_feeds(page))
    if not search.is_satisfied():
        await search.try_all(linked_feeds(page))
    for candidate in usual_feeds(page):
        if not search.is_satisfied():
            await search.try_all([candidate])


class _Search:
    """What was tried and what it gave: an address is tried once, and a feed found once."""

    def __init__(self, client: GuardedClient, readers: Readers) -> None:
        self._client = client
        self._readers = readers
        self._tried: dict[str, str] = {}
        self._found: dict[str, tuple[bool, FeedSource]] = {}

    def tried(self) -> tuple[str, ...]:
        return tuple(self._tried.values())

    def found(self) -> tuple[FeedSource, ...]:
        ranked = sorted(self._found.values(), key=lambda found: found[0])
        return tuple(source for _about_comments, source in ranked)

    def is_satisfied(self) -> bool:
        """Whether there is more than feeds of comments."""
        return any(not about_comments for about_comments, _source in self._found.values())

    async def try_all(self, candidates: Iterable[Candidate]) -> None:
        """Keep those of ``candidates`` that are feeds; only the first ten new ones are asked for."""
        new: dict[str, Candidate] = {}
        for candidate in candidates:
            if feed_key(candidate.url) not in self._tried:
                new.setdefault(feed_key(candidate.url), candidate)
        for key, candidate in list(new.items())[:_MAX_CANDIDATES]:
            self._tried[key] = candidate.url
            try:
                await self.keep(candidate, await fetch_document(self._client, candidate.url))
            except FetchError as error:  # a page may announce what no longer exists
                _log.debug("candidate failed", extra={"url": candidate.url, "error": error.message})

    async def keep(self, candidate: Candidate, document: Fetched) -> bool:
        """Keep what came from ``candidate`` if it is a feed, and say whether it is."""
        try:
            feed = await self._readers.read(document.body, document.content_type, document.final_url)
        except ParseError:
            return False
        source = FeedSource(
            url=document.final_url.partition("#")[0],
            title=feed.title or host_name(document.final_url),
            theme="",
            language=feed.language,
            status=FeedStatus.ACTIVE,
            outline=NO_OUTLINE,
        )
        about_comments = is_about_comments(Candidate(source.url, f"{candidate.title} {source.title}"))
        self._found.setdefault(feed_key(source.url), (about_comments, source))
        return True
