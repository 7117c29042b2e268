"""``veille entries``: browse what the feeds brought."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from veille.cli.front import front_of, month_named
from veille.cli.output import Output
from veille.errors import UsageError
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
        "Find the entries that hold these words, newest first."
        "\n\nAll of them, in the title, the summary, the text or the author's name, whatever their accents."
        " Words in quotation marks follow each other, média* finds every word that begins so, and -stage"
        " leaves out the entries that hold it."
        '\n\nExample: veille entries search "droit d\'auteur" IA -stage'
    ),
    # Else the command line would take "-stage" for options.
    context_settings={"ignore_unknown_options": True},
)
def search_entries(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help=_("Words, phrases, beginnings; -WORD leaves out."))],
    *,
    month: Month = None,
    theme: Theme = None,
    feed: Feed = None,
    lang: Lang = None,
    state: State = None,
    limit: Limit = 50,
) -> None:
    _refuse_options(words)
    _find(context, month=month, theme=theme, feed=feed, lang=lang, state=state, words=words, limit=limit)


@app.command("show", help=_("Show an entry in full.\n\nExample: veille entries show 128"))
def show_entry(context: typer.Context, entry: EntryNumber) -> None:
    from veille.store.entries import entry_by_id, entry_text

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        shown = entry_by_id(transaction, entry)
        text = entry_text(transaction, entry)

    def show() -> None:
        for line in _lines(shown, text):
            front.output.line(line)

    front.output.result({"entries": [_in_full(shown, text)]}, show)


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
    from veille.store.entries import EntryFilter, count_entries, find_entries
    from veille.store.feeds import feed_by_id

    front = front_of(context)
    with front.house() as house:
        wanted = EntryFilter(
            month=month_named(month) if month else None,
            theme=house.theme(theme) if theme else None,
            feed=feed,
            language=_language_code(lang) if lang is not None else None,
            state=state,
            words=words,
            limit=limit,
        )
        with house.store.transaction() as transaction:
            if feed is not None:
                feed_by_id(transaction, feed)
            found = find_entries(transaction, wanted)
            total = len(found) if len(found) < limit else count_entries(transaction, wanted)
    _give(front.output, found, total)


def _decide(context: typer.Context, number: int, state: EntryState, said: str) -> None:
    from veille.store.entries import set_entry_state

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        entry = set_entry_state(transaction, number, state)
    front.output.result(
        {"entries": [_as_json(entry)]}, lambda: front.output.line(said.format(title=entry.title))
    )


def _refuse_options(words: Sequence[str]) -> None:
    """``UsageError`` for a mistyped option, which would otherwise pass for a word to leave out."""
    for word in words:
        if word.startswith("--"):
            raise UsageError(
                _("There is no option {option}.").format(option=word),
                hint=_("Options: {known}").format(known="--month --theme --feed --lang --state --limit"),
            )


def _language_code(text: str) -> str:
    """``text`` as the code of a language; ``UsageError`` when it is not two letters."""
    if re.fullmatch("[a-z]{2}", text, re.ASCII | re.IGNORECASE):
        return text.lower()
    raise UsageError(
        _("“{text}” is not the code of a language.").format(text=text), hint=_("Write two letters: fr")
    )


def _give(output: Output, entries: Sequence[Entry], total: int) -> None:
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
    document = {"total": total, "entries": [_as_json(entry) for entry in entries]}
    output.result(document, lambda: output.table(columns, rows))
    shown = len(entries)
    if shown < total:
        said = _("{shown} of {total} shown; --limit {more} for more.")
        output.notice(said.format(shown=shown, total=total, more=4 * shown))


def _state_label(state: EntryState) -> str:
    return {EntryState.NEW: "", EntryState.KEPT: _("kept"), EntryState.DISMISSED: _("set aside")}[state]


def _lines(entry: Entry, text: str) -> Iterator[str]:
    """An entry in full, for reading; its summary only when the text does not begin with it."""
    yield entry.title
    yield entry.url
    yield " · ".join(_facts(entry))
    if entry.image_url:
        yield _("Image: {url}").format(url=entry.image_url)
    if entry.enclosure_url:
        yield _("Attached: {url}").format(url=entry.enclosure_url)
    paragraphs = text.splitlines()
    if not " ".join(paragraphs).startswith(entry.summary.removesuffix("…")):
        paragraphs.insert(0, entry.summary)
    for paragraph in paragraphs:
        yield ""
        yield paragraph


def _facts(entry: Entry) -> list[str]:
    minutes = reading_minutes(entry.words)
    facts = [
        entry.author,
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


def _in_full(entry: Entry, text: str) -> dict[str, Any]:
    return _as_json(entry) | {
        "author": entry.author,
        "summary": entry.summary,
        "text": text,
        "image_url": entry.image_url,
        "enclosure_url": entry.enclosure_url,
    }
