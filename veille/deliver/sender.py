"""The recipe of sending: every active person once, each step of each delivery committed before the next.

A delivery is written down as ``sending`` between RCPT and DATA: killed before, it is still queued; killed
after, it is ``uncertain`` and says so. Nobody is mailed twice and nobody is silently left out.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from veille.clock import Clock
from veille.deliver.ledger import ready_issue, refuse_unknown_segments
from veille.deliver.letters import letters_of
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Letter, message_for, message_id_for
from veille.errors import DeliveryError, RuleError
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState, next_attempt_at
from veille.model.issue import Issue
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, Transaction, deliveries, issues, people
from veille.workspace import Workspace

_log = logging.getLogger(__name__)

# As many refusals in the same words running are a fault of ours, not of three hundred people.
_SAME_REFUSALS_ALLOWED = 5

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SendReport:
    """A run: how many deliveries were due, and where each of them ended.

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
    mailer: Mailer,
    segment: str | None = None,
    on_progress: Progress = lambda _done, _total, _segment: None,
) -> SendReport:
    """Send the approved issue of ``month`` to whoever has not received it, of one segment when named.

    ``on_progress`` hears (done, total, segment) after each message. Raises ``RuleError`` when the issue is
    not approved, was tampered with, or another run is at work; ``RenderError``, before anything leaves, when
    somebody's digest cannot be rendered; ``DeliveryError`` when the transport itself fails, with everybody
    else still queued.
    """
    with only_sender(workspace):
        issue, doubtful = _queue(store, settings, month, segment, clock)
        with store.transaction() as transaction:
            due = deliveries.due_deliveries(transaction, issue.id, clock.now(), segment)
        letter_for = letters_of(issue, settings, workspace.templates)
        # All of them before the first leaves: an issue that has begun to leave can no longer be mended.
        letters = [letter_for(delivery.segment, delivery.language) for delivery in due]
        run = _Run(store, clock, settings, mailer, issue)
        outcomes: Counter[DeliveryState] = Counter()
        for done, (delivery, letter) in enumerate(zip(due, letters, strict=True), start=1):
            outcomes[run.deliver(delivery, letter)] += 1
            on_progress(done, len(due), delivery.segment)
    report = SendReport(
        queued=len(due),
        sent=outcomes[DeliveryState.SENT],
        refused=outcomes[DeliveryState.REFUSED],
        deferred=outcomes[DeliveryState.DEFERRED],
        uncertain=outcomes[DeliveryState.UNCERTAIN] + doubtful,
    )
    _log.info("issue sent", extra={"month": str(month), "queued": report.queued, "sent": report.sent})
    return report


def _queue(
    store: Store, settings: Settings, month: Month, segment: str | None, clock: Clock
) -> tuple[Issue, int]:
    """Name the doubts of a dead run, add whoever is new to the ledger, and cancel whoever left."""
    now = clock.now()
    with store.transaction() as transaction:
        issue = ready_issue(transaction, month)
        written_to = people.active_people(transaction, segment)
        refuse_unknown_segments(written_to, settings)
        reply = _("interrupted while it was being handed over")
        doubtful = deliveries.doubt_interrupted(transaction, issue.id, reply, now)
        salt = people.salt(transaction)
        plan = [(person, message_id_for(month, person.address, salt, settings)) for person in written_to]
        deliveries.queue_deliveries(transaction, issue.id, plan, now)
        _cancel_departed(transaction, issue, clock)
    return issue, doubtful


def _cancel_departed(transaction: Transaction, issue: Issue, clock: Clock) -> None:
    active = {person.address for person in people.active_people(transaction)}
    for delivery in deliveries.open_deliveries(transaction, issue.id):
        if delivery.address not in active:
            reply = _("no longer written to")
            deliveries.settle(transaction, delivery.id, DeliveryState.CANCELLED, reply=reply, now=clock.now())


@dataclass(slots=True)
class _Run:
    """One run over the ledger of one issue."""

    store: Store
    clock: Clock
    settings: Settings
    mailer: Mailer
    issue: Issue
    last_refusal: str = ""
    same_refusals: int = 0

    def deliver(self, delivery: Delivery, letter: Letter) -> DeliveryState:
        """Attempt one delivery and commit where it ended."""
        left = False

        def about_to_leave() -> None:
            nonlocal left
            with self.store.transaction() as transaction:
                issues.mark_sent(transaction, self.issue.id)
                deliveries.settle(
                    transaction,
                    delivery.id,
                    DeliveryState.SENDING,
                    reply="",
                    now=self.clock.now(),
                    attempts=delivery.attempts + 1,
                )
            left = True

        try:
            outcome = self._hand_over(delivery, letter, about_to_leave)
        except KeyboardInterrupt:
            if left:
                self._settle(delivery, Outcome(DeliveryState.UNCERTAIN, _("interrupted by the keyboard")))
            raise
        except DeliveryError:
            if left:  # the mailer's promise: it did not leave
                self._settle(delivery, Outcome(DeliveryState.QUEUED, ""))
            raise
        state = self._settle(delivery, outcome)
        self._watch_refusals(outcome)
        return state

    def _hand_over(self, delivery: Delivery, letter: Letter, about_to_leave: Callable[[], None]) -> Outcome:
        try:
            message = message_for(
                letter,
                name=delivery.name,
                address=delivery.address,
                message_id=delivery.message_id,
                settings=self.settings,
                now=self.clock.now(),
            )
        except DeliveryError as error:  # this person cannot be written to; the others can
            return Outcome(DeliveryState.REFUSED, error.message)
        return self.mailer.deliver(message, about_to_leave)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> DeliveryState:
        now = self.clock.now()
        attempts = delivery.attempts + 1
        state, again_at = outcome.state, None
        if state is DeliveryState.DEFERRED:
            again_at = next_attempt_at(attempts, delivery.queued_at, now)
            state = state if again_at is not None else DeliveryState.REFUSED
        with self.store.transaction() as transaction:
            deliveries.settle(
                transaction,
                delivery.id,
                state,
                reply=outcome.reply,
                now=now,
                attempts=attempts,
                next_attempt_at=again_at,
            )
        _log.info("delivery settled", extra={"delivery": delivery.id, "state": state.value})
        return state

    def _watch_refusals(self, outcome: Outcome) -> None:
        code = outcome.reply[:3]
        if outcome.state is not DeliveryState.REFUSED or not code.isdecimal():
            self.last_refusal, self.same_refusals = "", 0
            return
        self.same_refusals = self.same_refusals + 1 if code == self.last_refusal else 1
        self.last_refusal = code
        if self.same_refusals == _SAME_REFUSALS_ALLOWED:
            raise DeliveryError(
                _("The server refused {count} people running: {reply}").format(
                    count=self.same_refusals, reply=outcome.reply
                ),
                hint=_(
                    "The others are still queued. Correct the cause, then: veille send retry, veille send"
                ),
            )


@contextmanager
def only_sender(workspace: Workspace) -> Iterator[None]:
    """Keep every other process of this machine from sending meanwhile; a dead one holds nothing.

    Raises ``RuleError`` when another one is sending.
    """
    try:
        with FileLock(workspace.path / ".sending.lock", timeout=0):
            yield
    except Timeout as error:
        raise RuleError(
            _("Another veille is sending from {path} at this moment.").format(path=workspace.path),
            hint=_("Wait for it to end; see how far it is: veille send status"),
        ) from error
