"""The front door: assembles the commands, and turns every failure into words and an exit code."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from veille import __version__
from veille.cli import (
    archive,
    backtest,
    backup,
    check,
    collect,
    completion,
    database,
    demo,
    doctor,
    entries,
    export,
    feeds,
    import_issues,
    inbox,
    init,
    issue,
    people,
    pick,
    preview,
    schedule,
    send,
    share,
    stats,
    suggest,
)
from veille.cli.front import Front
from veille.cli.output import Output
from veille.cli.usage import speak, usage_error
from veille.errors import VeilleError
from veille.i18n import gettext as _
from veille.logs import fallback_log_file, log_to

EXIT_BUG = 70
EXIT_INTERRUPTED = 130

_FLAGS = ("--json",)
_OPTIONS_WITH_VALUE = ("-w", "--workspace")

# Plain help, without boxes: it is read by screen readers, and Rich would double the time it takes.
app = typer.Typer(
    name="veille",
    help=_("Choose five links a month and tell each department why they matter."),
    rich_markup_mode=None,
    add_completion=False,  # ours, in completion.py, speaks the user's language
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


class Language(StrEnum):
    """A language veille speaks."""

    FR = "fr"
    EN = "en"


def _show_version(wanted: bool) -> None:
    if wanted:
        Output(as_json=False).line(f"veille {__version__}")
        raise typer.Exit


@app.callback()
def front_door(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "-w",
            "--workspace",
            metavar="DIR",
            help=_("Work in this folder (else VEILLE_WORKSPACE, else found upwards)."),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=_("Give the result as one JSON document."))] = False,
    _lang: Annotated[
        Language | None, typer.Option("--lang", help=_("Speak French or English (else VEILLE_LANG)."))
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", help=_("Show the version and leave."), callback=_show_version),
    ] = False,
    _install: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            help=_("Have the Tab key complete commands in this shell, and leave."),
            callback=completion.install_completion,
        ),
    ] = False,
    _show: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            help=_("Show what that would install, and leave."),
            callback=completion.show_completion,
        ),
    ] = False,
) -> None:
    context.obj = Front(workspace, Output(json))


init.register(app)
demo.register(app)
collect.register(app)
app.add_typer(feeds.app)
app.add_typer(entries.app)
app.add_typer(pick.app)
app.add_typer(issue.app)
check.register(app)
preview.register(app)
app.add_typer(send.app)
app.add_typer(people.app)
suggest.register(app)
app.add_typer(suggest.app)
share.register(app)
inbox.register(app)
import_issues.register(app)
backtest.register(app)
stats.register(app)
doctor.register(app)
schedule.register(app)
backup.register(app)
app.add_typer(archive.app)
app.add_typer(export.app)
app.add_typer(database.app)
speak(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and give its exit code; no traceback ever reaches the user."""
    command = typer.main.get_command(app)
    completion.answer_shells(os.environ)
    output = Output("--json" in arguments)
    try:
        try:
            code = command.main(options_first(arguments), prog_name="veille", standalone_mode=False)
        finally:
            # What waits to be written can fail too: here it is an error like any other.
            output.flush()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except typer.TyperException as refusal:
        error = usage_error(refusal)
        output.error(error)
        return error.exit_code
    except VeilleError as error:
        output.error(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a user
        output.error(_bug(error))
        return EXIT_BUG
    if code == EXIT_INTERRUPTED:
        output.notice(_("Interrupted. What was done is kept; run the same command to go on."))
    return code or 0


def options_first(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with ``--json`` and ``-w`` moved before the command, wherever they were typed.

    ``--lang`` stays: after ``entries`` it is a filter. So does whatever follows ``--``.
    """
    general: list[str] = []
    others: list[str] = []
    remaining = list(arguments)
    while remaining:
        argument = remaining.pop(0)
        if argument == "--":
            others += [argument, *remaining]
            break
        if argument in _FLAGS or argument.startswith("--workspace="):
            general.append(argument)
        elif argument in _OPTIONS_WITH_VALUE and remaining:
            general += [argument, remaining.pop(0)]
        else:
            others.append(argument)
    return [*general, *others]


def _bug(error: Exception) -> VeilleError:
    """Write ``error`` to the log, and say where."""
    logger = logging.getLogger("veille")
    if not logger.handlers:
        log_to(fallback_log_file())
    logger.error("unexpected error", exc_info=error)
    path = next(
        handler.baseFilename for handler in logger.handlers if isinstance(handler, logging.FileHandler)
    )
    return VeilleError(
        _("Something went wrong inside veille; nothing that was finished is lost."),
        hint=_("The details are in {path}. Please send that file with your report.").format(path=path),
    )
