"""Storing what waits together: one transaction for all of it, and an error costs only its own change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from builders import a_source
from veille.collect.storing import Storing
from veille.errors import StorageError
from veille.store import Store, Transaction, feeds

Change = Callable[[Transaction], Any]


def stored_together(store: Store, *changes: Change, given_up: int | None = None) -> list[Any]:
    """What came of ``changes``, which all wait when storing begins; one of them is ``given_up`` by then."""

    async def store_all() -> list[Any]:
        begin = threading.Event()
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(begin.wait)
            storing = Storing(store, thread)
            waiting = [asyncio.create_task(storing.store(change)) for change in changes]
            await asyncio.sleep(0)  # until each of them waits
            if given_up is not None:
                waiting[given_up].cancel()
                await asyncio.sleep(0)
            begin.set()
            return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(store_all())


def following(url: str) -> Change:
    return lambda transaction: feeds.add_feeds(transaction, [a_source(url=url)])[0].url


def followed(store: Store) -> list[str]:
    with store.transaction() as transaction:
        return [feed.url for feed in feeds.all_feeds(transaction)]


def test_what_waits_together_is_stored_in_one_transaction(store: Store) -> None:
    first, second, third = stored_together(store, *[lambda transaction: transaction] * 3)

    assert first is second is third


def test_an_error_costs_only_its_own_change(store: Store) -> None:
    def fail(transaction: Transaction) -> None:
        feeds.add_feeds(transaction, [a_source(url="https://half.example/feed")])
        raise ZeroDivisionError

    before, error, after = stored_together(
        store, following("https://a.example/feed"), fail, following("https://b.example/feed")
    )

    assert (before, after) == ("https://a.example/feed", "https://b.example/feed")
    assert isinstance(error, ZeroDivisionError)
    assert followed(store) == ["https://a.example/feed", "https://b.example/feed"]


def test_a_store_that_takes_nothing_is_everybodys_error(store: Store) -> None:
    def full(_transaction: Transaction) -> None:
        raise StorageError("The database could not be used: disk full.")

    outcomes = stored_together(store, following("https://a.example/feed"), full)

    assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]
    assert followed(store) == []


def test_what_nobody_waits_for_any_more_is_not_stored(store: Store) -> None:
    stored_together(
        store, following("https://a.example/feed"), following("https://b.example/feed"), given_up=0
    )

    assert followed(store) == ["https://b.example/feed"]
