"""Digests of before, line by line."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.curate.importing import import_issues, past_pick_from_line
from veille.model.history import PastPick
from veille.store import Store, history

TODAY = date(2026, 11, 24)
LINK = {"date": "2024-11-05", "title": "Un titre", "url": "https://www.journal.example/a?utm_source=x"}


def line(**changes: Any) -> str:
    return json.dumps({key: value for key, value in (LINK | changes).items() if value is not None})


def read(text: str) -> PastPick:
    found = past_pick_from_line(text, TODAY)
    assert isinstance(found, PastPick), found
    return found


def test_a_link_needs_a_day_and_an_address() -> None:
    found = read(line())

    assert (found.issued_on, found.title, found.url) == (date(2024, 11, 5), "Un titre", LINK["url"])
    assert (found.canonical_url, found.source) == ("https://www.journal.example/a", "journal.example")
    assert (found.number, found.theme, found.note) == (None, "", "")


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (("theme", "section", "category"), "theme"),
        (("source", "domain", "site"), "source"),
        (("note", "blurb", "excerpt", "description"), "note"),
    ],
)
def test_the_names_that_digests_give(names: tuple[str, ...], field: str) -> None:
    for name in names:
        assert getattr(read(line(**{name: "Quelque chose"})), field) == "Quelque chose"


@pytest.mark.parametrize("name", ["issue_date", "published", "issued_on"])
def test_the_day_of_the_issue(name: str) -> None:
    assert read(line(date=None, **{name: "2020-02-29T10:00:00Z"})).issued_on == date(2020, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[" * 5000,
        "[]",
        '"text"',
        line(url=None),
        line(url=7),
        line(url="javascript:alert(1)"),
        line(url="https://journal.example/" + "a" * 2000),
        line(date=None),
        line(date="5 novembre"),
        line(date="2024-02-30"),
        line(date="0001-01-01"),
        line(date="2027-01-01"),
        line(note="x" * 70_000),
    ],
)
def test_what_is_no_link_is_refused_with_a_reason(text: str) -> None:
    assert past_pick_from_line(text, TODAY)
    assert isinstance(past_pick_from_line(text, TODAY), str)


def test_hostile_words_become_one_line_of_plain_text() -> None:
    found = read(line(title="<b>Gras</b>\u202e\n!", note="Deux\n\x07lignes", source="  A\tB "))

    assert (found.note, found.source) == ("Deux lignes", "A B")
    assert "\u202e" not in found.title
    assert "\n" not in found.title


@pytest.mark.parametrize("title", [None, 7, " \u202e\n "])
def test_a_link_without_a_title_is_called_by_its_address(title: object) -> None:
    assert read(line(title=title)).title == LINK["url"]


@given(st.text(max_size=200))
def test_no_line_breaks_the_reader(text: str) -> None:
    past_pick_from_line(text, TODAY)


def test_once_more_changes_nothing_and_what_is_refused_stops_nothing_else(store: Store) -> None:
    text = "\n".join([line(), "", "broken", line(title="Autre", date="2024-12-03"), line()])

    first = import_issues(store, text, TODAY, dry_run=False)
    again = import_issues(store, text, TODAY, dry_run=False)

    assert (first.imported, first.known) == (2, 1)
    assert [refusal.line for refusal in first.refused] == [3]
    assert (again.imported, again.known) == (0, 3)
    with store.transaction() as transaction:
        assert [past.title for past in history.past_picks(transaction)] == ["Autre", "Un titre"]


def test_a_dry_run_stores_nothing(store: Store) -> None:
    assert import_issues(store, line(), TODAY, dry_run=True).imported == 1
    with store.transaction() as transaction:
        assert history.past_picks(transaction) == ()


def test_past_picks_are_found_by_words_without_accents(store: Store) -> None:
    import_issues(store, line(title="Médiation à l’écran", note="Très bien"), TODAY, dry_run=False)
    with store.transaction() as transaction:
        assert history.search_past(transaction, ["MEDIATION", "bien"])
        assert not history.search_past(transaction, ["mediation", "mal"])
