"""For whom a slot is: the notes and the links of single segments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from builders import NOW
from desk_room import DeskRoom, order, shown, stocked_room
from veille.curate.session import Session
from veille.curate.sitting import held_desk
from veille.model.issue import Slot
from veille.tui.desk_screen import DeskScreen


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    with stocked_room(tmp_path) as room:
        yield room


def first_slot(session: Session) -> Slot:
    return session.tray.slots[0]


def first_segment(room: DeskRoom) -> str:
    return next(iter(room.settings.segments))


def test_another_entry_takes_the_slot_for_one_segment(room: DeskRoom) -> None:
    """From the tray, the entry of the list is what can vary."""

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "down", "tab", "tab", "home", "s", "down", "a")
        assert "Slot 1: " in shown(pilot, "#message")
        assert "→ Article" in shown(pilot, "#lines")

    session = room.act(script)

    picked, other, *_others = order(session)
    slot = first_slot(session)
    assert slot.common is not None
    assert (slot.common.entry, slot.variants[first_segment(room)].entry) == (picked, other)


def test_what_a_segment_has_of_its_own_is_taken_away(room: DeskRoom) -> None:
    session = room.press("a", "down", "tab", "tab", "home", "s", "down", "a", "x")

    assert first_slot(session).variants == {}


def test_a_segment_gets_a_note_and_loses_it(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "s", "down", "n", *"For you", "enter")
        assert shown(pilot, "#message") == "Note saved."
        assert "For you" in shown(pilot, "#lines")
        await pilot.press("delete")
        assert "For you" not in shown(pilot, "#lines")

    session = room.act(script)

    slot = first_slot(session)
    assert slot.common is not None
    assert slot.common.segment_notes == {}


def test_the_note_of_a_variant_is_its_own(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "down", "tab", "tab", "home", "s", "down", "a")
        assert "no note yet" in shown(pilot, "#lines")
        await pilot.press("enter", *"Of the variant", "enter")
        assert "Of the variant" in shown(pilot, "#lines")

    session = room.act(script)

    assert first_slot(session).variants[first_segment(room)].note == "Of the variant"


def test_a_note_left_as_it_was_is_not_saved_anew(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "s", "n", "enter")
        assert shown(pilot, "#message") == ""

    room.act(script)


def test_the_link_of_everybody_can_be_changed_here(room: DeskRoom) -> None:
    session = room.press("a", "down", "tab", "tab", "home", "s", "a")

    picked = first_slot(session).common
    assert picked is not None
    assert picked.entry == order(session)[1]


def test_a_slot_that_is_emptied_leads_back_to_the_desk(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "s", "x")
        assert isinstance(pilot.app.screen, DeskScreen)

    session = room.act(script)

    assert first_slot(session).common is None


def test_an_entry_may_not_stand_twice_in_one_digest(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "down", "a", "tab", "tab", "home", "s", "down", "a")
        assert "would stand twice" in shown(pilot, "#message")

    session = room.act(script)

    assert first_slot(session).variants == {}


def test_whoever_only_looks_changes_no_segment(room: DeskRoom) -> None:
    room.desk.pick(1, 1, None)

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "home", "s")
        for key in ("n", "a", "x"):
            pilot.app.screen.say("")  # type: ignore[attr-defined]
            await pilot.press(key)
            assert "you can only look" in shown(pilot, "#message")

    with held_desk(room.workspace, NOW):
        session = room.act(script)

    assert first_slot(session).common is not None
