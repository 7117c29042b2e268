"""A secret comes from a variable, a file or a command, and is never repeated."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from veille.credentials import is_loopback, secret
from veille.errors import ConfigError


def printing(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_the_variable_comes_before_the_file_and_the_file_before_the_command(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" from the file\n", encoding="utf-8")
    environ = {"X": "from the variable", "X_FILE": str(file), "X_COMMAND": printing("print('of a command')")}

    found = [secret("X", {key: environ[key] for key in keys}, "camille") for keys in (
        ["X", "X_FILE", "X_COMMAND"], ["X_FILE", "X_COMMAND"], ["X_COMMAND"]
    )]  # fmt: skip

    assert found == ["from the variable", "from the file", "of a command"]


def test_without_a_secret_every_way_to_give_one_is_told() -> None:
    with pytest.raises(ConfigError) as refusal:
        secret("X", {"X": ""}, "camille")

    assert "camille" in refusal.value.message
    assert all(name in refusal.value.hint for name in ("X,", "X_FILE", "X_COMMAND"))


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigError, match="secret could not be read") as refusal:
        secret("X", {"X_FILE": str(file)}, "camille")

    assert refusal.value.__cause__ is refusal.value.__context__ is None


@pytest.mark.parametrize(
    "command",
    [
        printing("print('hunter2'); raise SystemExit(1)"),
        printing(r"import sys; sys.stdout.buffer.write(b'hunter2\xff')"),
        "/nowhere/hunter2",
        "hunter2 'never closed",
    ],
)
def test_a_command_that_fails_is_told_without_what_it_said(command: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        secret("X", {"X_COMMAND": command}, "camille")

    assert "X_COMMAND" in refusal.value.message
    assert "hunter2" not in f"{refusal.value.message}{refusal.value.hint}"
    assert refusal.value.__cause__ is refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("mail.example", False)]
)
def test_only_this_machine_is_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here
