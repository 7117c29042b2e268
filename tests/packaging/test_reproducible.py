"""The same source makes the same wheel, byte for byte, wherever, whenever and by whomever it is built."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = (
    "veille",
    "templates",
    "alembic",
    "feeds.opml",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    ".gitignore",
)


def copy_of_the_source(folder: Path, *, rights: int, changed_at: int) -> Path:
    """The source as another checkout would have it: elsewhere, with other rights and other dates."""
    folder.mkdir()
    for name in SHIPPED:
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(here, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(rights)
        os.utime(path, (changed_at, changed_at))
    return folder


def built(source: Path, target: Path, **environ: str) -> str:
    """The SHA-256 of the wheel of ``source``."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)],
        check=True,
        capture_output=True,
        env={**os.environ, **environ},
    )
    (wheel,) = target.glob("*.whl")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.mark.checkout
def test_the_wheel_is_the_same_wherever_and_whenever_it_is_built(tmp_path: Path) -> None:
    ours = copy_of_the_source(tmp_path / "ours", rights=0o644, changed_at=1_700_000_000)
    theirs = copy_of_the_source(tmp_path / "somebody else's", rights=0o600, changed_at=1_000_000_000)

    first = built(ours, tmp_path / "first", TZ="Europe/Paris", PYTHONHASHSEED="1")
    second = built(theirs, tmp_path / "second", TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C")

    assert first == second
