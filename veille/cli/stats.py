"""``veille stats``: what was picked and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import front_of
from veille.cli.output import Output
from veille.i18n import active_language, ngettext
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.archive.figures import Counts, Figures

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
        first = house.month(since) if since else None
        figures = read_figures(house.store, house.settings, since=first)
    document = {
        "issues": figures.issues,
        "picks": figures.picks,
        "by_theme": _as_json(figures.by_theme),
        "by_source": _as_json(figures.by_source),
        "by_language": _as_json(figures.by_language),
        "by_segment": _as_json(figures.by_segment),
        "by_month": _as_json(figures.by_month),
        "never_picked": _as_json(figures.never_picked),
        "suggestions": _as_json(figures.suggestions),
    }
    front.output.result(document, lambda: _show(front.output, figures))


def _show(output: Output, figures: Figures) -> None:
    from veille.archive.figures import charts_of

    issues = ngettext("{count} issue", "{count} issues", figures.issues).format(count=figures.issues)
    picks = ngettext("{count} link", "{count} links", figures.picks).format(count=figures.picks)
    output.line(f"{issues}, {picks}.")
    ink = output.drawable("█", "#")
    for chart in charts_of(figures, active_language()):
        output.line()
        rows = [
            (bar.label, str(bar.count), ink * max(round(bar.percent * _BAR_COLUMNS / 100), bar.count > 0))
            for bar in chart.bars
        ]
        output.table((chart.heading, "", ""), rows)
        if chart.others:
            more = ngettext("and {count} more", "and {count} more", chart.others)
            output.line(more.format(count=chart.others))


def _as_json(counts: Counts) -> list[dict[str, object]]:
    return [{"label": one.label, "count": one.count} for one in counts]
