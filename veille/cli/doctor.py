"""``veille doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import EXIT_FAILED, EXIT_PARTLY, Output
from veille.clock import SystemClock
from veille.i18n import gettext as _
from veille.workspace import find_workspace

if TYPE_CHECKING:
    from veille.doctor.symptom import Gravity, Symptom


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "doctor",
        help=_(
            "Say what is wrong and what to do, worst first; nothing is changed and nothing sent."
            "\n\nExit code 1 when something is broken, 4 when something deserves a look, else 0."
            "\n\nExample: veille doctor --offline"
        ),
    )(doctor)


def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help=_("Ask no server; only this machine."))] = False,
) -> None:
    from veille.doctor.examination import examine
    from veille.doctor.symptom import Gravity

    front = front_of(context)
    workspace = find_workspace(front.workspace_option, os.environ, Path.cwd())
    symptoms = examine(workspace, os.environ, SystemClock(), offline=offline)
    document = {
        gravity.value + "s": [_as_json(one) for one in symptoms if one.gravity is gravity]
        for gravity in Gravity
    }
    front.output.result(document, lambda: _show(front.output, symptoms))
    if document["faults"]:
        raise typer.Exit(EXIT_FAILED)
    if document["warnings"]:
        raise typer.Exit(EXIT_PARTLY)


def _as_json(symptom: Symptom) -> dict[str, str]:
    return {"code": symptom.code, "message": symptom.message, "remedy": symptom.remedy}


def _show(output: Output, symptoms: tuple[Symptom, ...]) -> None:
    from veille.doctor.symptom import Gravity

    labels = {Gravity.FAULT: _("To repair"), Gravity.WARNING: _("To look at"), Gravity.NOTE: _("To know")}
    if not any(symptom.gravity is not Gravity.NOTE for symptom in symptoms):
        output.line(_("All is well."))
        output.line()
    last: Gravity | None = None
    for symptom in symptoms:
        if symptom.gravity is not last:
            if last:
                output.line()
            output.line(labels[symptom.gravity])
            last = symptom.gravity
        output.line(f"  {symptom.message}  [{symptom.code}]")
        output.line(f"    {symptom.remedy}")
