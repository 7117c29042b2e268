"""Storing while feeds are fetched: in a thread of its own, and together what waits at the same moment.

The disk takes longer to confirm a transaction than to write one: a feed does not wait for each of its
predecessors. What one visit brought is always stored whole or not at all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from veille.errors import StorageError
from veille.store import Store, Transaction

_Result = TypeVar("_Result")
# What to do in a transaction, and who hears what came of it.
_Waiting = tuple[Callable[[Transaction], Any], Future[Any]]


class Storing:
    """Makes changes to ``store`` in ``thread``, which runs one thing at a time: the store has one writer."""

    def __init__(self, store: Store, thread: Executor) -> None:
        self._store = store
        self._thread = thread
        self._waiting: deque[_Waiting] = deque()

    async def store(self, change: Callable[[Transaction], _Result]) -> _Result:
        """What ``change`` gives, once it is stored for good; it may be made twice, the first time in vain.

        Raises what ``change`` raises, and ``StorageError`` when nothing can be stored.
        """
        outcome: Future[_Result] = Future()
        self._waiting.append((change, outcome))
        self._thread.submit(self._store_waiting)
        return await asyncio.wrap_future(outcome)

    def _store_waiting(self) -> None:
        taken = [self._waiting.popleft() for _each in range(len(self._waiting))]
        wanted = [(change, outcome) for change, outcome in taken if outcome.set_running_or_notify_cancel()]
        if wanted:
            self._store_together(wanted)

    def _store_together(self, waiting: Sequence[_Waiting]) -> None:
        try:
            with self._store.transaction() as transaction:
                results = [change(transaction) for change, _outcome in waiting]
        except Exception as error:  # noqa: BLE001 - whatever one feed brought must not cost the others theirs
            if len(waiting) > 1 and not isinstance(error, StorageError):
                for one in waiting:
                    self._store_together([one])
                return
            for _change, outcome in waiting:
                outcome.set_exception(error)
        else:
            for (_change, outcome), result in zip(waiting, results, strict=True):
                outcome.set_result(result)
