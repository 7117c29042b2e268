"""How long until the issue leaves, and which months had none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from builders import a_tray, an_approved_issue, an_issue
from veille.curate.countdown import Countdown, countdown, countdown_words, next_step
from veille.model.issue import Issue, IssueStatus, empty_tray
from veille.model.month import Month

OCTOBER, NOVEMBER, DECEMBER = Month(2026, 10), Month(2026, 11), Month(2026, 12)


def at(day: str, *issues: Issue) -> Countdown:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return countdown(issues, send_day=25, links=5, now=now)


def a_sent_issue(month: Month) -> Issue:
    approved = an_approved_issue(month=month)
    return an_issue(
        month=month,
        status=IssueStatus.SENT,
        content_hash=approved.content_hash,
        approved_at=approved.approved_at,
    )


def test_before_anything_the_current_month_counts() -> None:
    stand = at("2026-11-20")

    assert (stand.month, stand.leaves_on, stand.days) == (NOVEMBER, date(2026, 11, 25), 5)
    assert (stand.picked, stand.links, stand.status, stand.missed) == (0, 5, None, ())


def test_picks_are_counted_of_the_slots_that_the_issue_has() -> None:
    stand = at("2026-11-20", an_issue(tray=a_tray()), an_issue(month=DECEMBER, tray=empty_tray(7)))

    assert (stand.month, stand.picked, stand.links) == (NOVEMBER, 5, 5)


def test_once_it_has_left_the_next_month_counts() -> None:
    assert at("2026-11-26", a_sent_issue(NOVEMBER)).month == DECEMBER


def test_the_year_turns() -> None:
    stand = at("2026-12-26", a_sent_issue(DECEMBER))

    assert (stand.month, stand.days) == (Month(2027, 1), 30)


def test_an_issue_that_is_late_is_not_yet_missed() -> None:
    stand = at("2026-12-02", a_sent_issue(OCTOBER), an_issue(month=NOVEMBER))

    assert (stand.month, stand.days, stand.missed) == (NOVEMBER, -7, ())


@pytest.mark.parametrize(
    ("day", "missed"),
    [
        ("2026-11-30", ()),
        ("2026-12-01", (NOVEMBER,)),
        ("2027-01-31", (NOVEMBER, DECEMBER)),
        ("2036-01-01", tuple(Month(2026 + (10 + n) // 12, (10 + n) % 12 + 1) for n in range(12))),
    ],
)
def test_months_without_an_issue_are_missed(day: str, missed: tuple[Month, ...]) -> None:
    assert at(day, a_sent_issue(OCTOBER)).missed == missed


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-24", "The issue of 2026-11 leaves in 1 day; 0 of 5 links are picked."),
        ("2026-11-25", "The issue of 2026-11 leaves in 0 days; 0 of 5 links are picked."),
        ("2026-11-27", "The issue of 2026-11 should have left 2 days ago; 0 of 5 links are picked."),
    ],
)
def test_the_countdown_is_a_sentence(day: str, said: str) -> None:
    assert countdown_words(at(day)) == said


@pytest.mark.parametrize(
    ("issue", "command"),
    [
        (None, "veille issue new --month 2026-11"),
        (an_issue(tray=empty_tray(5)), "veille pick --month 2026-11"),
        (an_issue(), "veille issue approve --month 2026-11"),
        (an_approved_issue(), "veille send --month 2026-11"),
    ],
)
def test_the_next_step_is_a_command(issue: Issue | None, command: str) -> None:
    assert command in next_step(at("2026-11-20", *([issue] if issue else [])))
