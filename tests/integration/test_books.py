"""What several connections write at the same moment reaches the disk together, and never half."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DatabaseError

from builders import NOW
from databases import query
from veille.deliver.books import Books, Closed, Page, Step
from veille.errors import StorageError
from veille.store import PlainTransaction, Store
from veille.store.tables import LeaseRow

Begin = Callable[[], AbstractContextManager[PlainTransaction]]


@pytest.fixture
def begin(store: Store) -> Iterator[Begin]:
    with store.transactions() as begin:
        yield begin


class Counted:
    """Begins transactions in a store and counts them; the first one only when it is told to."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self.begun = threading.Event()
        self.may_go_on = threading.Event()
        self.transactions = 0

    @contextmanager
    def begin(self) -> Iterator[PlainTransaction]:
        self.transactions += 1
        if self.transactions == 1:
            self.begun.set()
            assert self.may_go_on.wait(10)
        with self._begin() as transaction:
            yield transaction


def count(store: Store) -> int | None:
    with store.transaction() as transaction:
        return transaction.scalar(select(func.count()).select_from(LeaseRow))


def write_side_by_side(books: Books, counted: Counted, steps: Sequence[Step]) -> list[BaseException | None]:
    """Write the first step, and all the others while its transaction is open; what each of them raised."""
    raised: list[BaseException | None] = [None] * len(steps)

    def write(number: int) -> None:
        try:
            books.write([steps[number]])
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


def saving(number: int) -> Step:
    return lambda transaction: transaction.execute(insert(LeaseRow).values(id=number + 1, until=NOW))


def test_steps_that_meet_share_a_transaction(store: Store, begin: Begin) -> None:
    counted = Counted(begin)

    raised = write_side_by_side(Books(counted.begin), counted, [saving(number) for number in range(5)])

    assert raised == [None] * 5
    assert (counted.transactions, count(store)) == (2, 5)


def test_nobody_is_told_that_a_step_was_kept_when_it_was_not(store: Store, begin: Begin) -> None:
    counted = Counted(begin)

    def fail(_transaction: PlainTransaction) -> None:
        raise DatabaseError("", {}, sqlite3.OperationalError("disk is full"))

    raised = write_side_by_side(Books(counted.begin), counted, [saving(0), saving(1), fail, saving(2)])

    assert [type(error) for error in raised] == [type(None), StorageError, StorageError, StorageError]
    assert count(store) == 1


def test_a_fault_of_ours_is_raised_in_every_thread_that_it_concerns(store: Store, begin: Begin) -> None:
    counted = Counted(begin)

    raised = write_side_by_side(
        Books(counted.begin), counted, [saving(0), lambda _transaction: 1 / 0, saving(1)]
    )

    assert [type(error) for error in raised] == [type(None), ZeroDivisionError, ZeroDivisionError]


def test_what_was_written_is_there_for_another_process(tmp_path: Path, store: Store, begin: Begin) -> None:
    Books(begin).write([saving(1)])

    assert query(tmp_path, "SELECT count(*) FROM leases") == [(1,)]


def test_a_failed_step_does_not_stand_in_the_way_of_the_next(store: Store, begin: Begin) -> None:
    books = Books(begin)

    def fail(_transaction: PlainTransaction) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        books.write([fail])
    books.write([saving(1)])

    assert count(store) == 1


def test_what_was_put_off_is_written_with_what_follows_it(store: Store, begin: Begin) -> None:
    counted = Counted(begin)
    counted.may_go_on.set()
    page = Page(Books(counted.begin))

    page.put_off(saving(1))
    before = (counted.transactions, count(store))
    page.write(saving(2))

    assert (before, (counted.transactions, count(store))) == ((0, 0), (1, 2))


def test_what_was_put_off_waits_for_one_step_at_most(store: Store, begin: Begin) -> None:
    page = Page(Books(begin))

    page.put_off(saving(1))
    page.put_off(saving(2))
    then = count(store)
    page.catch_up()
    page.catch_up()

    assert (then, count(store)) == (1, 2)


def test_a_step_that_failed_is_not_tried_again(store: Store, begin: Begin) -> None:
    page = Page(Books(begin))

    with pytest.raises(ZeroDivisionError):
        page.write(lambda _transaction: 1 / 0)
    page.catch_up()

    assert count(store) == 0


def test_nothing_is_written_once_the_books_are_closed(store: Store, begin: Begin) -> None:
    books = Books(begin)

    books.close()
    with pytest.raises(Closed):
        books.write([saving(1)])

    assert count(store) == 0


def test_closing_waits_for_the_transaction_under_way(store: Store, begin: Begin) -> None:
    counted = Counted(begin)
    books = Books(counted.begin)
    writing = threading.Thread(target=books.write, args=[[saving(1)]])
    writing.start()
    assert counted.begun.wait(10)

    closing = threading.Thread(target=books.close)
    closing.start()
    closing.join(0.05)
    was_waiting = closing.is_alive()
    counted.may_go_on.set()
    closing.join(10)
    writing.join(10)

    assert (was_waiting, count(store)) == (True, 1)
