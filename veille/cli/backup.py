"""``veille backup`` and ``veille restore``: a workspace in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import Output, moment_label
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.workspace import Workspace

if TYPE_CHECKING:
    from veille.backup import Backup


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(
        "backup",
        help=_(
            "Write the whole workspace to one file: database, settings, feeds, templates."
            "\n\nIt may be made at any moment, and is read back before it counts. Secrets are not in it."
            "\n\nExample: veille backup veille-2026-11.zip"
        ),
    )(back_up_workspace)
    app.command(
        "restore",
        help=_(
            "Make a workspace from a backup, in a folder that is empty or not there yet."
            "\n\nExample: veille restore veille-2026-11.zip my-veille"
        ),
    )(restore_workspace)


def back_up_workspace(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Where to; an older one is replaced."))],
) -> None:
    from veille.backup import back_up
    from veille.store import place_of

    front = front_of(context)
    with front.house() as house:
        place = place_of(house.workspace, house.settings, os.environ)
        made = back_up(house.workspace, place, house.settings.look.logo, file, house.clock.now())
    said = ngettext("{count} file in {path}", "{count} files in {path}", len(made.files))
    front.output.result(
        {"path": made.path, "made_at": made.made_at, "files": list(made.files)},
        lambda: front.output.line(said.format(count=len(made.files), path=made.path)),
    )


def restore_workspace(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("What veille backup wrote."))],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder; made when missing."))],
) -> None:
    from veille.backup import restore

    output = front_of(context).output
    workspace = Workspace(folder.expanduser().absolute())
    restored = restore(file, workspace.path)
    output.result(
        {"workspace": workspace.path, "made_at": restored.made_at, "files": list(restored.files)},
        lambda: _show_restored(output, workspace, restored),
    )


def _show_restored(output: Output, workspace: Workspace, restored: Backup) -> None:
    from veille.configuration import read_settings

    output.line(
        _("The workspace of {moment} is restored: {path}").format(
            moment=moment_label(restored.made_at), path=workspace.path
        )
    )
    output.notice(
        _(
            "It does not know what was sent after that moment: before you send, look at veille send"
            " status, and unsubscribe again who left since."
        )
    )
    url = read_settings(workspace.settings_file, os.environ).database.url
    if url:
        said = _("veille.toml names a server for the store; put it there: veille database copy {file} {url}")
        output.notice(said.format(file=workspace.database, url=url))
