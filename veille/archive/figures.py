"""What was picked and from where, counted. No reader is measured, and nobody who suggested is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from veille.archive.frame import frame_of
from veille.archive.paths import FIGURES_PATH
from veille.compose.page_contexts import Bar, Chart, FiguresPage
from veille.compose.wording import language_name, month_label
from veille.i18n import translations
from veille.model.issue import Issue, IssueStatus
from veille.model.month import Month
from veille.model.plaintext import search_key
from veille.model.suggestion import SuggestionState
from veille.settings import Settings
from veille.store import Store
from veille.store.issues import all_issues
from veille.store.statistics import FeedYield, feed_yields, suggestions_by_state


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something, and its name for readers."""

    label: str
    count: int


Counts = tuple[Count, ...]

# Two years of months, and as many sources as anybody compares.
_BARS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Figures:
    """Issues and picks, counted. Each list begins with the most, except the months, newest first.

    ``by_segment`` counts the links that a segment alone received. ``never_picked`` are the followed sources
    of which nothing was ever picked, with how many entries they brought.
    """

    issues: int
    picks: int
    by_theme: Counts
    by_source: Counts
    by_language: Counts
    by_segment: Counts
    by_month: Counts
    never_picked: Counts
    suggestions: Counts


def read_figures(store: Store, settings: Settings, *, since: Month | None = None) -> Figures:
    """The figures of every issue that was approved, from ``since`` on when it is given."""
    with store.transaction() as transaction:
        issues = tuple(
            issue
            for issue in all_issues(transaction)
            if issue.status is not IssueStatus.DRAFT and (since is None or issue.month >= since)
        )
        return figures_of(
            issues, feed_yields(transaction), suggestions_by_state(transaction, since), settings
        )


def figures_of(
    issues: Sequence[Issue],
    feeds: Iterable[FeedYield],
    suggestions: Mapping[SuggestionState, int],
    settings: Settings,
) -> Figures:
    """The figures of ``issues``, which are published and newest first."""
    language = settings.digest.language
    gettext = translations(language).gettext
    picks = [(issue, segment, pick) for issue in issues for _number, segment, pick in issue.tray.picks()]
    of_months = Counter(issue.month for issue, _segment, _pick in picks)
    answers = {
        SuggestionState.PENDING: gettext("waiting"),
        SuggestionState.ACCEPTED: gettext("taken"),
        SuggestionState.DECLINED: gettext("declined"),
    }
    return Figures(
        issues=len(issues),
        picks=len(picks),
        by_theme=_ranked(settings.theme_label(pick.theme, language) for _i, _s, pick in picks if pick.theme),
        by_source=_ranked(pick.source for _i, _s, pick in picks if pick.source),
        by_language=_ranked(language_name(pick.language, language) for _i, _s, pick in picks),
        by_segment=_ranked(settings.segment_label(segment, language) for _i, segment, _p in picks if segment),
        by_month=tuple(Count(month_label(issue.month, language), of_months[issue.month]) for issue in issues),
        never_picked=tuple(Count(feed.title, feed.entries) for feed in feeds if not feed.was_picked),
        suggestions=tuple(Count(label, suggestions.get(state, 0)) for state, label in answers.items()),
    )


def charts_of(figures: Figures, language: str) -> tuple[Chart, ...]:
    """The figures as bars under headings, without those that would be empty."""
    gettext = translations(language).gettext
    charts = (
        _chart(gettext("By theme"), figures.by_theme),
        _chart(gettext("By source"), figures.by_source),
        _chart(gettext("By language"), figures.by_language),
        _chart(gettext("For one department alone"), figures.by_segment),
        _chart(gettext("By month"), figures.by_month),
        _chart(gettext("Suggestions of colleagues"), figures.suggestions),
        _chart(gettext("Followed, never picked: entries seen"), figures.never_picked),
    )
    return tuple(chart for chart in charts if any(bar.count for bar in chart.bars))


def figures_page(figures: Figures, settings: Settings) -> FiguresPage:
    """The figures as a page of the archive."""
    language = settings.digest.language
    return FiguresPage(
        frame=frame_of(FIGURES_PATH, translations(language).gettext("Figures"), settings),
        issues=figures.issues,
        picks=figures.picks,
        charts=charts_of(figures, language),
    )


def _chart(heading: str, counts: Counts) -> Chart:
    most = max((one.count for one in counts), default=0)
    bars = (
        Bar(one.label, one.count, one.count * 100 / most if most else 0.0, is_longest=one.count == most)
        for one in counts[:_BARS_SHOWN]
    )
    return Chart(heading, tuple(bars), others=max(len(counts) - _BARS_SHOWN, 0))


def _ranked(names: Iterable[str]) -> Counts:
    """The most frequent first; of two as frequent, in alphabetical order."""
    counted = Counter(names).items()
    return tuple(
        Count(name, count)
        for name, count in sorted(counted, key=lambda item: (-item[1], search_key(item[0])))
    )
