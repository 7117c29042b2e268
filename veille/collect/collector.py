"""The recipe of collecting: what is due is fetched, read and stored, feed by feed.

A feed can be late, broken or hostile: it costs its own line in the report, never the run.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from filelock import FileLock, Timeout

from veille.clock import Clock
from veille.collect.keeper import Keeper
from veille.collect.polling import gap_seconds
from veille.collect.reading import Readers
from veille.collect.retention import erase_old_texts
from veille.collect.sharing import Sharing
from veille.collect.storing import Storing
from veille.collect.visits import FeedFailure, MovedFeed, Parkings, Tally, Visits, WaitingFeed
from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedSource
from veille.model.urls import host_name
from veille.net.client import client_from_settings
from veille.net.turns import visit_by_host
from veille.settings import Settings
from veille.store import Store, Transaction
from veille.store.feeds import all_feeds, feed_by_id
from veille.store.leases import leasing
from veille.workspace import Workspace

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a run did. ``feeds`` is the sum of the four counts after it; lists are in the feeds' order.

    ``waiting`` are the skipped ones. ``offline``: no host answered at all, so nothing was held against the
    feeds in ``failed``. ``moved`` and ``retired`` name feeds whose server gave them another address, or none.
    """

    feeds: int
    fetched: int
    unchanged: int
    skipped: int
    failed: tuple[FeedFailure, ...]
    waiting: tuple[WaitingFeed, ...]
    moved: tuple[MovedFeed, ...]
    retired: tuple[int, ...]
    offline: bool
    entries_new: int
    entries_updated: int
    texts_erased: int
    seconds: float


def collect_feeds(
    store: Store,
    settings: Settings,
    clock: Clock,
    *,
    feed_ids: Collection[int] | None = None,
    force: bool = False,
    on_progress: Progress = lambda _done, _total, _title: None,
) -> CollectReport:
    """Fetch, read and store every feed that is due; with ``force``, also those that are not due yet.

    ``feed_ids`` narrows the run to some feeds. A paused or retired feed is never fetched, nor one whose
    server asked to be left alone (429 with Retry-After). ``on_progress`` hears (done, total, title) after
    each feed. What was stored stays stored, whatever ends the run. Texts that are older than the settings say
    are erased last. Raises ``NotFoundError`` for an unknown feed and ``StorageError`` when nothing can be
    stored.
    """
    started = clock.elapsed_seconds()
    now = clock.now()
    with store.transaction() as transaction:
        followed = all_feeds(transaction)
        wanted = followed if feed_ids is None else _feeds_by_id(transaction, feed_ids)
    keeper = Keeper(now, timedelta(minutes=settings.collect.interval_minutes))
    parkings = Parkings(followed, now)
    with leasing(store) as lease:
        tally = asyncio.run(
            _visit_all(
                wanted, store, keeper, parkings, settings, lease=lease, force=force, on_progress=on_progress
            )
        )
    erased = erase_old_texts(store, settings, now)
    report = _report(len(wanted), tally, erased, clock.elapsed_seconds() - started)
    _log.info(
        "collected",
        extra={"feeds": report.feeds, "failed": len(report.failed), "entries_new": report.entries_new},
    )
    return report


@contextmanager
def only_collector(store: Store, workspace: Workspace) -> Iterator[None]:
    """Keep every other process of this machine from collecting meanwhile; a dead one holds nothing.

    Raises ``RuleError`` when one is at work. Those of a shared store collect side by side.
    """
    if store.is_shared:
        yield
        return
    try:
        with FileLock(workspace.path / ".collecting.lock", timeout=0):
            yield
    except Timeout as error:
        raise RuleError(
            _("Another veille is collecting into {path} at this moment; nothing was fetched.").format(
                path=workspace.path
            ),
            hint=_("Wait for it to end; its feeds will be there."),
        ) from error


def discover_sources(url: str, settings: Settings) -> tuple[FeedSource, ...]:
    """The feeds found at ``url``, the address of a feed or of a site; see :mod:`veille.collect.discover`."""
    # Here, for collecting does without: it is half of what there is to import.
    from veille.collect.discover import discover

    async def look() -> tuple[FeedSource, ...]:
        async with client_from_settings(settings) as client:
            with Readers() as readers:
                return await discover(client, readers, url)

    return asyncio.run(look())


def source_from_address(url: str, *, settings: Settings, title: str, theme: str, language: str) -> FeedSource:
    """The best feed found at ``url``, named as the curator says, else as the feed itself does."""
    found = discover_sources(url, settings)[0]
    return replace(found, title=title or found.title, theme=theme, language=language or found.language)


def _feeds_by_id(transaction: Transaction, feed_ids: Collection[int]) -> tuple[Feed, ...]:
    return tuple(feed_by_id(transaction, feed_id) for feed_id in sorted(set(feed_ids)))


async def _visit_all(
    wanted: Sequence[Feed],
    store: Store,
    keeper: Keeper,
    parkings: Parkings,
    settings: Settings,
    *,
    lease: int | None,
    force: bool,
    on_progress: Progress,
) -> Tally:
    slow_hosts = settings.collect.gap_seconds_by_host()
    done = 0

    async def visit(feed: Feed) -> bool:
        nonlocal done
        if await sharing.is_ours(feed):
            asked = await visits.visit(feed)
        else:
            asked = False
            visits.leave_to_others(feed)
        done += 1
        on_progress(done, len(due), feed.title or host_name(feed.url))
        return asked

    with Readers() as readers, ThreadPoolExecutor(max_workers=1) as thread:
        async with client_from_settings(settings) as client:
            storing = Storing(store, thread)
            visits = Visits(client, readers, keeper, storing, parkings, forced=force)
            due = [feed for feed in wanted if visits.may_visit(feed)]
            sharing = Sharing(storing, lease, due)
            await visit_by_host(
                due,
                lambda feed: feed.url,
                settings.collect.hosts_at_once,
                lambda neighbours: gap_seconds(neighbours, slow_hosts, keeper.now),
                visit,
            )
            await visits.finish()
    return visits.tally


def _report(feeds: int, tally: Tally, texts_erased: int, seconds: float) -> CollectReport:
    return CollectReport(
        feeds=feeds,
        fetched=len(tally.stored),
        unchanged=tally.unchanged,
        skipped=len(tally.waiting),
        failed=tuple(sorted(tally.failed, key=lambda failure: failure.id)),
        waiting=tuple(sorted(tally.waiting, key=lambda waiting: waiting.id)),
        moved=tuple(sorted(tally.moved, key=lambda moved: moved.id)),
        retired=tuple(sorted(tally.retired)),
        offline=tally.offline,
        entries_new=sum(count.new for count in tally.stored),
        entries_updated=sum(count.updated for count in tally.stored),
        texts_erased=texts_erased,
        seconds=seconds,
    )
