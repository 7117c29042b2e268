"""However the curator acts, as many undos lead back to where he began, and as many redos to where he was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOVEMBER, NOW, a_parsed_entry, a_source
from veille.clock import StoppedClock
from veille.curate.desk import Desk, start_issue
from veille.errors import RuleError, UsageError
from veille.settings import Settings
from veille.store import Store, arrivals, entries, feeds, issues, open_store

ENTRIES = 7
Doing = Callable[[Desk], object]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a few entries and an issue without picks."""
    path = tmp_path_factory.mktemp("desk") / "veille.db"
    with open_store(path) as store:
        with store.transaction() as transaction:
            (feed,) = feeds.add_feeds(transaction, [a_source()])
            parsed = [a_parsed_entry(number) for number in range(1, ENTRIES + 1)]
            arrivals.store_entries(transaction, feed, parsed, NOW)
        start_issue(store, Settings(), NOVEMBER, None)
    return path


numbers = st.integers(1, ENTRIES)
some = st.lists(numbers, min_size=1, max_size=3)
slot_numbers = st.integers(1, 5)
segments = st.sampled_from([None, "publics", "numerique"])
words = st.text("aé’« »\n", max_size=12)


def _doing(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Doing]:
    return st.fixed_dictionaries(arguments).map(lambda given: lambda desk: getattr(desk, name)(**given))


acts = st.one_of(
    _doing("keep", entry_ids=some),
    _doing("dismiss", entry_ids=some),
    _doing("unmark", entry_ids=some),
    _doing("group", entry_ids=some),
    _doing("ungroup", entry_id=numbers),
    _doing("set_theme", entry_id=numbers, theme=st.sampled_from(["publics", "outils"])),
    _doing("pick", entry_id=numbers, slot=st.none() | slot_numbers, segment=segments),
    _doing("remove", slot=slot_numbers, segment=segments),
    _doing("move", first=slot_numbers, second=slot_numbers),
    _doing("note", slot=slot_numbers, segment=segments, text=words),
    _doing("edit", title=words, intro=words, number=st.none() | st.integers(1, 9)),
    _doing("undo"),
    _doing("redo"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(acts, max_size=14))
def test_as_many_undos_restore_the_identical_state(begun: Path, doings: list[Doing]) -> None:
    with desk_on_a_copy(begun) as desk:
        at_first = everything(desk.store)
        for doing in doings:
            attempt(desk, doing)
        at_last = everything(desk.store)
        can_be_redone = exhaust(desk.redo)
        furthest = everything(desk.store)

        undone = exhaust(desk.undo)
        assert everything(desk.store) == at_first

        assert exhaust(desk.redo) == undone
        assert everything(desk.store) == furthest
        assert can_be_redone or furthest == at_last


def everything(store: Store) -> tuple[object, ...]:
    with store.transaction() as transaction:
        return (
            entries.find_entries(transaction, entries.EntryFilter()),
            issues.all_issues(transaction),
        )


def attempt(desk: Desk, doing: Doing) -> None:
    with suppress(RuleError, UsageError):  # a refused act leaves nothing behind
        doing(desk)


def exhaust(turn: Callable[[], object]) -> int:
    for count in range(1000):
        try:
            turn()
        except RuleError:
            return count
    raise AssertionError("no end to it")


@contextmanager
def desk_on_a_copy(begun: Path) -> Iterator[Desk]:
    path = begun.with_name("copy.db")
    for leftover in begun.parent.glob("copy.db*"):
        leftover.unlink()
    shutil.copyfile(begun, path)
    with open_store(path, create=False) as store:
        yield Desk(store, Settings(), NOVEMBER, StoppedClock(NOW))
