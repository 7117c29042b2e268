"""One run over the ledger of an issue: connections side by side, each step committed before the next.

A delivery is written down as ``sending`` before its content leaves, while the server is asked whether it
wants it: killed before, it is still queued; killed after, it is ``uncertain`` and says so. Nobody is mailed
twice and nobody is silently left out.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from veille.clock import Clock
from veille.deliver.books import Books, Page, Step
from veille.deliver.mailer import Mailer, Outcome, Withdrawn
from veille.deliver.message import Letter, message_for
from veille.deliver.pace import Pace
from veille.deliver.watermark import Watermark
from veille.errors import DeliveryError
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState, next_attempt_at
from veille.model.issue import Issue
from veille.settings import Settings
from veille.store import PlainTransaction, deliveries, issues

_log = logging.getLogger(__name__)

# As many refusals in the same words running are a fault of ours, not of three hundred people.
_SAME_REFUSALS_ALLOWED = 5
# Often enough for whoever watches; to be woken for each message would cost the connections their time.
_LISTENING_SECONDS = 0.05

Connect = Callable[[], AbstractContextManager[Mailer]]
Task = tuple[Delivery, Letter]
Settled = tuple[Delivery, DeliveryState]


class Run:
    """The deliveries of one run, ``tasks`` in that order, and what came of them so far.

    Each is asked of ``tasks`` when a connection is free for it.
    """

    def __init__(
        self,
        books: Books,
        settings: Settings,
        issue: Issue,
        tasks: Iterator[Task],
        *,
        clock: Clock,
        pace: Pace,
        watermark: Watermark,
    ) -> None:
        self._books = books
        self._settings = settings
        self._issue = issue
        self._tasks = tasks
        self._taking = threading.Lock()
        self._clock = clock
        self._pace = pace
        self._watermark = watermark
        self._is_frozen = False
        self._stopping = threading.Event()
        self._refusals = _SameRefusals()

    def work_off(
        self,
        connect: Connect,
        connections: int,
        *,
        on_settled: Callable[[Delivery, DeliveryState], None],
        on_stopping: Callable[[], None],
    ) -> None:
        """Attempt every delivery once, over so many connections; both callbacks run in this thread.

        Ctrl-C lets the messages under way end, after ``on_stopping``, and is raised then; a second one is
        raised at once. Raises what ended a connection, after the other connections have ended their messages.
        """
        settled: queue.SimpleQueue[Settled] = queue.SimpleQueue()
        workers = [_Worker(self, connect, settled) for _number in range(connections)]
        try:
            for worker in workers:
                worker.start()
            _listen(workers, settled, on_settled)
        except KeyboardInterrupt:
            self.stop()
            on_stopping()
            _listen([worker for worker in workers if worker.ident is not None], settled, on_settled)
            raise
        finally:
            self.stop()
        for worker in workers:
            if worker.error is not None:
                raise worker.error

    def new_page(self) -> Page:
        """Where one connection writes down what it does."""
        return Page(self._books)

    def next_task(self, page: Page) -> Task | None:
        """The next delivery to attempt, when its moment has come; None at the end or after a stop."""
        with self._taking:  # a generator gives to one thread at a time
            task = next(self._tasks, None)
        if task is None:
            return None
        seconds = self._pace.next_turn()
        if seconds:  # what is known already does not wait to be written
            page.catch_up()
        return None if self._stopping.wait(seconds) else task

    def stop(self) -> None:
        """Begin no other message."""
        self._stopping.set()

    def deliver(self, delivery: Delivery, letter: Letter, mailer: Mailer, page: Page) -> DeliveryState:
        """Attempt one delivery; where it ended is on the page, to be written with what follows.

        Raises ``DeliveryError`` when the transport is at fault, with the delivery queued as before.
        """
        left = False

        def about_to_leave() -> None:
            nonlocal left
            self._claim(delivery, page)
            left = True

        try:
            outcome = self._hand_over(delivery, letter, mailer, about_to_leave)
        except Withdrawn:  # a paced run takes minutes, and people leave meanwhile
            page.put_off(partial(self._cancel, delivery))
            return DeliveryState.CANCELLED
        except DeliveryError:
            if left:  # the mailer's promise: it did not leave
                page.put_off(self._settling(delivery, DeliveryState.QUEUED, ""))
            raise
        state, again_at = self._after(delivery, outcome.state)
        page.put_off(self._settling(delivery, state, outcome.reply, again_at))
        _log.info("delivery settled", extra={"delivery": delivery.id, "state": state.value})
        self._refusals.watch(outcome)
        return state

    def _claim(self, delivery: Delivery, page: Page) -> None:
        """Commit that the message leaves now; raises ``Withdrawn`` when it must not any more."""
        claimed = False

        def step(transaction: PlainTransaction) -> None:
            nonlocal claimed
            claimed = deliveries.claim(
                transaction, delivery.id, attempts=delivery.attempts + 1, now=self._clock.now()
            )
            if claimed and not self._is_frozen:
                issues.mark_sent(transaction, self._issue.id)

        page.write(step)
        if not claimed:
            raise Withdrawn
        self._is_frozen = True
        if self._settings.mail.transport != "eml":  # files are in the workspace, for everybody to see
            self._watermark.rise()

    def _hand_over(
        self, delivery: Delivery, letter: Letter, mailer: Mailer, about_to_leave: Callable[[], None]
    ) -> Outcome:
        try:
            message = message_for(
                letter,
                name=delivery.name,
                address=delivery.address,
                message_id=delivery.message_id,
                settings=self._settings,
                now=self._clock.now(),
            )
        except DeliveryError as error:  # this person cannot be written to; the others can
            return Outcome(DeliveryState.REFUSED, error.message)
        return mailer.deliver(message, about_to_leave)

    def _after(self, delivery: Delivery, state: DeliveryState) -> tuple[DeliveryState, datetime | None]:
        """Where an attempt leaves a delivery, and when it is due again."""
        if state is not DeliveryState.DEFERRED:
            return state, None
        again_at = next_attempt_at(delivery.attempts + 1, delivery.queued_at, self._clock.now())
        return (state, again_at) if again_at is not None else (DeliveryState.REFUSED, None)

    def _cancel(self, delivery: Delivery, transaction: PlainTransaction) -> None:
        deliveries.cancel(transaction, delivery.id, reply=no_longer_written_to(), now=self._clock.now())

    def _settling(
        self, delivery: Delivery, state: DeliveryState, reply: str, again_at: datetime | None = None
    ) -> Step:
        return partial(
            deliveries.settle,
            delivery_id=delivery.id,
            state=state,
            reply=reply,
            now=self._clock.now(),
            attempts=delivery.attempts + 1,
            next_attempt_at=again_at,
        )


class _Worker(threading.Thread):
    """One connection at work. ``error`` is what ended it before its time."""

    def __init__(self, run: Run, connect: Connect, settled: queue.SimpleQueue[Settled]) -> None:
        # A daemon: a second Ctrl-C does not wait for a server that never answers.
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        # To join a thread is not safe from Ctrl-C, which would have it pass for ended (cpython issue 90882).
        self.ended = threading.Event()
        self._run = run
        self._connect = connect
        self._settled = settled

    def run(self) -> None:
        try:
            with self._connect() as mailer:
                self._work(mailer)
        except BaseException as error:  # noqa: BLE001 - raised where the run was asked for
            self._run.stop()
            self.error = error
        finally:
            self.ended.set()

    def _work(self, mailer: Mailer) -> None:
        page = self._run.new_page()
        try:
            while (task := self._run.next_task(page)) is not None:
                delivery, letter = task
                self._settled.put((delivery, self._run.deliver(delivery, letter, mailer, page)))
        finally:
            page.catch_up()


def no_longer_written_to() -> str:
    """What the ledger says of somebody who left before their message did."""
    return _("no longer written to")


def _listen(
    workers: Sequence[_Worker],
    settled: queue.SimpleQueue[Settled],
    on_settled: Callable[[Delivery, DeliveryState], None],
) -> None:
    """Pass on what the workers settle until all of them have ended."""
    for worker in workers:
        while not worker.ended.wait(_LISTENING_SECONDS):
            _pass_on(settled, on_settled)
    _pass_on(settled, on_settled)


def _pass_on(
    settled: queue.SimpleQueue[Settled], on_settled: Callable[[Delivery, DeliveryState], None]
) -> None:
    while not settled.empty():
        on_settled(*settled.get())


class _SameRefusals:
    """Counts refusals with the same code running, over all connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._code = ""
        self._count = 0

    def watch(self, outcome: Outcome) -> None:
        """Raise ``DeliveryError`` when the server refuses everybody alike."""
        code = outcome.reply[:3]
        with self._lock:
            if outcome.state is not DeliveryState.REFUSED or not code.isdecimal():
                self._code, self._count = "", 0
                return
            self._count = self._count + 1 if code == self._code else 1
            self._code = code
            reached = self._count >= _SAME_REFUSALS_ALLOWED
        if reached:
            raise DeliveryError(
                _("The server refused {count} people running: {reply}").format(
                    count=_SAME_REFUSALS_ALLOWED, reply=outcome.reply
                ),
                hint=_(
                    "The others are still queued. Correct the cause, then: veille send retry, veille send"
                ),
            )
