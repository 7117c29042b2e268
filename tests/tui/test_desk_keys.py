"""Each key does what the help says, at every size and on a French keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from desk_room import DeskRoom, entries, order, shown, slots, stocked_room
from veille.curate.session import Session
from veille.model.entry import EntryState
from veille.tui.aside import AsideScreen
from veille.tui.desk_screen import DeskScreen
from veille.tui.keys import ALL_SLOT_KEYS, CHOOSING, GOING, LISTING, SLOTS, chapters, meaning
from veille.tui.pane import CursorPane

SIZES = [(60, 18), (80, 24), (140, 40)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    with stocked_room(tmp_path) as room:
        yield room


def state(session: Session, entry_id: int) -> EntryState:
    return session.candidate(entry_id).entry.state


@pytest.mark.parametrize("size", SIZES)
def test_five_are_picked_at_any_size(room: DeskRoom, size: tuple[int, int]) -> None:
    session = room.press(*["a", "down"] * 5, size=size)

    assert slots(session) == order(session)[:5]


def test_kept_set_aside_undone_and_done_again(room: DeskRoom) -> None:
    session = room.press("space", "down", "x", "x", "u", "ctrl+r", "ctrl+z", "ctrl+y")

    first, second, third, *_others = order(session)
    assert state(session, first) is EntryState.KEPT
    assert state(session, second) is EntryState.DISMISSED
    assert state(session, third) is EntryState.DISMISSED


def test_keeping_once_more_takes_it_back(room: DeskRoom) -> None:
    session = room.press("space", "space")

    assert state(session, order(session)[0]) is EntryState.NEW


def test_a_theme_is_chosen_by_its_letter(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("t")
        letter = pilot.app.screen.query("Choice").last().letter  # type: ignore[attr-defined]
        await pilot.press(letter)

    session = room.act(script)

    assert session.candidate(order(session)[0]).entry.theme == list(room.settings.themes)[-1]


def test_esc_gives_a_question_up(room: DeskRoom) -> None:
    themes = room.press().candidate(1).entry.theme
    session = room.press("t", "escape")

    assert session.candidate(1).entry.theme == themes


def test_stories_are_grouped_opened_and_taken_apart(room: DeskRoom) -> None:
    assert len(order(room.press("G", "down", "G"))) == 7
    assert len(order(room.press("D"))) == 8


def test_a_story_is_opened_and_folded(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        lines = pilot.app.screen.query_one("#list")
        await pilot.press("G", "down", "G", "g")
        assert len(lines.things) == 8  # type: ignore[attr-defined]
        await pilot.press("g")
        assert len(lines.things) == 7  # type: ignore[attr-defined]

    room.act(script)


def test_a_group_can_be_given_up(room: DeskRoom) -> None:
    session = room.press("G", "escape", "down", "G")

    assert len(order(session)) == 8


def test_the_filter_follows_every_key(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("f", *"theme:zz")
        assert pilot.app.screen.query_one("#list").things == ()  # type: ignore[attr-defined]
        await pilot.press("enter", "escape")
        assert len(pilot.app.screen.query_one("#list").things) == 8  # type: ignore[attr-defined]

    room.act(script)


def test_what_the_filter_does_not_understand_is_said(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("/", *"colour:red")
        assert "colour" in shown(pilot, "#message")

    room.act(script)


@pytest.mark.parametrize("typed", ["since:soon", "seen:perhaps", "\"'"])
def test_a_filter_that_is_not_understood_is_said_until_it_is(room: DeskRoom, typed: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("f", *typed)
        assert shown(pilot, "#message") != ""
        await pilot.press(*["backspace"] * len(typed))
        assert shown(pilot, "#message") == ""

    room.act(script)


def test_before_the_first_act_and_after_the_last_there_is_nothing_to_turn_to(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("u")
        assert "nothing to undo" in shown(pilot, "#message")
        await pilot.press("space", "ctrl+r")
        assert "nothing to redo" in shown(pilot, "#message")
        await pilot.press("u", "u")
        assert "nothing to undo" in shown(pilot, "#message")

    session = room.act(script)

    assert session.counters().kept == 0


def test_a_whole_story_is_set_aside(room: DeskRoom) -> None:
    session = room.press("G", "down", "G", "X")

    first, second = [number for number in range(1, 9) if state(session, number) is EntryState.DISMISSED]
    assert session.candidate(first).story == session.candidate(second).story


def test_enter_leads_into_the_text_and_esc_back(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        assert pilot.app.screen.query_one("#preview").has_focus
        await pilot.press("escape")
        assert pilot.app.screen.query_one("#list").has_focus

    room.act(script, size=(60, 18))


def test_pages_of_a_long_list(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        pane = pilot.app.screen.query_one("#list", CursorPane)
        await pilot.press("pagedown", "pagedown", "pageup")
        assert pane.cursor == pane.size.height
        await pilot.press("end", "pagedown")
        assert pane.cursor == 99
        await pilot.press("home", "pageup", "k")
        assert pane.cursor == 0

    with DeskRoom(tmp_path) as room:
        room.arrive("Source", entries(100))
        room.act(script)


def test_in_the_other_order_the_cursor_stays_on_its_entry(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        pane = pilot.app.screen.query_one("#list", CursorPane)
        await pilot.press("down", "down")
        entry = pane.things[pane.cursor].candidate.entry
        await pilot.press("c")
        assert pane.things[pane.cursor].candidate.entry.id == entry.id

    room.act(script)


def test_the_other_order(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        rows = pilot.app.screen.query_one("#list").things  # type: ignore[attr-defined]
        dates = [row.candidate.entry.sorted_at for row in rows]
        assert dates == sorted(dates, reverse=True)

    room.act(script)


def test_links_are_opened_in_the_browser(room: DeskRoom) -> None:
    session = room.press("o", "space", "down", "space", "O")

    first, second, *_others = [session.candidate(number).entry.url for number in order(session)]
    assert room.opened == [first, first, second]


def test_what_the_cursor_rests_on_is_seen(room: DeskRoom) -> None:
    session = room.press("down", "down")

    assert session.counters().seen == 3


@pytest.mark.parametrize(("key", "name"), [("h", "PastScreen"), ("i", "InboxScreen"), ("p", "MailScreen")])
def test_other_screens_and_the_way_back(room: DeskRoom, key: str, name: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        assert type(pilot.app.screen).__name__ == name
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, DeskScreen)

    room.act(script)


@pytest.mark.parametrize("key", ["?", "f1"])
def test_the_help_names_every_key(room: DeskRoom, key: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        assert isinstance(pilot.app.screen, AsideScreen)

    room.act(script)
    for _title, keys in chapters(5):
        assert all(meaning(one.action) for one in keys)


def test_no_key_is_bound_that_the_help_does_not_name() -> None:
    named = {key.action for _title, keys in chapters(7) for key in keys}
    bound = {key.action for table in (ALL_SLOT_KEYS, CHOOSING, SLOTS, LISTING, GOING) for key in table}

    assert bound <= named


def test_every_action_of_the_help_exists() -> None:
    from veille.tui.app import DeskApp
    from veille.tui.charter import CharterScreen
    from veille.tui.inbox import InboxScreen
    from veille.tui.mail import MailScreen
    from veille.tui.pane import CursorPane
    from veille.tui.past import PastScreen
    from veille.tui.segments import SegmentsScreen

    owners = (
        DeskScreen,
        DeskApp,
        CursorPane,
        CharterScreen,
        InboxScreen,
        MailScreen,
        PastScreen,
        SegmentsScreen,
    )
    for _title, keys in chapters(5):
        for key in keys:
            name = key.action.removeprefix("app.").partition("(")[0]
            assert any(hasattr(owner, f"action_{name}") for owner in owners), name


def test_no_key_needs_altgr() -> None:
    """On a French keyboard these are made with AltGr."""
    keys = {name for _title, table in chapters(7) for key in table for name in key.keys}

    assert not keys & set("~#{[|`\\^@]}€")


def test_q_leaves(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("q")
        assert pilot.app.return_code == 0

    room.act(script)


def test_ctrl_c_says_how_to_leave(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+c")
        assert "q" in shown(pilot, "#message")

    room.act(script)


def test_an_empty_desk_complains_about_nothing(tmp_path: Path) -> None:
    with DeskRoom(tmp_path) as room:
        room.press("down", "a", "x", "space", "n", "1", "enter", "g", "o", "v", "escape", "s", "t", "K")
