"""Sending without sending: marked copies to look at, or every message as a file. The ledger is not told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from veille.compose.digest import digests_of
from veille.deliver.eml import EmlMailer
from veille.deliver.ledger import people_left
from veille.deliver.letters import letters_of
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Mark, Message, letter_from_digest, message_for, message_id_for
from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.model.issue import IssueStatus
from veille.model.month import Month
from veille.model.person import normalised_address
from veille.settings import Settings
from veille.store import Store, Transaction, issues, people
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Proof:
    """One segment's digest in one language, ready for one reviewer."""

    address: str
    segment: str
    language: str
    message: Message


def send_trial(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    *,
    mailer: Mailer,
    address: str,
    segment: str,
    language: str,
    now: datetime,
) -> Outcome:
    """Send one copy, marked as a trial, of what ``segment`` would receive; a draft will do."""
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        salt = people.salt(transaction)
    message = message_for(
        letters_of(issue, settings, workspace.templates, Mark.TRIAL)(segment, language),
        name="",
        address=address,
        # Each trial is a message of its own: a mailbox would hide a second one of the same id.
        message_id=message_id_for(month, f"trial {now.isoformat()} {address}", salt, settings),
        settings=settings,
        now=now,
    )
    return mailer.deliver(message, lambda: None)


def rehearse(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    *,
    folder: Path,
    segment: str | None,
    now: datetime,
) -> int:
    """Write what a send would send into ``folder``, one file a person; how many. Nothing leaves.

    What an earlier rehearsal wrote there makes way.
    """
    left = people_left(store, settings, month, segment, now)
    with store.transaction() as transaction:
        letter_for = letters_of(issues.require_issue(transaction, month), settings, workspace.templates)
        salt = people.salt(transaction)
    with EmlMailer(folder) as mailer:
        mailer.clear()
        for person in left:
            message = message_for(
                letter_for(person.segment, person.language),
                name=person.name,
                address=person.address,
                message_id=message_id_for(month, person.address, salt, settings),
                settings=settings,
                now=now,
            )
            mailer.deliver(message, lambda: None)
    return len(left)


def proofs_of(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    *,
    addresses: Collection[str],
    segment: str | None,
    now: datetime,
) -> tuple[Proof, ...]:
    """What reviewers are to look at before a draft is approved: for each of them, each segment's digest.

    While nobody is known yet, every configured segment has one, in the digest's own language; with a
    ``segment``, it alone. Raises ``RuleError`` for an issue that is no draft or has an empty slot, and for
    somebody who asked to be forgotten; ``DeliveryError`` for an address that cannot be written to.
    """
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        salt = people.salt(transaction)
        audiences = _audiences(transaction, settings, segment)
        reviewers = tuple(dict.fromkeys(map(normalised_address, addresses)))
        forgotten = [address for address in reviewers if people.is_suppressed(transaction, address)]
    if issue.status is not IssueStatus.DRAFT:
        raise RuleError(
            _("The issue of {month} is approved: it is too late for a proof.").format(month=month),
            hint=_("To look at it once more: veille send --test ADDRESS"),
        )
    if forgotten:
        raise RuleError(_("{address} asked to be forgotten.").format(address=", ".join(forgotten)))
    digest_for = digests_of(issue, settings, workspace.templates)

    def proof(address: str, name: str, language: str) -> Proof:
        digest = digest_for(name, language)
        subject = f"{settings.segment_label(name, language)} · {digest.subject}"
        message = message_for(
            letter_from_digest(replace(digest, subject=subject), language, Mark.PROOF),
            name="",
            address=address,
            message_id=message_id_for(
                month, f"proof {now.isoformat()} {name} {language} {address}", salt, settings
            ),
            settings=settings,
            now=now,
        )
        return Proof(address, name, language, message)

    return tuple(proof(address, *audience) for address in reviewers for audience in audiences)


def _audiences(
    transaction: Transaction, settings: Settings, segment: str | None
) -> tuple[tuple[str, str], ...]:
    """The (segment, language) pairs to prove, of one segment when named."""
    known = [pair for pair in people.audiences(transaction) if segment in {None, pair[0]}]
    segments = [segment] if segment is not None else list(settings.segments)
    return tuple(known or ((name, settings.digest.language) for name in segments))


def send_proofs(proofs: Iterable[Proof], mailer: Mailer) -> tuple[tuple[Proof, Outcome], ...]:
    """Hand ``proofs`` over; what became of each. ``DeliveryError`` when the transport itself fails."""
    return tuple((proof, mailer.deliver(proof.message, lambda: None)) for proof in proofs)
