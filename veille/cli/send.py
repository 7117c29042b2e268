"""``veille send``: deliver the approved issue, and look at the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import House, front_of
from veille.cli.output import EXIT_PARTLY, Output, moment_label
from veille.cli.pick import MonthOption, SegmentOption
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.delivery import DeliveryState
from veille.model.person import normalised_address

if TYPE_CHECKING:
    from veille.deliver.sender import SendReport
    from veille.model.month import Month

app = typer.Typer(
    name="send",
    help=_(
        "Send the approved issue, once to each; run again, it goes on where it stopped."
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
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    month: MonthOption = None,
) -> None:
    if context.invoked_subcommand is not None:
        return
    front = front_of(context)
    with front.house() as house:
        named, only = house.month(month), house.any_segment(segment)
        if test is not None:
            _send_test(front.output, house, named, test, only)
        elif dry_run:
            _rehearse(front.output, house, named, only)
        else:
            _deliver(front.output, house, named, only, ask=not yes)
