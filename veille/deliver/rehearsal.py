"""Sending without sending: one marked copy to look at, or every message as a file. The ledger is not told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from veille.deliver.eml import EmlMailer
from veille.deliver.ledger import people_left
from veille.deliver.letters import letters_of
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import message_for, message_id_for
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, issues, people
from veille.workspace import Workspace


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
        letters_of(issue, settings, workspace.templates, trial=True)(segment, language),
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
