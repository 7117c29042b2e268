"""Queries about feeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedSource, FeedStatus
from veille.store.engine import Transaction
from veille.store.tables import FeedRow


def all_feeds(transaction: Transaction) -> tuple[Feed, ...]:
    """Every feed, in the order in which it was added."""
    return tuple(_feed(row) for row in transaction.scalars(select(FeedRow).order_by(FeedRow.id)))


def feed_by_id(transaction: Transaction, feed_id: int) -> Feed:
    """The feed numbered ``feed_id``; ``NotFoundError`` when there is none."""
    return _feed(_row(transaction, feed_id))


def add_feeds(transaction: Transaction, sources: Iterable[FeedSource]) -> tuple[Feed, ...]:
    """Follow ``sources``; those whose address is already followed are left as they are.

    Returns the feeds that were new, in order.
    """
    known = set(transaction.scalars(select(FeedRow.url)))
    added: list[FeedRow] = []
    for source in sources:
        if source.url not in known:
            known.add(source.url)
            row = FeedRow(
                url=source.url,
                title=source.title,
                theme=source.theme,
                language=source.language,
                status=FeedStatus.ACTIVE.value,
                failures=0,
            )
            transaction.add(row)
            added.append(row)
    transaction.flush()
    return tuple(_feed(row) for row in added)


def save_feed(transaction: Transaction, feed: Feed) -> None:
    """Store what changed of ``feed``, found by its id."""
    row = _row(transaction, feed.id)
    row.title = feed.title
    row.theme = feed.theme
    row.language = feed.language
    row.status = feed.status.value
    row.etag = feed.etag
    row.last_modified = feed.last_modified
    row.body_hash = feed.body_hash
    row.last_ok_at = feed.last_ok_at
    row.last_error = feed.last_error
    row.failures = feed.failures
    row.next_due_at = feed.next_due_at


def set_feed_status(transaction: Transaction, feed_id: int, status: FeedStatus) -> Feed:
    """Pause or resume a feed; a resumed feed is due at once."""
    feed = replace(feed_by_id(transaction, feed_id), status=status, next_due_at=None)
    save_feed(transaction, feed)
    return feed


def remove_feed(transaction: Transaction, feed_id: int) -> Feed:
    """Stop following a feed. Its entries stay, with the feed's name as their source."""
    row = _row(transaction, feed_id)
    feed = _feed(row)
    transaction.delete(row)
    return feed


def _row(transaction: Transaction, feed_id: int) -> FeedRow:
    row = transaction.get(FeedRow, feed_id)
    if row is None:
        raise NotFoundError(
            _("There is no feed number {id}.").format(id=feed_id), hint=_("See them: veille feeds list")
        )
    return row


def _feed(row: FeedRow) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        title=row.title,
        theme=row.theme,
        language=row.language,
        status=FeedStatus(row.status),
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        last_ok_at=row.last_ok_at,
        last_error=row.last_error,
        failures=row.failures,
        next_due_at=row.next_due_at,
    )
