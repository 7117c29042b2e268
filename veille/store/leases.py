"""Leases: which process works on what, in a store that several share.

A process takes feeds or deliveries by writing the number of its lease on them, and renews the lease for as
long as it lives. What a dead one held is free as soon as its lease is over. A store in a file needs none:
there the system's own lock lets one process work at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from veille.errors import StorageError
from veille.store.engine import Store, Transaction
from veille.store.tables import LeaseRow

# Long enough for a machine under load, short enough to wait for after a crash.
LEASE_SECONDS = 60.0
HEARTBEAT_SECONDS = LEASE_SECONDS / 3

_log = logging.getLogger(__name__)

# The server's clock: those of several machines differ.
_NOW = func.timezone("utc", func.clock_timestamp())


@contextmanager
def leasing(store: Store) -> Iterator[int | None]:
    """A lease that lasts as long as the block; None when ``store`` is not shared, and needs none."""
    if not store.is_shared:
        yield None
        return
    with store.transaction(beside_others=True) as transaction:
        transaction.execute(delete(LeaseRow).where(LeaseRow.until < _NOW))
        lease_id = transaction.scalars(insert(LeaseRow).values(until=_until()).returning(LeaseRow.id)).one()
    ending = threading.Event()
    heart = threading.Thread(target=_beat, args=[store, lease_id, ending], daemon=True)
    heart.start()
    try:
        yield lease_id
    finally:
        ending.set()
        heart.join()
        with store.transaction(beside_others=True) as transaction:
            transaction.execute(delete(LeaseRow).where(LeaseRow.id == lease_id))


def is_free(transaction: Transaction, lease: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """The condition that nobody alive holds what bears the number ``lease``, a column."""
    if transaction.get_bind().dialect.name != "postgresql":
        return true()
    return lease.is_(None) | ~exists().where(LeaseRow.id == lease, LeaseRow.until >= _NOW)


def _until() -> ColumnElement[object]:
    return _NOW + timedelta(seconds=LEASE_SECONDS)


def _beat(store: Store, lease_id: int, ending: threading.Event) -> None:
    """Renew the lease until told to end; one that was thought dead begins again."""
    renewed = insert(LeaseRow).values(id=lease_id, until=_until())
    until = {"until": renewed.excluded.until}
    renewed = renewed.on_conflict_do_update(index_elements=[LeaseRow.id], set_=until)
    while not ending.wait(HEARTBEAT_SECONDS):
        try:
            with store.transaction(beside_others=True) as transaction:
                transaction.execute(renewed)
        except StorageError as error:  # the next beat may come through
            _log.warning("lease not renewed", extra={"reason": error.message})
