"""Queries about the ledger. Each function is one durable step of a delivery's life.

``UNIQUE (issue, address)`` makes a second row for the same person impossible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVarTuple, cast

from sqlalchemy import (
    BindParameter,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)

from veille.model.delivery import Delivery, DeliveryState
from veille.model.month import Month, month_from_text
from veille.model.person import Person, PersonStatus
from veille.store.engine import PlainTransaction, Transaction
from veille.store.leases import is_free
from veille.store.tables import DeliveryRow, IssueRow, PersonRow

_Columns = TypeVarTuple("_Columns")
_IN_TURN = (DeliveryRow.segment, DeliveryRow.language, DeliveryRow.address)
_OPEN_STATES = [DeliveryState.QUEUED.value, DeliveryState.DEFERRED.value]
_OTHER_STATES = [state.value for state in DeliveryState if state.value not in _OPEN_STATES]
# Written out in each statement: an index that holds nothing else is used for it alone.
_OPEN: BindParameter[Any] = bindparam("open", _OPEN_STATES, expanding=True, literal_execute=True)
_TABLE = cast(Table, DeliveryRow.__table__)
_IS_WRITTEN_TO = exists().where(
    PersonRow.address == DeliveryRow.address, PersonRow.status == PersonStatus.ACTIVE.value
)
_ONE = update(_TABLE).where(DeliveryRow.id == bindparam("delivery"))
# Worded once: a send runs each of them for each message, and wording them takes longer than running them.
# Who waits longer than their lease may hold a delivery that another has attempted since, and put off.
_CLAIM = _ONE.where(
    # In other words than elsewhere: a server that believes few to be open would look for the one among all.
    # And each on its own: a list would be worded anew for each message.
    *(DeliveryRow.state != literal_column(f"'{state}'") for state in _OTHER_STATES),
    DeliveryRow.attempts < bindparam("made"),
    _IS_WRITTEN_TO,
).values(state=DeliveryState.SENDING.value, reply="", updated_at=bindparam("now"), attempts=bindparam("made"))
# The answer to an attempt that was given up says nothing of a later one.
_SETTLE = _ONE.where(func.coalesce(bindparam("made"), DeliveryRow.attempts) >= DeliveryRow.attempts).values(
    state=bindparam("new_state"),
    reply=bindparam("new_reply"),
    updated_at=bindparam("now"),
    next_attempt_at=bindparam("again_at"),
    attempts=func.coalesce(bindparam("made"), DeliveryRow.attempts),
)


def _cancelled(statement: Update) -> Update:
    """The change of those ``statement`` names that are still to be made to people who left."""
    return statement.where(DeliveryRow.state.in_(_OPEN), ~_IS_WRITTEN_TO).values(
        state=DeliveryState.CANCELLED.value,
        reply=bindparam("new_reply"),
        updated_at=bindparam("now"),
        next_attempt_at=None,
    )


_CANCEL = _cancelled(_ONE)


def queue_deliveries(
    transaction: Transaction, issue_id: int, people: Iterable[tuple[Person, str]], now: datetime
) -> None:
    """Add a queued delivery for each (person, Message-ID), whom the issue's ledger does not name yet."""
    rows = [
        {
            "issue_id": issue_id,
            "address": person.address,
            "name": person.name,
            "segment": person.segment,
            "language": person.language,
            "state": DeliveryState.QUEUED.value,
            "message_id": message_id,
            "attempts": 0,
            "reply": "",
            "queued_at": now,
            "updated_at": now,
        }
        for person, message_id in people
    ]
    if rows:
        transaction.execute(insert(_TABLE), rows)


def ledger_of(transaction: Transaction, issue_id: int) -> tuple[Delivery, ...]:
    """Every delivery of the issue, by segment then address."""
    statement = (
        select(DeliveryRow)
        .where(DeliveryRow.issue_id == issue_id)
        .order_by(DeliveryRow.segment, DeliveryRow.address)
    )
    return tuple(_delivery(row) for row in transaction.scalars(statement))


def deliveries_to(transaction: Transaction, address: str) -> tuple[tuple[Month, Delivery], ...]:
    """The deliveries to one address with the month of their issue, by month."""
    statement = (
        select(IssueRow.month, DeliveryRow)
        .join(DeliveryRow, DeliveryRow.issue_id == IssueRow.id)
        .where(DeliveryRow.address == address)
        .order_by(IssueRow.month)
    )
    return tuple(
        (month, _delivery(row))
        for text, row in transaction.execute(statement)
        if (month := month_from_text(text))
    )


def due_deliveries(
    transaction: Transaction, issue_id: int, now: datetime, segment: str | None = None
) -> tuple[Delivery, ...]:
    """The deliveries to attempt at ``now``: queued, or deferred and due; by segment, language, address."""
    statement = _due(select(_TABLE), issue_id, now, segment).order_by(*_IN_TURN)
    return tuple(_delivery(row) for row in transaction.execute(statement))


def due_letters(
    transaction: Transaction, issue_id: int, now: datetime, segment: str | None = None
) -> Counter[tuple[str, str]]:
    """How many deliveries are to attempt at ``now`` in each segment and language."""
    columns = DeliveryRow.segment, DeliveryRow.language
    counted = _due(select(*columns, func.count()), issue_id, now, segment).group_by(*columns)
    return Counter({(of, language): count for of, language, count in transaction.execute(counted)})


