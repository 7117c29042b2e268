"""The books of a run: what its connections write down at the same moment reaches the disk by one sync."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from veille.store import PlainTransaction

Step = Callable[[PlainTransaction], object]


class Closed(Exception):  # noqa: N818 - no fault: the run is over, and a connection did not hear of it yet
    """Raised by ``Books.write`` after ``Books.close``: what is not written down must not leave."""


class Books:
    """Writes the steps of several threads into the store, those that meet in one transaction.

    A sync of the disk costs more than all that is written by it: whoever finds the books free writes for
    everybody who waits. ``begin`` begins a transaction.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[PlainTransaction]]) -> None:
        self._begin = begin
        self._free = threading.Lock()
        self._is_closed = False
        self._waiting: deque[_Entry] = deque()

    def write(self, steps: Sequence[Step]) -> None:
        """Do ``steps`` in a transaction; they are durable when this returns.

        Raises ``StorageError`` when they could not be kept, nor any step that was written with them, and
        ``Closed`` when nothing is written any more.
        """
        entry = _Entry(steps)
        self._waiting.append(entry)
        with self._free:
            if not entry.is_done:
                if self._is_closed:
                    raise Closed
                self._write_all()
        if entry.error is not None:
            raise entry.error

    def close(self) -> None:
        """Let the transaction under way end, and begin no other: its connection may be taken away."""
        with self._free:
            self._is_closed = True

    def _write_all(self) -> None:
        entries = [self._waiting.popleft() for _number in range(len(self._waiting))]
        error = None
        try:
            # Each step is one statement about one row, right whatever other senders do beside it.
            with self._begin() as transaction:
                for entry in entries:
                    for step in entry.steps:
                        step(transaction)
        except BaseException as caught:  # noqa: BLE001 - raised in each thread whose steps were not kept
            error = caught
        for entry in entries:
            entry.is_done, entry.error = True, error


class Page:
    """What one connection writes down: how a message ended goes with the beginning of the next, by one sync.

    Killed in between, the ended one is still ``sending`` in the books: a doubt, and the only one here, for
    nothing has left since.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._put_off: list[Step] = []

    def put_off(self, step: Step) -> None:
        """Do ``step`` with the next one; the one before it waits no longer."""
        self.catch_up()
        self._put_off.append(step)

    def write(self, step: Step) -> None:
        """Do ``step`` after the one that was put off; both are durable then, or ``StorageError``."""
        self._put_off.append(step)
        self.catch_up()

    def catch_up(self) -> None:
        """Write the step that was put off; durable, or ``StorageError``."""
        steps, self._put_off = self._put_off, []
        if steps:
            self._books.write(steps)


class _Entry:
    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.is_done = False
        self.error: BaseException | None = None
