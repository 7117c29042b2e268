"""A store in a file: how SQLite is opened. Its full-text search is in :mod:`veille.store.fts5`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

_BUSY_TIMEOUT_MS = 10_000
# A write-ahead log that begins again soon is written over where it stands; one that grows makes the disk sync
# its length too, which doubles what a small commit costs.
_LOG_PAGES = 100


def new_engine(path: Path) -> Engine:
    """An engine whose transactions are durable, and one at a time."""
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def is_missing(path: Path) -> bool:
    """Whether there is no database at ``path``; a file without a single byte is none."""
    return not path.exists() or path.stat().st_size == 0


def _configure(connection: Any, _record: object) -> None:
    # pysqlite begins transactions late and by itself; SQLAlchemy's documentation has us begin instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        f"wal_autocheckpoint = {_LOG_PAGES}",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: a read that turns into a write can otherwise fail with
    # "database is locked" in spite of the busy timeout (SQLite "Transactions", section 2.2).
    connection.exec_driver_sql("BEGIN IMMEDIATE")
