"""``veille issue``: the words around the links, and its way from draft to approved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.files import read_text
from veille.cli.front import House, front_of
from veille.cli.output import EXIT_PARTLY, Output, moment_label
from veille.cli.pick import MonthOption, SegmentOption, show_slots
from veille.cli.send import to_files, where_to
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.charter import Override
from veille.model.delivery import DeliveryState, state_label
from veille.model.issue import Issue, IssueStatus

if TYPE_CHECKING:
    from veille.deliver.rehearsal import Proof

app = typer.Typer(
    name="issue", help=_("List, show, start, edit, prove, approve and reopen issues."), no_args_is_help=True
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
        _give_whole(front.output, house, issue)


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
    front = front_of(context)
    words = read_text(intro_file) if intro_file is not None else intro
    with front.house() as house:
        issue = house.desk(month).edit(title=title, intro=words, number=number)
    _give(front.output, issue)


@app.command(
    "proof",
    help=_(
        "Send a draft to reviewers, marked as a proof: what each segment would receive."
        "\n\nExample: veille issue proof camille@musee.example --segment publics"
    ),
)
def proof_issue(
    context: typer.Context,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help=_("E-mail addresses."))],
    *,
    segment: SegmentOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Write what would leave as files; send nothing."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    month: MonthOption = None,
) -> None:
    from veille.deliver.rehearsal import proofs_of

    front = front_of(context)
    with front.house() as house:
        proofs = proofs_of(
            house.store,
            house.settings,
            house.workspace,
            house.month(month),
            addresses=addresses,
            segment=house.any_segment(segment),
            now=house.clock.now(),
        )
        if dry_run:
            _rehearse_proofs(front.output, house, proofs)
        else:
            if not yes:
                _confirm_proofs(front.output, house, proofs)
            _send_proofs(front.output, house, proofs)


@app.command(
    "approve",
    help=_(
        "Freeze an issue, ready to be sent."
        "\n\nWhat blocks is named. Most of it can be overridden, for a reason, which is kept."
        '\n\nExample: veille issue approve --override link-dead --reason "Their server is moved tonight"'
    ),
)
def approve_issue(
    context: typer.Context,
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help=_("Who approves; the curator by default."))] = "",
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=_("Approve in spite of this rule (may be repeated).")),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; kept with the issue."))] = "",
    month: MonthOption = None,
) -> None:
    from veille.curate import approval

    if reason and not override:
        raise UsageError(_("What is the reason for? Name the rule: --override CODE"))
    front = front_of(context)
    with front.house() as house:
        issue = approval.approve_issue(
            house.store,
            house.settings,
            house.workspace,
            house.month(month),
            house.clock.now(),
            by=by,
            reasons=dict.fromkeys(override or (), reason),
        )
        _give_whole(front.output, house, issue)


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


@app.command(
    "erratum",
    help=_(
        "Add a dated correction to an issue that has left; the archive shows it."
        '\n\nExample: veille issue erratum --month 2026-10 --text "The second link is by Camille Roy."'
    ),
)
def note_erratum(
    context: typer.Context,
    *,
    text: Annotated[str, typer.Option(metavar="TEXT", help=_("What was wrong and what is right."))],
    month: Annotated[str, typer.Option(metavar="MONTH", help=_("The issue's month: 2026-10."))],
) -> None:
    from veille.curate import approval

    front = front_of(context)
    with front.house() as house:
        named, now = house.month(month), house.clock.now()
        approval.note_erratum(house.store, named, text, now)
    front.output.result(
        {"month": str(named), "text": text.strip(), "noted_at": now},
        lambda: front.output.line(_("Noted; the archive shows it once it is built: veille archive build")),
    )


def _give(output: Output, issue: Issue) -> None:
    output.result(_as_json(issue), lambda: _show(output, issue))


def _give_whole(output: Output, house: House, issue: Issue) -> None:
    """Give the issue with what was overridden when it was approved."""
    from veille.store.overrides import overrides_of

    with house.store.transaction() as transaction:
        overrides = overrides_of(transaction, issue)

    def show() -> None:
        _show(output, issue)
        for override in overrides:
            said = _("In spite of {code}: {reason} ({name}, {moment})")
            output.line(
                said.format(
                    code=override.code,
                    reason=override.reason,
                    name=override.made_by or "–",
                    moment=moment_label(override.made_at),
                )
            )

    document = _as_json(issue) | {"overrides": [_override_as_json(override) for override in overrides]}
    output.result(document, show)


def _show(output: Output, issue: Issue) -> None:
    heading = _("Issue {number}, {month}: {status}").format(
        number=issue.number, month=issue.month, status=_status_label(issue.status)
    )
    output.line(heading)
    if issue.approved_by:
        said = _("Approved by {name}, {moment}")
        output.line(said.format(name=issue.approved_by, moment=moment_label(issue.approved_at)))
    for words in filter(None, (issue.title, issue.intro)):
        output.line(words)
    show_slots(output, issue)


def _confirm_proofs(output: Output, house: House, proofs: Sequence[Proof]) -> None:
    for proof in proofs:
        output.notice(f"  {proof.address}  {house.settings.segment_label(proof.segment, proof.language)}")
    question = ngettext(
        "Send {count} proof by {transport}? Type {count} to confirm: ",
        "Send {count} proofs by {transport}? Type {count} to confirm: ",
        len(proofs),
    )
    count, transport = len(proofs), house.settings.mail.transport
    output.confirm(question.format(count=count, transport=transport), str(count))


def _send_proofs(output: Output, house: House, proofs: Sequence[Proof]) -> None:
    from veille.deliver.rehearsal import send_proofs
    from veille.deliver.transports import open_mailer

    outgoing = house.workspace.outgoing / "proof"
    with open_mailer(house.settings, outgoing, os.environ) as mailer:
        outcomes = send_proofs(proofs, mailer)
    sent = sum(outcome.state is DeliveryState.SENT for _proof, outcome in outcomes)

    def show() -> None:
        for proof, outcome in outcomes:
            output.line(f"{proof.address}  {proof.segment}  {state_label(outcome.state)}  {outcome.reply}")
        if to_files(house):
            output.line(_("The files are in {folder}; nothing left this machine.").format(folder=outgoing))

    document = {
        "sent": sent,
        "proofs": [
            _proof_as_json(proof) | {"state": outcome.state, "reply": outcome.reply}
            for proof, outcome in outcomes
        ],
    }
    output.result(document | where_to(house, outgoing, sent), show)
    if sent < len(outcomes):
        raise typer.Exit(EXIT_PARTLY)


def _rehearse_proofs(output: Output, house: House, proofs: Sequence[Proof]) -> None:
    from veille.deliver.eml import EmlMailer
    from veille.deliver.rehearsal import send_proofs

    folder = house.workspace.outgoing / "proof-dry-run"
    with EmlMailer(folder) as mailer:
        mailer.clear()
        send_proofs(proofs, mailer)
    said = ngettext(
        "{count} message written to {folder}; none was sent.",
        "{count} messages written to {folder}; none was sent.",
        len(proofs),
    )
    document = {"sent": 0, "proofs": [_proof_as_json(proof) for proof in proofs], "path": folder}
    output.result(document, lambda: output.line(said.format(count=len(proofs), folder=folder)))


def _proof_as_json(proof: Proof) -> dict[str, Any]:
    return {"address": proof.address, "segment": proof.segment, "language": proof.language}


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
        "approved_by": issue.approved_by,
    }


def _override_as_json(override: Override) -> dict[str, Any]:
    return {
        "code": override.code,
        "reason": override.reason,
        "made_by": override.made_by,
        "made_at": override.made_at,
    }
