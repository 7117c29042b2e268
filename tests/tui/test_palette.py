"""All the commands of a screen, by their words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import OptionList

from desk_room import DeskRoom, settle, stocked_room
from veille.tui.past import PastScreen


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    with stocked_room(tmp_path) as room:
        yield room


async def offered(pilot: Pilot[None], *typed: str) -> list[str]:
    """What the palette offers for what was typed."""
    await pilot.press("ctrl+p", *typed)
    await settle(pilot)
    options = pilot.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def test_every_command_of_the_desk_is_offered_with_its_keys(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        offers = await offered(pilot)
        assert any("Keep, or take that back  (Space)" in offer for offer in offers)
        assert any("Undo, without limit  (u Ctrl+Z)" in offer for offer in offers)

    room.act(script)


def test_a_command_is_found_by_its_words_and_done(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        (offer,) = await offered(pilot, *"past picks")
        assert "Search past picks" in offer
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, PastScreen)

    room.act(script)


def test_another_screen_offers_its_own_commands(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i")
        offers = await offered(pilot)
        assert any("Decline, with a reason" in offer for offer in offers)
        assert not any("Undo" in offer for offer in offers)

    room.act(script)


def test_there_is_one_palette_at_a_time(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p", "ctrl+p")
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, CommandPalette)

    room.act(script)


def test_a_question_has_no_commands(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("t")
        assert not any("Keep" in offer for offer in await offered(pilot))

    room.act(script)
