"""The desk on terminals of few colours, or none: its marks are letters and signs before they are colours."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from desk_room import stocked_room
from desk_terminal import Terminal, desk_on
from veille.tui.glyphs import ASCII, UNICODE, glyphs_for

# What selects a colour for ink or paper; 39 and 49 are the terminal's own.
OWN = {39, 49}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is asked of the system")


def colours(terminal: Terminal) -> set[str]:
    """The codes of colours that were written on ``terminal``, those of its own ink and paper aside."""
    found = set[str]()
    for codes in re.findall(r"\x1b\[([\d;]*)m", terminal.shown):
        numbers = [int(code) for code in codes.split(";") if code]
        while numbers:
            number, *numbers = numbers
            if number in (38, 48):
                found.add(";".join(map(str, [number, *numbers])))
                break
            if (30 <= number <= 49 or 90 <= number <= 107) and number not in OWN:
                found.add(str(number))
    return found


def look(folder: Path, **environment: str) -> set[str]:
    """Open the desk on three entries, pick one, and tell the colours that it took."""
    with stocked_room(folder) as room:
        room.desk.pick(1, 1, None)
    with desk_on(folder, 100, 30, **environment) as terminal:
        terminal.wait_for("Article 1")
        terminal.press("\t\t")
        terminal.wait_for("Tray")
        terminal.press("q")
        terminal.process.wait()
        return colours(terminal)


def test_the_accent_is_one_of_the_sixteen_colours_of_the_terminal(tmp_path: Path) -> None:
    assert look(tmp_path) == {"31"}


def test_no_color_means_none(tmp_path: Path) -> None:
    assert look(tmp_path, NO_COLOR="1") == set()


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [("utf-8", UNICODE), ("ascii", ASCII), ("latin-1", ASCII), ("cp437", ASCII), ("no-such", ASCII)],
)
def test_signs_are_those_that_the_terminal_can_show(encoding: str, glyphs: object) -> None:
    assert glyphs_for(encoding) == glyphs
