"""One entry to one colleague, at once: sent through the transport of issues, and kept with the same honesty.

A share is written down before its message is handed over and settled after it, so that an interrupted run
never sends a second time without being told to.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from veille.clock import Clock
from veille.compose.share import compose_share
from veille.compose.wording import paragraphs
from veille.deliver.eml import EmlMailer, stands_as_file
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import (
    Letter,
    Message,
    letter_from_digest,
    message_for,
    message_id_for,
    wire_address,
)
from veille.deliver.sender import only_sender
from veille.errors import DeliveryError, RuleError
from veille.i18n import gettext as _
from veille.model.delivery import DeliveryState
from veille.model.issue import Pick, pick_from_entry
from veille.model.month import month_of
from veille.model.person import Person, PersonStatus, normalised_address
from veille.model.plaintext import shortened
from veille.settings import Settings
from veille.store import Store, Transaction, entries, people, shares
from veille.workspace import Workspace

_NOTE_MAX_CHARACTERS = 2000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to share with. ``refusal`` says why they are not written to; empty when they may be.

    ``name`` is empty and ``is_known`` False for an address that is nobody's here.
    """

    address: str
    name: str
    language: str
    is_known: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class SharedWith:
    """What became of one message, and the words for it: the server's, or ours when it was not handed over."""

    address: str
    state: DeliveryState
    reply: str


class Sharing:
    """One entry and its note, ready to be sent. ``title`` is the entry's.

    With ``again``, those who have it already, or perhaps have it, are not refused. Raises ``NotFoundError``
    when there is no such entry.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        workspace: Workspace,
        *,
        entry_id: int,
        note: str,
        again: bool = False,
    ) -> None:
        with store.transaction() as transaction:
            pick = pick_from_entry(entries.entry_by_id(transaction, entry_id))
            self._salt = people.salt(transaction)
        note = shortened("\n\n".join(paragraphs(note)), _NOTE_MAX_CHARACTERS)
        self._pick: Pick = replace(pick, note=note)
        self._store = store
        self._settings = settings
        self._workspace = workspace
        self._again = again
        self._letter = cache(self._new_letter)

    @property
    def title(self) -> str:
        return self._pick.title

    def recipients(self, addresses: Collection[str]) -> tuple[Recipient, ...]:
        """Who has these addresses, each once and in order, and who of them is not written to."""
        with self._store.transaction() as transaction:
            return tuple(
                self._recipient(transaction, address)
                for address in dict.fromkeys(map(normalised_address, addresses))
            )

    def send(self, addresses: Collection[str], mailer: Mailer, clock: Clock) -> tuple[SharedWith, ...]:
        """Send it to each of ``addresses``; what became of each, those refused among them.

        Raises ``RenderError`` before anything leaves; ``DeliveryError`` when the transport itself fails, with
        nothing sent to those not reached yet; ``RuleError`` while another process is sending.
        """
        with only_sender(self._store, self._workspace, clock), self._store.only_one("share") as is_alone:
            if not is_alone:
                raise RuleError(
                    _("Another veille is sharing a link at this moment."),
                    hint=_("Wait for it to end, and run the same command again."),
                )
            with self._store.transaction() as transaction:
                shares.settle_interrupted(transaction, _("interrupted while it was being handed over"))
            recipients = self.recipients(addresses)
            for recipient in recipients:
                self._letter(recipient.language)
            return tuple(self._send_to(recipient, mailer, clock) for recipient in recipients)

    def rehearse(self, addresses: Collection[str], folder: Path, now: datetime) -> tuple[SharedWith, ...]:
        """Write into ``folder`` what ``send`` would send; nothing leaves, and nothing is kept of it."""
        with EmlMailer(folder) as mailer:
            mailer.clear()
            return tuple(
                _refused(recipient)
                if recipient.refusal
                else _shared(recipient, mailer.deliver(self._message(recipient, now), lambda: None))
                for recipient in self.recipients(addresses)
            )

    def _recipient(self, transaction: Transaction, address: str) -> Recipient:
        person = people.person_of(transaction, address)
        return Recipient(
            address,
            name=person.name if person else "",
            language=person.language if person else self._settings.digest.language,
            is_known=person is not None,
            refusal=self._refusal(transaction, address, person),
        )

    def _refusal(self, transaction: Transaction, address: str, person: Person | None) -> str:
        """Why ``address`` is not written to, if there is a reason."""
        try:
            wire_address(address)
        except DeliveryError as error:
            return error.message
        if people.is_suppressed(transaction, address):
            return _("{address} asked to be forgotten.").format(address=address)
        if person is not None and person.status is PersonStatus.UNSUBSCRIBED:
            return _("{address} has unsubscribed.").format(address=address)
        if person is not None and person.status is PersonStatus.SUSPENDED:
            return _("{address} is suspended: its mail came back.").format(address=address)
        return "" if self._again else self._sent_before(transaction, address)

    def _sent_before(self, transaction: Transaction, address: str) -> str:
        for share in shares.shares_of(transaction, self._pick.entry):
            if share.address == address and share.may_have_arrived and not stands_as_file(share):
                said = (
                    _("{address} has had it since {date}; add --again to send it once more.")
                    if share.state is DeliveryState.SENT
                    else _("{address} perhaps has had it since {date}; if not, add --again.")
                )
                return said.format(address=address, date=share.shared_at.date().isoformat())
        return ""

    def _send_to(self, recipient: Recipient, mailer: Mailer, clock: Clock) -> SharedWith:
        if recipient.refusal:
            return _refused(recipient)
        now = clock.now()
        message = self._message(recipient, now)
        with self._store.transaction() as transaction:
            share_id = shares.add_share(
                transaction,
                self._pick.entry,
                recipient.address,
                self._pick.note,
                message_id=message.message_id,
                now=now,
            )
        try:
            outcome = mailer.deliver(message, lambda: self._settle(share_id, DeliveryState.SENDING, ""))
        except DeliveryError as error:  # the mailer's promise: it did not leave
            self._settle(share_id, DeliveryState.CANCELLED, error.message)
            raise
        self._settle(share_id, outcome.state, outcome.reply)
        return _shared(recipient, outcome)

    def _settle(self, share_id: int, state: DeliveryState, reply: str) -> None:
        with self._store.transaction() as transaction:
            shares.settle(transaction, share_id, state, reply)
        _log.info("share settled", extra={"share": share_id, "state": state.value})

    def _message(self, recipient: Recipient, now: datetime) -> Message:
        # Each is a message of its own: a mailbox would hide a second one of the same id.
        subject = f"share {self._pick.entry} {now.isoformat()} {recipient.address}"
        return message_for(
            self._letter(recipient.language),
            name=recipient.name,
            address=recipient.address,
            message_id=message_id_for(month_of(now), subject, self._salt, self._settings),
            settings=self._settings,
            now=now,
            to_list=False,
        )

    def _new_letter(self, language: str) -> Letter:
        digest = compose_share(self._pick, language, self._settings, self._workspace.templates)
        return letter_from_digest(digest, language)


def _refused(recipient: Recipient) -> SharedWith:
    return SharedWith(recipient.address, DeliveryState.REFUSED, recipient.refusal)


def _shared(recipient: Recipient, outcome: Outcome) -> SharedWith:
    return SharedWith(recipient.address, outcome.state, outcome.reply)
