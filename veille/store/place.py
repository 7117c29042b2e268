"""Where a store is: a file of SQLite's, or a database of a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url

from veille.credentials import secret_if_any
from veille.settings import Settings
from veille.workspace import Workspace

Place = Path | URL

PASSWORD_VARIABLE = "VEILLE_DATABASE_PASSWORD"  # noqa: S105 - its name, no password


def place_of(workspace: Workspace, settings: Settings, environ: Mapping[str, str]) -> Place:
    """Where ``workspace`` keeps its store: ``database.url`` with its password, else veille.db.

    The password is that of ``VEILLE_DATABASE_PASSWORD``, ``…_FILE`` or ``…_COMMAND``; without any, whatever
    the server and its client library agree on (a Unix socket's owner, ``.pgpass``). Raises ``ConfigError``
    when it cannot be had.
    """
    if not settings.database.url:
        return workspace.database
    return server(settings.database.url, environ)


def server(written: str, environ: Mapping[str, str]) -> URL:
    """The address ``written`` with its password, found as ``place_of`` says."""
    return make_url(written).set(password=secret_if_any(PASSWORD_VARIABLE, environ))


def shown(place: Place) -> str:
    """``place`` as a person is told of it, never with a password."""
    return str(place) if isinstance(place, Path) else place.render_as_string(hide_password=True)
