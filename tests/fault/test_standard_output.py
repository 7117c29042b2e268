"""What stands behind standard output fails, or the person has had enough before anything began."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from veille.founding import found_workspace

COMMAND = Path(sys.executable).with_name("veille")
FULL = Path("/dev/full")
ENGLISH = {**os.environ, "VEILLE_LANG": "en", "PYTHONUNBUFFERED": ""}

needs_a_full_disk = pytest.mark.skipif(
    not FULL.exists(), reason="only Linux has a device that is always full"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with nothing in it."""
    return found_workspace(tmp_path / "veille", "en", os.environ).workspace.path


@needs_a_full_disk
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [["entries", "list"], ["entries", "list", "--json"], ["archive", "build"], ["--version"]]
)
def test_a_full_disk_behind_the_result_is_a_clear_error(
    folder: Path, arguments: list[str], unbuffered: str
) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [COMMAND, "-w", folder, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=ENGLISH | {"PYTHONUNBUFFERED": unbuffered},
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "could not be written to standard output: no room is left on the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@needs_a_full_disk
def test_a_full_disk_behind_the_help_is_a_clear_error() -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [COMMAND, "people", "--help"],
            stdout=full, stderr=subprocess.PIPE, env=ENGLISH, text=True, check=False,
        )  # fmt: skip

    assert done.returncode == 1
    assert "could not be written to standard output" in done.stderr


@pytest.mark.parametrize("arguments", [["entries", "list"], ["feeds", "list", "--json"], ["--help"]])
def test_a_reader_who_has_gone_is_no_reason_to_speak(folder: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [COMMAND, "-w", folder, *arguments], stdout=writing, stderr=subprocess.PIPE, env=ENGLISH, check=False
    )
    os.close(writing)

    assert done.stderr == b""
    assert done.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes a stream")
def test_closed_streams_are_no_fault(folder: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -w "$1" feeds list >&- 2>&-', COMMAND, folder], env=ENGLISH, check=False
    )

    assert done.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for oneself")
@pytest.mark.parametrize("module", ["veille.i18n", "veille.cli.app"])
def test_ctrl_c_while_veille_starts_leaves_quietly_with_130(tmp_path: Path, module: str) -> None:
    """The signal arrives while ``module`` is being imported."""
    program = f"""
import os, signal, sys
class Finger:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finger())
from veille.__main__ import main
main()
"""

    done = subprocess.run([sys.executable, "-c", program, "--version"], capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
