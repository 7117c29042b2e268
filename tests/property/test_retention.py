"""Whatever became of the material, only the text of what nobody chose ever goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOVEMBER, NOW, a_parsed_entry, a_person, a_pick, a_source
from databases import query, store_of
from veille.collect.retention import erase_old_texts
from veille.model.decision import Values
from veille.model.entry import EntryState
from veille.model.feed import Feed
from veille.model.issue import Slot, Tray
from veille.model.suggestion import Colleague
from veille.settings import CollectSettings, Settings
from veille.store import Store, arrivals, deliveries, entries, feeds, issues, people, shares, suggestions
from veille.store.engine import Transaction
from veille.store.snapshot import take_snapshot

Fate = Callable[[Transaction, int], None]

A_YEAR = Settings(collect=CollectSettings(keep_texts_months=12))
OLD, YOUNG = NOW - timedelta(days=400), NOW - timedelta(days=300)


def is_picked(transaction: Transaction, entry: int) -> None:
    issue = issues.require_issue(transaction, NOVEMBER)
    first, second, *others = issue.tray.slots
    segment, pick = f"service-{entry}", a_pick(entry, segment_notes={"publics": "Pour les publics."})
    variant = replace(second, variants={**second.variants, segment: pick})
    issues.save_tray(transaction, replace(issue, tray=Tray((first, variant, *others))))


def is_kept(transaction: Transaction, entry: int) -> None:
    entries.set_values(transaction, Values(states={entry: EntryState.KEPT}))


def is_dismissed(transaction: Transaction, entry: int) -> None:
    entries.set_values(transaction, Values(states={entry: EntryState.DISMISSED}))


def is_suggested(transaction: Transaction, entry: int) -> None:
    colleague = Colleague("ines@musee.example", "Ines")
    suggestions.add_suggestion(transaction, entry, colleague, "", thanked=True, now=OLD)


def is_shared(transaction: Transaction, entry: int) -> None:
    shares.add_share(transaction, entry, "ines@musee.example", "", message_id=f"<{entry}@x>", now=OLD)


def is_seen(transaction: Transaction, entry: int) -> None:
    entries.mark_seen(transaction, entry, OLD)


CHOSEN: tuple[Fate, ...] = (is_picked, is_kept, is_dismissed, is_suggested, is_shared)
FATES: tuple[Fate, ...] = (*CHOSEN, is_seen, lambda _transaction, _entry: None)
stories = st.lists(st.tuples(st.sampled_from(FATES), st.sampled_from([OLD, YOUNG])), min_size=1, max_size=9)


def an_item(number: int, **changes: Any) -> Any:
    return a_parsed_entry(number, **{"published_at": OLD} | changes)


def begun(folder: Path) -> Store:
    """A store with an issue, of which one message has left, somebody forgotten, and a feed."""
    store = store_of(folder)
    with store.transaction() as transaction:
        feeds.add_feeds(transaction, [a_source()])
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        empty = Tray(tuple(Slot(number, None, {}) for number in range(1, 6)))
        issues.save_tray(transaction, replace(issue, tray=empty))
        people.save_person(transaction, a_person(1))
        people.save_person(transaction, a_person(2))
        deliveries.queue_deliveries(transaction, issue.id, [(a_person(1), "<1@musee.example>")], OLD)
        people.forget_person(transaction, a_person(2).address, OLD)
    return store


def the_feed(transaction: Transaction) -> Feed:
    (feed,) = feeds.all_feeds(transaction)
    return feed


Tables = dict[str, list[dict[str, Any]]]


def everything(folder: Path) -> Tables:
    """Every row of every table of ours, by table."""
    names = [row[0] for row in query(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    ours = [name for name in names if not name.startswith(("entries_fts", "sqlite_"))]
    return {name: [dict(row._mapping) for row in query(folder, f"SELECT * FROM {name}")] for name in ours}  # noqa: S608


def without_texts(tables: Tables, old: set[int]) -> Tables:
    """``tables`` but for what is meant to go: texts and revisions of the entries numbered ``old``."""
    entries_left = [row | {"text": ""} if row["id"] in old else row for row in tables["entries"]]
    revisions_left = [row for row in tables["entry_revisions"] if row["entry_id"] not in old]
    return tables | {"entries": entries_left, "entry_revisions": revisions_left}


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first-day")
    with begun(folder):
        return folder


@pytest.mark.sqlite
@settings(max_examples=15, deadline=None)
@given(stories)
def test_nothing_goes_but_the_text_of_what_nobody_chose(
    first_day: Path, tmp_path_factory: pytest.TempPathFactory, lives: list[tuple[Fate, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    take_snapshot(first_day / "veille.db", folder / "veille.db")
    with store_of(folder) as store:
        for number, (fate, moment) in enumerate(lives, start=1):
            with store.transaction() as transaction:
                first = an_item(number, published_at=moment)
                arrivals.store_entries(transaction, the_feed(transaction), [first], moment)
                edited = replace(first, text="Un texte corrigé.")
                arrivals.store_entries(transaction, the_feed(transaction), [edited], moment)
                fate(transaction, number)
        before = everything(folder)

        erased = erase_old_texts(store, A_YEAR, NOW)

        after = everything(folder)
        old = {n for n, (fate, moment) in enumerate(lives, start=1) if moment == OLD and fate not in CHOSEN}
    assert erased == len(old)
    assert {row["id"] for row in after["entries"] if not row["text"]} == old
    assert without_texts(after, old) == without_texts(before, old)


def test_an_entry_whose_text_has_gone_is_neither_new_nor_edited_when_shown_again(tmp_path: Path) -> None:
    with begun(tmp_path) as store, store.transaction() as transaction:
        feed = the_feed(transaction)
        arrivals.store_entries(transaction, feed, [an_item(1)], OLD)

    with store_of(tmp_path) as store:
        assert erase_old_texts(store, A_YEAR, NOW) == 1
        with store.transaction() as transaction:
            again = arrivals.store_entries(transaction, feed, [an_item(1)], NOW)
            retitled = arrivals.store_entries(transaction, feed, [an_item(1, title="Corrigé")], NOW)

    assert (again.new, again.updated) == (0, 0)
    assert (retitled.new, retitled.updated) == (0, 1)


def test_by_default_every_text_stays(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        with store.transaction() as transaction:
            arrivals.store_entries(transaction, the_feed(transaction), [an_item(1)], OLD)

        assert erase_old_texts(store, Settings(), NOW + timedelta(days=9999)) == 0


def test_many_texts_go_in_several_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.collect.retention._AT_ONCE", 2)
    with begun(tmp_path) as store:
        with store.transaction() as transaction:
            arrivals.store_entries(transaction, the_feed(transaction), list(map(an_item, range(1, 6))), OLD)

        assert erase_old_texts(store, A_YEAR, NOW) == 5
        assert erase_old_texts(store, A_YEAR, NOW) == 0
