"""The ledger seen by the curator: who is left, what failed, and settling what is in doubt. Sends nothing."""

from __future__ import annotations

from datetime import datetime

from veille.deliver.eml import stands_as_file
from veille.errors import NotFoundError, RuleError
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState, state_label
from veille.model.issue import Issue, IssueStatus, content_hash
from veille.model.month import Month
from veille.model.person import Person
from veille.settings import Settings
from veille.store import Store, Transaction, deliveries, issues, people

_FAILED = (DeliveryState.REFUSED, DeliveryState.DEFERRED)
_CLOSED = (DeliveryState.SENT, DeliveryState.CANCELLED)


def ready_issue(transaction: Transaction, month: Month) -> Issue:
    """The issue of ``month`` once it is frozen and still what was approved; ``RuleError`` otherwise."""
    issue = issues.require_issue(transaction, month)
    if issue.status is IssueStatus.DRAFT:
        raise RuleError(
            _("The issue of {month} is a draft; only an approved one is sent.").format(month=month),
            hint=_("Then: veille check, and veille issue approve"),
        )
    if content_hash(month, issue.number, issue.title, issue.intro, issue.tray) != issue.content_hash:
        raise RuleError(
            _("The issue of {month} is not what was approved any more; nothing was sent.").format(
                month=month
            ),
            hint=_("The database was changed from outside veille, or restored in part."),
        )
    return issue


def refuse_unknown_segments(transaction: Transaction, segment: str | None, settings: Settings) -> None:
    """Raise ``RuleError`` when a segment of people written to is not configured: they would be left out.

    Only ``segment`` is looked at when it is named.
    """
    unknown = {
        of: count
        for of, count in people.count_active(transaction).items()
        if of not in settings.segments and segment in {None, of}
    }
    if unknown:
        counts = ", ".join(f"{of} ({count})" for of, count in sorted(unknown.items()))
        raise RuleError(
            _("Some people are in segments that veille.toml does not name: {segments}.").format(
                segments=counts
            ),
            hint=_("Name them under [segments], or move the people: veille people move ADDRESS SEGMENT"),
        )


def people_left(
    store: Store, settings: Settings, month: Month, segment: str | None, now: datetime
) -> tuple[Person, ...]:
    """Whom a send at ``now`` would write to, by segment then address; nobody when nothing is due.

    Raises what ``ready_issue`` and ``refuse_unknown_segments`` raise.
    """
    with store.transaction() as transaction:
        issue = ready_issue(transaction, month)
        written_to = people.active_people(transaction, segment)
        refuse_unknown_segments(transaction, segment, settings)
        due = {row.address for row in deliveries.due_deliveries(transaction, issue.id, now)}
        known = {row.address for row in deliveries.ledger_of(transaction, issue.id)}
    return tuple(person for person in written_to if person.address in due or person.address not in known)


def ledger(store: Store, month: Month) -> tuple[Delivery, ...]:
    """Every delivery of the issue of ``month``, by segment then address."""
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        return deliveries.ledger_of(transaction, issue.id)


def people_missed(store: Store, month: Month, segment: str | None) -> int:
    """How many of the ledger, of one segment when named, have not or perhaps not received the issue."""
    return sum(row.state not in _CLOSED and segment in {None, row.segment} for row in ledger(store, month))


def due_again_at(store: Store, month: Month, segment: str | None) -> datetime | None:
    """When the first deferred delivery, of one segment when named, may be attempted again, in UTC."""
    moments = [
        row.next_attempt_at
        for row in ledger(store, month)
        if row.next_attempt_at is not None and segment in {None, row.segment}
    ]
    return min(moments, default=None)


def written_as_files(store: Store, month: Month, segment: str | None) -> int:
    """How many of the ledger, of one segment when named, were sent no farther than into a file."""
    return sum(stands_as_file(row) and segment in {None, row.segment} for row in ledger(store, month))


def retry_failed(store: Store, month: Month, now: datetime) -> int:
    """Queue again what was refused or deferred, and nothing else; how many."""
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        failed = [row for row in deliveries.ledger_of(transaction, issue.id) if row.state in _FAILED]
        for row in failed:
            deliveries.queue_again(transaction, row.id, reply=row.reply, now=now)
    return len(failed)


def resolve_delivery(store: Store, month: Month, address: str, *, sent: bool, now: datetime) -> Delivery:
    """Settle an uncertain delivery by hand: it was ``sent``, or else it is queued again."""
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        row = _row(transaction, issue, address)
        if row.state is not DeliveryState.UNCERTAIN:
            raise RuleError(
                _("The delivery to {address} is not in doubt; it is {state}.").format(
                    address=address, state=state_label(row.state)
                ),
                hint=_("See all of them: veille send status"),
            )
        reply = _("settled by hand")
        if sent:
            deliveries.settle(transaction, row.id, DeliveryState.SENT, reply=reply, now=now)
        else:
            deliveries.queue_again(transaction, row.id, reply=reply, now=now)
        return _row(transaction, issue, address)


def _row(transaction: Transaction, issue: Issue, address: str) -> Delivery:
    for row in deliveries.ledger_of(transaction, issue.id):
        if row.address == address:
            return row
    raise NotFoundError(
        _("The ledger of {month} has no {address}.").format(month=issue.month, address=address),
        hint=_("See all of them: veille send status"),
    )
