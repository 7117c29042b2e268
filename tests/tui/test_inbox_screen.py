"""What colleagues propose, answered at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from builders import NOW
from desk_room import DeskRoom, shown, stocked_room
from veille.curate.sitting import held_desk
from veille.curate.suggestions import Proposal, receive
from veille.model.entry import EntryState
from veille.model.suggestion import Colleague, SuggestionState
from veille.store import suggestions

NOE = Colleague("", "Noé Rivière")


def propose(room: DeskRoom, url: str, title: str = "") -> int:
    """Let Noé propose a link, or a title that is not on the web; the number of its entry."""
    proposal = Proposal(url=url, title=title, source="", theme="", language="")
    received = receive(room.store, room.settings, proposal, NOE, "For January.", thanked=True, now=NOW)
    return received.suggestion.entry


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """Noé proposed an entry of the feeds first, a journal on paper afterwards."""
    with stocked_room(tmp_path) as room:
        propose(room, "https://journal.example/articles/2")
        propose(room, "", "The paper journal")
        yield room


def answers(room: DeskRoom) -> dict[str, tuple[SuggestionState, str]]:
    with room.store.transaction() as transaction:
        found = suggestions.all_suggestions(transaction, None)
    return {suggestion.title: (suggestion.state, suggestion.answer) for suggestion in found}


def test_what_is_accepted_is_kept_and_stays_in_sight(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i")
        assert "2 suggestions wait" in shown(pilot, "#heading")
        await pilot.press("a")
        assert shown(pilot, "#message") == "Kept: The paper journal"
        assert "1 suggestion waits" in shown(pilot, "#heading")
        assert "★ The paper journal" in shown(pilot, "#lines")

    session = room.act(script)

    assert answers(room)["The paper journal"] == (SuggestionState.ACCEPTED, "")
    assert session.counters().kept == 1


def test_a_reason_makes_the_letter_to_send(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i", "down", "x", *"Told in May", "enter")
        assert "Declined" in shown(pilot, "#message")
        assert "Bonjour Noé Rivière," in shown(pilot, "#detail")
        assert "Told in May" in shown(pilot, "#detail")
        assert "✗ Article 2" in shown(pilot, "#lines")
        await pilot.press("up")
        assert "Told in May" not in shown(pilot, "#detail")

    room.act(script)

    assert answers(room)["Article 2"] == (SuggestionState.DECLINED, "Told in May")


def test_nothing_is_declined_without_a_reason(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i", "x", "enter")
        assert "declined for a reason" in shown(pilot, "#message")
        await pilot.press("x", "N", "escape")

    room.act(script)

    assert {state for state, _answer in answers(room).values()} == {SuggestionState.PENDING}


def test_an_answer_can_still_be_changed(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i", "x", "N", "enter", "a")
        assert "★ The paper journal" in shown(pilot, "#lines")
        assert "Bonjour" not in shown(pilot, "#detail")

    room.act(script)

    assert answers(room)["The paper journal"] == (SuggestionState.ACCEPTED, "")


def test_pages_are_opened_where_there_is_one(room: DeskRoom) -> None:
    room.press("i", "o", "enter", "down", "o", "enter")

    assert room.opened == ["https://journal.example/articles/2"] * 2


def test_who_proposes_and_why_is_told(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i")
        for told in ("The paper journal", "not on the web", "Noé Rivière, on 2026-11-24", "For January."):
            assert told in shown(pilot, "#detail")

    room.act(script)


def test_whoever_only_looks_answers_nobody(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i", "a")
        assert "you can only look" in shown(pilot, "#message")
        await pilot.press("x", "N", "enter")
        assert "you can only look" in shown(pilot, "#message")

    with held_desk(room.workspace, NOW):
        session = room.act(script)

    assert {state for state, _answer in answers(room).values()} == {SuggestionState.PENDING}
    assert session.candidate(2).entry.state is EntryState.NEW


def test_an_empty_inbox_complains_about_nothing(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("i", "a", "x", "o", "enter", "down")
        assert "0 suggestions wait" in shown(pilot, "#heading")
        assert shown(pilot, "#message") == ""

    with DeskRoom(tmp_path) as room:
        room.act(script)
