"""``veille check``: whether the issue is fit to leave."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from veille.cli.front import front_of
from veille.cli.output import EXIT_REFUSED, Output
from veille.cli.pick import MonthOption
from veille.i18n import gettext as _
from veille.model.charter import Finding, Severity


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "check",
        help=_(
            "Examine the issue: slots, notes, balance, words, links, rendering."
            "\n\nThe links are tried on the network, which takes a few seconds; those tried within the hour"
            " are not tried again."
            "\n\nExit code 3 when something blocks."
            "\n\nExample: veille check --month 2026-11"
        ),
    )(check)


def check(
    context: typer.Context,
    month: MonthOption = None,
    offline: Annotated[
        bool, typer.Option("--offline", help=_("Leave the network alone; what is known of the links counts."))
    ] = False,
) -> None:
    from veille.curate.approval import check_issue, try_links

    front = front_of(context)
    with front.house() as house:
        named, now = house.month(month), house.clock.now()
        if not offline:
            with front.output.progress(_("Trying the links")):
                try_links(house.store, house.settings, named, now)
        findings = check_issue(house.store, house.settings, house.workspace, named, now)
    blockers = [finding for finding in findings if finding.severity is Severity.BLOCKER]
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
    document = {
        "blockers": [_as_json(finding) for finding in blockers],
        "warnings": [_as_json(finding) for finding in warnings],
    }
    front.output.result(document, lambda: _show(front.output, (*blockers, *warnings)))
    if blockers:
        raise typer.Exit(EXIT_REFUSED)


def _show(output: Output, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        label = _("blocker") if finding.severity is Severity.BLOCKER else _("warning")
        place = f"[{finding.place}]  " if finding.place else ""
        output.line(f"{label}  {finding.code}  {place}{finding.message}")
        output.line(f"    {finding.remedy}")
    if not findings:
        output.line(_("Nothing to object to."))


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "slot": finding.slot,
        "segment": finding.segment,
        "message": finding.message,
        "remedy": finding.remedy,
    }
