"""Acts on one person: adding, moving to another segment, unsubscribing, forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.person import Person, PersonStatus, is_address
from veille.store import Store
from veille.store import people as queries


def add_person(store: Store, person: Person) -> Person:
    """Write to ``person`` from now on.

    Raises ``UsageError`` for what is not an address, ``RuleError`` for somebody already known, and for
    somebody who asked to be forgotten.
    """
    if not is_address(person.address):
        raise UsageError(_("“{value}” is not an e-mail address").format(value=person.address) + ".")
    with store.transaction() as transaction:
        if queries.is_suppressed(transaction, person.address):
            raise RuleError(_("{address} asked to be forgotten.").format(address=person.address))
        if queries.person_of(transaction, person.address) is not None:
            raise RuleError(
                _("{address} is known already.").format(address=person.address),
                hint=_("To change the segment: veille people move ADDRESS SEGMENT"),
            )
        queries.save_person(transaction, person)
    return person


def move_person(store: Store, address: str, segment: str) -> Person:
    """Put somebody in another segment; takes effect with the next issue."""
    with store.transaction() as transaction:
        person = replace(queries.require_person(transaction, address), segment=segment)
        queries.save_person(transaction, person)
    return person


def unsubscribe_person(store: Store, address: str) -> Person:
    """Stop writing to somebody, at once; what waits for them in the ledger is cancelled by the next send."""
    with store.transaction() as transaction:
        person = queries.require_person(transaction, address)
        person = replace(person, status=PersonStatus.UNSUBSCRIBED)
        queries.save_person(transaction, person)
    return person


def forget_person(store: Store, address: str, now: datetime, *, dry_run: bool) -> Person:
    """Erase all that is held about somebody but a salted hash, and never write to them again.

    Returns who they were. With ``dry_run`` nothing is erased.
    """
    with store.transaction() as transaction:
        person = queries.require_person(transaction, address)
        if not dry_run:
            queries.forget_person(transaction, address, now)
    return person
