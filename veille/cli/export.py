"""``veille export``: issues for elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.files import write_bytes
from veille.cli.front import front_of
from veille.i18n import gettext as _
from veille.i18n import ngettext

app = typer.Typer(name="export", help=_("Write issues to files for elsewhere."), no_args_is_help=True)


class Format(StrEnum):
    """What the issues are written as."""

    JSON = "json"
    MD = "md"
    CSV = "csv"


@app.callback()
def export() -> None:
    """Keep the name of what is exported: more may come."""


@app.command(
    "issues",
    help=_(
        "Write all issues: as JSON, which veille import-issues takes in again; as Markdown, to read;"
        " or as CSV, a line a link.\n\nExample: veille export issues issues.json"
    ),
)
def export_issues(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Where to; an older one is replaced."))],
    format_: Annotated[
        Format, typer.Option("--format", metavar="json|md|csv", help=_("What it is written as."))
    ] = Format.JSON,
) -> None:
    from veille.curate.exporting import issues_as_csv, issues_as_json, issues_as_markdown
    from veille.store.errata import errata_by_month
    from veille.store.issues import all_issues

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        issues, errata = all_issues(transaction), errata_by_month(transaction)
        settings = house.settings
    if format_ is Format.JSON:
        content = issues_as_json(issues, errata)
    else:
        content = issues_as_csv(issues) if format_ is Format.CSV else issues_as_markdown(issues, settings)
    write_bytes(file, content.encode())
    said = ngettext("{count} issue written to {path}", "{count} issues written to {path}", len(issues))
    front.output.result(
        {"path": file, "format": format_, "issues": len(issues)},
        lambda: front.output.line(said.format(count=len(issues), path=file)),
    )
