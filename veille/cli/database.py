"""``veille database``: from the file to the server, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille import checks
from veille.cli.front import front_of
from veille.errors import UsageError
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.store import Place

app = typer.Typer(
    name="database", help=_("Copy the store from SQLite to PostgreSQL, and back."), no_args_is_help=True
)

_PLACES = _("A file, or postgresql+psycopg://USER@HOST/DATABASE.")


@app.command(
    "copy",
    help=_(
        "Copy a whole store to an empty database, and compare the copy row by row."
        "\n\nExample: veille database copy veille.db postgresql+psycopg://veille@db.musee.example/veille"
    ),
)
def copy(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help=_PLACES)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_PLACES)],
) -> None:
    from veille.store.copying import copy_store
    from veille.store.place import shown

    output = front_of(context).output
    origin, goal = _place(source), _place(target)
    rows = copy_store(origin, goal)

    def show() -> None:
        output.table((_("table"), _("rows")), [(table, str(count)) for table, count in rows.items()])
        output.line(
            _(
                "Copied and compared. To work there: database.url in veille.toml,"
                " see docs/how-to/postgresql.md."
            )
        )

    output.result({"from": shown(origin), "to": shown(goal), "rows": rows}, show)


def _place(written: str) -> Place:
    from veille.store.place import server

    if "://" not in written:
        return Path(written).expanduser().absolute()
    if complaint := checks.database_url(written):
        raise UsageError(
            # Not repeated: a password may stand anywhere in it.
            _("This address is no database's: {complaint}.").format(complaint=complaint)
        )
    return server(written, os.environ)
