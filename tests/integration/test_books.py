"""What several connections write at the same moment reaches the disk together, and never half."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from builders import a_person
from databases import query
from veille.deliver.books import Books
from veille.errors import StorageError
from veille.store import Store, Transaction, people
from veille.store.tables import PersonRow


class Counted:
    """A store that counts its transactions, and lets the first one begin only when told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun = threading.Event()
        self.may_go_on = threading.Event()
        self.transactions = 0

    @contextmanager
    def transaction(self, *, beside_others: bool) -> Iterator[Transaction]:
        self.transactions += 1
        if self.transactions == 1:
            self.begun.set()
            assert self.may_go_on.wait(10)
        with self._store.transaction(beside_others=beside_others) as transaction:
            yield transaction


def count(store: Store) -> int | None:
    with store.transaction() as transaction:
        return transaction.scalar(select(func.count()).select_from(PersonRow))


def write_side_by_side(books: Books, counted: Counted, steps: list[Any]) -> list[BaseException | None]:
    """Write the first step, and all the others while its transaction is open; what each of them raised."""
    raised: list[BaseException | None] = [None] * len(steps)

    def write(number: int) -> None:
        try:
            books.write(steps[number])
        except (StorageError, ZeroDivisionError) as error:
            raised[number] = error

    threads = [threading.Thread(target=write, args=[number]) for number in range(len(steps))]
    threads[0].start()
    assert counted.begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(books._waiting) < len(steps) - 1:
        pass
    counted.may_go_on.set()
    for thread in threads:
        thread.join()
    return raised


def saving(number: int) -> Any:
    return lambda transaction: people.save_person(transaction, a_person(number))


def test_steps_that_meet_share_a_transaction(store: Store) -> None:
    counted: Any = Counted(store)

    raised = write_side_by_side(Books(counted), counted, [saving(number) for number in range(5)])

    assert raised == [None] * 5
    assert (counted.transactions, count(store)) == (2, 5)


def test_nobody_is_told_that_a_step_was_kept_when_it_was_not(store: Store) -> None:
    counted: Any = Counted(store)

    def fail(_transaction: Transaction) -> None:
        raise DatabaseError("", {}, sqlite3.OperationalError("disk is full"))

    raised = write_side_by_side(Books(counted), counted, [saving(0), saving(1), fail, saving(2)])

    assert [type(error) for error in raised] == [type(None), StorageError, StorageError, StorageError]
    assert count(store) == 1


def test_a_fault_of_ours_is_raised_in_every_thread_that_it_concerns(store: Store) -> None:
    counted: Any = Counted(store)

    raised = write_side_by_side(Books(counted), counted, [saving(0), lambda _transaction: 1 / 0, saving(1)])

    assert [type(error) for error in raised] == [type(None), ZeroDivisionError, ZeroDivisionError]


def test_what_was_written_is_there_for_another_process(tmp_path: Path, store: Store) -> None:
    Books(store).write(saving(1))

    assert query(tmp_path, "SELECT count(*) FROM people") == [(1,)]


def test_a_failed_step_does_not_stand_in_the_way_of_the_next(store: Store) -> None:
    books = Books(store)

    def fail(_transaction: Transaction) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        books.write(fail)
    books.write(saving(1))

    assert count(store) == 1
