"""``veille collect``: fetch what is due."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import EXIT_PARTLY, Output
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.collect.collector import CollectReport


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "collect",
        help=_(
            "Fetch the feeds that are due and store what is new.\n\nExample: veille collect --feed 12 --force"
        ),
    )(collect)


def collect(
    context: typer.Context,
    feed: Annotated[
        list[int] | None, typer.Option(metavar="N", help=_("Only this feed; may be repeated."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Also the feeds that are not due yet."))] = False,
) -> None:
    from veille.collect.collector import collect_feeds

    front = front_of(context)
    output = front.output
    with front.house() as house, output.progress(_("Collecting")) as progress:
        report = collect_feeds(
            house.store, house.settings, house.clock, feed_ids=feed or None, force=force, on_progress=progress
        )

    for failure in report.failed:
        output.notice(f"  {failure.id}  {failure.url}  {failure.error}")
    output.result(asdict(report), lambda: _show(output, report))
    if report.failed:
        raise typer.Exit(EXIT_PARTLY)


def _show(output: Output, report: CollectReport) -> None:
    counts = _("{feeds} feeds: {fetched} fetched, {unchanged} unchanged, {skipped} not due, {failed} failed.")
    output.line(
        counts.format(
            feeds=report.feeds,
            fetched=report.fetched,
            unchanged=report.unchanged,
            skipped=report.skipped,
            failed=len(report.failed),
        )
    )
    output.line(
        _("{new} new entries, {updated} updated, in {seconds:.1f} s.").format(
            new=report.entries_new, updated=report.entries_updated, seconds=report.seconds
        )
    )
