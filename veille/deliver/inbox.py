"""The recipe of the mailbox: each message that came is read once, and what it says is done.

What comes back settles its delivery, and the second time suspends the person; who leaves is unsubscribed; a
link is a suggestion. Everything else is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from veille.deliver.mailbox import Mailbox
from veille.deliver.notices import Bounce, Leave, Notice, Proposal, notice_from_mail
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState
from veille.model.mailbox import MailOutcome, RecordedBounce, SentMessage
from veille.model.month import Month
from veille.model.person import PersonStatus, is_forgotten
from veille.settings import MailboxSettings
from veille.store import Store, Transaction, bounces, deliveries, issues, people
from veille.store import mailbox as queries

# The first may be about a bad day of the address; the second, of another message, is about the address.
_HARD_BOUNCES_THAT_SUSPEND = 2
# A notice that does not say which message came back is about the last one, if that left lately: servers try
# for five days (RFC 5321 section 4.5.4.1), some for longer.
_NAMELESS_NOTICE_DAYS = 10

_log = logging.getLogger(__name__)

# Takes in a proposal, whose ``name`` is the house's for the sender; whether anything came of it.
Suggest = Callable[[Proposal], bool]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Dealt:
    """What became of one message: whom it was about, in what words, and whether that suspended them.

    ``address`` and ``detail`` are empty for what was ignored.
    """

    outcome: MailOutcome
    address: str
    detail: str
    suspended: bool


_IGNORED = Dealt(MailOutcome.IGNORED, "", "", suspended=False)


def read_inbox(
    store: Store,
    settings: MailboxSettings,
    mailbox: Mailbox,
    *,
    suggest: Suggest,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress = lambda _done, _total, _what: None,
) -> tuple[Dealt, ...]:
    """Deal with each message that came lately and was not dealt with yet; what became of them, in order.

    With ``dry_run`` nothing changes, here or there. Raises ``MailboxError`` when the mailbox fails; what was
    dealt with before that is kept.
    """
    dealt: list[Dealt] = []
    listed = mailbox.messages_since(now - timedelta(days=settings.max_age_days))
    for done, message in enumerate(listed, start=1):
        on_progress(done, len(listed), "")
        if message.message_id and _is_processed(store, message.message_id):
            continue
        content = mailbox.content(message)
        name = message.message_id or content
        if _is_processed(store, name):
            continue
        became = _deal(store, settings, content, name, suggest=suggest, now=now, dry_run=dry_run)
        if became.outcome is not MailOutcome.IGNORED and not dry_run:
            mailbox.put_away(message)
        _log.info("message read", extra={"outcome": became.outcome.value, "suspended": became.suspended})
        dealt.append(became)
    return tuple(dealt)


def resolve_from_mailbox(store: Store, month: Month, mailbox: Mailbox, now: datetime) -> tuple[Delivery, ...]:
    """Settle as sent each uncertain delivery whose message stands in the sent folder.

    Returns all that were in doubt as they are now: what was not found still is. Raises ``MailboxError`` when
    the mailbox fails; what was settled before that is kept.
    """
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        ledger = deliveries.ledger_of(transaction, issue.id)
    doubtful = {row.id: row for row in ledger if row.state is DeliveryState.UNCERTAIN}
    mailbox.open_sent_folder()
    for row in doubtful.values():
        if mailbox.holds(row.message_id):
            with store.transaction() as transaction:
                reply = _("found in the sent folder")
                deliveries.settle(transaction, row.id, DeliveryState.SENT, reply=reply, now=now)
    with store.transaction() as transaction:
        return tuple(row for row in deliveries.ledger_of(transaction, issue.id) if row.id in doubtful)


def _is_processed(store: Store, name: bytes) -> bool:
    with store.transaction() as transaction:
        return queries.is_processed(transaction, name)


def _deal(
    store: Store,
    settings: MailboxSettings,
    content: bytes,
    name: bytes,
    *,
    suggest: Suggest,
    now: datetime,
    dry_run: bool,
) -> Dealt:
    notice = notice_from_mail(content)
    if isinstance(notice, Proposal):
        # Its page is read from the web meanwhile. Killed before it is remembered, it is taken in once more:
        # the same suggestion twice is one.
        dealt = _take_in(store, settings, notice, (lambda _proposal: True) if dry_run else suggest)
    with store.transaction() as transaction:
        if not isinstance(notice, Proposal):
            dealt = _settle(transaction, notice, now)
        queries.remember(transaction, name, dealt.outcome, now)
        if dry_run:
            transaction.rollback()
    return dealt


def _take_in(store: Store, settings: MailboxSettings, proposal: Proposal, suggest: Suggest) -> Dealt:
    with store.transaction() as transaction:
        person = people.person_of(transaction, proposal.sender)
    if settings.suggestions_from == "nobody" or (settings.suggestions_from == "people" and person is None):
        return _IGNORED
    if not suggest(replace(proposal, name=person.name if person else proposal.name)):
        return _IGNORED
    return Dealt(MailOutcome.SUGGESTED, proposal.sender, ", ".join(proposal.links), suspended=False)


def _settle(transaction: Transaction, notice: Notice, now: datetime) -> Dealt:
    if isinstance(notice, Bounce):
        return _settle_bounce(transaction, notice, now)
    if isinstance(notice, Leave):
        return _let_leave(transaction, notice)
    return _IGNORED


def _let_leave(transaction: Transaction, notice: Leave) -> Dealt:
    person = people.person_of(transaction, notice.sender)
    if person is None:
        return _IGNORED
    people.save_person(transaction, replace(person, status=PersonStatus.UNSUBSCRIBED))
    return Dealt(MailOutcome.UNSUBSCRIBED, person.address, person.name, suspended=False)


def _settle_bounce(transaction: Transaction, notice: Bounce, now: datetime) -> Dealt:
    sent = _returned(transaction, notice, now)
    if sent is None or is_forgotten(sent.address):
        return _IGNORED
    reply = notice.reply or _("returned, without a reason")
    bounces.refuse_returned(transaction, sent.message_id, reply, now)
    suspended = False
    if notice.is_hard:
        bounce = RecordedBounce(sent.message_id, sent.address, notice.status, reply, now)
        suspended = bounces.add_bounce(transaction, bounce) >= _HARD_BOUNCES_THAT_SUSPEND and _suspend(
            transaction, sent.address
        )
    return Dealt(MailOutcome.BOUNCED, sent.address, reply, suspended)


def _returned(transaction: Transaction, notice: Bounce, now: datetime) -> SentMessage | None:
    """Which message of ours came back; None when it was somebody else's."""
    if notice.envelope_id and (sent := bounces.sent_in_envelope(transaction, notice.envelope_id)):
        return sent
    if notice.message_id:
        return bounces.sent_message(transaction, notice.message_id)
    if notice.envelope_id:
        return None
    since = now - timedelta(days=_NAMELESS_NOTICE_DAYS)
    return bounces.newest_sent_to(transaction, notice.recipients, since)


def _suspend(transaction: Transaction, address: str) -> bool:
    """Write to somebody no more; whether they were written to until now."""
    person = people.person_of(transaction, address)
    if person is None or person.status is not PersonStatus.ACTIVE:
        return False
    people.save_person(transaction, replace(person, status=PersonStatus.SUSPENDED))
    return True
