"""Completion by the Tab key: Typer's scripts for the shells it knows, installed and shown in our words.

A shell that wants to complete runs ``veille`` with ``_VEILLE_COMPLETE`` set, and reads what it prints.
"""

from __future__ import annotations

from collections.abc import MutableMapping

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import Shells, _get_shell_name, get_completion_script, install

from veille.cli.output import Output
from veille.errors import UsageError, VeilleError, reason_of
from veille.i18n import gettext as _

_PROGRAM = "veille"
_ASKED = "_VEILLE_COMPLETE"


def answer_shells(environ: MutableMapping[str, str]) -> None:
    """Be ready for the question of a shell, if this is one."""
    if _ASKED in environ:
        environ["COLUMNS"] = "1000"  # else Rich folds an explanation, and its second line is a candidate
        completion_init()


def install_completion(wanted: bool) -> None:
    """Install completion in the shell that veille was started from, and leave."""
    if not wanted:
        return
    shell = _shell()
    try:
        path = install(shell, _PROGRAM, _ASKED)[1]
    except OSError as error:
        raise VeilleError(
            _("Completion could not be installed: {reason}.").format(reason=reason_of(error)),
            hint=_("veille --show-completion prints it, to be put where you wish."),
        ) from error
    output = Output(as_json=False)
    output.line(
        _("Completion for {shell} stands in {path}. Open a new terminal.").format(shell=shell, path=path)
    )
    raise typer.Exit


def show_completion(wanted: bool) -> None:
    """Print the completion of the shell that veille was started from, and leave."""
    if wanted:
        Output(as_json=False).line(
            get_completion_script(prog_name=_PROGRAM, complete_var=_ASKED, shell=_shell())
        )
        raise typer.Exit


def _shell() -> str:
    known = [shell.value for shell in Shells]
    name = _get_shell_name()
    if name in known:
        return name
    raise UsageError(
        _("Completion is there for {known}; this seems to be none of them.").format(known=", ".join(known)),
        hint=_("It is written for another shell so: _VEILLE_COMPLETE=source_zsh veille"),
    )
