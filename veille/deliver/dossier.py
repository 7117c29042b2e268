"""Everything that is held about one person, for when they ask (article 15 of the GDPR)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from veille.deliver.outgoing import erase_messages
from veille.model.delivery import Delivery
from veille.model.mailbox import RecordedBounce
from veille.model.month import Month
from veille.model.person import Person
from veille.model.share import Share
from veille.model.suggestion import Suggestion
from veille.store import Store, bounces, deliveries, people, shares, suggestions
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is held about the holder of ``address``, each list in the order in which it came about.

    ``person`` is None for a stranger who had only suggested something or been sent a link. ``thanked_in`` are
    the months whose issue names them and cannot change; ``messages`` are the files written to them.
    """

    address: str
    person: Person | None
    deliveries: tuple[tuple[Month, Delivery], ...]
    suggestions: tuple[Suggestion, ...]
    shares: tuple[Share, ...]
    bounces: tuple[RecordedBounce, ...]
    thanked_in: tuple[Month, ...]
    messages: tuple[Path, ...]


def dossier_of(store: Store, workspace: Workspace, address: str) -> Dossier:
    """The dossier of one address; ``NotFoundError`` when nothing is held about it."""
    messages, _stuck = erase_messages(workspace.outgoing, address, dry_run=True)
    with store.transaction() as transaction:
        person = people.require_known(transaction, address)
        name = person.name if person else ""
        return Dossier(
            address=address,
            person=person,
            deliveries=deliveries.deliveries_to(transaction, address),
            suggestions=suggestions.suggestions_by(transaction, address, name),
            shares=shares.shares_to(transaction, address),
            bounces=bounces.bounces_of(transaction, address),
            thanked_in=suggestions.months_thanking(transaction, address, name),
            messages=messages,
        )
