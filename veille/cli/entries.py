"""``veille entries``: browse what the feeds brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from veille.cli.front import front_of, month_named
from veille.cli.output import Output
from veille.i18n import gettext as _
from veille.model.entry import Entry, EntryState, reading_minutes

app = typer.Typer(
    name="entries", help=_("List, show, search, keep and dismiss entries."), no_args_is_help=True
)

Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help=_("Only this month's."))]
Theme = Annotated[str | None, typer.Option(metavar="THEME", help=_("Only this theme's."))]
Feed = Annotated[int | None, typer.Option(metavar="N", help=_("Only this feed's."))]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="XX", help=_("Only in this language (two letters)."))
]
State = Annotated[EntryState | None, typer.Option(help=_("Only in this state."))]
Limit = Annotated[int, typer.Option(min=1, help=_("How many entries at most."))]
EntryNumber = Annotated[
    int, typer.Argument(metavar="ENTRY", help=_("The entry's number in “veille entries list”."))
]


@app.command(
    "list",
    help=_("List entries, newest first.\n\nExample: veille entries list --month 2026-11 --theme publics"),
)
def list_entries(
    context: typer.Context,
    *,
    month: Month = None,
    theme: Theme = None,
    feed: Feed = None,
    lang: Lang = None,
    state: State = None,
    limit: Limit = 50,
) -> None:
    _find(context, month=month, theme=theme, feed=feed, lang=lang, state=state, words=(), limit=limit)


@app.command(
    "search",
    help=_(
        "Find the entries that hold these words."
        "\n\nAll of them, in the title or the summary, whatever their accents."
        "\n\nExample: veille entries search médiation billetterie"
    ),
)
def search_entries(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help=_("Words of the title or the summary."))],
    *,
    month: Month = None,
    theme: Theme = None,
    feed: Feed = None,
    lang: Lang = None,
    state: State = None,
    limit: Limit = 50,
) -> None:
    _find(context, month=month, theme=theme, feed=feed, lang=lang, state=state, words=words, limit=limit)


@app.command("show", help=_("Show an entry in full.\n\nExample: veille entries show 128"))
def show_entry(context: typer.Context, entry: EntryNumber) -> None:
    from veille.store.entries import entry_by_id

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        shown = entry_by_id(transaction, entry)
    output = front.output

    def show() -> None:
        output.line(shown.title)
        output.line(shown.url)
        output.line(" · ".join(_facts(shown)))
        if shown.summary:
            output.line()
            output.line(shown.summary)

    output.result({"entries": [_as_json(shown) | {"summary": shown.summary}]}, show)


@app.command("keep", help=_("Keep an entry for later picking.\n\nExample: veille entries keep 128"))
def keep_entry(context: typer.Context, entry: EntryNumber) -> None:
    _decide(context, entry, EntryState.KEPT, _("Kept: {title}"))


@app.command("dismiss", help=_("Set an entry aside.\n\nExample: veille entries dismiss 128"))
def dismiss_entry(context: typer.Context, entry: EntryNumber) -> None:
    _decide(context, entry, EntryState.DISMISSED, _("Set aside: {title}"))


def _find(
    context: typer.Context,
    *,
    month: str | None,
    theme: str | None,
    feed: int | None,
    lang: str | None,
    state: EntryState | None,
    words: Sequence[str],
    limit: int,
) -> None:
    from veille.store.entries import EntryFilter, find_entries

    front = front_of(context)
    with front.house() as house:
        wanted = EntryFilter(
            month=month_named(month) if month else None,
            theme=house.theme(theme) if theme else None,
            feed=feed,
            language=lang,
            state=state,
            words=words,
            limit=limit,
        )
        with house.store.transaction() as transaction:
            found = find_entries(transaction, wanted)
    _give(front.output, found)


def _decide(context: typer.Context, number: int, state: EntryState, said: str) -> None:
    from veille.store.entries import set_entry_state

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        entry = set_entry_state(transaction, number, state)
    front.output.result(
        {"entries": [_as_json(entry)]}, lambda: front.output.line(said.format(title=entry.title))
    )


def _give(output: Output, entries: Sequence[Entry]) -> None:
    columns = (_("No."), _("Date"), _("Theme"), _("State"), _("Title"), _("Source"))
    rows = [
        (
            str(entry.id),
            entry.sorted_at.date().isoformat(),
            entry.theme,
            _state_label(entry.state),
            entry.title,
            entry.source,
        )
        for entry in entries
    ]
    output.result({"entries": [_as_json(entry) for entry in entries]}, lambda: output.table(columns, rows))


def _state_label(state: EntryState) -> str:
    return {EntryState.NEW: "", EntryState.KEPT: _("kept"), EntryState.DISMISSED: _("set aside")}[state]


def _facts(entry: Entry) -> list[str]:
    minutes = reading_minutes(entry.words)
    facts = [
        entry.theme,
        ", ".join(feed.title for feed in entry.feeds),
        entry.sorted_at.date().isoformat(),
        entry.language,
        f"{minutes} min" if minutes else "",
        _state_label(entry.state),
    ]
    return [fact for fact in facts if fact]


def _as_json(entry: Entry) -> dict[str, Any]:
    """The documented keys; ranking and stories are not there yet, so these say nothing."""
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "canonical_url": entry.canonical_url,
        "feeds": [{"id": feed.id, "title": feed.title} for feed in entry.feeds],
        "theme": entry.theme,
        "language": entry.language,
        "published_at": entry.published_at,
        "first_seen_at": entry.first_seen_at,
        "state": entry.state,
        "score": None,
        "reasons": [],
        "story": None,
    }
