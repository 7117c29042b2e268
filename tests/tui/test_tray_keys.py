"""The tray: links find their slots, their order and their notes by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from desk_room import DeskRoom, order, shown, slots, stocked_room
from veille.tui.desk_screen import DeskScreen


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    with stocked_room(tmp_path) as room:
        yield room


@pytest.mark.parametrize("digits", ["12345", "&é\"'("])
def test_the_keys_of_the_slots_need_neither_shift_nor_altgr(room: DeskRoom, digits: str) -> None:
    session = room.press(digits[4], "down", digits[0])

    first, second, *_others = order(session)
    assert slots(session) == [second, None, None, None, first]


def test_what_has_a_slot_already_changes_places(room: DeskRoom) -> None:
    session = room.press("a", "down", "a", "1")

    first, second, *_others = order(session)
    assert slots(session) == [second, first, None, None, None]


def test_a_full_tray_asks_which_link_gives_way(room: DeskRoom) -> None:
    session = room.press(*["a", "down"] * 5, "a", "3")

    assert slots(session)[2] == order(session)[5]


def test_a_note_is_typed_and_saved_with_enter(room: DeskRoom) -> None:
    session = room.press("a", "n", *"Utile", "ctrl+j", *"ici", "enter")

    (slot, *_others) = session.tray.slots
    assert slot.common is not None
    assert slot.common.note == "Utile\nici"
    assert not list(room.workspace.path.glob("notes-*"))


def test_tab_goes_on_to_the_notes_of_the_segments(room: DeskRoom) -> None:
    session = room.press("a", "n", *"Un", "tab", *"Deux", "shift+tab", *"!", "escape")

    segment = next(iter(room.settings.segments))
    (slot, *_others) = session.tray.slots
    assert slot.common is not None
    assert (slot.common.note, slot.common.segment_notes) == ("Un!", {segment: "Deux"})


def test_the_words_of_the_issue(room: DeskRoom) -> None:
    session = room.press("a", "e", *"Objet", "tab", *"Bonjour", "enter")

    assert session.issue is not None
    assert (session.issue.title, session.issue.intro) == ("Objet", "Bonjour")


def test_there_are_no_words_before_the_first_pick(room: DeskRoom) -> None:
    assert room.press("e").issue is None


def test_slots_move_and_are_emptied(room: DeskRoom) -> None:
    session = room.press("a", "down", "a", "K", "tab", "tab", "home", "delete")

    first, _second, *_others = order(session)
    assert slots(session) == [None, first, None, None, None]


def test_the_tray_is_ordered_with_alt_and_arrows(room: DeskRoom) -> None:
    session = room.press("a", "down", "a", "tab", "tab", "home", "alt+down")

    first, second, *_others = order(session)
    assert slots(session)[:2] == [second, first]


def test_enter_in_the_tray_writes_the_note(room: DeskRoom) -> None:
    session = room.press("a", "tab", "tab", "home", "enter", *"Why", "enter")

    (slot, *_others) = session.tray.slots
    assert slot.common is not None
    assert slot.common.note == "Why"


def test_in_the_tray_x_takes_out_and_a_digit_exchanges(room: DeskRoom) -> None:
    session = room.press("a", "down", "a", "tab", "tab", "home", "x", "down", "4")

    assert slots(session) == [None, None, None, order(session)[1], None]


@pytest.mark.parametrize("key", ["n", "E", "s", "enter"])
def test_an_empty_slot_has_nothing_to_write_about(room: DeskRoom, key: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "end", key)
        assert shown(pilot, "#message") == "Slot 5 is empty."
        assert isinstance(pilot.app.screen, DeskScreen)

    room.act(script)


def test_a_slot_at_the_edge_stays_there(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("a", "K")
        assert "no slot 0" in shown(pilot, "#message")

    session = room.act(script)

    assert slots(session)[0] == order(session)[0]
