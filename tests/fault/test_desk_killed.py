"""The desk killed between two keys, on a real pseudo-terminal: what was done stays done, and nothing else."""

from __future__ import annotations

import os
import random  # noqa: TID251 - seeded
import time
from pathlib import Path

import pytest

from builders import a_parsed_entry, a_source
from databases import store_of
from desk_terminal import desk_on
from veille.clock import SystemClock
from veille.model.entry import EntryState
from veille.store import arrivals, entries, feeds

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is asked of the system")

KILLS = 20
MOMENT_SECONDS = 0.03


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of two hundred entries."""
    with store_of(tmp_path) as store, store.transaction() as transaction:
        now = SystemClock().now()
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        found = [
            a_parsed_entry(number, title=f"Numbered-{number}.", published_at=now) for number in range(200)
        ]
        arrivals.store_entries(transaction, feed, found, now)
    return tmp_path


def set_aside(folder: Path) -> set[str]:
    with store_of(folder) as store, store.transaction() as transaction:
        found = entries.find_entries(transaction, entries.EntryFilter(state=EntryState.DISMISSED))
    return {entry.title for entry in found}


def test_a_desk_killed_twenty_times_loses_nothing(folder: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311
    known = set_aside(folder)
    for _kill in range(KILLS):
        acts = chance.randrange(1, 5)
        with desk_on(folder) as terminal:
            for act in range(1, acts + 1):
                terminal.press("x")
                terminal.wait_for(r"Set aside: Numbered-\d+\.", times=act)
            terminal.press("x")
            time.sleep(chance.uniform(0, MOMENT_SECONDS))
        now_known = set_aside(folder)
        assert known < now_known
        assert len(now_known - known) in {acts, acts + 1}
        known = now_known


def test_a_note_that_was_being_typed_is_taken_up_again(folder: Path) -> None:
    with desk_on(folder) as terminal:
        terminal.press("an")
        terminal.wait_for("0 characters")
        for number, letter in enumerate("Why it matters", start=1):
            terminal.press(letter)
            terminal.wait_for(f"{number} character")
    (draft,) = folder.glob("notes-*.txt")
    assert "Why it matters" in draft.read_text(encoding="utf-8")

    with desk_on(folder) as terminal:
        terminal.wait_for("n takes them up again")
        terminal.press("\t\tn")
        terminal.wait_for("Why it matters")
        terminal.press("\r")
        terminal.wait_for("Note saved.")
    assert not list(folder.glob("notes-*.txt"))
