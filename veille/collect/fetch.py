"""Asking a feed for what is new: conditional requests, and politeness towards its host."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.model.feed import Feed
from veille.model.urls import host_name
from veille.net.client import GuardedClient, Response

_ACCEPTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body. The validators are the server's own bytes, to be sent back unchanged next time."""

    body: bytes
    body_hash: str
    content_type: str
    final_url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server's word that its feed is what we already have; it may name new validators."""

    etag: str | None
    last_modified: str | None


async def fetch_feed(client: GuardedClient, feed: Feed) -> Fetched | Unchanged:
    """What ``feed`` answers, asked only for what changed since its stored validators.

    Raises ``FetchError`` when it answers anything but a document or "not modified".
    """
    conditions = _conditions(feed)
    response = await client.get(feed.url, {"Accept": _ACCEPTED, **conditions})
    if response.status == HTTPStatus.NOT_MODIFIED and conditions:
        return Unchanged(
            response.headers.get("etag", feed.etag),
            response.headers.get("last-modified", feed.last_modified),
        )
    return _fetched(response)


async def fetch_document(client: GuardedClient, url: str) -> Fetched:
    """The document at ``url``; ``FetchError`` when it answers anything else."""
    return _fetched(await client.get(url, {"Accept": _ACCEPTED}))


async def visit_by_host(
    feeds: Iterable[Feed], hosts_at_once: int, visit: Callable[[Feed], Awaitable[None]]
) -> None:
    """Visit every feed: those of one host one after another, at most ``hosts_at_once`` hosts in parallel.

    The first error that ``visit`` lets through ends the other visits and is raised.
    """
    places = asyncio.Semaphore(hosts_at_once)

    async def visit_in_turn(neighbours: Iterable[Feed]) -> None:
        async with places:
            for feed in neighbours:
                await visit(feed)

    try:
        async with asyncio.TaskGroup() as tasks:
            for neighbours in _by_host(feeds):
                tasks.create_task(visit_in_turn(neighbours))
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


def _conditions(feed: Feed) -> dict[str, str]:
    conditions = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _fetched(response: Response) -> Fetched:
    if response.status != HTTPStatus.OK:
        raise FetchError(
            _("{host} answered {status}.").format(
                host=host_name(response.final_url), status=_status_words(response.status)
            )
        )
    return Fetched(
        body=response.body,
        body_hash=hashlib.sha256(response.body).hexdigest(),
        content_type=response.headers.get("content-type", ""),
        final_url=response.final_url,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )


def _status_words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _by_host(feeds: Iterable[Feed]) -> Iterable[list[Feed]]:
    hosts: defaultdict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        hosts[host_name(feed.url)].append(feed)
    return hosts.values()
