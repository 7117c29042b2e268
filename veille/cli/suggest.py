"""``veille suggest`` and ``veille suggestions``: what colleagues propose, and what they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.feeds import two_letters
from veille.cli.front import front_of
from veille.cli.output import Output
from veille.i18n import gettext as _
from veille.model.person import is_address
from veille.model.suggestion import Colleague, Suggestion, SuggestionState

if TYPE_CHECKING:
    from veille.curate.suggestions import Received

app = typer.Typer(
    name="suggestions", help=_("List, accept and decline what colleagues propose."), no_args_is_help=True
)

SuggestionNumber = Annotated[
    int, typer.Argument(metavar="ID", help=_("The suggestion's number in “veille suggestions list”."))
]


def register(app: typer.Typer) -> None:
    """Add the command that takes a suggestion in to ``app``."""
    app.command(
        "suggest",
        help=_(
            "Take in a link that a colleague proposes."
            "\n\nWithout an address, --title names what is not on the web: a paper journal, a seminar."
            " --title, --source, --theme and --language describe what is not in the store yet;"
            " without --title, the page is read for its own."
            "\n\nExample: veille suggest https://journal.example/article --from camille@musee.example"
        ),
    )(suggest)


def suggest(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help=_("The address of a page."))] = "",
    *,
    from_: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help=_("The colleague's e-mail address."))
    ] = "",
    name: Annotated[
        str, typer.Option(metavar="NAME", help=_("Their name, when the house does not know it."))
    ] = "",
    message: Annotated[str, typer.Option(metavar="TEXT", help=_("What they say about it."))] = "",
    no_thanks: Annotated[bool, typer.Option("--no-thanks", help=_("The issue will not name them."))] = False,
    title: Annotated[str, typer.Option(metavar="TEXT", help=_("Its title; the page is not read."))] = "",
    source: Annotated[str, typer.Option(metavar="TEXT", help=_("Where it appeared."))] = "",
    theme: Annotated[str, typer.Option(metavar="THEME", help=_("Its theme; the first by default."))] = "",
    language: Annotated[str, typer.Option(metavar="XX", help=_("Its language, two letters."))] = "",
) -> None:
    from veille.curate.suggestions import Proposal, receive

    front = front_of(context)
    with front.house() as house:
        proposal = Proposal(url, title, source, house.theme(theme) if theme else "", two_letters(language))
        received = receive(
            house.store,
            house.settings,
            proposal,
            Colleague(from_, name),
            message,
            thanked=not no_thanks,
            now=house.clock.now(),
        )
    _give_received(front.output, received)


@app.command(
    "list", help=_("List suggestions, newest first.\n\nExample: veille suggestions list --state pending")
)
def list_suggestions(
    context: typer.Context,
    state: Annotated[SuggestionState | None, typer.Option(help=_("Only in this state."))] = None,
) -> None:
    from veille.store.suggestions import all_suggestions

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        suggestions = all_suggestions(transaction, state)
    _give(front.output, suggestions)


@app.command(
    "accept", help=_("Accept a suggestion: its entry is kept.\n\nExample: veille suggestions accept 3")
)
def accept_suggestion(context: typer.Context, suggestion: SuggestionNumber) -> None:
    from veille.curate.suggestions import accept

    front = front_of(context)
    with front.house() as house:
        accepted = accept(house.desk(None), suggestion, house.clock.now())

    def show() -> None:
        front.output.line(_("Accepted, and kept: {title}").format(title=accepted.title))
        front.output.line(_("Pick it: veille pick add {entry}").format(entry=accepted.entry))

    front.output.result({"suggestions": [suggestion_as_json(accepted)]}, show)


@app.command(
    "decline",
    help=_(
        "Decline a suggestion for a reason, and write the answer to its colleague."
        "\n\nThe answer is printed, to be pasted into a mail; nothing is sent."
        '\n\nExample: veille suggestions decline 3 --reason "We had it in March."'
    ),
)
def decline_suggestion(
    context: typer.Context,
    suggestion: SuggestionNumber,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why, in words for the colleague."))] = "",
) -> None:
    from veille.curate.suggestions import decline

    front = front_of(context)
    with front.house() as house:
        declined = decline(house.store, house.settings, suggestion, reason, house.clock.now())
    colleague = declined.suggestion.colleague
    front.output.notice(
        _("Declined. The answer to {address}:").format(address=colleague.address)
        if is_address(colleague.address)
        else _("Declined. The answer:")
    )
    front.output.result(
        {"suggestions": [suggestion_as_json(declined.suggestion)], "letter": declined.letter},
        lambda: front.output.line(declined.letter),
    )


def suggestion_as_json(suggestion: Suggestion) -> dict[str, Any]:
    """The documented keys."""
    return {
        "id": suggestion.id,
        "entry": suggestion.entry,
        "title": suggestion.title,
        "url": suggestion.url,
        "address": suggestion.colleague.address,
        "name": suggestion.colleague.name,
        "message": suggestion.message,
        "thanked": suggestion.thanked,
        "state": suggestion.state,
        "answer": suggestion.answer,
        "suggested_at": suggestion.suggested_at,
        "answered_at": suggestion.answered_at,
    }


def _give_received(output: Output, received: Received) -> None:
    suggestion = received.suggestion
    if not received.is_new:
        said = _("Nothing changed: this colleague has proposed it already (suggestion {id}): {title}")
    elif received.entry_is_new:
        said = _("Taken in as suggestion {id}, with a new entry, number {entry}: {title}")
    else:
        said = _("Taken in as suggestion {id}; the store had its entry, number {entry}: {title}")
    document = {
        "suggestions": [suggestion_as_json(suggestion)],
        "is_new": received.is_new,
        "entry_is_new": received.entry_is_new,
        "sent_in": str(received.sent_in) if received.sent_in else None,
        "complaint": received.complaint,
    }
    output.result(
        document,
        lambda: output.line(said.format(id=suggestion.id, entry=suggestion.entry, title=suggestion.title)),
    )
    if received.complaint:
        output.notice(
            _("The page was not read: {reason} Its address stands for the title.").format(
                reason=received.complaint
            )
        )
    if received.sent_in:
        output.notice(_("It was already in the issue of {month}.").format(month=received.sent_in))
    if suggestion.thanked and suggestion.colleague.address and not suggestion.colleague.name:
        output.notice(_("Their name is not known, so that nobody would be thanked; --name gives it."))


def _give(output: Output, suggestions: Sequence[Suggestion]) -> None:
    columns = (_("No."), _("Date"), _("State"), _("Who"), _("Entry"), _("Title"), _("Message"))
    rows = [
        (
            str(suggestion.id),
            suggestion.suggested_at.date().isoformat(),
            state_label(suggestion.state),
            suggestion.colleague.called,
            str(suggestion.entry),
            suggestion.title,
            suggestion.message,
        )
        for suggestion in suggestions
    ]
    document = {"suggestions": [suggestion_as_json(suggestion) for suggestion in suggestions]}
    output.result(document, lambda: output.table(columns, rows))


def state_label(state: SuggestionState) -> str:
    """The state in words."""
    return {
        SuggestionState.PENDING: _("pending"),
        SuggestionState.ACCEPTED: _("accepted"),
        SuggestionState.DECLINED: _("declined"),
    }[state]
