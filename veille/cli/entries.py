"""``veille entries``: browse what the feeds brought."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from veille.cli.front import front_of, month_named
from veille.cli.output import Output
from veille.cli.share import share_as_json
from veille.cli.suggest import state_label as suggestion_label
from veille.cli.suggest import suggestion_as_json
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.model.delivery import state_label as delivery_label
from veille.model.entry import Entry, EntryState, reading_minutes
from veille.model.share import Share
from veille.model.suggestion import Suggestion

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
Limit = Annotated[int, typer.Option(min=1, metavar="N", help=_("How many entries at most."))]
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
    words: Annotated[
        list[str], typer.Argument(metavar="WORD…", help=_("Words, phrases, beginnings; -WORD leaves out."))
    ],
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
    from veille.store.shares import shares_of
    from veille.store.suggestions import suggestions_of

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        shown = entry_by_id(transaction, entry)
        text = entry_text(transaction, entry)
        suggestions, shares = suggestions_of(transaction, entry), shares_of(transaction, entry)

    def show() -> None:
        for line in (*_lines(shown, text), *_colleague_lines(suggestions, shares)):
            front.output.line(line)

    colleagues = {
        "suggestions": [suggestion_as_json(suggestion) for suggestion in suggestions],
        "shares": [share_as_json(share) for share in shares],
    }
    front.output.result({"entries": [_in_full(shown, text) | colleagues]}, show)


@app.command("keep", help=_("Keep an entry for later picking.\n\nExample: veille entries keep 128"))
def keep_entry(context: typer.Context, entry: EntryNumber) -> None:
    front = front_of(context)
    with front.house() as house:
        decided = house.desk(None).keep([entry])
    _give_decided(front.output, decided, _("Kept: {title}"))


@app.command("dismiss", help=_("Set an entry aside.\n\nExample: veille entries dismiss 128"))
def dismiss_entry(context: typer.Context, entry: EntryNumber) -> None:
    front = front_of(context)
    with front.house() as house:
        decided = house.desk(None).dismiss([entry])
    _give_decided(front.output, decided, _("Set aside: {title}"))


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


def _give_decided(output: Output, entries: Sequence[Entry], said: str) -> None:
    (entry,) = entries
    output.result({"entries": [_as_json(entry)]}, lambda: output.line(said.format(title=entry.title)))


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
    if entry.url:
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


def _colleague_lines(suggestions: Sequence[Suggestion], shares: Sequence[Share]) -> Iterator[str]:
    """Who proposed the entry, and to whom it was sent."""
    from veille.deliver.eml import stands_as_file

    if suggestions or shares:
        yield ""
    for suggestion in suggestions:
        yield (
            _("Suggested by {name} on {date} ({state}) {message}")
            .format(
                name=suggestion.colleague.called or _("the curator"),
                date=suggestion.suggested_at.date().isoformat(),
                state=suggestion_label(suggestion.state),
                message=suggestion.message,
            )
            .rstrip()
        )
    for share in shares:
        yield (
            _("Shared with {address} on {date} ({state}) {note}")
            .format(
                address=share.address,
                date=share.shared_at.date().isoformat(),
                state=_("as a file") if stands_as_file(share) else delivery_label(share.state),
                note=share.note,
            )
            .rstrip()
        )


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
    """The documented keys; ``score`` and ``reasons`` say nothing where entries are not ranked."""
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
        "story": entry.story,
    }


def _in_full(entry: Entry, text: str) -> dict[str, Any]:
    return _as_json(entry) | {
        "author": entry.author,
        "summary": entry.summary,
        "text": text,
        "image_url": entry.image_url,
        "enclosure_url": entry.enclosure_url,
    }
