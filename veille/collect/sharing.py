"""Whose turn it is: in a store that several share, the feeds of a host are visited by one process."""

from __future__ import annotations

from collections.abc import Iterable

from veille.collect.storing import Storing
from veille.model.feed import Feed
from veille.model.urls import host_name
from veille.store.feeds import take_feeds


class Sharing:
    """Takes the feeds that are ``due`` host by host under ``lease``; without one, all of them are ours."""

    def __init__(self, storing: Storing, lease: int | None, due: Iterable[Feed]) -> None:
        self._storing = storing
        self._lease = lease
        self._taken: dict[str, frozenset[int]] = {}
        self._by_host: dict[str, list[Feed]] = {}
        for feed in due:
            self._by_host.setdefault(host_name(feed.url), []).append(feed)

    async def is_ours(self, feed: Feed) -> bool:
        """Whether to visit ``feed``: nobody else has taken it, or visited it since we looked.

        Those of one host are asked for one after the other.
        """
        lease = self._lease
        if lease is None:
            return True
        host = host_name(feed.url)
        if host not in self._taken:
            self._taken[host] = await self._storing.store(
                lambda transaction: take_feeds(transaction, self._by_host[host], lease)
            )
        return feed.id in self._taken[host]
