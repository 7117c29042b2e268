"""A second desk on the same workspace: it shows everything, changes nothing, and says who holds the first."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from builders import NOW
from desk_room import DeskRoom, shown, stocked_room
from veille.curate.sitting import held_desk
from veille.store import Store, entries, issues
from veille.tui.desk_screen import DeskScreen

CHANGING = [
    *("space", "a", "1", "2", "x", "X", "u", "ctrl+z", "ctrl+r", "ctrl+y", "t"),
    *("n", "e", "E", "K", "J", "alt+up", "alt+down", "delete", "backspace", "D"),
]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """The desk is held; the first two slots are filled, so that every act has something to act on."""
    with stocked_room(tmp_path) as room:
        room.desk.pick(1, 1, None)
        room.desk.pick(2, 2, None)
        room.desk.keep([3, 4])
        with held_desk(room.workspace, NOW):
            yield room


def everything(store: Store) -> tuple[object, ...]:
    with store.transaction() as transaction:
        return (
            entries.find_entries(transaction, entries.EntryFilter()),
            issues.all_issues(transaction),
        )


@pytest.mark.parametrize(
    "way", [("f", *"theme:publics", "enter"), ("tab", "tab", "home")], ids=["list", "tray"]
)
def test_every_key_that_would_change_something_says_who_holds_the_desk(
    room: DeskRoom, way: tuple[str, ...]
) -> None:
    before = everything(room.store)

    async def script(pilot: Pilot[None]) -> None:
        desk = pilot.app.screen
        assert isinstance(desk, DeskScreen)
        await pilot.press(*way)
        for key in CHANGING:
            desk.say("")
            await pilot.press(key)
            assert getpass.getuser() in shown(pilot, "#message"), key
            assert isinstance(pilot.app.screen, DeskScreen), key

    room.act(script)

    assert everything(room.store) == before


def test_who_holds_the_desk_is_said_at_once(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        assert "This desk is open already" in shown(pilot, "#message")
        assert getpass.getuser() in shown(pilot, "#message")

    room.act(script)


def test_a_group_cannot_be_made(room: DeskRoom) -> None:
    before = everything(room.store)

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("G", "down", "G")
        assert "you can only look" in shown(pilot, "#message")

    room.act(script)

    assert everything(room.store) == before


def test_looking_is_free(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("down", "o", "c", "f", *"theme:publics", "enter", "escape", "O")

    room.act(script)

    assert len(room.opened) == 3


def test_what_is_looked_at_does_not_count_as_seen(room: DeskRoom) -> None:
    assert room.press("down", "down").counters().seen == 0
