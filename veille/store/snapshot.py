"""Copies of the SQLite file, whole at one moment whatever is written meanwhile, and examined."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.privacy import make_private


def take_snapshot(path: Path, target: Path) -> None:
    """Copy the database at ``path`` to ``target``, which only its owner may read, and examine the copy.

    SQLite's own backup also takes what still stands in the write-ahead log; copying the file would not.
    Raises ``StorageError`` when the database cannot be read, or the copy is not sound.
    """
    make_private(target)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise _unsound(path, str(error)) from error
    examine_snapshot(target)


def examine_snapshot(path: Path) -> str:
    """The schema revision of the sound veille database at ``path``; ``StorageError`` when it is none."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise _unsound(path, found)
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:  # no row is no revision
        raise _unsound(path, str(error)) from error
    return str(revision)


def _unsound(path: Path, reason: str) -> StorageError:
    return StorageError(
        _("{path} is not a sound database: {reason}.").format(path=path, reason=reason.rstrip(".")),
        hint=_("Put back the latest backup: veille restore FILE DIR"),
    )
