"""``veille share``: one link to one colleague, now."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.front import House, front_of
from veille.cli.output import EXIT_PARTLY, Output
from veille.cli.send import to_files, where_to
from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.delivery import DeliveryState, state_label
from veille.model.share import Share

if TYPE_CHECKING:
    from veille.deliver.share import Recipient, SharedWith, Sharing


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "share",
        help=_(
            "Send one link and a note to colleagues, now."
            "\n\nEach gets a message of their own. Whoever has it already is not sent it twice."
            '\n\nExample: veille share 128 camille@musee.example --note "Our tariffs, page 3."'
        ),
    )(share)


def share(
    context: typer.Context,
    entry: Annotated[
        int, typer.Argument(metavar="ENTRY", help=_("The entry's number in “veille entries list”."))
    ],
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help=_("E-mail addresses."))],
    *,
    note: Annotated[str, typer.Option(metavar="TEXT", help=_("Why it concerns them."))] = "",
    again: Annotated[bool, typer.Option("--again", help=_("Also to those who have it already."))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Write what would leave as files; send nothing."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    from veille.deliver.share import Sharing

    front = front_of(context)
    with front.house() as house:
        sharing = Sharing(
            house.store, house.settings, house.workspace, entry_id=entry, note=note, again=again
        )
        _require_somebody(sharing.recipients(addresses))
        if dry_run:
            _rehearse(front.output, house, sharing, entry, addresses)
        else:
            if not yes:
                _confirm(front.output, house, sharing, addresses)
            _send(front.output, house, sharing, entry, addresses)


def share_as_json(share: Share) -> dict[str, Any]:
    """The documented keys of a share in the history of an entry."""
    return {
        "address": share.address,
        "note": share.note,
        "state": share.state,
        "reply": share.reply,
        "shared_at": share.shared_at,
    }


def _require_somebody(recipients: Sequence[Recipient]) -> None:
    if all(recipient.refusal for recipient in recipients):
        raise RuleError("\n".join(recipient.refusal for recipient in recipients))


def _confirm(output: Output, house: House, sharing: Sharing, addresses: Sequence[str]) -> None:
    recipients = sharing.recipients(addresses)
    written_to = [recipient for recipient in recipients if not recipient.refusal]
    for recipient in recipients:
        known_as = recipient.name if recipient.is_known else _("nobody here has this address")
        output.notice(f"  {recipient.address}  {recipient.refusal or known_as}")
    question = ngettext(
        "Send “{title}” to {count} person by {transport}? Type {count} to confirm: ",
        "Send “{title}” to {count} people by {transport}? Type {count} to confirm: ",
        len(written_to),
    )
    count, transport = len(written_to), house.settings.mail.transport
    output.confirm(question.format(title=sharing.title, count=count, transport=transport), str(count))


def _send(output: Output, house: House, sharing: Sharing, entry: int, addresses: Sequence[str]) -> None:
    from veille.deliver.transports import open_mailer

    outgoing = house.workspace.outgoing / "shared" / str(entry)
    with open_mailer(house.settings, outgoing, os.environ) as mailer:
        outcomes = sharing.send(addresses, mailer, house.clock)
    sent = sum(outcome.state is DeliveryState.SENT for outcome in outcomes)

    def show() -> None:
        _show(output, outcomes)
        if to_files(house):
            output.line(_("The files are in {folder}; nothing left this machine.").format(folder=outgoing))

    output.result(_as_json(entry, outcomes, sent) | where_to(house, outgoing, sent), show)
    if sent < len(outcomes):
        raise typer.Exit(EXIT_PARTLY)


def _rehearse(output: Output, house: House, sharing: Sharing, entry: int, addresses: Sequence[str]) -> None:
    folder = house.workspace.outgoing / "shared" / f"{entry}-dry-run"
    outcomes = sharing.rehearse(addresses, folder, house.clock.now())

    def show() -> None:
        _show(output, outcomes)
        output.line(_("The files are in {folder}; none was sent.").format(folder=folder))

    output.result(_as_json(entry, outcomes, 0) | {"path": folder}, show)


def _show(output: Output, outcomes: Sequence[SharedWith]) -> None:
    for outcome in outcomes:
        output.line(f"{outcome.address}  {state_label(outcome.state)}  {outcome.reply}")


def _as_json(entry: int, outcomes: Sequence[SharedWith], sent: int) -> dict[str, Any]:
    shares = [
        {"address": outcome.address, "state": outcome.state, "reply": outcome.reply} for outcome in outcomes
    ]
    return {"entry": entry, "sent": sent, "shares": shares}
