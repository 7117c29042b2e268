"""A store on a server that several machines share: how PostgreSQL is opened and made to agree with SQLite.

Its full-text search is in :mod:`veille.store.tsearch`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from veille.errors import ConfigError
from veille.i18n import gettext as _

# Set as an execution option by whoever may work beside others.
BESIDE_OTHERS = "veille_beside_others"

_LOCK_TIMEOUT_MS = 10_000
# A machine that fell silent amid a transaction must not keep the others out for hours.
_SILENCE_TIMEOUT_MS = 60_000
# Nor must one that vanished between two of them: left to itself, the server believes in it for two hours.
_KNOCK_AFTER_SECONDS = 15
# Advisory locks are numbers, and each database has its own: this one stands for the whole store.
_STORE_LOCK = 7_653_455

_TEXTS_NOT_BY_BYTES = text(
    """
    SELECT columns.table_name, columns.column_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE columns.table_schema = current_schema() AND table_type = 'BASE TABLE'
        AND data_type = 'character varying' AND columns.collation_name IS DISTINCT FROM 'C'
    ORDER BY columns.table_name, columns.ordinal_position
    """
)


def new_engine(url: URL) -> Engine:
    """An engine whose transactions are durable, and one at a time but for those marked ``BESIDE_OTHERS``.

    Raises ``ConfigError`` when the driver is not installed.
    """
    try:
        engine = create_engine(url, connect_args={"application_name": "veille"}, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise ConfigError(
            _("A store on PostgreSQL needs a driver that is not installed."),
            hint=_('Install it: pipx install --force "veille[postgres]"'),
        ) from error
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _take_turn)
    return engine


@contextmanager
def holding(engine: Engine, name: str) -> Iterator[bool]:
    """Hold the lock of that name while the block runs; False when another connection holds it."""
    number = {"number": zlib.crc32(name.encode())}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_held = connection.scalars(text("SELECT pg_try_advisory_lock(:number)"), number).one()
        try:
            yield is_held
        finally:
            if is_held:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), number)


def sort_by_bytes(connection: Connection) -> None:
    """Make every column of text compare as SQLite does, whatever the language of the server.

    ``max``, ``ORDER BY`` and indexes then give the same on both.
    """
    quote = connection.dialect.identifier_preparer.quote
    for table, column in connection.execute(_TEXTS_NOT_BY_BYTES).all():
        connection.exec_driver_sql(
            f'ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} TYPE varchar COLLATE "C"'
        )


def _configure(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET lock_timeout = {_LOCK_TIMEOUT_MS};"
            f" SET idle_in_transaction_session_timeout = {_SILENCE_TIMEOUT_MS};"
            f" SET tcp_keepalives_idle = {_KNOCK_AFTER_SECONDS};"
            f" SET tcp_keepalives_interval = {_KNOCK_AFTER_SECONDS};"
            " SET tcp_keepalives_count = 3;"
            " SET synchronous_commit = on;"
            " SET client_min_messages = warning"
        )
    connection.commit()


def _take_turn(connection: Connection) -> None:
    # What SQLite gives to every transaction: nobody else is at work meanwhile. Steps that are right whatever
    # happens beside them share the lock.
    shared = "_shared" if connection.get_execution_options().get(BESIDE_OTHERS) else ""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{shared}({_STORE_LOCK})")
