"""What a visit changes in the store: the feed, and with it the entries of the body that it brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from veille.collect.fetch import Fetched, Refused, Unchanged
from veille.collect.polling import after_answer, after_failure, after_redirect, after_refusal
from veille.errors import NotFoundError
from veille.model.feed import Feed, ParsedFeed
from veille.model.urls import host_name
from veille.store import Transaction
from veille.store.arrivals import StoredCount, store_entries
from veille.store.feeds import feed_by_id, follow_redirect, refused_addresses, save_feed


@dataclass(frozen=True, slots=True)
class Keeper:
    """Writes down the outcomes of the visits of one run, which began at ``now``.

    Every method gives the feed as it is stored afterwards. The curator may have changed it since it was
    visited, and what is stored counts.
    """

    now: datetime
    interval: timedelta

    def keep_entries(
        self, transaction: Transaction, feed: Feed, answer: Fetched, parsed: ParsedFeed
    ) -> tuple[Feed, StoredCount]:
        """Store the entries and, with them, the validators of the body they came from.

        Raises ``NotFoundError`` when the feed is not followed any more.
        """
        current = feed_by_id(transaction, feed.id)
        read = replace(
            current,
            title=current.title or parsed.title or host_name(current.url),
            language=current.language or parsed.language,
            ttl_minutes=parsed.ttl_minutes,
            repairs=parsed.repairs,
        )
        kept = self._keep_answer(transaction, read, answer)
        return kept, store_entries(transaction, kept, parsed.entries, self.now)

    def keep_unchanged(self, transaction: Transaction, feed: Feed, answer: Fetched | Unchanged) -> Feed:
        """Store that nothing changed: the server's word for it, or the same body once more.

        Raises ``NotFoundError`` when the feed is not followed any more.
        """
        return self._keep_answer(transaction, feed_by_id(transaction, feed.id), answer)

    def keep_failure(self, transaction: Transaction, feed: Feed, error: str) -> Feed:
        """Store that the visit failed."""
        return self._keep(transaction, feed, lambda current: after_failure(current, error, self.now))

    def keep_refusal(self, transaction: Transaction, feed: Feed, answer: Refused) -> Feed:
        """Store an answer that was no document; the feed may be parked or retired by it."""
        return self._keep(
            transaction,
            feed,
            lambda current: after_refusal(current, answer.status, answer.message, answer.hints, self.now),
        )

    def _keep_answer(self, transaction: Transaction, feed: Feed, answer: Fetched | Unchanged) -> Feed:
        validated = replace(feed, etag=answer.etag, last_modified=answer.last_modified)
        if isinstance(answer, Fetched):
            validated = replace(validated, body_hash=answer.body_hash, validated_at=self.now)
        answered = after_answer(validated, answer.hints, self.now, self.interval)
        refused = refused_addresses(transaction, feed.id) if answer.permanent_url else frozenset[str]()
        moved = after_redirect(answered, answer.permanent_url, refused, self.now)
        if moved.url != feed.url:
            moved = follow_redirect(transaction, moved, feed.url, self.now)
        save_feed(transaction, moved)
        return moved

    def _keep(self, transaction: Transaction, feed: Feed, change: Callable[[Feed], Feed]) -> Feed:
        try:
            current = feed_by_id(transaction, feed.id)
        except NotFoundError:  # the curator stopped following it meanwhile: the report is all there is to say
            return change(feed)
        changed = change(current)
        save_feed(transaction, changed)
        return changed
