"""What was picked and from where, counted. No reader is measured, and nobody who suggested is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from veille.archive.frame import frame_of
from veille.archive.paths import FIGURES_PATH
from veille.compose.page_contexts import Bar, Chart, FiguresPage
from veille.compose.wording import language_name, month_label
from veille.i18n import translations
from veille.model.month import Month, month_from_text
from veille.model.plaintext import search_key
from veille.model.suggestion import SuggestionState
from veille.settings import Settings
from veille.store import Transaction
from veille.store.statistics import FeedYield, ToldPick, feed_yields, suggestions_by_state, told_picks

# Two years of months, and as many sources as anybody compares; programs get them all.
_BARS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something, which is known by a ``name`` for programs: an identifier, a code, a month."""

    name: str
    count: int


Counts = tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Issues and picks, counted. Each list begins with the most, except the months, newest first.

    ``picks`` counts the variants of a segment too; ``by_segment`` counts these alone. ``by_language`` names
    an unknown language by an empty code. ``never_picked`` are the followed feeds of which no issue had
    anything, the one that brought most first.
    """

    issues: int
    picks: int
    by_theme: Counts
    by_source: Counts
    by_language: Counts
    by_segment: Counts
    by_month: Counts
    never_picked: tuple[FeedYield, ...]
    suggestions: Mapping[SuggestionState, int]


def read_figures(transaction: Transaction, *, since: Month | None = None) -> Figures:
    """The figures of every issue that was approved, from ``since`` on when it is given."""
    return figures_of(
        told_picks(transaction, since),
        feed_yields(transaction, since),
        suggestions_by_state(transaction, since),
    )


def figures_of(
    told: Sequence[ToldPick], feeds: Iterable[FeedYield], suggestions: Mapping[SuggestionState, int]
) -> Figures:
    """The figures of the links ``told``, the newest month first."""
    by_month = Counter(pick.month for pick in told)
    return Figures(
        issues=len(by_month),
        picks=len(told),
        by_theme=_ranked(pick.theme for pick in told if pick.theme),
        by_source=_ranked(pick.source for pick in told if pick.source),
        by_language=_ranked(pick.language for pick in told),
        by_segment=_ranked(pick.segment for pick in told if pick.segment),
        by_month=tuple(Count(str(month), count) for month, count in by_month.items()),
        never_picked=tuple(feed for feed in feeds if not feed.was_picked),
        suggestions={state: suggestions.get(state, 0) for state in SuggestionState},
    )


def charts_of(figures: Figures, settings: Settings, language: str) -> tuple[Chart, ...]:
    """The figures as bars under headings in ``language``, without those that would be empty."""
    gettext = translations(language).gettext
    links, entries = gettext("Links"), gettext("Entries")
    by_year = _of_years(figures.by_month)
    never_picked = tuple(Count(feed.title, feed.entries) for feed in figures.never_picked)
    charts = (
        _chart(
            gettext("By theme"), links, figures.by_theme, lambda name: settings.theme_label(name, language)
        ),
        _chart(gettext("By source"), links, figures.by_source),
        _chart(
            gettext("By language"), links, figures.by_language, lambda name: language_name(name, language)
        ),
        _chart(
            gettext("For one department alone"),
            links,
            figures.by_segment,
            lambda name: settings.segment_label(name, language),
        ),
        _chart(gettext("By year"), links, by_year if len(by_year) > 1 else ()),
        _chart(
            gettext("By month"),
            links,
            figures.by_month,
            lambda name: _month_label(name, language),
        ),
        _suggestions_chart(figures.suggestions, language),
        _chart(gettext("Followed, never picked: entries seen"), entries, never_picked),
    )
    return tuple(chart for chart in charts if chart.bars and chart.bars[0].count)


def figures_page(figures: Figures, settings: Settings) -> FiguresPage:
    """The figures as a page of the archive."""
    language = settings.digest.language
    return FiguresPage(
        frame=frame_of(FIGURES_PATH, translations(language).gettext("Figures"), settings),
        issues=figures.issues,
        picks=figures.picks,
        charts=charts_of(figures, settings, language),
    )


def _suggestions_chart(suggestions: Mapping[SuggestionState, int], language: str) -> Chart:
    gettext = translations(language).gettext
    answers = {
        SuggestionState.ACCEPTED: gettext("taken"),
        SuggestionState.DECLINED: gettext("declined"),
        SuggestionState.PENDING: gettext("waiting"),
    }
    received = Count(gettext("received"), sum(suggestions.values()))
    answered = (Count(words, suggestions[state]) for state, words in answers.items())
    return _chart(gettext("Suggestions of colleagues"), gettext("Suggestions"), (received, *answered))


def _chart(heading: str, unit: str, counts: Counts, label_of: Callable[[str], str] = str) -> Chart:
    """``counts`` as bars, measured by the longest; of several as long, the first one is it."""
    shown = counts[:_BARS_SHOWN]
    most = max((one.count for one in shown), default=0)
    longest = next((one for one in shown if one.count == most), None)
    bars = (
        Bar(label_of(one.name), one.count, one.count * 100 / most if most else 0.0, is_longest=one is longest)
        for one in shown
    )
    return Chart(heading, unit, tuple(bars), others=len(counts) - len(shown))


def _of_years(by_month: Counts) -> Counts:
    years = Counter[str]()
    for month in by_month:
        years[month.name.partition("-")[0]] += month.count
    return tuple(Count(year, count) for year, count in years.items())


def _month_label(name: str, language: str) -> str:
    month = month_from_text(name)
    return month_label(month, language) if month else name


def _ranked(names: Iterable[str]) -> Counts:
    """The most frequent first; of two as frequent, in alphabetical order."""
    counted = Counter(names).items()
    return tuple(
        Count(name, count)
        for name, count in sorted(counted, key=lambda item: (-item[1], search_key(item[0]), item[0]))
    )
