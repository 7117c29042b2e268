"""Storing what a visit brought: the feed and its entries together, each feed in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from veille.collect.fetch import Fetched, Refused, Unchanged
from veille.collect.parse import ParsedFeed
from veille.collect.polling import after_answer, after_failure, after_redirect, after_refusal
from veille.errors import NotFoundError
from veille.model.feed import Feed, FeedStatus
from veille.model.urls import host_name
from veille.store import Store, Transaction
from veille.store.arrivals import StoredCount, store_entries
from veille.store.feeds import feed_by_id, follow_redirect, refused_addresses, save_feed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Writes down the outcomes of the visits of one run, which began at ``now``.

    Every method gives the feed as it is stored afterwards.
    """

    store: Store
    now: datetime
    interval: timedelta

    def keep_entries(self, feed: Feed, answer: Fetched, parsed: ParsedFeed) -> tuple[Feed, StoredCount]:
        """Store the entries and, with them, the validators of the body they came from."""
        with self.store.transaction() as transaction:
            current = feed_by_id(transaction, feed.id)
            read = replace(
                current,
                title=current.title or parsed.title or host_name(current.url),
                language=current.language or parsed.language,
                ttl_minutes=parsed.ttl_minutes,
                repairs=parsed.repairs,
            )
            kept = self._keep_answer(transaction, read, answer)
            stored = store_entries(transaction, kept, parsed.entries, self.now)
        _log.info("feed collected", extra={"feed": feed.id, "new": stored.new, "updated": stored.updated})
        return kept, stored

    def keep_unchanged(self, feed: Feed, answer: Fetched | Unchanged) -> Feed:
        """Store that nothing changed: the server's word for it, or the same body once more."""
        with self.store.transaction() as transaction:
            kept = self._keep_answer(transaction, feed_by_id(transaction, feed.id), answer)
        _log.info("feed unchanged", extra={"feed": feed.id})
        return kept

    def keep_failure(self, feed: Feed, error: str) -> Feed:
        """Store that the visit failed."""
        kept = self._keep(feed, lambda current: after_failure(current, error, self.now))
        _log.warning("feed failed", extra={"feed": feed.id, "error": error})
        return kept

    def keep_refusal(self, feed: Feed, answer: Refused) -> Feed:
        """Store an answer that was no document; the feed may be parked or retired by it."""
        kept = self._keep(
            feed,
            lambda current: after_refusal(current, answer.status, answer.message, answer.hints, self.now),
        )
        _log.warning("feed refused", extra={"feed": feed.id, "status": answer.status})
        if kept.status is FeedStatus.RETIRED:
            _log.warning("feed retired", extra={"feed": feed.id})
        return kept

    def _keep_answer(self, transaction: Transaction, feed: Feed, answer: Fetched | Unchanged) -> Feed:
        validated = replace(feed, etag=answer.etag, last_modified=answer.last_modified)
        if isinstance(answer, Fetched):
            validated = replace(validated, body_hash=answer.body_hash, validated_at=self.now)
        answered = after_answer(validated, answer.hints, self.now, self.interval)
        refused = refused_addresses(transaction, feed.id)
        moved = after_redirect(answered, answer.permanent_url, refused, self.now)
        if moved.url != feed.url:
            moved = follow_redirect(transaction, moved, feed.url, self.now)
        save_feed(transaction, moved)
        return moved

    def _keep(self, feed: Feed, change: Callable[[Feed], Feed]) -> Feed:
        try:
            with self.store.transaction() as transaction:
                changed = change(feed_by_id(transaction, feed.id))
                save_feed(transaction, changed)
        except NotFoundError:  # the curator stopped following it meanwhile: the report is all there is to say
            return change(feed)
        return changed
