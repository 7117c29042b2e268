"""Queries about bounces: which message of ours came back, and how often somebody's did."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from veille.model.delivery import DeliveryState
from veille.model.mailbox import RecordedBounce, SentMessage
from veille.store.engine import Transaction
from veille.store.tables import BounceRow, DeliveryRow, ShareRow

# What a notice may still correct; a message that waits to be sent again is not the one that came back.
_LEFT = [state.value for state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)]


def sent_message(transaction: Transaction, message_id: str) -> SentMessage | None:
    """The issue or share that was sent under that Message-ID, or None."""
    for table in (DeliveryRow, ShareRow):
        address = transaction.scalar(select(table.address).where(table.message_id == message_id))
        if address is not None:
            return SentMessage(message_id, address)
    return None


def sent_in_envelope(transaction: Transaction, envelope_id: str) -> SentMessage | None:
    """The issue or share that left under that envelope id, which is the left part of its Message-ID."""
    for table in (DeliveryRow, ShareRow):
        begins = table.message_id.startswith(f"<{envelope_id}@", autoescape=True)
        row = transaction.execute(select(table.message_id, table.address).where(begins)).first()
        if row is not None:
            return SentMessage(*row)
    return None


def newest_sent_to(
    transaction: Transaction, addresses: Collection[str], since: datetime
) -> SentMessage | None:
    """The last issue that left for one of ``addresses`` after ``since``, or None."""
    newest = (
        select(DeliveryRow.message_id, DeliveryRow.address)
        .where(DeliveryRow.address.in_(addresses), DeliveryRow.state.in_(_LEFT))
        .where(DeliveryRow.updated_at >= since)
        .order_by(DeliveryRow.updated_at.desc(), DeliveryRow.id.desc())
    )
    row = transaction.execute(newest).first()
    return None if row is None else SentMessage(*row)


def refuse_returned(transaction: Transaction, message_id: str, reply: str, now: datetime) -> None:
    """Name ``refused``, in the server's own words, what had left under ``message_id``."""
    words = {"state": DeliveryState.REFUSED.value, "reply": reply}
    issue = update(DeliveryRow).where(DeliveryRow.message_id == message_id, DeliveryRow.state.in_(_LEFT))
    transaction.execute(issue.values(updated_at=now, **words))
    share = update(ShareRow).where(ShareRow.message_id == message_id, ShareRow.state.in_(_LEFT))
    transaction.execute(share.values(**words))


def add_bounce(transaction: Transaction, bounce: RecordedBounce) -> int:
    """Record a bounce, each message's once; how many messages to that address have bounced."""
    transaction.merge(
        BounceRow(
            message_id=bounce.message_id,
            address=bounce.address,
            status=bounce.status,
            reply=bounce.reply,
            bounced_at=bounce.bounced_at,
        )
    )
    transaction.flush()
    counted = select(func.count()).where(BounceRow.address == bounce.address)
    return transaction.scalars(counted).one()


def bounces_of(transaction: Transaction, address: str) -> tuple[RecordedBounce, ...]:
    """The bounces of one address, the oldest first."""
    wanted = select(BounceRow).where(BounceRow.address == address)
    rows = transaction.scalars(wanted.order_by(BounceRow.bounced_at, BounceRow.message_id))
    return tuple(
        RecordedBounce(
            message_id=row.message_id,
            address=row.address,
            status=row.status,
            reply=row.reply,
            bounced_at=row.bounced_at,
        )
        for row in rows
    )


def clear_bounces(transaction: Transaction, address: str) -> None:
    """Let the bounces of an address count no more."""
    transaction.execute(delete(BounceRow).where(BounceRow.address == address))
