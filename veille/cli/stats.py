"""``veille stats``: what was picked and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of, month_named
from veille.cli.output import Output
from veille.i18n import active_language, ngettext
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.archive.figures import Counts, Figures
    from veille.model.month import Month
    from veille.settings import Settings

_BAR_COLUMNS = 30


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "stats",
        help=_(
            "Count what was picked, by theme, source, language, department and month; and suggestions."
            "\n\nNo reader is measured."
            "\n\nExample: veille stats --since 2026-01"
        ),
    )(stats)


def stats(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="MONTH", help=_("Only this month and later ones: 2026-01."))
    ] = None,
) -> None:
    from veille.archive.figures import read_figures

    front = front_of(context)
    with front.house() as house:
        first = month_named(since) if since else None
        with house.store.transaction() as transaction:
            figures = read_figures(transaction, since=first)
    front.output.result(_as_json(figures, first), lambda: _show(front.output, figures, house.settings))


def _show(output: Output, figures: Figures, settings: Settings) -> None:
    from veille.archive.figures import charts_of

    issues = ngettext("{count} issue", "{count} issues", figures.issues).format(count=figures.issues)
    picks = ngettext("{count} link", "{count} links", figures.picks).format(count=figures.picks)
    output.line(f"{issues}, {picks}.")
    ink = output.drawable("█", "#")
    for chart in charts_of(figures, settings, active_language()):
        output.line()
        digits = max(len(str(bar.count)) for bar in chart.bars)
        rows = [
            (
                bar.label,
                f"{bar.count:>{digits}}",
                ink * max(round(bar.percent * _BAR_COLUMNS / 100), bar.count > 0),
            )
            for bar in chart.bars
        ]
        output.table((chart.heading, "", ""), rows)
        if chart.others:
            more = ngettext("and {count} more", "and {count} more", chart.others)
            output.line(more.format(count=chart.others))


def _as_json(figures: Figures, since: Month | None) -> dict[str, object]:
    return {
        "since": str(since) if since else None,
        "issues": figures.issues,
        "picks": figures.picks,
        "by_theme": _counts(figures.by_theme),
        "by_source": _counts(figures.by_source),
        "by_language": _counts(figures.by_language),
        "by_segment": _counts(figures.by_segment),
        "by_month": _counts(figures.by_month),
        "never_picked": [
            {"feed": feed.id, "title": feed.title, "entries": feed.entries} for feed in figures.never_picked
        ],
        "suggestions": {
            "received": sum(figures.suggestions.values()),
            **{state.value: count for state, count in figures.suggestions.items()},
        },
    }


def _counts(counts: Counts) -> list[dict[str, object]]:
    return [{"name": one.name, "picks": one.count} for one in counts]
