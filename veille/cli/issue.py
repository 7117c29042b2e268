"""``veille issue``: the words around the links, and its way from draft to approved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from veille.cli.files import read_text
from veille.cli.front import front_of
from veille.cli.output import Output
from veille.cli.pick import MonthOption, show_slots
from veille.i18n import gettext as _
from veille.model.issue import Issue, IssueStatus

app = typer.Typer(
    name="issue", help=_("List, show, start, edit, approve and reopen issues."), no_args_is_help=True
)


@app.command("list", help=_("List the issues, newest first.\n\nExample: veille issue list"))
def list_issues(context: typer.Context) -> None:
    from veille.store.issues import all_issues

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        issues = all_issues(transaction)
    columns = (_("Month"), _("No."), _("Status"), _("Links"), _("Title"))
    rows = [
        (
            str(issue.month),
            str(issue.number),
            _status_label(issue.status),
            f"{sum(slot.common is not None for slot in issue.tray.slots)}/{len(issue.tray.slots)}",
            issue.title,
        )
        for issue in issues
    ]
    front.output.result(
        {"issues": [_as_json(issue) for issue in issues]}, lambda: front.output.table(columns, rows)
    )


@app.command("show", help=_("Show an issue: its words, slots and status.\n\nExample: veille issue show"))
def show_issue(context: typer.Context, month: MonthOption = None) -> None:
    from veille.store.issues import require_issue

    front = front_of(context)
    with front.house() as house:
        named = house.month(month)
        with house.store.transaction() as transaction:
            issue = require_issue(transaction, named)
    _give(front.output, issue)


@app.command("new", help=_("Start the issue of a month.\n\nExample: veille issue new --month 2026-11"))
def new_issue(
    context: typer.Context,
    month: MonthOption = None,
    number: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=_("Its number; the next one by default."))
    ] = None,
) -> None:
    from veille.curate.desk import start_issue

    front = front_of(context)
    with front.house() as house:
        issue = start_issue(house.store, house.settings, house.month(month), number)
    _give(front.output, issue)


@app.command(
    "edit",
    help=_(
        "Change the title, the introduction or the number."
        '\n\nExample: veille issue edit --intro "Five links on welcome and access."'
    ),
)
def edit_issue(
    context: typer.Context,
    *,
    month: MonthOption = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help=_("The subject; empty for the usual one."))
    ] = None,
    intro: Annotated[
        str | None, typer.Option(metavar="TEXT", help=_("Two or three sentences above the links."))
    ] = None,
    intro_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Read them from a file (- for standard input)."))
    ] = None,
    number: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Its number."))] = None,
) -> None:
    from veille.curate import desk

    front = front_of(context)
    words = read_text(intro_file) if intro_file is not None else intro
    with front.house() as house:
        issue = desk.edit_issue(house.store, house.month(month), title=title, intro=words, number=number)
    _give(front.output, issue)


@app.command("approve", help=_("Freeze an issue, ready to be sent.\n\nExample: veille issue approve"))
def approve_issue(context: typer.Context, month: MonthOption = None) -> None:
    from veille.curate import approval

    front = front_of(context)
    with front.house() as house:
        issue = approval.approve_issue(
            house.store, house.settings, house.workspace, house.month(month), house.clock.now()
        )
    _give(front.output, issue)


@app.command(
    "reopen",
    help=_("Make an approved issue a draft again, while nothing has left.\n\nExample: veille issue reopen"),
)
def reopen_issue(context: typer.Context, month: MonthOption = None) -> None:
    from veille.curate import approval

    front = front_of(context)
    with front.house() as house:
        issue = approval.reopen_issue(house.store, house.month(month))
    _give(front.output, issue)


def _give(output: Output, issue: Issue) -> None:
    def show() -> None:
        heading = _("Issue {number}, {month}: {status}").format(
            number=issue.number, month=issue.month, status=_status_label(issue.status)
        )
        output.line(heading)
        for words in filter(None, (issue.title, issue.intro)):
            output.line(words)
        show_slots(output, issue)

    output.result(_as_json(issue), show)


def _status_label(status: IssueStatus) -> str:
    labels = {
        IssueStatus.DRAFT: _("draft"),
        IssueStatus.APPROVED: _("approved"),
        IssueStatus.SENT: _("sent"),
    }
    return labels[status]


def _as_json(issue: Issue) -> dict[str, Any]:
    return {
        "month": str(issue.month),
        "number": issue.number,
        "status": issue.status,
        "title": issue.title,
        "intro": issue.intro,
        "content_hash": issue.content_hash,
        "approved_at": issue.approved_at,
    }
