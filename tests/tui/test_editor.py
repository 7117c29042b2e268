"""Notes written in the curator's own editor: saved when it ends well, and never lost when it does not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from builders import NOVEMBER
from desk_room import DeskRoom, shown, stocked_room
from desk_terminal import desk_on
from veille.curate.session import Session
from veille.store import issues, open_store
from veille.tui.desk_screen import DeskScreen
from veille.tui.surroundings import editor, editor_command


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskRoom]:
    """One entry is in slot 1; the terminal can be left to an editor."""
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    with stocked_room(tmp_path) as room:
        room.desk.pick(1, 1, None)
        room.desk.note(1, None, "As it was")
        yield room


def edit(room: DeskRoom, editor: Callable[[Path], int]) -> tuple[Session, str]:
    """Press E in the tray with that editor; the session afterwards, and what was said."""
    room.editor = editor
    said: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "home", "E")
        said.append(shown(pilot, "#message"))

    return room.act(script), said[0]


def note(session: Session) -> str:
    (slot, *_others) = session.tray.slots
    assert slot.common is not None
    return slot.common.note


def drafts(room: DeskRoom) -> list[Path]:
    return list(room.workspace.path.glob("notes-*"))


def replacing(old: str, new: str, code: int = 0) -> Callable[[Path], int]:
    """An editor that replaces words, and ends with ``code``."""

    def run(file: Path) -> int:
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return code

    return run


def test_what_an_editor_wrote_is_saved(room: DeskRoom) -> None:
    session, said = edit(room, replacing("As it was", "Better\n\nand longer"))

    assert (note(session), said) == ("Better\n\nand longer", "Note saved.")
    assert drafts(room) == []


def test_the_notes_of_segments_are_sections_of_their_own(room: DeskRoom) -> None:
    segment = next(iter(room.settings.segments))

    session, _said = edit(room, replacing(f"== {segment} ==", f"== {segment} ==\nFor you"))

    pick = session.tray.slots[0].common
    assert pick is not None
    assert (pick.note, pick.segment_notes) == ("As it was", {segment: "For you"})


def test_an_editor_that_changes_nothing_saves_nothing(room: DeskRoom) -> None:
    session, said = edit(room, lambda _file: 0)

    assert (note(session), said) == ("As it was", "Nothing was changed.")
    assert drafts(room) == []


def test_what_a_failing_editor_wrote_is_saved_and_kept(room: DeskRoom) -> None:
    session, said = edit(room, replacing("As it was", "Half of it", code=1))

    assert note(session) == "Half of it"
    assert "The editor failed (1)" in said
    (draft,) = drafts(room)
    assert "Half of it" in draft.read_text(encoding="utf-8")


def test_an_editor_that_empties_its_file_and_dies_erases_nothing(room: DeskRoom) -> None:
    def crash(file: Path) -> int:
        file.write_bytes(b"")
        return -11

    session, said = edit(room, crash)

    assert note(session) == "As it was"
    assert "The editor failed (-11)" in said


def test_a_file_that_is_no_text_is_left_as_it_is(room: DeskRoom) -> None:
    def write_latin(file: Path) -> int:
        file.write_bytes("== Everybody ==\nÀ côté".encode("latin-1"))
        return 0

    session, said = edit(room, write_latin)

    assert note(session) == "As it was"
    assert "is not UTF-8 text" in said
    assert len(drafts(room)) == 1


def test_a_file_that_is_gone_is_missed(room: DeskRoom) -> None:
    def remove(file: Path) -> int:
        file.unlink()
        return 0

    session, said = edit(room, remove)

    assert note(session) == "As it was"
    assert "could not be used" in said


def test_the_marks_of_a_windows_editor_are_not_text(room: DeskRoom) -> None:
    def write_with_marks(file: Path) -> int:
        text = file.read_text(encoding="utf-8").replace("As it was", "One\nTwo")
        file.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
        return 0

    session, _said = edit(room, write_with_marks)

    assert note(session) == "One\nTwo"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(2, "No such file", "emacz"), "emacz – it does not exist"),
        (ValueError("No closing quotation"), "No closing quotation"),
    ],
)
def test_an_editor_that_cannot_be_started_is_named(room: DeskRoom, error: Exception, reason: str) -> None:
    def refuse(_file: Path) -> int:
        raise error

    session, said = edit(room, refuse)

    assert note(session) == "As it was"
    assert "The editor could not be started" in said
    assert reason in said
    assert drafts(room) == []


def test_what_was_left_unsaved_is_announced_and_taken_up(room: DeskRoom) -> None:
    left = room.workspace.path / "notes-2026-11-1.txt"
    left.write_text("== Everybody ==\nLeft behind\n", encoding="utf-8")

    async def script(pilot: Pilot[None]) -> None:
        assert "slot 1: n takes them up again" in shown(pilot, "#message")
        await pilot.press("tab", "tab", "home", "n", "enter")

    assert note(room.act(script)) == "Left behind"
    assert drafts(room) == []


def test_a_draft_that_cannot_be_kept_is_said_and_the_note_still_saved(room: DeskRoom) -> None:
    (room.workspace.path / "notes-2026-11-1.new").mkdir()

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "home", "n", "!")
        assert "could not be used" in shown(pilot, "#about")
        await pilot.press("enter")

    assert note(room.act(script)) == "As it was!"


def test_what_cannot_be_saved_waits_in_its_draft(room: DeskRoom) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "home", "n", "!")
        room.desk.remove(1, None)
        await pilot.press("enter")
        assert "Slot 1 is empty" in shown(pilot, "#message")
        assert isinstance(pilot.app.screen, DeskScreen)

    room.act(script)

    (draft,) = drafts(room)
    assert "As it was!" in draft.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "nano"}, ["code", "--wait"]),
        ({"EDITOR": "'my editor' -n"}, ["my editor", "-n"]),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="words of a command are told apart otherwise elsewhere")
def test_the_editor_is_the_one_of_the_environment(environ: dict[str, str], command: list[str]) -> None:
    assert editor_command(environ) == command


@pytest.mark.parametrize(("on_this_machine", "chosen"), [("nano", "nano"), ("", "notepad")])
def test_without_a_choice_the_first_known_editor_is_started(
    monkeypatch: pytest.MonkeyPatch, on_this_machine: str, chosen: str
) -> None:
    def which(name: str) -> str | None:
        return f"/usr/bin/{name}" if name == on_this_machine else None

    monkeypatch.setattr("veille.tui.surroundings.shutil.which", which)

    assert editor_command({}) == [chosen]


def test_the_code_of_an_editor_is_what_it_ended_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", f"{sys.executable} -c 'import sys; sys.exit(7)'")

    assert editor(tmp_path / "notes.txt") == 7


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is asked of the system")
def test_the_terminal_is_left_to_the_editor_and_taken_back(room: DeskRoom) -> None:
    script = room.workspace.path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "assert sys.argv[1] == '--wait'\n"
        "file = pathlib.Path(sys.argv[2])\n"
        "file.write_text(file.read_text().replace('As it was', input('New words? ')))\n",
        encoding="utf-8",
    )

    with desk_on(room.workspace.path, VISUAL=f"{sys.executable} {script} --wait") as terminal:
        terminal.wait_for("As it was")
        terminal.press("\t\tE")
        terminal.wait_for("New words?")
        terminal.press("Typed there\n")
        terminal.wait_for("Note saved.")

    with open_store(room.workspace.database) as store, store.transaction() as transaction:
        issue = issues.require_issue(transaction, NOVEMBER)
    pick = issue.tray.slots[0].common
    assert pick is not None
    assert pick.note == "Typed there"