def take_deliveries(
    transaction: Transaction,
    issue_id: int,
    now: datetime,
    segment: str | None,
    *,
    lease_id: int,
    at_most: int,
) -> tuple[Delivery, ...]:
    """The next of ``due_deliveries`` that nobody else holds, from now on held by the lease."""
    free = _due(select(_TABLE), issue_id, now, segment).where(is_free(transaction, DeliveryRow.lease_id))
    next_ones = free.order_by(*_IN_TURN).limit(at_most).with_for_update(skip_locked=True)
    rows = transaction.execute(next_ones).all()
    taken = update(_TABLE).where(DeliveryRow.id.in_([row.id for row in rows])).values(lease_id=lease_id)
    transaction.execute(taken)
    return tuple(_delivery(row) for row in rows)


def _due(
    statement: Select[*_Columns], issue_id: int, now: datetime, segment: str | None
) -> Select[*_Columns]:
    due = statement.where(
        DeliveryRow.issue_id == issue_id,
        DeliveryRow.state.in_(_OPEN),
        (DeliveryRow.next_attempt_at.is_(None)) | (DeliveryRow.next_attempt_at <= now),
    )
    return due if segment is None else due.where(DeliveryRow.segment == segment)


def unsettled_by_month(transaction: Transaction) -> dict[Month, Counter[DeliveryState]]:
    """How many deliveries of each issue are not settled, by state; the newest issue first."""
    settled = (DeliveryState.SENT.value, DeliveryState.REFUSED.value, DeliveryState.CANCELLED.value)
    statement = (
        select(IssueRow.month, DeliveryRow.state, func.count())
        .join(IssueRow, IssueRow.id == DeliveryRow.issue_id)
        .where(DeliveryRow.state.not_in(settled))
        .group_by(IssueRow.month, DeliveryRow.state)
        .order_by(IssueRow.month.desc())
    )
    found: dict[Month, Counter[DeliveryState]] = {}
    for text, state, count in transaction.execute(statement):
        if month := month_from_text(text):
            found.setdefault(month, Counter())[DeliveryState(state)] = count
    return found


def attempts_made(transaction: Transaction, month: Month) -> int:
    """How many attempts the ledger of an issue knows of; 0 when there is no such issue."""
    made = select(func.sum(DeliveryRow.attempts)).join(IssueRow, IssueRow.id == DeliveryRow.issue_id)
    return transaction.scalar(made.where(IssueRow.month == str(month))) or 0


def claim(
    transaction: Transaction | PlainTransaction, delivery_id: int, *, attempts: int, now: datetime
) -> bool:
    """Record that the message is about to leave, if it is still to be made to somebody still written to.

    Who gets False does not hand it over: its person left, or another sender has it.
    """
    values = {"delivery": delivery_id, "made": attempts, "now": now}
    return _run(transaction, _CLAIM, values) == 1


def settle(
    transaction: Transaction | PlainTransaction,
    delivery_id: int,
    state: DeliveryState,
    *,
    reply: str,
    now: datetime,
    attempts: int | None = None,
    next_attempt_at: datetime | None = None,
) -> None:
    """Record where a delivery stands, the server's own words and, when given, the attempts so far."""
    values = {
        "delivery": delivery_id,
        "new_state": state.value,
        "new_reply": reply,
        "now": now,
        "again_at": next_attempt_at,
        "made": attempts,
    }
    _run(transaction, _SETTLE, values)


def cancel(
    transaction: Transaction | PlainTransaction, delivery_id: int, *, reply: str, now: datetime
) -> None:
    """Record that a delivery to somebody who is not written to any more is not made, unless it has begun."""
    _run(transaction, _CANCEL, {"delivery": delivery_id, "new_reply": reply, "now": now})


def cancel_departed(transaction: Transaction, issue_id: int, *, reply: str, now: datetime) -> None:
    """Cancel what is still to be made, due now or later, to people who are not written to any more."""
    statement = update(_TABLE).where(DeliveryRow.issue_id == issue_id)
    _run(transaction, _cancelled(statement), {"new_reply": reply, "now": now})


def queue_again(transaction: Transaction, delivery_id: int, *, reply: str, now: datetime) -> None:
    """Queue a delivery anew: patience with the server begins again, the attempts so far stay counted."""
    settle(transaction, delivery_id, DeliveryState.QUEUED, reply=reply, now=now)
    queued = update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(queued_at=now)
    transaction.execute(queued)


def doubt_interrupted(transaction: Transaction, issue_id: int, reply: str, now: datetime) -> int:
    """Name ``uncertain`` what a dead sender left ``sending``: nobody knows whether it left. How many."""
    interrupted = select(DeliveryRow).where(
        DeliveryRow.issue_id == issue_id,
        DeliveryRow.state == DeliveryState.SENDING.value,
        is_free(transaction, DeliveryRow.lease_id),
    )
    rows = transaction.scalars(interrupted).all()
    for row in rows:
        row.state, row.reply, row.updated_at = DeliveryState.UNCERTAIN.value, reply, now
    return len(rows)


def _run(transaction: Transaction | PlainTransaction, statement: Update, values: Mapping[str, object]) -> int:
    """How many rows the statement changed."""
    if isinstance(transaction, PlainTransaction):
        return transaction.execute(statement, values).rowcount
    transaction.flush()
    changed = transaction.connection().execute(statement, values).rowcount
    transaction.expire_all()  # it went past the session: what that has read is to be read again
    return changed


def _delivery(row: DeliveryRow | Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        address=row.address,
        name=row.name,
        segment=row.segment,
        language=row.language,
        state=DeliveryState(row.state),
        message_id=row.message_id,
        attempts=row.attempts,
        reply=row.reply,
        queued_at=row.queued_at,
        updated_at=row.updated_at,
        next_attempt_at=row.next_attempt_at,
    )
