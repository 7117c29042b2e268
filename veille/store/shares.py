"""Queries about shares. Each function is one durable step, as in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update

from veille.model.delivery import DeliveryState
from veille.model.share import Share
from veille.store.engine import Transaction
from veille.store.tables import ShareRow


def add_share(
    transaction: Transaction, entry_id: int, address: str, note: str, *, message_id: str, now: datetime
) -> int:
    """Write down that an entry is about to be sent to somebody; the number of the share."""
    row = ShareRow(
        entry_id=entry_id,
        address=address,
        note=note,
        state=DeliveryState.QUEUED.value,
        reply="",
        message_id=message_id,
        shared_at=now,
    )
    transaction.add(row)
    transaction.flush()
    return row.id


def settle(transaction: Transaction, share_id: int, state: DeliveryState, reply: str) -> None:
    """Record where a share stands, and the server's own words."""
    statement = update(ShareRow).where(ShareRow.id == share_id)
    transaction.execute(statement.values(state=state.value, reply=reply))


def settle_interrupted(transaction: Transaction, reply: str) -> None:
    """Settle what a dead process left: what was leaving is uncertain, what was not yet is cancelled."""
    for before, after in (
        (DeliveryState.SENDING, DeliveryState.UNCERTAIN),
        (DeliveryState.QUEUED, DeliveryState.CANCELLED),
    ):
        left = update(ShareRow).where(ShareRow.state == before.value)
        transaction.execute(left.values(state=after.value, reply=reply))


def shares_of(transaction: Transaction, entry_id: int) -> tuple[Share, ...]:
    """The shares of one entry, the oldest first."""
    statement = select(ShareRow).where(ShareRow.entry_id == entry_id).order_by(ShareRow.id)
    return tuple(_share(row) for row in transaction.scalars(statement))


def shares_to(transaction: Transaction, address: str) -> tuple[Share, ...]:
    """The shares that were to go to one address, the oldest first."""
    statement = select(ShareRow).where(ShareRow.address == address).order_by(ShareRow.id)
    return tuple(_share(row) for row in transaction.scalars(statement))


def shared_entries(transaction: Transaction) -> Mapping[int, int]:
    """By entry, how many colleagues it was sent to, those of whom that is uncertain included."""
    left = ShareRow.state.in_([DeliveryState.SENT.value, DeliveryState.UNCERTAIN.value])
    counted = select(ShareRow.entry_id, func.count(ShareRow.address.distinct())).where(left)
    return dict(transaction.execute(counted.group_by(ShareRow.entry_id)).all())


def is_recipient(transaction: Transaction, address: str) -> bool:
    """Whether an entry was ever to be sent to ``address``."""
    return transaction.scalar(select(ShareRow.id).where(ShareRow.address == address)) is not None


def forget_recipient(transaction: Transaction, address: str, instead: str) -> None:
    """Erase to whom entries were sent and what was written to them, ``instead`` for the address."""
    theirs = update(ShareRow).where(ShareRow.address == address)
    transaction.execute(theirs.values(address=instead, note="", reply=""))


def _share(row: ShareRow) -> Share:
    return Share(
        id=row.id,
        entry=row.entry_id,
        address=row.address,
        note=row.note,
        state=DeliveryState(row.state),
        reply=row.reply,
        shared_at=row.shared_at,
    )
