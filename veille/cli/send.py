"""``veille send``: deliver the approved issue, and look at the ledger."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.front import Front, House, front_of
from veille.cli.output import EXIT_PARTLY, Output, moment_label
from veille.cli.pick import MonthOption, SegmentOption
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.delivery import Delivery, DeliveryState, state_label
from veille.model.person import normalised_address

if TYPE_CHECKING:
    from veille.deliver.sender import SendReport
    from veille.model.month import Month

app = typer.Typer(
    name="send",
    help=_(
        "Send the approved issue, once to each person."
        "\n\nRun again, it goes on where it stopped, and sends nothing when everybody has it."
        "\n\nExample: veille send --test me@musee.example"
    ),
    invoke_without_command=True,
)


@app.callback()
def send(
    context: typer.Context,
    *,
    test: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help=_("Send one marked copy to this address instead."))
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Write what would leave as files; send nothing."))
    ] = False,
    segment: SegmentOption = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=_("Wait until then: 2026-12-01 09:00, or 09:00 for the next one.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    month: MonthOption = None,
) -> None:
    if context.invoked_subcommand is not None:
        return
    front = front_of(context)
    with front.house() as house:
        named, only = house.month(month), house.any_segment(segment)
        if at is not None and (test is not None or dry_run):
            raise UsageError(_("--at goes with neither --test nor --dry-run: only a real send can wait."))
        if test is not None:
            _send_trial(front.output, house, named, test, only)
        elif dry_run:
            _rehearse(front.output, house, named, only)
        else:
            _send(front.output, house, named, only, at=at, ask=not yes)


@app.command(
    "status",
    help=_("Show every delivery and the server's own words.\n\nExample: veille send status"),
)
def status(context: typer.Context, month: MonthOption = None) -> None:
    from veille.deliver.ledger import ledger

    front = front_of(context)
    with front.house() as house:
        rows = ledger(house.store, house.month_sent(month))
    _give(front.output, rows)


@app.command(
    "retry",
    help=_("Queue refused and deferred deliveries again, nobody else.\n\nExample: veille send retry"),
)
def retry(context: typer.Context, month: MonthOption = None) -> None:
    from veille.deliver.ledger import retry_failed

    front = front_of(context)
    with front.house() as house:
        count = retry_failed(house.store, house.month_sent(month), house.clock.now())
    said = ngettext("{count} delivery queued again.", "{count} deliveries queued again.", count)
    front.output.result({"queued": count}, lambda: front.output.line(said.format(count=count)))


@app.command(
    "resolve",
    help=_(
        "Settle an uncertain delivery: it had arrived, or it is to be sent again."
        "\n\nExample: veille send resolve camille@musee.example --again"
        "\n\nExample, for all that the sent folder of the mailbox holds: veille send resolve --from-mailbox"
    ),
)
def resolve(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("An e-mail address."))] = "",
    *,
    sent: Annotated[bool, typer.Option("--sent", help=_("It had arrived."))] = False,
    again: Annotated[bool, typer.Option("--again", help=_("It had not: send it again."))] = False,
    from_mailbox: Annotated[
        bool, typer.Option("--from-mailbox", help=_("Everybody's: look for them in the sent folder."))
    ] = False,
    month: MonthOption = None,
) -> None:
    from veille.deliver.ledger import resolve_delivery

    front = front_of(context)
    if from_mailbox and not (address or sent or again):
        _resolve_from_mailbox(front, month)
        return
    if from_mailbox or not address or sent == again:
        raise UsageError(_("Say what happened: ADDRESS with --sent or --again, or --from-mailbox alone."))
    with front.house() as house:
        row = resolve_delivery(
            house.store,
            house.month_sent(month),
            normalised_address(address),
            sent=sent,
            now=house.clock.now(),
        )
    _give(front.output, [row])


def _resolve_from_mailbox(front: Front, month: str | None) -> None:
    from veille.deliver.inbox import resolve_from_mailbox
    from veille.deliver.mailbox import Mailbox

    with front.house() as house, Mailbox(house.settings.mailbox, os.environ) as mailbox:
        rows = resolve_from_mailbox(house.store, house.month_sent(month), mailbox, house.clock.now())
    _give(front.output, rows)
    if any(row.state is DeliveryState.UNCERTAIN for row in rows):
        front.output.notice(_("What was not found stays uncertain; it may still have arrived."))
        raise typer.Exit(EXIT_PARTLY)


def _send(
    output: Output, house: House, month: Month, segment: str | None, *, at: str | None, ask: bool
) -> None:
    from veille.deliver.appointment import keep_appointment, moment_of
    from veille.deliver.ledger import due_again_at, people_left, people_missed, written_as_files

    outgoing = house.workspace.outgoing / str(month)
    moment = moment_of(at, house.clock.now()) if at is not None else None
    left = people_left(house.store, house.settings, month, segment, house.clock.now())
    if left and ask:
        _confirm(output, house, month, Counter(person.segment for person in left), outgoing)
    if moment is not None:
        output.notice(_("Waiting until {moment}; Ctrl-C gives up.").format(moment=moment_label(moment)))
        keep_appointment(moment, house.clock)
    report = _deliver(output, house, month, segment, outgoing)
    missed = people_missed(house.store, month, segment)
    files = written_as_files(house.store, month, segment)
    again_at = due_again_at(house.store, month, segment)

    def show() -> None:
        _show_report(output, report, missed, files, to_files=to_files(house))
        if again_at is not None:
            said = _("What was deferred may be tried again from {moment} on: veille send")
            output.line(said.format(moment=moment_label(again_at)))
        if files:
            _show_files(output, house, month, files, outgoing)

    document = asdict(report) | where_to(house, outgoing, report.sent)
    document |= {"only_as_files": files, "due_again_at": again_at}
    output.result(document, show)
    if report.refused or report.deferred or report.uncertain:
        raise typer.Exit(EXIT_PARTLY)


def _deliver(output: Output, house: House, month: Month, segment: str | None, outgoing: Path) -> SendReport:
    """Send, with progress; Ctrl-C ends the messages under way first."""
    from veille.deliver.sender import send_issue
    from veille.deliver.transports import open_mailer

    with output.progress(_("Writing files") if to_files(house) else _("Sending")) as progress:
        return send_issue(
            house.store,
            house.settings,
            house.workspace,
            month,
            clock=house.clock,
            connect=lambda: open_mailer(house.settings, outgoing, os.environ),
            segment=segment,
            on_progress=progress,
            on_stopping=lambda: output.notice(
                _("The messages under way are being ended; Ctrl-C once more leaves at once.")
            ),
        )


def to_files(house: House) -> bool:
    """Whether messages are written as files and leave no further."""
    return house.settings.mail.transport == "eml"


def where_to(house: House, path: Path, sent: int) -> dict[str, Any]:
    """What a program is told about where messages went: to a server, or no farther than ``path``."""
    are_files = to_files(house)
    return {
        "transport": house.settings.mail.transport,
        "left_this_machine": 0 if are_files else sent,
        "path": path if are_files else None,
    }


def _confirm(output: Output, house: House, month: Month, counts: Counter[str], outgoing: Path) -> None:
    for segment, count in sorted(counts.items()):
        output.notice(
            f"  {count:>5}  {house.settings.segment_label(segment, house.settings.digest.language)}"
        )
    total = counts.total()
    question = ngettext(
        "Send the issue of {month} to {count} person by {transport}? Type {count} to confirm: ",
        "Send the issue of {month} to {count} people by {transport}? Type {count} to confirm: ",
        total,
    )
    if to_files(house):
        said = ngettext(
            "{count} message will be written to {folder}; nothing will leave this machine.",
            "{count} messages will be written to {folder}; nothing will leave this machine.",
            total,
        )
        output.notice(said.format(count=total, folder=outgoing))
        output.notice(
            _("Afterwards the issue of {month} counts as sent and cannot be changed.").format(month=month)
        )
        output.notice(_("If this is a trial, write the same files with: veille send --dry-run"))
        output.notice(_how_to_mail())
        question = ngettext(
            "Write the issue of {month} to {count} file? Type {count} to confirm: ",
            "Write the issue of {month} to {count} files? Type {count} to confirm: ",
            total,
        )
    output.confirm(
        question.format(month=month, count=total, transport=house.settings.mail.transport), str(total)
    )


def _how_to_mail() -> str:
    return _(
        'To send by e-mail: transport = "smtp" under [mail] in veille.toml, and the server under [smtp].'
    )


def _show_report(output: Output, report: SendReport, missed: int, files: int, *, to_files: bool) -> None:
    if report.queued or report.uncertain:
        said = _("{sent} sent of {queued}; {refused} refused, {deferred} deferred, {uncertain} uncertain.")
        if to_files:
            said = _("{sent} written of {queued}; {refused} refused, {uncertain} uncertain.")
        output.line(said.format(**asdict(report)))
    elif missed:
        said = ngettext(
            "Nothing is due now; {count} person has not, or perhaps not, received it.",
            "Nothing is due now; {count} people have not, or perhaps not, received it.",
            missed,
        )
        output.line(said.format(count=missed))
    elif files:
        output.line(_("Nobody is left to write to; nothing was sent."))
    else:
        output.line(_("Everybody has received it; nothing was sent."))
    if missed:
        output.line(_("See why: veille send status"))


def _show_files(output: Output, house: House, month: Month, count: int, outgoing: Path) -> None:
    said = ngettext(
        "{count} message was written to {folder}; it never left this machine.",
        "{count} messages were written to {folder}; they never left this machine.",
        count,
    )
    output.line(said.format(count=count, folder=outgoing))
    output.line(
        _("For veille, these people have the issue of {month}: it counts as sent.").format(month=month)
    )
    if to_files(house):
        output.line(_how_to_mail())


def _send_trial(output: Output, house: House, month: Month, address: str, segment: str | None) -> None:
    from veille.deliver.rehearsal import send_trial
    from veille.deliver.transports import open_mailer

    outgoing = house.workspace.outgoing / "trial"
    with open_mailer(house.settings, outgoing, os.environ) as mailer:
        outcome = send_trial(
            house.store,
            house.settings,
            house.workspace,
            month,
            mailer=mailer,
            address=normalised_address(address),
            segment=segment or next(iter(house.settings.segments)),
            language=house.settings.digest.language,
            now=house.clock.now(),
        )
    sent = outcome.state is DeliveryState.SENT
    if not sent:
        said = _("The trial to {address} was not taken: {reply}")
    elif to_files(house):
        said = _("Trial for {address}: {reply}; the file is in {folder}, nothing left this machine.")
    else:
        said = _("Trial sent to {address}: {reply}")

    def show() -> None:
        output.line(said.format(address=address, reply=outcome.reply, folder=outgoing))
        if to_files(house):
            output.line(_how_to_mail())

    document = {"sent": int(sent), "state": outcome.state, "reply": outcome.reply}
    output.result(document | where_to(house, outgoing, int(sent)), show)
    if not sent:
        raise typer.Exit(EXIT_PARTLY)


def _rehearse(output: Output, house: House, month: Month, segment: str | None) -> None:
    from veille.deliver.rehearsal import rehearse

    folder = house.workspace.outgoing / f"{month}-dry-run"
    count = rehearse(
        house.store,
        house.settings,
        house.workspace,
        month,
        folder=folder,
        segment=segment,
        now=house.clock.now(),
    )
    said = ngettext(
        "{count} message written to {folder}; none was sent.",
        "{count} messages written to {folder}; none was sent.",
        count,
    )
    output.result(
        {"messages": count, "path": folder}, lambda: output.line(said.format(count=count, folder=folder))
    )


def _give(output: Output, rows: Sequence[Delivery]) -> None:
    columns = (_("Address"), _("Segment"), _("State"), _("Attempts"), _("When"), _("Reply"))
    cells = [
        (
            row.address,
            row.segment,
            state_label(row.state),
            str(row.attempts),
            moment_label(row.updated_at),
            row.reply,
        )
        for row in rows
    ]
    output.result({"deliveries": [_as_json(row) for row in rows]}, lambda: output.table(columns, cells))


def _as_json(row: Delivery) -> dict[str, Any]:
    return {
        "address": row.address,
        "segment": row.segment,
        "state": row.state,
        "message_id": row.message_id,
        "attempts": row.attempts,
        "reply": row.reply,
        "updated_at": row.updated_at,
        "next_attempt_at": row.next_attempt_at,
    }
