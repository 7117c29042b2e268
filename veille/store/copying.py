"""A whole store copied from one database to another, of whichever kind, and compared row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, Table, delete, func, insert, select, text

from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.store.base import Base
from veille.store.engine import Store, Transaction, open_store
from veille.store.place import Place, shown
from veille.store.tables import LeaseRow, WorkspaceRow

_AT_ONCE = 1000
# Whoever holds a lease works in the database that it stands in.
_LEFT = {LeaseRow.__tablename__}


def copy_store(source: Place, target: Place) -> dict[str, int]:
    """Copy all that ``source`` holds to ``target``, which must hold nothing yet; how many rows, by table.

    Nobody works in either meanwhile. What was copied is read back and compared before it counts; when
    anything fails, ``target`` holds nothing. Raises ``StorageError``.
    """
    with (
        open_store(source, create=False) as original,
        open_store(target) as copy,
        original.transaction() as reading,
        copy.transaction() as writing,
    ):
        _refuse_occupied(writing, target)
        _free_of_order(copy, writing)
        for table in _tables():
            _copy_rows(table, reading, writing)
        _count_on(copy, writing)
        return {table.name: _compared(table, reading, writing, target) for table in _tables()}


def _tables() -> list[Table]:
    """Those that others refer to come first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _LEFT]


def _refuse_occupied(writing: Transaction, target: Place) -> None:
    for table in _tables():
        if table.name != WorkspaceRow.__tablename__ and writing.execute(select(table).limit(1)).first():
            raise StorageError(
                _("{database} holds a veille already; nothing was copied.").format(database=shown(target)),
                hint=_("Copy to a database that is empty."),
            )
    writing.execute(delete(WorkspaceRow))  # a new store has made its own


def _free_of_order(copy: Store, writing: Transaction) -> None:
    """Let rows come before those that they refer to; the references are examined at the end."""
    if not copy.is_shared:
        writing.execute(text("PRAGMA defer_foreign_keys = ON"))


def _copy_rows(table: Table, reading: Transaction, writing: Transaction) -> None:
    rows = reading.execute(_all(table).execution_options(yield_per=_AT_ONCE))
    for part in rows.mappings().partitions(_AT_ONCE):
        writing.execute(insert(table), [dict(row) for row in part])


def _count_on(copy: Store, writing: Transaction) -> None:
    """Have PostgreSQL number new rows after the copied ones; SQLite does by itself."""
    if not copy.is_shared:
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            newest = select(func.max(column)).scalar_subquery()
            writing.execute(select(func.setval(sequence, newest)).where(select(table).exists()))


def _compared(table: Table, reading: Transaction, writing: Transaction, target: Place) -> int:
    counts = []
    for transaction in (reading, writing):
        digest, count = hashlib.sha256(), 0
        for row in _rows(table, transaction):
            digest.update(repr(tuple(row)).encode())
            count += 1
        counts.append((count, digest.digest()))
    if counts[0] != counts[1]:
        raise StorageError(
            _("The copy of “{table}” in {database} is not what was copied; nothing was kept.").format(
                table=table.name, database=shown(target)
            ),
            hint=_("Try again; if it happens again, the database or its disk is at fault."),
        )
    return counts[0][0]


def _rows(table: Table, transaction: Transaction) -> Iterator[Row[Any]]:
    yield from transaction.execute(_all(table).execution_options(yield_per=_AT_ONCE))


def _all(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns)
