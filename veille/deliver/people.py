"""Acts on one person: adding, moving to another segment, unsubscribing and back, forgetting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from veille.deliver.outgoing import Stuck, erase_messages
from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.month import Month
from veille.model.person import Person, PersonStatus, is_address
from veille.store import Store, Transaction
from veille.store import people as queries
from veille.store.bounces import clear_bounces
from veille.store.suggestions import months_thanking
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Who somebody was, which of their messages were erased, and which files withstood.

    ``person`` is None for a stranger who had only suggested something or been sent a link. ``thanked_in`` are
    the months whose issue names them and can no longer change.
    """

    address: str
    person: Person | None
    messages: tuple[Path, ...]
    stuck: tuple[Stuck, ...]
    thanked_in: tuple[Month, ...]


def add_person(store: Store, person: Person) -> Person:
    """Write to ``person`` from now on.

    Raises ``UsageError`` for what is not an address, ``RuleError`` for somebody already known, and for
    somebody who asked to be forgotten.
    """
    if not is_address(person.address):
        raise UsageError(_("“{value}” is not an e-mail address").format(value=person.address) + ".")
    with store.transaction() as transaction:
        _refuse_forgotten(transaction, person.address)
        known = queries.person_of(transaction, person.address)
        if known is not None and known.status is PersonStatus.UNSUBSCRIBED:
            raise RuleError(
                _("{address} is known already, and unsubscribed.").format(address=person.address),
                hint=_("If they wish to return: veille people resubscribe ADDRESS"),
            )
        if known is not None and known.status is PersonStatus.SUSPENDED:
            raise RuleError(
                _("{address} is known already, and suspended: its mail came back.").format(
                    address=person.address
                ),
                hint=_("If the address is good again: veille people resubscribe ADDRESS"),
            )
        if known is not None:
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


def resubscribe_person(store: Store, address: str) -> Person:
    """Write again, from the next send on, to somebody who wishes to return or whose address is good again.

    What a send cancelled meanwhile stays cancelled; the bounces of before count no more. Raises ``RuleError``
    for somebody who asked to be forgotten, ``NotFoundError`` for somebody unknown.
    """
    with store.transaction() as transaction:
        _refuse_forgotten(transaction, address)
        person = replace(queries.require_person(transaction, address), status=PersonStatus.ACTIVE)
        queries.save_person(transaction, person)
        clear_bounces(transaction, address)
    return person


def forget_person(
    store: Store, workspace: Workspace, address: str, now: datetime, *, dry_run: bool
) -> Forgotten:
    """Erase all that is held about somebody but a salted hash, and never write to them again.

    What they suggested stays, without their name; so do the issues that have left, which are only told.
    Their messages in ``outgoing/`` go too; one that cannot be erased is named and hinders nothing else.
    With ``dry_run`` nothing is erased.
    """
    with store.transaction() as transaction:
        person = queries.require_known(transaction, address)
        thanked_in = months_thanking(transaction, address, person.name if person else "")
    # The files first: killed in between, the same command can still be given again.
    messages, stuck = erase_messages(workspace.outgoing, address, dry_run=dry_run)
    if not dry_run:
        with store.transaction() as transaction:
            queries.forget_person(transaction, address, now)
    return Forgotten(address, person, messages, stuck, thanked_in)


def _refuse_forgotten(transaction: Transaction, address: str) -> None:
    if queries.is_suppressed(transaction, address):
        raise RuleError(_("{address} asked to be forgotten.").format(address=address))
