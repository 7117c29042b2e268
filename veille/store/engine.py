"""Opening the store and its transactions. Every write is durable when its transaction ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.store.migrate import is_missing, lost, migrate
from veille.store.snapshot import make_private

Transaction = Session

_BUSY_TIMEOUT_MS = 10_000


class Store:
    """An open database. Use it in ``with``; hand transactions, never engines, to the query modules."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends well and leaves no trace otherwise.

        Raises ``StorageError`` when the database is locked, full, read-only or damaged.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (DatabaseError, OverflowError) as error:  # SQLite takes no number beyond 64 bits
            raise StorageError(
                _("The database could not be used: {reason}.").format(reason=getattr(error, "orig", error)),
                hint=_(
                    "Nothing of this step was kept. Is the disk full, or another veille at work? Try again."
                ),
            ) from error


def open_store(path: Path, *, create: bool = True) -> Store:
    """The store in the SQLite file at ``path``, created or migrated to this version's schema first.

    Raises ``StorageError`` when the file cannot be opened or is not a veille database. Without ``create``,
    also when it is missing or empty: begun anew, nobody would be unsubscribed and nothing sent any more.
    """
    if not create and is_missing(path):
        raise lost(path)
    if is_missing(path):
        make_private(path)  # SQLite gives what it makes beside it the same rights
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    try:
        migrate(engine, path, create=create)
    except StorageError:
        engine.dispose()
        raise
    except DatabaseError as error:
        engine.dispose()
        raise StorageError(
            _("{path} could not be opened: {reason}.").format(path=path, reason=error.orig),
            hint=_("Is it a veille database, and may this account write in its folder?"),
        ) from error
    return Store(engine)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # pysqlite begins transactions late and by itself; SQLAlchemy's documentation has us begin instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # IMMEDIATE takes the write lock at once: a read that turns into a write can otherwise fail with
    # "database is locked" in spite of the busy timeout (SQLite "Transactions", section 2.2).
    connection.exec_driver_sql("BEGIN IMMEDIATE")
