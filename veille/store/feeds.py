"""Queries about feeds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from veille.errors import NotFoundError, RuleError
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedMove, FeedSource, FeedStatus, Outline, WaitReason, feed_key
from veille.store.engine import Transaction
from veille.store.leases import is_free
from veille.store.tables import FeedMoveRow, FeedRow

# Read and written without objects between, with statements made once: a run does it for every feed it visits.
_FEEDS = FeedRow.metadata.tables["feeds"]
_THIS = _FEEDS.c.id == bindparam("this")
_SELECT = select(_FEEDS).where(_THIS)
_UPDATE = update(_FEEDS).where(_THIS)


def all_feeds(transaction: Transaction) -> tuple[Feed, ...]:
    """Every feed, in the order in which it was added."""
    return tuple(_feed(row) for row in transaction.execute(select(_FEEDS).order_by(_FEEDS.c.id)))


def feed_by_id(transaction: Transaction, feed_id: int) -> Feed:
    """The feed numbered ``feed_id``; ``NotFoundError`` when there is none."""
    row = transaction.execute(_SELECT, {"this": feed_id}).one_or_none()
    if row is None:
        raise _unknown(feed_id)
    return _feed(row)


def add_feeds(transaction: Transaction, sources: Iterable[FeedSource]) -> tuple[Feed, ...]:
    """Follow ``sources``; those already followed, perhaps by another spelling, are left as they are.

    Returns the feeds that were new, in order.
    """
    known = {feed_key(url) for url in transaction.scalars(select(FeedRow.url))}
    added: list[int] = []
    for source in sources:
        key = feed_key(source.url)
        if key not in known:
            known.add(key)
            row = insert(_FEEDS).values(
                url=source.url,
                title=source.title,
                theme=source.theme,
                language=source.language,
                status=source.status.value,
                outline=_outline_text(source.outline),
                repairs="",
                failures=0,
                gap_seconds=0,
                moving_sightings=0,
                gone_sightings=0,
            )
            added.append(transaction.execute(row.returning(_FEEDS.c.id)).scalar_one())
    return tuple(feed_by_id(transaction, feed_id) for feed_id in added)


def save_feed(transaction: Transaction, feed: Feed) -> None:
    """Store ``feed`` in place of what was stored by its id; ``NotFoundError`` when that is nothing."""
    saved = transaction.connection().execute(_UPDATE, {"this": feed.id} | _columns(feed))
    if not saved.rowcount:
        raise _unknown(feed.id)


def set_feed_status(transaction: Transaction, feed_id: int, status: FeedStatus) -> Feed:
    """Pause or resume a feed; a resumed feed is due at once, and no longer known to be gone."""
    feed = replace(feed_by_id(transaction, feed_id), status=status, next_due_at=None, gone_sightings=0)
    save_feed(transaction, feed)
    return feed


def take_feeds(transaction: Transaction, seen: Sequence[Feed], lease_id: int) -> frozenset[int]:
    """The numbers of those in ``seen`` that are as they were and nobody holds, now held by the lease."""
    due = {feed.id: feed.next_due_at for feed in seen}
    free = select(FeedRow.id, FeedRow.next_due_at).where(
        FeedRow.id.in_(due), is_free(transaction, FeedRow.lease_id)
    )
    rows = transaction.execute(free.with_for_update(skip_locked=True))
    taken = frozenset(feed_id for feed_id, next_due_at in rows if next_due_at == due[feed_id])
    transaction.execute(update(FeedRow).where(FeedRow.id.in_(taken)).values(lease_id=lease_id))
    return taken


def refused_addresses(transaction: Transaction, feed_id: int) -> frozenset[str]:
    """The addresses that a feed was moved to and the curator took back."""
    statement = select(FeedMoveRow.to_url).where(FeedMoveRow.feed_id == feed_id)
    return frozenset(transaction.scalars(statement.where(FeedMoveRow.reverted_at.is_not(None))))


def follow_redirect(transaction: Transaction, feed: Feed, old_url: str, now: datetime) -> Feed:
    """Record that ``feed`` left ``old_url`` for its address; it stays when another feed has that one."""
    if transaction.scalar(select(FeedRow.id).where(FeedRow.url == feed.url)) is not None:
        return replace(feed, url=old_url)
    transaction.add(FeedMoveRow(feed_id=feed.id, from_url=old_url, to_url=feed.url, moved_at=now))
    return feed


def moves_of(transaction: Transaction, feed_id: int) -> tuple[FeedMove, ...]:
    """The addresses that permanent redirects replaced, oldest first."""
    statement = select(FeedMoveRow).where(FeedMoveRow.feed_id == feed_id).order_by(FeedMoveRow.id)
    return tuple(
        FeedMove(row.from_url, row.to_url, row.moved_at, row.reverted_at)
        for row in transaction.scalars(statement)
    )


def revert_move(transaction: Transaction, feed_id: int, now: datetime) -> Feed:
    """Give a feed the address back that its last move replaced, for good.

    Raises ``NotFoundError`` when it never moved and ``RuleError`` when another feed has that address.
    """
    feed = feed_by_id(transaction, feed_id)
    statement = select(FeedMoveRow).where(FeedMoveRow.feed_id == feed_id, FeedMoveRow.to_url == feed.url)
    move = transaction.scalar(
        statement.where(FeedMoveRow.reverted_at.is_(None)).order_by(FeedMoveRow.id.desc())
    )
    if move is None:
        raise NotFoundError(_("Feed {id} has not moved since it was followed.").format(id=feed_id))
    if transaction.scalar(select(FeedRow.id).where(FeedRow.url == move.from_url)) is not None:
        raise RuleError(_("Another feed has the address {url} by now.").format(url=move.from_url))
    move.reverted_at = now
    back = replace(feed, url=move.from_url, etag=None, last_modified=None, next_due_at=None)
    save_feed(transaction, back)
    return back


def remove_feed(transaction: Transaction, feed_id: int) -> Feed:
    """Stop following a feed. Its entries stay, with the feed's name as their source."""
    feed = feed_by_id(transaction, feed_id)
    transaction.execute(delete(_FEEDS).where(_THIS), {"this": feed_id})
    return feed


def _unknown(feed_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no feed number {id}.").format(id=feed_id), hint=_("See them: veille feeds list")
    )


def _columns(feed: Feed) -> dict[str, object]:
    """The row of ``feed``; ``_feed`` reads it back."""
    return {field.name: getattr(feed, field.name) for field in fields(feed)} | {
        "status": feed.status.value,
        "due_reason": feed.due_reason.value if feed.due_reason else None,
        "outline": _outline_text(feed.outline),
        "repairs": " ".join(feed.repairs),
    }


def _feed(row: Row[Any]) -> Feed:
    values = {field.name: getattr(row, field.name) for field in fields(Feed)} | {
        "status": FeedStatus(row.status),
        "due_reason": WaitReason(row.due_reason) if row.due_reason else None,
        "outline": _outline(row.outline),
        "repairs": tuple(row.repairs.split()),
    }
    return Feed(**values)


def _outline_text(outline: Outline) -> str:
    return json.dumps({"folders": outline.folders, "attributes": outline.attributes}, ensure_ascii=False)


def _outline(text: str) -> Outline:
    values = json.loads(text)
    return Outline(
        folders=tuple(values.get("folders", ())),
        attributes=tuple((name, value) for name, value in values.get("attributes", ())),
    )
