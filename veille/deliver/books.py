"""The books of a run: what its connections write down at the same moment reaches the disk by one sync."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from veille.store import Store, Transaction

Step = Callable[[Transaction], None]


class Books:
    """Writes the steps of several threads into the store, those that meet in one transaction.

    A sync of the disk costs more than all that is written by it: whoever finds the books free writes for
    everybody who waits.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._free = threading.Lock()
        self._waiting: deque[_Entry] = deque()

    def write(self, step: Step) -> None:
        """Do ``step`` in a transaction; it is durable when this returns.

        Raises ``StorageError`` when it could not be kept, nor any step that was written with it.
        """
        entry = _Entry(step)
        self._waiting.append(entry)
        with self._free:
            if not entry.is_done:
                self._write_all()
        if entry.error is not None:
            raise entry.error

    def _write_all(self) -> None:
        entries = [self._waiting.popleft() for _number in range(len(self._waiting))]
        error = None
        try:
            # Each step is one statement about one row, right whatever other senders do beside it.
            with self._store.transaction(beside_others=True) as transaction:
                for entry in entries:
                    entry.step(transaction)
        except BaseException as caught:  # noqa: BLE001 - raised in each thread whose step was not kept
            error = caught
        for entry in entries:
            entry.is_done, entry.error = True, error


class _Entry:
    def __init__(self, step: Step) -> None:
        self.step = step
        self.is_done = False
        self.error: BaseException | None = None
