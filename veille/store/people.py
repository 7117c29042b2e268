"""Queries about people and about those who asked to be forgotten."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime

from sqlalchemy import exists, func, select

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.person import Person, PersonStatus, forgotten_address
from veille.store import bounces, shares, suggestions
from veille.store.engine import Transaction
from veille.store.tables import DeliveryRow, PersonRow, SuppressionRow, WorkspaceRow

_IS_ACTIVE = PersonRow.status == PersonStatus.ACTIVE.value


def all_people(transaction: Transaction) -> tuple[Person, ...]:
    """Everybody known, by segment then address."""
    statement = select(PersonRow).order_by(PersonRow.segment, PersonRow.address)
    return tuple(_person(row) for row in transaction.scalars(statement))


def active_people(transaction: Transaction, segment: str | None = None) -> tuple[Person, ...]:
    """Everybody who is written to, by segment then address; of one segment when named."""
    return tuple(
        person
        for person in all_people(transaction)
        if person.status is PersonStatus.ACTIVE and segment in {None, person.segment}
    )


def people_without(transaction: Transaction, issue_id: int, segment: str | None = None) -> tuple[Person, ...]:
    """Those of ``active_people`` whom the ledger of the issue does not name."""
    named = exists().where(DeliveryRow.issue_id == issue_id, DeliveryRow.address == PersonRow.address)
    statement = select(PersonRow).where(_IS_ACTIVE, ~named)
    if segment is not None:
        statement = statement.where(PersonRow.segment == segment)
    in_order = statement.order_by(PersonRow.segment, PersonRow.address)
    return tuple(_person(row) for row in transaction.scalars(in_order))


def count_active(transaction: Transaction) -> Counter[str]:
    """How many people are written to in each segment."""
    counted = select(PersonRow.segment, func.count()).where(_IS_ACTIVE).group_by(PersonRow.segment)
    return Counter({row[0]: row[1] for row in transaction.execute(counted)})


def audiences(transaction: Transaction) -> tuple[tuple[str, str], ...]:
    """The (segment, language) pairs that active people make: one rendering each, in order."""
    statement = (
        select(PersonRow.segment, PersonRow.language)
        .where(_IS_ACTIVE)
        .distinct()
        .order_by(PersonRow.segment, PersonRow.language)
    )
    return tuple((segment, language) for segment, language in transaction.execute(statement))


def person_of(transaction: Transaction, address: str) -> Person | None:
    """The person with the normalised ``address``, or None."""
    row = _row_of(transaction, address)
    return _person(row) if row else None


def require_person(transaction: Transaction, address: str) -> Person:
    """The person with the normalised ``address``; ``NotFoundError`` when there is none."""
    person = person_of(transaction, address)
    if person is None:
        raise NotFoundError(
            _("Nobody here has the address {address}.").format(address=address),
            hint=_("See everybody: veille people list"),
        )
    return person


def require_known(transaction: Transaction, address: str) -> Person | None:
    """The person with the normalised ``address``, None for a stranger who only suggested or was shared with.

    Raises ``NotFoundError`` when nothing is held about the address.
    """
    if suggestions.is_suggester(transaction, address) or shares.is_recipient(transaction, address):
        return person_of(transaction, address)
    return require_person(transaction, address)


def save_person(transaction: Transaction, person: Person) -> None:
    """Add ``person``, or store what changed, found by address."""
    row = _row_of(transaction, person.address)
    if row is None:
        row = PersonRow(address=person.address)
        transaction.add(row)
    row.name = person.name
    row.segment = person.segment
    row.language = person.language
    row.status = person.status.value
    transaction.flush()


def is_suppressed(transaction: Transaction, address: str) -> bool:
    """Whether the holder of ``address`` asked to be forgotten."""
    return transaction.get(SuppressionRow, _address_hash(transaction, address)) is not None


def forget_person(transaction: Transaction, address: str, now: datetime) -> None:
    """Erase everything held about ``address`` but a salted hash that keeps it from coming back.

    The rows of the ledger, of suggestions and shares stay, under that hash instead of name and address, so
    that past counts remain true.
    """
    require_known(transaction, address)
    address_hash = _address_hash(transaction, address)
    instead = forgotten_address(address_hash)
    row = _row_of(transaction, address)
    suggestions.forget_suggester(transaction, address, row.name if row else "", instead)
    if row is not None:
        transaction.delete(row)
    shares.forget_recipient(transaction, address, instead)
    bounces.clear_bounces(transaction, address)
    transaction.merge(SuppressionRow(address_hash=address_hash, created_at=now))
    for delivery in transaction.scalars(select(DeliveryRow).where(DeliveryRow.address == address)):
        delivery.address, delivery.name, delivery.reply = instead, "", ""


def salt(transaction: Transaction) -> str:
    """The store's own salt, made with it; it keeps hashes of addresses from being guessed elsewhere."""
    return transaction.get_one(WorkspaceRow, 1).salt


def _address_hash(transaction: Transaction, address: str) -> str:
    return hashlib.sha256(f"{salt(transaction)}|{address}".encode()).hexdigest()


def _row_of(transaction: Transaction, address: str) -> PersonRow | None:
    return transaction.scalar(select(PersonRow).where(PersonRow.address == address))


def _person(row: PersonRow) -> Person:
    return Person(
        address=row.address,
        name=row.name,
        segment=row.segment,
        language=row.language,
        status=PersonStatus(row.status),
    )
