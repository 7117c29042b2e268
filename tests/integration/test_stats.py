"""The figures on the command line, in the store and on their page."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from builders import NOVEMBER, NOW, a_parsed_entry, a_pick, a_source, a_tray
from conftest import Veille
from databases import store_of
from veille import i18n
from veille.cli.output import Output
from veille.model.month import Month
from veille.model.suggestion import Colleague, SuggestionState
from veille.store import Store, Transaction, arrivals, feeds, issues, suggestions
from veille.store.statistics import FeedYield, ToldPick, feed_yields, suggestions_by_state, told_picks

DECEMBER = Month(2026, 12)


def follow(transaction: Transaction, title: str, entries: range, seen_at: datetime = NOW) -> int:
    """A feed of that title that brought those entries; its number."""
    (feed,) = feeds.add_feeds(transaction, [a_source(url=f"https://{title}.example/feed", title=title)])
    arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in entries], seen_at)
    return feed.id


def draft(transaction: Transaction, month: Month) -> None:
    """A draft whose picks are of entries 1 to 5."""
    issue = issues.create_issue(transaction, month, links=5, first_number=1)
    issues.save_tray(transaction, replace(issue, tray=a_tray()))


def test_the_figures_are_told_to_programs_by_names_that_no_language_changes(approved_veille: Veille) -> None:
    in_english = approved_veille.json("stats")
    i18n.activate("fr")

    assert approved_veille.json("stats") == in_english
    assert in_english == {
        "since": None,
        "issues": 1,
        "picks": 5,
        "by_theme": [{"name": "publics", "picks": 5}],
        "by_source": [{"name": "Le Journal", "picks": 5}],
        "by_language": [{"name": "fr", "picks": 5}],
        "by_segment": [],
        "by_month": [{"name": "2026-11", "picks": 5}],
        "never_picked": [],
        "suggestions": {"received": 0, "pending": 0, "accepted": 0, "declined": 0},
    }


def test_the_figures_are_drawn_as_bars(approved_veille: Veille) -> None:
    said = approved_veille("stats")

    assert said.startswith("1 issue, 5 links.")
    assert "Le Journal  5  " + "█" * 30 in said
    assert "\x1b" not in said


def test_bars_are_drawn_in_ascii_where_nothing_else_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))

    assert Output(as_json=False).drawable("█", "#") == "#"


def test_a_long_chart_says_in_words_how_much_it_leaves_out(approved_veille: Veille) -> None:
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        for number in range(30):
            follow(transaction, f"flux{number}", range(100 + number, 101 + number))

    said = approved_veille("stats")

    assert "and 6 more" in said
    assert len(approved_veille.json("stats")["never_picked"]) == 30


def test_earlier_months_are_left_out_on_demand(approved_veille: Veille) -> None:
    since_december = approved_veille.json("stats", "--since", "2026-12")

    assert (since_december["since"], since_december["issues"]) == ("2026-12", 0)
    assert approved_veille.json("stats", "--since", "2026-11")["issues"] == 1
    approved_veille("stats", "--since", "novembre", code=2)


def test_feeds_are_counted_by_what_they_brought_and_whether_it_was_picked(approved_veille: Veille) -> None:
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        other = follow(transaction, "bavard", range(20, 30))

        first, second = feed_yields(transaction)

    assert first == FeedYield(other, "bavard", 10, was_picked=False)
    assert (second.entries, second.was_picked) == (5, True)


def test_a_feed_that_only_carries_what_another_brought_is_picked_too(approved_veille: Veille) -> None:
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        follow(transaction, "echo", range(1, 3))

        assert [feed.was_picked for feed in feed_yields(transaction)] == [True, True]


def test_what_a_draft_holds_is_not_picked_yet(store: Store) -> None:
    with store.transaction() as transaction:
        follow(transaction, "journal", range(1, 6))
        draft(transaction, NOVEMBER)

        (only,) = feed_yields(transaction)

    assert not only.was_picked


def test_what_a_department_alone_received_is_told_with_its_department(approved_veille: Veille) -> None:
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        follow(transaction, "autre", range(20, 26))
        issue = issues.create_issue(transaction, DECEMBER, links=5, first_number=1)
        issues.save_tray(transaction, replace(issue, tray=a_tray(publics=a_pick(3, source="Ailleurs"))))
        issues.mark_approved(transaction, issue, "hash", NOW)
        draft(transaction, Month(2027, 1))

        told = told_picks(transaction)
        since_december = told_picks(transaction, DECEMBER)

    assert [str(pick.month) for pick in told] == ["2026-12"] * 6 + ["2026-11"] * 5
    assert since_december == told[:6]
    assert [pick for pick in told if pick.segment] == [
        ToldPick(DECEMBER, "publics", "publics", "Ailleurs", "fr")
    ]


def test_since_a_month_only_its_issues_and_entries_count(approved_veille: Veille) -> None:
    december_1 = datetime(2026, 12, 1, tzinfo=UTC)
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        follow(transaction, "avant", range(20, 22), december_1 - timedelta(seconds=1))
        follow(transaction, "depuis", range(30, 33), december_1)

        yields = feed_yields(transaction, DECEMBER)

    assert [(feed.title, feed.entries, feed.was_picked) for feed in yields] == [
        ("depuis", 3, False),
        ("Le Journal", 0, False),
        ("avant", 0, False),
    ]


def test_a_feed_without_a_title_is_told_by_its_address(store: Store) -> None:
    with store.transaction() as transaction:
        feeds.add_feeds(transaction, [a_source(title="")])

        assert [feed.title for feed in feed_yields(transaction)] == ["https://journal.example/feed"]


def test_suggestions_are_counted_from_a_month_on(store: Store) -> None:
    with store.transaction() as transaction:
        follow(transaction, "journal", range(1, 4))
        sacha = Colleague("sacha@musee.example", "Sacha")
        for entry, day in enumerate(
            (datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)), 1
        ):
            suggestions.add_suggestion(transaction, entry, sacha, "", thanked=True, now=day)

        assert suggestions_by_state(transaction) == {SuggestionState.PENDING: 2}
        assert suggestions_by_state(transaction, DECEMBER) == {SuggestionState.PENDING: 1}


def test_what_the_curator_noted_down_is_no_suggestion_of_a_colleague(approved_veille: Veille) -> None:
    approved_veille("suggest", "https://ailleurs.example/a")
    approved_veille("suggest", "https://ailleurs.example/b", "--from", "sacha@musee.example")

    assert approved_veille.json("stats")["suggestions"] == {
        "received": 1, "pending": 1, "accepted": 0, "declined": 0,
    }  # fmt: skip


def test_the_page_is_a_table_for_each_chart_and_names_nobody(approved_veille: Veille) -> None:
    approved_veille("suggest", "https://ailleurs.example/a", "--from", "sacha@musee.example")
    approved_veille("archive", "build")

    file = approved_veille.folder / "archive" / "chiffres" / "index.html"
    page = html.document_fromstring(file.read_bytes())

    assert b"sacha" not in file.read_bytes().lower()
    for table in page.iter("table"):
        rows = table.findall("tbody/tr")
        assert table.findtext("caption/h2")
        assert all(row.findtext("th") and (row.findtext("td[last()]") or "").isdigit() for row in rows)
        assert len(table.find_class("longest")) == 1
    assert [table.findtext("caption/h2") for table in page.iter("table")][-1] == "Propositions des collègues"
    assert page.xpath("//@style | //svg//text()[normalize-space()]") == []


def test_an_empty_store_counts_nothing(store: Store) -> None:
    with store.transaction() as transaction:
        assert feed_yields(transaction) == ()
        assert suggestions_by_state(transaction) == {}
