"""Past picks, found again at the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from builders import NOW
from desk_room import DeskRoom, shown, stocked_room
from veille.curate.importing import import_issues
from veille.tui.desk_screen import DeskScreen

PAST = [
    {
        "date": "2025-10-07",
        "title": "Free evenings",
        "url": "https://journal.example/2025/free",
        "note": "Paid",
    },
    {"date": "2024-03-05", "title": "Late openings", "url": "https://journal.example/2024/late", "note": ""},
]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """Two digests of before, of one link each."""
    with stocked_room(tmp_path) as room:
        import_issues(room.store, "\n".join(map(json.dumps, PAST)), NOW.date(), dry_run=False)
        yield room


def test_past_picks_are_listed_the_newest_first(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("h")
        newest, oldest = shown(pilot, "#lines").splitlines()
        assert "2025-10  Free evenings" in newest
        assert "2024-03  Late openings" in oldest
        assert "2 past picks" in shown(pilot, "#heading")
        assert "Paid" in shown(pilot, "#detail")

    room.act(script)


def test_the_words_of_a_search_leave_what_holds_them(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("h", *"OPENINGS")
        assert "Late openings" in shown(pilot, "#lines")
        assert "1 past pick " in shown(pilot, "#heading")
        assert "https://journal.example/2024/late" in shown(pilot, "#detail")
        await pilot.press(*"zzz")
        assert shown(pilot, "#lines") == ""
        assert shown(pilot, "#detail") == ""
        await pilot.press("enter", "o", "down", "enter")

    room.act(script)

    assert room.opened == []


def test_a_past_pick_is_opened_once_more(room: DeskRoom) -> None:
    room.press("h", "enter", "o", "down", "enter")

    assert room.opened == ["https://journal.example/2025/free", "https://journal.example/2024/late"]


def test_other_words_are_searched_from_the_list(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("h", "enter", "f", *"free")
        assert shown(pilot, "#lines").splitlines() == ["▌ 2025-10  Free evenings"]
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, DeskScreen)

    room.act(script)
