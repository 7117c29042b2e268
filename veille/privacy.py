"""Files that nobody but their owner reads, where a machine has such rights (POSIX). Windows has others."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER, _OTHERS = 0o600, 0o700, 0o077


def make_private(path: Path) -> None:
    """Make the file at ``path``, still to be filled, readable by its owner only; a folder's rights stay."""
    with suppress(OSError):  # who opens it next says what is wrong
        path.touch(mode=_FILE)


def make_private_folder(path: Path) -> None:
    """Make the folder at ``path``, and those above it that are missing, for its owner only."""
    for folder in (*reversed(path.parents), path):
        folder.mkdir(mode=_FOLDER, exist_ok=True)


def is_open_to_others(path: Path) -> bool:
    """Whether another account of this machine may read or write what stands at ``path``."""
    return os.name == "posix" and path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS)
