"""``veille init``: a new workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.front import front_of
from veille.i18n import active_language
from veille.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "init",
        help=_(
            "Make a workspace: settings, a list of feeds, a database."
            "\n\nNothing that is there already is changed."
            "\n\nExample: veille init my-veille"
        ),
    )(make_workspace)


def make_workspace(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder; made when missing."))] = Path(),
) -> None:
    from veille.founding import found_workspace

    output = front_of(context).output
    founded = found_workspace(folder.expanduser().absolute(), active_language(), os.environ)

    def show() -> None:
        output.line(_("The workspace is ready: {path}").format(path=founded.workspace.path))
        for path in founded.made:
            output.line(f"  {path.name}")
        if founded.kept:
            kept = ", ".join(path.name for path in founded.kept)
            output.line(_("Already there and left as they were: {files}").format(files=kept))
        output.line(_("Next: fill in veille.toml, then in that folder:"))
        output.line("  veille feeds import feeds.opml")
        output.line("  veille collect")

    output.result({"workspace": founded.workspace.path, "made": founded.made, "kept": founded.kept}, show)
