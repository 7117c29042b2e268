"""Measuring the ranking: honest about what was known when."""

from __future__ import annotations

from datetime import timedelta

from builders import NOW
from veille.curate.backtest import Method, Pool, PoolEntry, backtest
from veille.curate.taste import Material


def pool(month: int, picked: frozenset[str] | set[str], size: int = 60) -> Pool:
    """A month of which the entries of the ``picked`` sources were picked; each source has ten."""
    until = NOW + timedelta(days=30 * month)
    entries = tuple(
        PoolEntry(
            1000 * month + number,
            Material(f"Titre {number}", "", f"S{number % 6}", "", ""),
            until - timedelta(hours=number),
            f"S{number % 6}" in picked,
        )
        for number in range(size)
    )
    return Pool(str(month), until, entries)


def test_it_takes_a_pick_and_an_earlier_one() -> None:
    assert backtest([]) is None
    assert backtest([pool(1, {"S1"})]) is None
    assert backtest([pool(1, set()), pool(2, {"S1"})]) is None
    assert backtest([pool(1, {"S1"}), pool(2, set())]) is None


def test_what_can_be_learnt_is_found_first_and_chance_is_what_it_is() -> None:
    found = backtest([pool(1, {"S1"}), pool(2, {"S1"})], depths=(15, 30))

    assert found is not None
    assert (found.months, found.picks, found.entries) == (("2",), 10, 60)
    assert found.recall[Method.RANDOM] == {15: 0.25, 30: 0.5}
    assert found.recall[Method.SOURCES] == {15: 1.0, 30: 1.0}
    assert found.recall[Method.RANKING][30] > found.recall[Method.RANDOM][30]
    assert found.recall[Method.RECENCY][30] == 0.5


def test_a_month_is_never_ranked_by_itself_or_by_a_later_one() -> None:
    """The taste turns round: whoever peeked would find more."""
    turned = backtest([pool(1, {"S1"}), pool(2, {"S2"}), pool(3, {"S2"})], depths=(10,))
    alone = backtest([pool(1, {"S1"}), pool(2, {"S2"})], depths=(10,))

    assert alone is not None
    assert turned is not None
    assert alone.recall[Method.SOURCES] == {10: 0.0}
    assert turned.months == ("2", "3")


def test_a_year_is_counted() -> None:
    found = backtest([pool(month, {"S1"}) for month in range(1, 21)], depths=(10,))

    assert found is not None
    assert found.months == tuple(str(month) for month in range(9, 21))
