"""The recipe of sending: whoever has not received the issue is queued, written to once, and accounted for."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

from veille.clock import Clock
from veille.deliver.books import Books
from veille.deliver.ledger import ready_issue, refuse_unknown_segments
from veille.deliver.letters import letters_of
from veille.deliver.message import message_id_for
from veille.deliver.pace import Pace
from veille.deliver.run import Connect, Run, no_longer_written_to
from veille.deliver.watermark import Watermark, watermark_file
from veille.errors import RuleError
from veille.holding import holding
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState
from veille.model.issue import Issue
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, deliveries, people
from veille.store.leases import leasing
from veille.workspace import Workspace

_log = logging.getLogger(__name__)

# What a killed sender had taken waits for the end of its lease.
_TAKEN_AT_ONCE = 50

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SendReport:
    """A run: how many deliveries it attempted, all that were due, and where each of them ended.

    In a shared store others may have attempted some of them instead.
    ``uncertain`` also counts what an earlier, interrupted run left in doubt.
    """

    queued: int
    sent: int
    refused: int
    deferred: int
    uncertain: int


def send_issue(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    *,
    clock: Clock,
    connect: Connect,
    segment: str | None = None,
    on_progress: Progress = lambda _done, _total, _segment: None,
    on_stopping: Callable[[], None] = lambda: None,
) -> SendReport:
    """Send the approved issue of ``month`` to whoever has not received it, of one segment when named.

    ``connect`` is called once for each of the ``mail.connections``. ``on_progress`` hears (done, total,
    segment) before the first message and after each. Ctrl-C lets the messages under way end, after
    ``on_stopping``; a second one does not. Raises ``RuleError`` when the issue is not approved, was tampered
    with, another run is at work, or the ledger is older than what was sent; ``RenderError``, before anything
    leaves, when somebody's digest cannot be rendered; ``DeliveryError`` when the transport itself fails, with
    everybody else still queued.
    """
    with (
        only_sender(store, workspace, clock),
        leasing(store) as lease,
        _watermark(store, workspace, month) as watermark,
        store.transactions() as begin,
        closing(Books(begin)) as books,
    ):
        issue, doubtful = _queue(store, settings, month, segment, clock)
        with store.transaction() as transaction:
            due = deliveries.due_letters(transaction, issue.id, clock.now(), segment)
        letter_for = letters_of(issue, settings, workspace.templates)
        # All of them before the first leaves: an issue that has begun to leave can no longer be mended.
        for of_segment, language in sorted(due):
            letter_for(of_segment, language)
        in_turn = _in_turn(store, issue, segment, lease, clock)
        tasks = ((delivery, letter_for(delivery.segment, delivery.language)) for delivery in in_turn)
        outcomes: Counter[DeliveryState] = Counter()

        def on_settled(delivery: Delivery, state: DeliveryState) -> None:
            outcomes[state] += 1
            on_progress(outcomes.total(), due.total(), delivery.segment)

        pace = Pace(settings.mail.messages_per_minute, clock)
        run = Run(books, settings, issue, tasks, clock=clock, pace=pace, watermark=watermark)
        connections = min(settings.mail.open_connections, due.total())
        run.work_off(connect, connections, on_settled=on_settled, on_stopping=on_stopping)
    report = _report(outcomes, doubtful)
    _log.info("issue sent", extra={"month": str(month), "queued": report.queued, "sent": report.sent})
    return report


def _report(outcomes: Counter[DeliveryState], doubtful: int) -> SendReport:
    return SendReport(
        queued=outcomes.total(),
        sent=outcomes[DeliveryState.SENT],
        refused=outcomes[DeliveryState.REFUSED],
        deferred=outcomes[DeliveryState.DEFERRED],
        uncertain=outcomes[DeliveryState.UNCERTAIN] + doubtful,
    )


@contextmanager
def _watermark(store: Store, workspace: Workspace, month: Month) -> Iterator[Watermark]:
    """What counts the messages that leave; raises ``RuleError`` when the ledger is older than they are."""
    with store.transaction(beside_others=True) as transaction:
        watermark = Watermark(watermark_file(workspace.path, people.salt(transaction), month))
        watermark.refuse_older_ledger(partial(deliveries.attempts_made, transaction, month))
    with closing(watermark):
        yield watermark
        if store.is_shared:
            with store.transaction(beside_others=True) as transaction:
                watermark.reach(deliveries.attempts_made(transaction, month))


def _queue(
    store: Store, settings: Settings, month: Month, segment: str | None, clock: Clock
) -> tuple[Issue, int]:
    """Name the doubts of a dead run, add whoever is new to the ledger, and cancel whoever left."""
    now = clock.now()
    with store.transaction() as transaction:
        issue = ready_issue(transaction, month)
        refuse_unknown_segments(transaction, segment, settings)
        reply = _("interrupted while it was being handed over")
        doubtful = deliveries.doubt_interrupted(transaction, issue.id, reply, now)
        salt = people.salt(transaction)
        new = people.people_without(transaction, issue.id, segment)
        plan = [(person, message_id_for(month, person.address, salt, settings)) for person in new]
        deliveries.queue_deliveries(transaction, issue.id, plan, now)
        deliveries.cancel_departed(transaction, issue.id, reply=no_longer_written_to(), now=now)
    return issue, doubtful


def _in_turn(
    store: Store, issue: Issue, segment: str | None, lease: int | None, clock: Clock
) -> Iterator[Delivery]:
    """What is due, by segment, language and address: all at once, or under a lease a few at a time."""
    if lease is None:
        with store.transaction() as transaction:
            due = deliveries.due_deliveries(transaction, issue.id, clock.now(), segment)
        yield from due
        return
    while True:
        with store.transaction(beside_others=True) as transaction:
            taken = deliveries.take_deliveries(
                transaction, issue.id, clock.now(), segment, lease_id=lease, at_most=_TAKEN_AT_ONCE
            )
        if not taken:
            return
        yield from taken


@contextmanager
def only_sender(store: Store, workspace: Workspace, clock: Clock) -> Iterator[None]:
    """Keep every other process of this machine from sending meanwhile; a dead one holds nothing.

    Raises ``RuleError`` when another one is sending. Those of a shared store send side by side.
    """
    if store.is_shared:
        yield
        return
    with holding(workspace.path / ".sending", clock.now()) as holder:
        if holder:
            raise RuleError(
                _("Another veille is sending from {path} at this moment ({holder}).").format(
                    path=workspace.path, holder=holder
                ),
                hint=_("Wait for it to end; see how far it is: veille send status"),
            )
        yield
