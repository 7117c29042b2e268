"""The recipe of collecting: what is due is fetched, read and stored, feed by feed.

A feed can be late, broken or hostile: it costs its own line in the report, never the run.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from veille.clock import Clock
from veille.collect.discover import discover
from veille.collect.fetch import Fetched, Unchanged, fetch_feed, visit_by_host
from veille.collect.parse import ParsedFeed, parse_feed
from veille.errors import NotFoundError, StorageError, VeilleError
from veille.i18n import gettext as _
from veille.model.feed import (
    Feed,
    FeedSource,
    FeedStatus,
    due_after_failure,
    due_after_success,
    is_due,
)
from veille.model.urls import host_name
from veille.net.client import GuardedClient, client_from_settings
from veille.settings import Settings
from veille.store import Store
from veille.store.entries import StoredCount, store_entries
from veille.store.feeds import all_feeds, feed_by_id, save_feed

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """A feed that could not be collected, and why, in the curator's language."""

    id: int
    url: str
    error: str


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a run did. ``feeds`` is the sum of the four counts after it; ``failed`` is in the feeds' order."""

    feeds: int
    fetched: int
    unchanged: int
    skipped: int
    failed: tuple[FeedFailure, ...]
    entries_new: int
    entries_updated: int
    seconds: float


_Outcome = StoredCount | Unchanged | FeedFailure


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

    ``feed_ids`` narrows the run to some feeds; a paused feed is never fetched. ``on_progress`` hears (done,
    total, title) after each feed. What was stored stays stored, whatever ends the run. Raises
    ``NotFoundError`` for an unknown feed and ``StorageError`` when nothing can be stored.
    """
    started = clock.elapsed_seconds()
    now = clock.now()
    wanted = _wanted_feeds(store, feed_ids)
    due = [feed for feed in wanted if is_due(feed, now) or (force and feed.status is FeedStatus.ACTIVE)]
    outcomes = asyncio.run(_visit_all(due, store, settings, now, on_progress))
    report = _report(len(wanted), outcomes, clock.elapsed_seconds() - started)
    _log.info(
        "collected",
        extra={"feeds": report.feeds, "failed": len(report.failed), "entries_new": report.entries_new},
    )
    return report


def discover_sources(url: str, settings: Settings) -> tuple[FeedSource, ...]:
    """The feeds found at ``url``, the address of a feed or of a site; see :func:`discover`."""

    async def look() -> tuple[FeedSource, ...]:
        async with client_from_settings(settings) as client:
            return await discover(client, url)

    return asyncio.run(look())


def source_from_address(url: str, *, settings: Settings, title: str, theme: str, language: str) -> FeedSource:
    """The best feed found at ``url``, named as the curator says, else as the feed itself does."""
    found = discover_sources(url, settings)[0]
    return replace(found, title=title or found.title, theme=theme, language=language or found.language)


def _wanted_feeds(store: Store, feed_ids: Collection[int] | None) -> tuple[Feed, ...]:
    with store.transaction() as transaction:
        if feed_ids is None:
            return all_feeds(transaction)
        return tuple(feed_by_id(transaction, feed_id) for feed_id in sorted(set(feed_ids)))


async def _visit_all(
    due: Collection[Feed], store: Store, settings: Settings, now: datetime, on_progress: Progress
) -> list[_Outcome]:
    outcomes: list[_Outcome] = []
    async with client_from_settings(settings) as client:
        keeper = _Keeper(store, now, timedelta(minutes=settings.collect.interval_minutes))

        async def visit(feed: Feed) -> None:
            outcomes.append(await _visit(feed, client, keeper))
            on_progress(len(outcomes), len(due), feed.title or host_name(feed.url))

        await visit_by_host(due, settings.collect.hosts_at_once, visit)
    return outcomes


async def _visit(feed: Feed, client: GuardedClient, keeper: _Keeper) -> _Outcome:
    """Fetch, read and store one feed; whatever is wrong with it becomes its failure."""
    try:
        answer = await fetch_feed(client, feed)
        if isinstance(answer, Unchanged):
            return keeper.keep_unchanged(feed, answer)
        if answer.body_hash == feed.body_hash:
            return keeper.keep_unchanged(feed, Unchanged(answer.etag, answer.last_modified))
        parsed = await asyncio.to_thread(parse_feed, answer.body, answer.content_type, answer.final_url)
        return keeper.keep_entries(feed, answer, parsed)
    except StorageError:
        raise
    except VeilleError as error:
        return keeper.keep_failure(feed, error.message)
    except Exception as error:  # noqa: BLE001 - a feed nobody foresaw must not end the others' run
        _log.exception("feed failed unexpectedly", extra={"feed": feed.id})
        return keeper.keep_failure(
            feed,
            _("An unexpected error ({error}); the log has the details.").format(error=type(error).__name__),
        )


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Writes what a visit brought, each feed in a transaction of its own."""

    store: Store
    now: datetime
    interval: timedelta

    def keep_entries(self, feed: Feed, answer: Fetched, parsed: ParsedFeed) -> StoredCount:
        """Store the entries and, with them, the validators of the body they came from."""
        with self.store.transaction() as transaction:
            current = feed_by_id(transaction, feed.id)
            updated = replace(
                self._answered(current, answer.etag, answer.last_modified),
                title=current.title or parsed.title or host_name(current.url),
                language=current.language or parsed.language,
                body_hash=answer.body_hash,
            )
            save_feed(transaction, updated)
            stored = store_entries(transaction, updated, parsed.entries, self.now)
        _log.info("feed collected", extra={"feed": feed.id, "new": stored.new, "updated": stored.updated})
        return stored

    def keep_unchanged(self, feed: Feed, answer: Unchanged) -> Unchanged:
        with self.store.transaction() as transaction:
            current = feed_by_id(transaction, feed.id)
            save_feed(transaction, self._answered(current, answer.etag, answer.last_modified))
        _log.info("feed unchanged", extra={"feed": feed.id})
        return answer

    def keep_failure(self, feed: Feed, error: str) -> FeedFailure:
        """Store the failure; the validators stay those of the last body that could be read."""
        try:
            with self.store.transaction() as transaction:
                current = feed_by_id(transaction, feed.id)
                failures = current.failures + 1
                due = due_after_failure(self.now, failures)
                save_feed(transaction, replace(current, last_error=error, failures=failures, next_due_at=due))
        except NotFoundError:  # the curator stopped following it meanwhile: the report is all there is to say
            pass
        _log.warning("feed failed", extra={"feed": feed.id, "error": error})
        return FeedFailure(feed.id, feed.url, error)

    def _answered(self, feed: Feed, etag: str | None, last_modified: str | None) -> Feed:
        return replace(
            feed,
            etag=etag,
            last_modified=last_modified,
            last_ok_at=self.now,
            last_error=None,
            failures=0,
            next_due_at=due_after_success(self.now, self.interval),
        )


def _report(feeds: int, outcomes: Collection[_Outcome], seconds: float) -> CollectReport:
    stored = [outcome for outcome in outcomes if isinstance(outcome, StoredCount)]
    failed = [outcome for outcome in outcomes if isinstance(outcome, FeedFailure)]
    return CollectReport(
        feeds=feeds,
        fetched=len(stored),
        unchanged=len(outcomes) - len(stored) - len(failed),
        skipped=feeds - len(outcomes),
        failed=tuple(sorted(failed, key=lambda failure: failure.id)),
        entries_new=sum(count.new for count in stored),
        entries_updated=sum(count.updated for count in stored),
        seconds=seconds,
    )
