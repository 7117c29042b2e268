"""``veille demo``: a whole month, offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import Output
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.demo.recipe import DemoReport


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "demo",
        help=_(
            "Play a whole month offline, on invented feeds."
            "\n\nIt collects, picks, checks, approves, sends to files and builds the archive."
            "\n\nExample: veille demo my-demo"
        ),
    )(demo)


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=_("Where; an earlier demonstration there is replaced."))
    ] = Path("veille-demo"),
) -> None:
    from veille.demo.recipe import run_demo

    output = front_of(context).output
    report = run_demo(folder.expanduser().absolute())

    document = {
        "workspace": report.workspace.path,
        "issue": str(report.month),
        "feeds": report.feeds,
        "entries": report.entries,
        "picks": report.picks,
        "messages": report.messages,
        "previews": report.previews,
        "archive": report.home,
    }
    output.result(document, lambda: _show(output, report))


def _show(output: Output, report: DemoReport) -> None:
    output.line(_("A month of veille, played offline in {path}:").format(path=report.workspace.path))
    for said in (
        _("{entries} entries collected from {feeds} feeds").format(
            entries=report.entries, feeds=report.feeds
        ),
        _("{picks} picks with their notes, {warnings} warnings, approved").format(
            picks=report.picks, warnings=report.warnings
        ),
        _("{messages} messages written; none left this machine").format(messages=len(report.messages)),
        _("{pages} pages of archive").format(pages=report.pages),
    ):
        output.line(f"  {said}")
    output.line(_("Open:"))
    for path in (*report.previews, report.messages[0], report.home):
        output.line(f"  {path}")
    output.line(_("Look around: veille -w {path} pick list").format(path=report.workspace.path))
