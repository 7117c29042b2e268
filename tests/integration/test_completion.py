"""The Tab key: what the shells are answered, and what is installed in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import Veille

COMMAND = Path(sys.executable).with_name("veille")
SHELLS = ("bash", "zsh", "fish", "pwsh")


def asked(line: str, instruction: str) -> list[str]:
    """What veille answers a shell that wants to complete ``line``."""
    words = line.split(" ")
    question: Mapping[str, str] = {
        "_VEILLE_COMPLETE": instruction,
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        "VEILLE_LANG": "en",
    }
    answer = subprocess.run(
        [COMMAND], env={**os.environ, **question}, capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stderr == ""
    return answer.stdout.splitlines()


def test_bash_is_told_the_commands_that_begin_so() -> None:
    assert asked("veille fe", "complete_bash") == ["feeds"]
    assert {"list", "add", "import"} <= set(asked("veille feeds ", "complete_bash"))
    assert {"--slot", "--segment"} <= set(asked("veille pick add --", "complete_bash"))


@pytest.mark.parametrize(("instruction", "between"), [("complete_fish", "\t"), ("complete_pwsh", ":::")])
def test_an_explanation_stays_on_the_line_of_its_command(instruction: str, between: str) -> None:
    answers = asked("veille feeds ", instruction)

    told = dict(answer.split(between) for answer in answers if answer)
    assert told["show"] == "Show all that is known of a feed: health, visits, moves, repairs."
    assert "discover" in told


def test_zsh_is_told_commands_with_what_they_do() -> None:
    (answer,) = {line for line in asked("veille coll", "complete_zsh") if "collect" in line}

    assert answer == '_arguments \'*: :(("collect":"Fetch the feeds that are due and store what is new."))\''


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_that_veille_was_started_from_is_shown_its_own(
    shell: str, veille: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.cli.completion._get_shell_name", lambda: shell)

    shown = veille("--show-completion")

    assert f"complete_{'powershell' if shell == 'pwsh' else shell}" in shown


def test_an_unknown_shell_is_told_which_are_known(veille: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.cli.completion._get_shell_name", lambda: None)

    veille("--show-completion", code=2)

    assert "bash, zsh, fish, powershell, pwsh" in veille.said


def test_what_is_installed_completes_in_bash(
    veille: Veille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bash = shutil.which("bash")
    assert bash
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("veille.cli.completion._get_shell_name", lambda: "bash")

    said = veille("--install-completion")

    script = tmp_path / ".bash_completions" / "veille.sh"
    assert str(script) in said
    assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")
    typed = f". {script}; COMP_WORDS=(veille ar) COMP_CWORD=1; _veille_completion {COMMAND}"
    completed = subprocess.run(
        [bash, "-c", f'{typed}; echo "${{COMPREPLY[@]}}"'], capture_output=True, text=True, check=True
    )
    assert completed.stdout == "archive\n"


def test_a_home_that_cannot_be_written_is_said(
    veille: Veille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "a-file"
    home.touch()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("veille.cli.completion._get_shell_name", lambda: "bash")

    veille("--install-completion", code=1)

    assert "could not be installed" in veille.said
