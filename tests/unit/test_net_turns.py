"""Politeness: one host is visited by one visitor, and not too many hosts at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection

import pytest

from builders import a_feed
from veille.errors import StorageError
from veille.model.feed import Feed
from veille.model.urls import host_name
from veille.net.turns import visit_by_host


class Visitor:
    """Remembers who was visited, and how many visits ran at the same time, in all and by host."""

    def __init__(self) -> None:
        self.visited: list[str] = []
        self.most_at_once = 0
        self.most_at_one_host = 0
        self._running: Counter[str] = Counter()

    async def visit(self, feed: Feed) -> bool:
        host = host_name(feed.url)
        self._running[host] += 1
        self.most_at_once = max(self.most_at_once, self._running.total())
        self.most_at_one_host = max(self.most_at_one_host, self._running[host])
        await asyncio.sleep(0)  # lets every other visitor go on
        self._running[host] -= 1
        self.visited.append(feed.url)
        return True


def feeds_of(hosts: int, each: int) -> list[Feed]:
    return [a_feed(url=f"https://host{host}.example/{n}") for n in range(each) for host in range(hosts)]


def address(feed: Feed) -> str:
    return feed.url


def no_gap(_neighbours: Collection[Feed]) -> float:
    return 0


def test_every_feed_is_visited_one_at_a_time_by_host() -> None:
    visitor = Visitor()
    feeds = feeds_of(hosts=8, each=5)

    asyncio.run(visit_by_host(feeds, address, 3, no_gap, visitor.visit))

    assert sorted(visitor.visited) == sorted(feed.url for feed in feeds)
    assert visitor.most_at_one_host == 1
    assert visitor.most_at_once == 3


def test_www_is_the_same_host() -> None:
    visitor = Visitor()
    feeds = [a_feed(url="https://www.journal.example/1"), a_feed(url="http://journal.example/2")]

    asyncio.run(visit_by_host(feeds, address, 16, no_gap, visitor.visit))

    assert visitor.most_at_once == 1


def test_an_error_that_ends_the_run_comes_out_as_itself() -> None:
    visitor = Visitor()

    async def visit(feed: Feed) -> bool:
        await visitor.visit(feed)
        raise StorageError("disk full")

    with pytest.raises(StorageError, match="disk full"):
        asyncio.run(visit_by_host(feeds_of(hosts=4, each=4), address, 1, no_gap, visit))
    assert len(visitor.visited) == 1
