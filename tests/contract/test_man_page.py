"""The man page names every command, and groff has nothing to say against it."""

from __future__ import annotations

import subprocess

import pytest
from commands import commands
from manual import man_page

from programs import program

pytestmark = pytest.mark.checkout


def shown() -> str:
    """The page as ``man`` shows it, wide enough for every line."""
    command = [str(program("groff")), "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=200n", "-P-cbou"]
    done = subprocess.run(command, input=man_page(commands()).encode(), capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()


def test_the_man_page_is_shown_with_every_command_and_no_complaint() -> None:
    text = shown()

    assert [command.name for command in commands() if command.name not in text] == []
    assert "EXIT STATUS" in text
    assert "Example" not in text
    assert "veille collect --feed 12 --force" in text
