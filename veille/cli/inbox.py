"""``veille inbox``: what came back by mail."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import House, front_of
from veille.cli.output import Output
from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.mailbox import MailOutcome
from veille.model.suggestion import Colleague

if TYPE_CHECKING:
    from veille.deliver.inbox import Dealt
    from veille.deliver.notices import Proposal


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "inbox",
        help=_(
            "Read the mailbox: what came back, who leaves, which links colleagues propose."
            "\n\nEach message is dealt with once; the others stay as they are."
            "\n\nExample: veille inbox --dry-run"
        ),
    )(inbox)


def inbox(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would be done; change nothing."))
    ] = False,
) -> None:
    from veille.deliver.inbox import read_inbox
    from veille.deliver.mailbox import Mailbox

    front = front_of(context)
    with (
        front.house() as house,
        Mailbox(house.settings.mailbox, os.environ) as mailbox,
        front.output.progress(_("Reading the mailbox")) as progress,
    ):
        dealt = read_inbox(
            house.store,
            house.settings.mailbox,
            mailbox,
            suggest=lambda proposal: _take_in(house, proposal),
            now=house.clock.now(),
            dry_run=dry_run,
            on_progress=progress,
        )
    _give(front.output, dealt, dry_run=dry_run)


def _take_in(house: House, proposal: Proposal) -> bool:
    """Whether at least one of the links became a suggestion."""
    from veille.curate import suggestions

    taken = 0
    for link in proposal.links:
        try:
            suggestions.receive(
                house.store,
                house.settings,
                suggestions.Proposal(link, title="", source="", theme="", language=""),
                Colleague(proposal.sender, proposal.name),
                proposal.message,
                thanked=True,
                now=house.clock.now(),
            )
            taken += 1
        except (
            RuleError,
            UsageError,
        ):  # from somebody forgotten, or an address too long: left to the curator
            continue
    return taken > 0


def _give(output: Output, dealt: Sequence[Dealt], *, dry_run: bool) -> None:
    counts = Counter(message.outcome for message in dealt)
    acted_upon = [message for message in dealt if message.outcome is not MailOutcome.IGNORED]

    def show() -> None:
        for message in acted_upon:
            output.line(f"{_outcome_label(message.outcome)}  {message.address}  {message.detail}")
        said = _("{bounced} bounced, {unsubscribed} unsubscribed, {suggested} suggested, {ignored} ignored.")
        output.line(said.format(**{outcome.value: counts[outcome] for outcome in MailOutcome}))
        if dry_run:
            output.line(_("Nothing was changed."))

    document = {outcome.value: counts[outcome] for outcome in MailOutcome}
    messages = [
        {"outcome": message.outcome, "address": message.address, "detail": message.detail}
        for message in acted_upon
    ]
    suspended = [message.address for message in acted_upon if message.suspended]
    output.result(document | {"suspended": suspended, "messages": messages}, show)
    for address in suspended:
        said = _(
            "{address} is suspended: two messages came back. When the address is good again:"
            " veille people resubscribe {address}"
        )
        output.notice(said.format(address=address))


def _outcome_label(outcome: MailOutcome) -> str:
    return {
        MailOutcome.BOUNCED: _("bounced"),
        MailOutcome.UNSUBSCRIBED: _("unsubscribed"),
        MailOutcome.SUGGESTED: _("suggested"),
        MailOutcome.IGNORED: _("ignored"),
    }[outcome]
