"""``veille collect``: fetch what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.health import wait_label
from veille.cli.output import EXIT_FAILED, EXIT_PARTLY, Output
from veille.i18n import decimal, ngettext
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.collect.collector import CollectReport
    from veille.collect.visits import WaitingFeed
    from veille.model.feed import WaitReason

_NAMED_AT_MOST = 20


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
    quiet: Annotated[
        bool, typer.Option("--quiet", help=_("Say nothing when it went well, for a schedule."))
    ] = False,
) -> None:
    from veille.collect.collector import collect_feeds, only_collector

    front = front_of(context)
    output = front.output
    with (
        front.house() as house,
        only_collector(house.store, house.workspace),
        output.progress(_("Collecting")) as progress,
    ):
        report = collect_feeds(
            house.store, house.settings, house.clock, feed_ids=feed or None, force=force, on_progress=progress
        )
    if report.offline or not quiet:
        _tell(output, report)
        output.result(asdict(report), lambda: _show(output, report))
    if report.offline:
        raise typer.Exit(EXIT_FAILED)
    if report.failed:
        raise typer.Exit(EXIT_PARTLY)


def _tell(output: Output, report: CollectReport) -> None:
    """Say beside the result what happened to single feeds."""
    for waiting in report.waiting if len(report.waiting) <= _NAMED_AT_MOST else ():
        output.notice(f"  {waiting.id}  {waiting.title}  {wait_label(waiting.reason, waiting.until)}")
    if len(report.waiting) > _NAMED_AT_MOST:
        for reason, group in _by_reason(report.waiting).items():
            output.notice(_waiting_group(reason, group))
        output.notice(_("Each of them, and why: veille feeds list"))
    for failure in report.failed:
        output.notice(f"  {failure.id}  {failure.url}  {failure.error}")
    for moved in report.moved:
        output.notice(
            _(
                "{title} has moved for good, from {old} to {new}. To take that back: veille feeds revert {id}"
            ).format(title=moved.title, old=moved.from_url, new=moved.to_url, id=moved.id)
        )
    for feed in report.retired:
        output.notice(_("Feed {id} is gone, says its server; it is not visited any more.").format(id=feed))
    if report.offline:
        output.notice(
            _("No host answered: this machine seems to be offline. Nothing was held against the feeds.")
        )


def _by_reason(waiting: Sequence[WaitingFeed]) -> dict[WaitReason, list[WaitingFeed]]:
    groups: dict[WaitReason, list[WaitingFeed]] = {}
    for feed in waiting:
        groups.setdefault(feed.reason, []).append(feed)
    return groups


def _waiting_group(reason: WaitReason, group: Sequence[WaitingFeed]) -> str:
    words = wait_label(reason, min((feed.until for feed in group if feed.until), default=None))
    counted = ngettext("  {count} feed: {words}", "  {count} feeds: {words}", len(group))
    return counted.format(count=len(group), words=words)


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
        _("{new} new entries, {updated} updated, in {seconds} s.").format(
            new=report.entries_new, updated=report.entries_updated, seconds=decimal(report.seconds)
        )
    )
    if report.texts_erased:
        said = ngettext(
            "{count} old text erased, as collect.keep_texts_months says.",
            "{count} old texts erased, as collect.keep_texts_months says.",
            report.texts_erased,
        )
        output.line(said.format(count=report.texts_erased))
