"""The figures on the command line and in the store."""

from __future__ import annotations

from builders import NOW, a_parsed_entry, a_source
from conftest import Veille
from veille.model.month import Month
from veille.model.suggestion import SuggestionState
from veille.store import Store, arrivals, feeds, open_store
from veille.store.statistics import FeedYield, feed_yields, suggestions_by_state


def test_the_figures_are_told_to_programs(approved_veille: Veille) -> None:
    document = approved_veille.json("stats")

    assert (document["issues"], document["picks"]) == (1, 5)
    assert document["by_source"] == [{"label": "Le Journal", "count": 5}]
    assert set(document) == {
        "issues", "picks", "by_theme", "by_source", "by_language", "by_segment", "by_month", "never_picked",
        "suggestions",
    }  # fmt: skip


def test_the_figures_are_drawn_as_bars(approved_veille: Veille) -> None:
    said = approved_veille("stats")

    assert said.startswith("1 issue, 5 links.")
    assert "Le Journal  5  " + "█" * 30 in said


def test_earlier_months_are_left_out_on_demand(approved_veille: Veille) -> None:
    assert approved_veille.json("stats", "--since", "2026-12")["issues"] == 0
    assert approved_veille.json("stats", "--since", "2026-11")["issues"] == 1
    approved_veille("stats", "--since", "novembre", code=2)


def test_feeds_are_counted_by_what_they_brought_and_whether_it_was_picked(approved_veille: Veille) -> None:
    with open_store(approved_veille.folder / "veille.db") as store, store.transaction() as transaction:
        (other,) = feeds.add_feeds(transaction, [a_source(url="https://bavard.example/feed", title="Bavard")])
        entries = [a_parsed_entry(number) for number in range(20, 30)]
        arrivals.store_entries(transaction, other, entries, NOW)

        first, second = feed_yields(transaction)

    assert first == FeedYield("Bavard", 10, was_picked=False)
    assert (second.entries, second.was_picked) == (5, True)


def test_suggestions_are_counted_from_a_month_on(approved_veille: Veille) -> None:
    approved_veille("suggest", "https://ailleurs.example/a", "--from", "sacha@musee.example")
    with open_store(approved_veille.folder / "veille.db") as store, store.transaction() as transaction:
        everything = suggestions_by_state(transaction)
        later = suggestions_by_state(transaction, Month(2999, 1))

    assert everything == {SuggestionState.PENDING: 1}
    assert later == {}


def test_an_empty_store_counts_nothing(store: Store) -> None:
    with store.transaction() as transaction:
        assert feed_yields(transaction) == ()
        assert suggestions_by_state(transaction) == {}
