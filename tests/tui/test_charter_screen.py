"""The charter at the desk: what it finds is told, and an issue is frozen on purpose only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from builders import NOVEMBER, NOW, a_link_check, a_parsed_entry
from desk_room import SETTINGS, DeskRoom, entries, settle, shown
from veille.curate.sitting import held_desk
from veille.model.issue import Issue, IssueStatus
from veille.model.link import LinkOutcome
from veille.settings import CollectSettings
from veille.store import issues, links, overrides
from veille.tui.desk_screen import DeskScreen
from web_server import Answer, WebServer

NOTE = "Pourquoi ce lien compte pour nous, en deux phrases et un chiffre, avant la réunion de janvier. " * 2
MONTH = str(NOVEMBER)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A draft of five noted links of five sources; the third is dead."""
    with DeskRoom(tmp_path) as room:
        themes = [*room.settings.themes, "publics"]
        for number, theme in enumerate(themes, start=1):
            room.arrive(f"Source {number}", entries(1, first=number), theme)
            room.desk.pick(number, number, None)
            room.desk.note(number, None, NOTE)
        checks = [a_link_check(number) for number in range(1, 6)]
        checks[2] = a_link_check(3, outcome=LinkOutcome.DEAD, status=404)
        with room.store.transaction() as transaction:
            links.save_checks(transaction, checks)
        yield room


def issue_of(room: DeskRoom) -> Issue:
    with room.store.transaction() as transaction:
        return issues.require_issue(transaction, NOVEMBER)


async def open_charter(pilot: Pilot[None]) -> None:
    await pilot.press("v")
    await settle(pilot)


async def answer(pilot: Pilot[None], key: str, *typed: str) -> None:
    """Press a key that asks for a line, then type the line."""
    await pilot.press(key, *typed, "enter")
    await settle(pilot)


def test_what_is_found_is_counted_and_the_blocker_comes_first(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        assert "1 blocker, 1 warning" in shown(pilot, "#heading")
        assert "Blocker (link-dead)" in shown(pilot, "#detail")
        await pilot.press("down")
        assert "Warning (intro-missing)" in shown(pilot, "#detail")

    room.act(script)


def test_a_blocked_approval_says_why(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await answer(pilot, "A", *MONTH)
        assert "cannot be approved" in shown(pilot, "#message")
        assert "link-dead" in shown(pilot, "#message")

    room.act(script)

    assert issue_of(room).status is IssueStatus.DRAFT


def test_a_blocker_is_passed_over_for_a_reason_that_is_kept(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await answer(pilot, "r", *"Moving")
        assert "To be passed over: Moving" in shown(pilot, "#detail")
        await answer(pilot, "A", *MONTH)
        assert "Approved" in shown(pilot, "#message")

    session = room.act(script)

    assert session.issue is not None
    assert session.issue.status is IssueStatus.APPROVED
    with room.store.transaction() as transaction:
        (kept,) = overrides.overrides_of(transaction, issue_of(room))
    assert (kept.code, kept.reason, kept.made_by) == ("link-dead", "Moving", "Camille Élan")


@pytest.mark.parametrize("leaving", [("enter",), ("space", "enter"), ("M", "escape")])
def test_without_a_reason_a_blocker_goes_on_blocking(room: DeskRoom, leaving: tuple[str, ...]) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await pilot.press("r", *leaving)
        assert "passed over" not in shown(pilot, "#detail")
        await answer(pilot, "A", *MONTH)

    room.act(script)

    assert issue_of(room).status is IssueStatus.DRAFT


@pytest.mark.parametrize("typed", [("enter",), (*"2026-10", "enter"), (*MONTH, "escape")])
def test_nothing_is_frozen_but_for_the_month_typed_out(room: DeskRoom, typed: tuple[str, ...]) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await answer(pilot, "r", *"Moving")
        await pilot.press("A", *typed)
        await settle(pilot)
        assert shown(pilot, "#message") == "Not confirmed; nothing was done."

    room.act(script)

    assert issue_of(room).status is IssueStatus.DRAFT


def test_a_warning_needs_no_reason(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await pilot.press("down", "r")
        assert "Only a blocker" in shown(pilot, "#message")

    room.act(script)


def test_enter_leads_to_the_slot_of_a_finding(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, DeskScreen)
        assert pilot.app.screen.slot_number == 3

    room.act(script)


def test_the_links_are_tried_from_here(tmp_path: Path) -> None:
    loopback = replace(SETTINGS, collect=CollectSettings(allow_private=("127.0.0.0/8",)))
    page = Answer(b"<title>An article</title>", headers={"Content-Type": "text/html"})

    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        assert "link-unchecked" in shown(pilot, "#detail")
        await pilot.press("l")
        await settle(pilot)
        assert shown(pilot, "#message") == "The links were checked."
        assert "link-dead" in shown(pilot, "#detail")

    with WebServer() as server, DeskRoom(tmp_path, loopback) as room:
        urls = [*(server.give(f"/{number}", page) for number in range(1, 5)), server.url("/gone")]
        found = [a_parsed_entry(number, url=url) for number, url in enumerate(urls, start=1)]
        room.arrive("Source", found)
        for number in range(1, 6):
            room.desk.pick(number, number, None)
            room.desk.note(number, None, NOTE)
        room.act(script)


def test_whoever_only_looks_approves_nothing(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        await answer(pilot, "r", *"Moving")
        await answer(pilot, "A", *MONTH)
        assert "you can only look" in shown(pilot, "#message")

    with held_desk(room.workspace, NOW):
        room.act(script)

    assert issue_of(room).status is IssueStatus.DRAFT


def test_before_the_first_pick_there_is_nothing_to_examine(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await open_charter(pilot)
        assert "2026-11" in shown(pilot, "#message")
        await pilot.press("r")
        assert "Only a blocker" in shown(pilot, "#message")
        await pilot.press("enter", "escape")
        assert isinstance(pilot.app.screen, DeskScreen)

    with DeskRoom(tmp_path) as room:
        room.act(script)
