"""The mail, as each segment will read it, at the desk."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from desk_room import DeskRoom, settle, shown, stocked_room
from veille.tui.desk_screen import DeskScreen


def test_the_mail_of_each_segment_is_a_turn_away(tmp_path: Path) -> None:
    headings: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await settle(pilot)
        for key in ("right", "tab", "left", "shift+tab", "left"):
            headings.append(shown(pilot, "#heading"))
            await pilot.press(key)
        headings.append(shown(pilot, "#heading"))

    with stocked_room(tmp_path) as room:
        fill(room)
        room.desk.note(1, "numerique", "For the digital team.")
        room.act(script)

    first, second, third, *back, last = headings
    assert "1 of" in first
    assert "2 of" in second
    assert "3 of" in third
    assert back == [second, first]
    count = len(room.settings.segments)
    assert f"{count} of {count}" in last


def test_a_page_of_it_is_opened_in_the_browser(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("right", "o")

    with stocked_room(tmp_path) as room:
        fill(room)
        room.act(script)

    (address,) = room.opened
    assert Path(address.removeprefix("file://")).is_file()
    assert list(room.settings.segments)[1] in address


def test_what_is_missing_for_a_mail_is_said(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "p")
        await settle(pilot)
        assert "slot 2" in shown(pilot, "#message").lower()
        await pilot.press("right", "o", "escape")
        assert isinstance(pilot.app.screen, DeskScreen)

    with stocked_room(tmp_path) as room:
        room.act(script)

    assert room.opened == []


def fill(room: DeskRoom) -> None:
    for number in range(1, 6):
        room.desk.pick(number, number, None)
