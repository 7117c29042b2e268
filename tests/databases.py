"""The store of a workspace, in whichever kind of database the tests run on (``pytest --database``)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Row, create_engine, select, text

from veille.configuration import read_settings
from veille.store import Store, open_store, place_of
from veille.store.tables import WorkspaceRow
from veille.workspace import Workspace


def place_in(folder: Path) -> Path | URL:
    """Where the workspace at ``folder`` keeps its store, as the command line finds it."""
    workspace = Workspace(folder)
    return place_of(workspace, read_settings(workspace.settings_file, os.environ), os.environ)


def store_of(folder: Path) -> Store:
    """The store of the workspace at ``folder``."""
    return open_store(place_in(folder))


def dump(folder: Path) -> str:
    """All that the tables of that store hold, as text."""
    tables = WorkspaceRow.metadata.sorted_tables
    return "\n".join(str(row) for table in tables for row in query(folder, str(select(table))))


def query(folder: Path, statement: str, values: Mapping[str, object] | None = None) -> Sequence[Row[Any]]:
    """What the database of the workspace at ``folder`` answers to any statement, past the product."""
    place = place_in(folder)
    engine = create_engine(URL.create("sqlite", database=str(place)) if isinstance(place, Path) else place)
    try:
        with engine.begin() as connection:
            done = connection.execute(text(statement), values or {})
            return done.all() if done.returns_rows else ()
    finally:
        engine.dispose()
