"""``veille check``: whether the issue is fit to leave."""

from __future__ import annotations

from typing import Any

import typer

from veille.cli.front import front_of
from veille.cli.output import EXIT_REFUSED
from veille.cli.pick import MonthOption
from veille.curate.charter import Finding, Severity
from veille.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "check",
        help=_(
            "Examine the issue: slots, notes, balance, rendering."
            "\n\nExit code 3 when something blocks."
            "\n\nExample: veille check --month 2026-11"
        ),
    )(check)


def check(context: typer.Context, month: MonthOption = None) -> None:
    from veille.curate.approval import check_issue

    front = front_of(context)
    with front.house() as house:
        findings = check_issue(house.store, house.settings, house.workspace, house.month(month))
    blockers = [finding for finding in findings if finding.severity is Severity.BLOCKER]
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]

    def show() -> None:
        for finding in findings:
            label = _("blocker") if finding.severity is Severity.BLOCKER else _("warning")
            front.output.line(f"{label}  {_where(finding)}{finding.message}")
        if not findings:
            front.output.line(_("Nothing to object to."))

    front.output.result(
        {
            "blockers": [_as_json(finding) for finding in blockers],
            "warnings": [_as_json(finding) for finding in warnings],
        },
        show,
    )
    if blockers:
        raise typer.Exit(EXIT_REFUSED)


def _where(finding: Finding) -> str:
    place = " ".join(filter(None, (str(finding.slot or ""), finding.segment)))
    return f"[{place}]  " if place else ""


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "slot": finding.slot,
        "segment": finding.segment,
        "message": finding.message,
    }
