"""``veille backtest``: whether the ranking helps this curator, by his own past months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from veille.cli.front import front_of
from veille.cli.output import Output
from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.i18n import ngettext

if TYPE_CHECKING:
    from veille.curate.backtest import Backtest


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "backtest",
        help=_(
            "Measure the ranking on past issues: how many of their links it would have shown first."
            "\n\nEach month is ranked by what was known before it only, and compared with an order by source,"
            " by date, and by chance."
            "\n\nExample: veille backtest"
        ),
    )(measure)


def measure(context: typer.Context) -> None:
    from veille.curate.backtest import backtest
    from veille.curate.pools import pools_of

    front = front_of(context)
    with front.house() as house, front.output.progress(_("Ranking past months")):
        found = backtest(pools_of(house.store))
    if found is None:
        raise RuleError(
            _("There is not enough history to measure by: it takes two approved issues."),
            hint=_(
                "Earlier digests are learnt from, but what else could have been picked is not known of them."
            ),
        )
    document = {
        "months": list(found.months),
        "picks": found.picks,
        "entries": found.entries,
        "recall": {
            method.value: {str(depth): round(share, 4) for depth, share in by_depth.items()}
            for method, by_depth in found.recall.items()
        },
    }
    front.output.result(document, lambda: _show(front.output, found))


def _show(output: Output, found: Backtest) -> None:
    from veille.curate.backtest import Method

    months = ngettext("{count} month", "{count} months", len(found.months)).format(count=len(found.months))
    said = _("{months}, from {first} to {last}: {picks} links picked among {entries} entries.")
    output.line(
        said.format(
            months=months,
            first=found.months[0],
            last=found.months[-1],
            picks=found.picks,
            entries=found.entries,
        )
    )
    names = {
        Method.RANKING: _("the ranking"),
        Method.SOURCES: _("by source"),
        Method.RECENCY: _("by date"),
        Method.RANDOM: _("by chance"),
    }
    depths = list(found.recall[Method.RANKING])
    columns = [_("Picks found"), *(_("in the first {depth}").format(depth=depth) for depth in depths)]
    rows = [
        [names[method], *(f"{100 * share:.0f} %" for share in by_depth.values())]
        for method, by_depth in found.recall.items()
    ]
    output.table(columns, rows)
    for caveat in _caveats():
        output.line(caveat)


def _caveats() -> tuple[str, ...]:
    return (
        _("With five links a month, these figures swing by chance: only large differences say something."),
        _("What was not picked was not always refused, and what the ranking showed first was seen more."),
    )
