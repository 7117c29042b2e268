"""Politeness between requests: whose turn it is to be asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TypeVar

from veille.model.urls import host_name

Item = TypeVar("Item")


async def visit_by_host(
    items: Iterable[Item],
    url_of: Callable[[Item], str],
    hosts_at_once: int,
    gap_of: Callable[[Collection[Item]], float],
    visit: Callable[[Item], Awaitable[bool]],
) -> None:
    """Visit every item: those of one host one after another, at most ``hosts_at_once`` hosts in parallel.

    Between two visits to a host that answered whether they asked it (``visit`` says so) pass the seconds of
    ``gap_of``. The first error that ``visit`` lets through ends the other visits and is raised.
    """
    places = asyncio.Semaphore(hosts_at_once)

    async def visit_in_turn(neighbours: Collection[Item]) -> None:
        gap = gap_of(neighbours)
        asked = False
        for item in neighbours:
            if asked and gap:
                await asyncio.sleep(gap)  # outside the bound: others need not wait for it
            async with places:
                asked = await visit(item)

    try:
        async with asyncio.TaskGroup() as tasks:
            for neighbours in _by_host(items, url_of):
                tasks.create_task(visit_in_turn(neighbours))
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


def _by_host(items: Iterable[Item], url_of: Callable[[Item], str]) -> Iterable[list[Item]]:
    hosts: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        hosts[host_name(url_of(item))].append(item)
    return hosts.values()
