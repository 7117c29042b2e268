"""The desk under the mouse: whatever a key does here, a click does too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from desk_room import DeskRoom, entries, order, shown, stocked_room
from veille.model.entry import EntryState
from veille.tui.desk_screen import DeskScreen
from veille.tui.help import HelpScreen
from veille.tui.pane import CursorPane
from veille.tui.prompts import WritingScreen


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    with stocked_room(tmp_path) as room:
        yield room


def test_a_click_on_a_line_brings_the_cursor_there(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.click("#list", offset=(5, 3))
        await pilot.press("space")

    session = room.act(script)

    assert session.candidate(order(session)[3]).entry.state is EntryState.KEPT


def test_a_click_below_the_last_line_moves_nothing(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("down")
        await pilot.click("#list", offset=(5, 20))
        await pilot.press("space")

    session = room.act(script)

    assert session.candidate(order(session)[1]).entry.state is EntryState.KEPT


def test_a_double_click_on_an_entry_opens_it(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.double_click("#list", offset=(5, 2))

    session = room.act(script)

    assert room.opened == [session.candidate(order(session)[2]).entry.url]


def test_a_click_on_a_slot_brings_the_cursor_there(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "down", "a")
        await pilot.click("#tray", offset=(5, 1))
        assert isinstance(pilot.app.screen, DeskScreen)
        assert pilot.app.screen.slot_number == 2

    room.act(script)


def test_a_double_click_on_a_slot_writes_its_note(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a")
        await pilot.double_click("#tray", offset=(5, 0))
        assert isinstance(pilot.app.screen, WritingScreen)
        await pilot.press(*"Why", "enter")

    pick = room.act(script).tray.slots[0].common

    assert pick is not None
    assert pick.note == "Why"


def test_the_wheel_looks_further_and_the_cursor_waits(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        pane = pilot.app.screen.query_one("#list", CursorPane)
        first_line = shown(pilot, "#list").splitlines()[0]
        wheel = events.MouseScrollDown(pane, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False)
        for _turn in range(5):
            pane.post_message(wheel)
        await pilot.pause()
        await pilot.wait_for_animation()
        assert first_line not in shown(pilot, "#list")
        assert pane.cursor == 0
        await pilot.press("down")
        assert pane.scroll_offset.y == 1

    with DeskRoom(tmp_path) as room:
        room.arrive("Source", entries(100))
        room.act(script, size=(80, 24))


def test_the_keys_named_at_the_bottom_can_be_clicked(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        keys = shown(pilot, "#keys")
        await pilot.click("#keys", offset=(keys.index("help") + 1, 0))
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.click("#keys", offset=(keys.index("keep") + 1, 0))

    session = room.act(script)

    assert session.counters().kept == 1


def test_an_answer_can_be_clicked(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("t")
        await pilot.click("#question")
        assert not isinstance(pilot.app.screen, DeskScreen)
        await pilot.click(pilot.app.screen.query("Choice").last())

    session = room.act(script)

    assert session.candidate(order(session)[0]).entry.theme == list(room.settings.themes)[-1]
