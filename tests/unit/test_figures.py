"""Counted by hand, then by veille."""

from __future__ import annotations

from builders import NOVEMBER, a_pick, a_tray, an_approved_issue
from veille.archive.figures import Count, charts_of, figures_of, figures_page
from veille.model.issue import Issue, Slot, Tray
from veille.model.month import Month
from veille.model.suggestion import SuggestionState
from veille.settings import Settings
from veille.store.statistics import FeedYield

DECEMBER = Month(2026, 12)


def two_months() -> tuple[Issue, Issue]:
    december = Tray(
        (
            Slot(1, a_pick(1, source="Écran", theme="outils", language="en")),
            Slot(2, a_pick(2, source="Écran", theme="outils", language="")),
            Slot(3, a_pick(3, source="abeille")),
            Slot(4, a_pick(4, source="", theme="")),
            Slot(5, a_pick(5, source="Zoom"), {"publics": a_pick(6, source="Zoom"), "ailleurs": a_pick(7)}),
        )
    )
    return an_approved_issue(id=2, month=DECEMBER, number=35, tray=december), an_approved_issue()


def test_picks_are_counted_with_their_variants() -> None:
    counted = figures_of(two_months(), (), {}, Settings())

    assert (counted.issues, counted.picks) == (2, 12)
    assert counted.by_month == (Count("décembre 2026", 7), Count("novembre 2026", 5))
    assert counted.by_segment == (Count("ailleurs", 1), Count("Publics et médiation", 1))


def test_the_most_frequent_comes_first_then_the_alphabet() -> None:
    counted = figures_of(two_months(), (), {}, Settings())

    assert counted.by_theme == (Count("Publics", 9), Count("Outils", 2))
    assert counted.by_source == (
        Count("Le Journal", 6),
        Count("Écran", 2),
        Count("Zoom", 2),
        Count("abeille", 1),
    )
    assert counted.by_language == (Count("français", 10), Count("anglais", 1), Count("inconnue", 1))


def test_sources_that_were_never_picked_are_told_with_what_they_brought() -> None:
    feeds = [FeedYield("Bavard", 900, was_picked=False), FeedYield("Utile", 30, was_picked=True)]

    counted = figures_of((), feeds, {}, Settings())

    assert counted.never_picked == (Count("Bavard", 900),)


def test_suggestions_are_counted_by_answer_and_name_nobody() -> None:
    counted = figures_of((), (), {SuggestionState.ACCEPTED: 3, SuggestionState.DECLINED: 1}, Settings())

    assert counted.suggestions == (Count("en attente", 0), Count("retenue", 3), Count("déclinée", 1))


def test_bars_are_measured_by_the_longest_of_their_chart() -> None:
    page = figures_page(figures_of(two_months(), (), {}, Settings()), Settings())

    by_theme = page.charts[0]
    assert [(bar.label, round(bar.percent), bar.is_longest) for bar in by_theme.bars] == [
        ("Publics", 100, True),
        ("Outils", 22, False),
    ]


def test_a_chart_without_numbers_is_left_out() -> None:
    headings = [chart.heading for chart in charts_of(figures_of(two_months()[1:], (), {}, Settings()), "fr")]

    assert headings == ["Par thème", "Par source", "Par langue", "Par mois"]


def test_nothing_published_gives_no_chart() -> None:
    assert charts_of(figures_of((), (), {}, Settings()), "fr") == ()


def test_the_months_are_those_that_were_published() -> None:
    counted = figures_of(
        [an_approved_issue(month=NOVEMBER, tray=a_tray(publics=a_pick(9)))], (), {}, Settings()
    )

    assert counted.by_month == (Count("novembre 2026", 6),)


def test_a_long_chart_says_how_much_it_leaves_out() -> None:
    feeds = [FeedYield(f"Flux {number}", 100 - number, was_picked=False) for number in range(30)]

    (chart,) = charts_of(figures_of((), feeds, {}, Settings()), "fr")

    assert (len(chart.bars), chart.bars[0].label, chart.others) == (24, "Flux 0", 6)
