"""``veille feeds``: the sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from veille.cli.files import read_bytes, write_bytes
from veille.cli.front import front_of
from veille.cli.health import advice, cadence_label, condition_label, wait_label
from veille.cli.output import EXIT_PARTLY, Output, moment_label
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.feed import Feed, FeedMove, FeedStatus
from veille.model.health import Health, health_of

app = typer.Typer(
    name="feeds", help=_("List, add, pause, remove, import and export feeds."), no_args_is_help=True
)

FeedNumber = Annotated[
    int, typer.Argument(metavar="FEED", help=_("The feed's number in “veille feeds list”."))
]


@app.command("list", help=_("List the feeds and their health.\n\nExample: veille feeds list"))
def list_feeds(context: typer.Context) -> None:
    from veille.store.feeds import all_feeds
    from veille.store.health import newest_dates

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        newest = newest_dates(transaction)
        now = house.clock.now()
        feeds = [(feed, health_of(feed, newest.get(feed.id, ()), now)) for feed in all_feeds(transaction)]
    columns = (
        *(_("No."), _("Title"), _("Theme"), _("Health"), _("Newest"), _("Usually every"), _("Next visit")),
        _("Error, or what to do"),
    )
    front.output.result(
        {"feeds": [_as_json(feed) | _health_as_json(feed, health) for feed, health in feeds]},
        lambda: front.output.table(columns, [_row(feed, health) for feed, health in feeds]),
    )


@app.command(
    "show",
    help=_(
        "Show all that is known of a feed: health, visits, moves, repairs.\n\nExample: veille feeds show 12"
    ),
)
def show_feed(context: typer.Context, feed: FeedNumber) -> None:
    from veille.store import feeds as queries
    from veille.store.health import newest_dates

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        shown = queries.feed_by_id(transaction, feed)
        moves = queries.moves_of(transaction, feed)
        health = health_of(shown, newest_dates(transaction).get(feed, ()), house.clock.now())
    lines = _lines(shown, health, moves)
    front.output.result(
        {
            "feeds": [
                _as_json(shown) | _health_as_json(shown, health) | {"moves": [asdict(move) for move in moves]}
            ]
        },
        lambda: front.output.table(("", ""), lines),
    )


@app.command(
    "revert",
    help=_(
        "Give a feed the address back that a permanent redirect replaced."
        "\n\nThe redirect is not followed for good again."
        "\n\nExample: veille feeds revert 12"
    ),
)
def revert_feed(context: typer.Context, feed: FeedNumber) -> None:
    from veille.store.feeds import revert_move

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        back = revert_move(transaction, feed, house.clock.now())
    front.output.result(
        {"feeds": [_as_json(back)]},
        lambda: front.output.line(
            _("{title} has its old address again: {url}").format(title=back.title or back.url, url=back.url)
        ),
    )


@app.command(
    "add",
    help=_(
        "Follow a feed, given its address or that of its site."
        "\n\nExample: veille feeds add https://journal.example/feed --theme publics"
    ),
)
def add_feed(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help=_("The address of a feed or of a site."))],
    theme: Annotated[str, typer.Option(metavar="THEME", help=_("The theme of its entries."))] = "",
    title: Annotated[str, typer.Option(metavar="TEXT", help=_("A name of your own for it."))] = "",
    language: Annotated[str, typer.Option(metavar="XX", help=_("Its language, two letters."))] = "",
) -> None:
    from veille.collect.collector import source_from_address
    from veille.store.feeds import add_feeds

    front = front_of(context)
    with front.house() as house:
        chosen_theme = house.theme(theme or next(iter(house.settings.themes)))
        source = source_from_address(
            url, settings=house.settings, title=title, theme=chosen_theme, language=two_letters(language)
        )
        with house.store.transaction() as transaction:
            added = add_feeds(transaction, [source])
    front.output.result(
        {"feeds": [_as_json(feed) for feed in added]},
        lambda: front.output.line(
            _("Followed: {title}, {url}").format(title=source.title, url=source.url)
            if added
            else _("Already followed: {url}").format(url=source.url)
        ),
    )


@app.command("remove", help=_("Stop following a feed; its entries stay.\n\nExample: veille feeds remove 12"))
def remove_feed(context: typer.Context, feed: FeedNumber) -> None:
    from veille.store import feeds as queries

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        removed = queries.remove_feed(transaction, feed)
    _give_one(front.output, removed, _("No longer followed: {title}"))


@app.command("pause", help=_("Stop fetching a feed for a while.\n\nExample: veille feeds pause 12"))
def pause_feed(context: typer.Context, feed: FeedNumber) -> None:
    _set_status(context, feed, FeedStatus.PAUSED, _("Paused: {title}"))


@app.command("resume", help=_("Fetch a paused feed again.\n\nExample: veille feeds resume 12"))
def resume_feed(context: typer.Context, feed: FeedNumber) -> None:
    _set_status(context, feed, FeedStatus.ACTIVE, _("Followed again: {title}"))


@app.command(
    "import",
    help=_(
        "Follow the feeds of an OPML file."
        "\n\nIts folders become themes. What is damaged is named by its line, and the rest imported."
        "\n\nExample: veille feeds import feeds.opml"
    ),
)
def import_feeds(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("An OPML file."))],
) -> None:
    from veille.collect.opml import read_opml
    from veille.store.feeds import add_feeds

    front = front_of(context)
    with front.house() as house:
        opml = read_opml(read_bytes(file), house.settings.themes)
        with house.store.transaction() as transaction:
            added = add_feeds(transaction, opml.sources)
    already = len(opml.sources) - len(added)
    said = ngettext(
        "{count} feed added, {already} already followed.",
        "{count} feeds added, {already} already followed.",
        len(added),
    )
    for fault in opml.faults:
        front.output.notice(_fault_line(file, fault.line, fault.message))
    front.output.result(
        {"added": len(added), "already": already, "faults": [asdict(fault) for fault in opml.faults]},
        lambda: front.output.line(said.format(count=len(added), already=already)),
    )
    if opml.faults:
        raise typer.Exit(EXIT_PARTLY)


@app.command(
    "export",
    help=_(
        "Write the feeds as OPML, each in its folders, else in that of its theme."
        "\n\nExample: veille feeds export mine.opml"
    ),
)
def export_feeds(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file to write."))],
) -> None:
    from veille.collect.opml import write_opml
    from veille.store.feeds import all_feeds

    front = front_of(context)
    with front.house() as house:
        with house.store.transaction() as transaction:
            feeds = all_feeds(transaction)
        write_bytes(file, write_opml(feeds, house.settings.themes, house.settings.digest.name))
    said = ngettext("{count} feed written to {file}", "{count} feeds written to {file}", len(feeds))
    front.output.result(
        {"file": file, "feeds": len(feeds)},
        lambda: front.output.line(said.format(count=len(feeds), file=file)),
    )


@app.command(
    "discover",
    help=_("Find the feeds of a site.\n\nExample: veille feeds discover https://journal.example"),
)
def discover_feeds(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help=_("The address of a site."))],
) -> None:
    from veille.collect.collector import discover_sources

    front = front_of(context)
    with front.house() as house:
        found = discover_sources(url, house.settings)
    front.output.result(
        {"feeds": [{"url": source.url, "title": source.title} for source in found]},
        lambda: front.output.table(
            (_("Title"), _("Address")), [(source.title, source.url) for source in found]
        ),
    )


def two_letters(language: str) -> str:
    """``language`` in lower case; ``UsageError`` unless it is empty or a code of two letters (ISO 639-1)."""
    if language and not re.fullmatch("[A-Za-z]{2}", language):
        raise UsageError(
            _("“{language}” is not the code of a language.").format(language=language),
            hint=_("Give its two letters: fr, en, de…"),
        )
    return language.lower()


def _fault_line(file: Path, line: int | None, message: str) -> str:
    if line is None:
        return _("{file}: {message}").format(file=file, message=message)
    return _("{file}, line {line}: {message}").format(file=file, line=line, message=message)


def _set_status(context: typer.Context, number: int, status: FeedStatus, said: str) -> None:
    from veille.store.feeds import set_feed_status

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        feed = set_feed_status(transaction, number, status)
    _give_one(front.output, feed, said)


def _give_one(output: Output, feed: Feed, said: str) -> None:
    output.result({"feeds": [_as_json(feed)]}, lambda: output.line(said.format(title=feed.title or feed.url)))


def _row(feed: Feed, health: Health) -> tuple[str, ...]:
    return (
        str(feed.id),
        feed.title or feed.url,
        feed.theme,
        condition_label(health.condition),
        health.last_entry_at.date().isoformat() if health.last_entry_at else "–",
        cadence_label(health.cadence),
        moment_label(feed.next_due_at),
        feed.last_error or advice(feed, health),
    )


def _lines(feed: Feed, health: Health, moves: Sequence[FeedMove]) -> list[tuple[str, str]]:
    lines = [
        (_("Title"), feed.title),
        (_("Address"), feed.url),
        (_("Theme"), feed.theme),
        (_("Language"), feed.language),
        (_("Health"), condition_label(health.condition)),
        (_("Newest"), moment_label(health.last_entry_at)),
        (_("Usually every"), cadence_label(health.cadence)),
        (_("Last answer"), moment_label(feed.last_ok_at)),
        (_("Next visit"), wait_label(feed.due_reason, feed.next_due_at) if feed.due_reason else "–"),
        (_("Error"), feed.last_error or ""),
        (_("Repaired"), ", ".join(feed.repairs)),
        *((_("Moved"), _move_label(move)) for move in moves),
        (_("What to do"), advice(feed, health)),
    ]
    return [(name, value) for name, value in lines if value]


def _move_label(move: FeedMove) -> str:
    words = (
        _("{moment}, from {old} to {new}")
        if move.reverted_at is None
        else _("{moment}, from {old} to {new}, taken back")
    )
    return words.format(moment=moment_label(move.moved_at), old=move.from_url, new=move.to_url)


def _as_json(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "theme": feed.theme,
        "language": feed.language,
        "status": feed.status,
        "last_ok_at": feed.last_ok_at,
        "last_error": feed.last_error,
        "failures": feed.failures,
        "next_due_at": feed.next_due_at,
        "due_reason": feed.due_reason,
        "parked_until": feed.parked_until,
        "repairs": feed.repairs,
    }


def _health_as_json(feed: Feed, health: Health) -> dict[str, Any]:
    return {
        "condition": health.condition,
        "last_entry_at": health.last_entry_at,
        "cadence_seconds": int(health.cadence.total_seconds()) if health.cadence else None,
        "advice": advice(feed, health),
    }
