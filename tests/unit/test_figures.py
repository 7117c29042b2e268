"""Counted by hand, then by veille."""

from __future__ import annotations

from typing import Any

from builders import NOVEMBER
from veille.archive.figures import Count, charts_of, figures_of, figures_page
from veille.compose.page_contexts import Bar
from veille.model.month import Month
from veille.model.suggestion import SuggestionState
from veille.settings import Settings
from veille.store.statistics import FeedYield, ToldPick

DECEMBER = Month(2026, 12)
JANUARY = Month(2027, 1)


def a_told_pick(month: Month = NOVEMBER, **changes: Any) -> ToldPick:
    values: dict[str, Any] = {"segment": None, "theme": "publics", "source": "Le Journal", "language": "fr"}
    return ToldPick(month, **values | changes)


def december() -> list[ToldPick]:
    """Five slots, of which the last has two variants."""
    return [
        a_told_pick(DECEMBER, source="Écran", theme="outils", language="en"),
        a_told_pick(DECEMBER, source="Écran", theme="outils", language=""),
        a_told_pick(DECEMBER, source="abeille"),
        a_told_pick(DECEMBER, source="", theme=""),
        a_told_pick(DECEMBER, source="Zoom"),
        a_told_pick(DECEMBER, source="Zoom", segment="publics"),
        a_told_pick(DECEMBER, segment="ailleurs"),
    ]


def november() -> list[ToldPick]:
    return [a_told_pick()] * 5


def two_months() -> list[ToldPick]:
    return [*december(), *november()]


def a_feed_yield(number: int, *, entries: int = 10, was_picked: bool = False) -> FeedYield:
    return FeedYield(number, f"Flux {number}", entries, was_picked)


def test_picks_are_counted_with_their_variants() -> None:
    counted = figures_of(two_months(), (), {})

    assert (counted.issues, counted.picks) == (2, 12)
    assert counted.by_month == (Count("2026-12", 7), Count("2026-11", 5))
    assert counted.by_segment == (Count("ailleurs", 1), Count("publics", 1))


def test_the_most_frequent_comes_first_then_the_alphabet() -> None:
    counted = figures_of(two_months(), (), {})

    assert counted.by_theme == (Count("publics", 9), Count("outils", 2))
    assert counted.by_source == (
        Count("Le Journal", 6),
        Count("Écran", 2),
        Count("Zoom", 2),
        Count("abeille", 1),
    )
    assert counted.by_language == (Count("fr", 10), Count("", 1), Count("en", 1))


def test_no_pick_is_lost_by_any_count() -> None:
    counted = figures_of(two_months(), (), {})

    assert sum(one.count for one in counted.by_month) == counted.picks
    assert sum(one.count for one in counted.by_language) == counted.picks
    # One pick of December has neither theme nor source.
    assert sum(one.count for one in counted.by_theme) == counted.picks - 1
    assert sum(one.count for one in counted.by_source) == counted.picks - 1


def test_feeds_that_were_never_picked_are_told_with_what_they_brought() -> None:
    feeds = [a_feed_yield(1, entries=900), a_feed_yield(2, was_picked=True)]

    assert figures_of((), feeds, {}).never_picked == (FeedYield(1, "Flux 1", 900, was_picked=False),)


def test_every_answer_to_suggestions_is_counted_and_nobody_is_named() -> None:
    counted = figures_of((), (), {SuggestionState.ACCEPTED: 3, SuggestionState.DECLINED: 1})

    assert counted.suggestions == {
        SuggestionState.PENDING: 0,
        SuggestionState.ACCEPTED: 3,
        SuggestionState.DECLINED: 1,
    }
    (chart,) = charts_of(counted, Settings(), "fr")
    assert [(bar.label, bar.count) for bar in chart.bars] == [
        ("reçue", 4),
        ("retenue", 3),
        ("déclinée", 1),
        ("en attente", 0),
    ]


def test_names_are_in_the_words_of_whoever_reads() -> None:
    counted = figures_of(two_months(), (), {})

    in_french, in_english = (charts_of(counted, Settings(), language) for language in ("fr", "en"))

    assert [chart.bars[0].label for chart in in_french] == [
        "Publics",
        "Le Journal",
        "français",
        "ailleurs",
        "décembre 2026",
    ]
    assert [chart.bars[0].label for chart in in_english] == [
        "Audiences",
        "Le Journal",
        "French",
        "ailleurs",
        "December 2026",
    ]


def test_bars_are_measured_by_the_longest_of_their_chart() -> None:
    by_theme = figures_page(figures_of(two_months(), (), {}), Settings()).charts[0]

    assert [(bar.label, round(bar.percent), bar.is_longest) for bar in by_theme.bars] == [
        ("Publics", 100, True),
        ("Outils", 22, False),
    ]


def test_of_bars_as_long_only_the_first_stands_out() -> None:
    told = [*[a_told_pick(DECEMBER)] * 5, *november()]

    charts = charts_of(figures_of(told, (), {}), Settings(), "fr")

    assert charts[-1].bars == (
        Bar("décembre 2026", 5, 100.0, is_longest=True),
        Bar("novembre 2026", 5, 100.0, is_longest=False),
    )


def test_a_chart_without_numbers_is_left_out() -> None:
    charts = charts_of(figures_of(november(), (), {}), Settings(), "fr")

    assert [chart.heading for chart in charts] == ["Par thème", "Par source", "Par langue", "Par mois"]


def test_years_are_told_once_there_are_two() -> None:
    told = [*[a_told_pick(JANUARY)] * 5, *two_months()]

    charts = {chart.heading: chart for chart in charts_of(figures_of(told, (), {}), Settings(), "fr")}

    assert [(bar.label, bar.count) for bar in charts["Par année"].bars] == [("2027", 5), ("2026", 12)]


def test_nothing_published_gives_no_chart() -> None:
    assert charts_of(figures_of((), (), {}), Settings(), "fr") == ()


def test_a_long_chart_says_how_much_it_leaves_out() -> None:
    feeds = [a_feed_yield(number, entries=100 - number) for number in range(30)]

    (chart,) = charts_of(figures_of((), feeds, {}), Settings(), "fr")

    assert (len(chart.bars), chart.bars[0].label, chart.unit, chart.others) == (24, "Flux 0", "Articles", 6)
