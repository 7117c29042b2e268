"""Bringing the schema to this version's. Alembic is imported only when there is something to do."""

from __future__ import annotations

import glob
import secrets
import sys
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.resources import shipped
from veille.store.place import Place, shown
from veille.store.snapshot import take_snapshot

# The newest revision in alembic/versions; a test keeps the two equal.
HEAD = "0006"
_COPIES_KEPT = 5


def migrate(engine: Engine, place: Place, *, create: bool = True) -> None:
    """Create the schema, or upgrade it; a file of SQLite's is copied beside itself first.

    Raises ``StorageError`` when the database was made by a newer veille, is not veille's, or, without
    ``create``, holds nothing.
    """
    revision = current_revision(engine)
    if revision == HEAD:
        return
    if revision is None and not create:
        raise lost(place)
    if revision is not None:
        _refuse_unknown(place, revision)
        if isinstance(place, Path):
            _back_up(place, revision)
    _upgrade(engine)


def lost(place: Place) -> StorageError:
    """What to say when the database of a workspace is gone, or empty."""
    if not isinstance(place, Path):
        return StorageError(
            _("{database} holds no veille yet.").format(database=shown(place)),
            hint=_(
                "Begin there: veille init. To move there what stands in veille.db: veille database copy, see"
                " docs/how-to/postgresql.md. If it did hold one, put it back from a backup."
            ),
        )
    return StorageError(
        _(
            "{path} is missing or empty. In it stood the issues, the ledger of what was sent to whom, and who"
            " unsubscribed or asked to be forgotten."
        ).format(path=place),
        hint=_(
            "Put it back from a backup, with its -wal file if there is one. To begin anew with an empty"
            " database and keep veille.toml: veille init {folder}"
        ).format(folder=place.parent),
    )


def current_revision(engine: Engine) -> str | None:
    """The schema revision there, None where nothing stands; ``StorageError`` for tables of somebody else."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if tables:
        raise StorageError(
            _("The database holds tables that are not veille's: {tables}.").format(tables=", ".join(tables)),
            hint=_("Choose another folder: veille init DIR"),
        )
    return None


def _refuse_unknown(place: Place, revision: str) -> None:
    if not any(shipped("alembic").glob(f"versions/{revision}_*.py")):
        raise StorageError(
            _("{path} was written by a newer veille (schema {revision}, this one knows {head}).").format(
                path=shown(place), revision=revision, head=HEAD
            ),
            hint=_("Upgrade veille: pipx upgrade veille"),
        )


def _back_up(path: Path, revision: str) -> None:
    """Copy the database beside itself, and keep the latest five of such copies."""
    take_snapshot(path, path.with_name(f"{path.name}.before-{HEAD}-from-{revision}"))
    # Revisions are numbers of four digits: their names are in the order of time.
    for old in sorted(path.parent.glob(f"{glob.escape(path.name)}.before-*"))[:-_COPIES_KEPT]:
        old.unlink()


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    # Alembic prints on standard output by default, which belongs to results (--json).
    config = Config(stdout=sys.stderr)
    # "%" starts an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(shipped("alembic")).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.execute(
            text(
                "INSERT INTO workspace (id, salt) SELECT 1, :salt WHERE NOT EXISTS (SELECT 1 FROM workspace)"
            ),
            {"salt": secrets.token_hex(16)},
        )
