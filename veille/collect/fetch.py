"""Asking a feed for what is new: conditional requests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from veille.collect.polling import NO_HINTS, Hints, hints_from_headers
from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.model.feed import Feed
from veille.model.urls import host_name
from veille.net.client import GuardedClient, Response

_ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body. The validators are the server's own bytes, to be sent back unchanged next time.

    ``permanent_url`` is where permanent redirects led, None when there were none.
    """

    body: bytes
    body_hash: str
    content_type: str
    link: str
    final_url: str
    permanent_url: str | None
    etag: str | None
    last_modified: str | None
    hints: Hints


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server's word that its feed is what we already have; it may name new validators."""

    permanent_url: str | None
    etag: str | None
    last_modified: str | None
    hints: Hints


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no document: its status, and what that is in words."""

    status: int
    message: str
    hints: Hints


async def fetch_feed(client: GuardedClient, feed: Feed, now: datetime) -> Fetched | Unchanged | Refused:
    """What ``feed`` answers, asked only for what changed since its validators.

    Raises ``FetchError`` when it does not answer, or not within bounds.
    """
    conditions = _conditions(feed)
    response = await client.get(feed.url, {"Accept": _ACCEPTED, **conditions})
    if response.status == HTTPStatus.NOT_MODIFIED and conditions:
        return Unchanged(
            response.permanent_url,
            response.headers.get("etag", feed.etag),
            response.headers.get("last-modified", feed.last_modified),
            hints_from_headers(response.headers, now),
        )
    if response.status != HTTPStatus.OK:
        return Refused(response.status, _refusal(response), hints_from_headers(response.headers, now))
    return _fetched(response, hints_from_headers(response.headers, now))


async def fetch_document(client: GuardedClient, url: str) -> Fetched:
    """The document at ``url``; ``FetchError`` when it answers anything else."""
    response = await client.get(url, {"Accept": _ACCEPTED})
    if response.status != HTTPStatus.OK:
        raise FetchError(_refusal(response))
    return _fetched(response, NO_HINTS)


def _conditions(feed: Feed) -> dict[str, str]:
    conditions = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _fetched(response: Response, hints: Hints) -> Fetched:
    return Fetched(
        body=response.body,
        body_hash=hashlib.sha256(response.body).hexdigest(),
        content_type=response.headers.get("content-type", ""),
        link=response.headers.get("link", ""),
        final_url=response.final_url,
        permanent_url=response.permanent_url,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        hints=hints,
    )


def _refusal(response: Response) -> str:
    return _("{host} answered {status}.").format(
        host=host_name(response.final_url), status=_status_words(response.status)
    )


def _status_words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
