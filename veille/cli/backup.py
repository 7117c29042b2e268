"""``veille backup`` and ``veille restore``: a workspace in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import moment_label
from veille.i18n import gettext as _
from veille.i18n import ngettext


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

    front = front_of(context)
    with front.house() as house:
        made = back_up(house.workspace, house.settings.look.logo, file, house.clock.now())
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
    workspace = folder.expanduser().absolute()
    restored = restore(file, workspace)
    moment = moment_label(restored.made_at)

    def show() -> None:
        output.line(_("The workspace of {moment} is restored: {path}").format(moment=moment, path=workspace))
        output.notice(
            _(
                "It does not know what was sent after that moment: before you send, look at veille send"
                " status, and unsubscribe again who left since."
            )
        )

    output.result({"workspace": workspace, "made_at": restored.made_at, "files": list(restored.files)}, show)
