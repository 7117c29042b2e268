"""When a link is dead: told from what its address answered, check after check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import NOW, a_link_check
from veille.model.link import LinkCheck, LinkOutcome, after

GONE: dict[str, Any] = {"outcome": LinkOutcome.DEAD, "status": 404}
SILENT: dict[str, Any] = {"outcome": LinkOutcome.TIMED_OUT, "status": None}
THERE: dict[str, Any] = {"outcome": LinkOutcome.OK, "status": 200}


def last_of(*checks: tuple[float, dict[str, Any]]) -> LinkCheck:
    """The last of ``checks``, each so many days after the first moment, knowing the others."""
    last: LinkCheck | None = None
    for day, changes in checks:
        last = after(last, a_link_check(checked_at=NOW + timedelta(days=day), **changes))
    assert last is not None
    return last


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (LinkOutcome.DEAD, 404),
        (LinkOutcome.DEAD, 410),
        (LinkOutcome.SOFT_404, 200),
        (LinkOutcome.NO_HOST, None),
    ],
)
def test_a_page_gone_on_two_days_is_dead(outcome: LinkOutcome, status: int | None) -> None:
    gone = {"outcome": outcome, "status": status}

    once, twice = last_of((0, gone)), last_of((0, gone), (1, gone))

    assert (once.is_doubtful, once.is_dead) == (True, False)
    assert (twice.is_doubtful, twice.is_dead) == (False, True)
    assert (twice.gone_since, twice.gone_at) == (NOW, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (LinkOutcome.DEAD, 400),
        (LinkOutcome.DEAD, 405),
        (LinkOutcome.REFUSED, 403),
        (LinkOutcome.UNREACHABLE, 503),
        (LinkOutcome.UNREACHABLE, None),
        (LinkOutcome.TIMED_OUT, None),
        (LinkOutcome.TLS, None),
        (LinkOutcome.MOVED, 200),
        (LinkOutcome.PAYWALL, 402),
    ],
)
def test_no_number_of_other_answers_makes_a_link_dead(outcome: LinkOutcome, status: int | None) -> None:
    answer = {"outcome": outcome, "status": status}

    last = last_of(*((day, answer) for day in range(0, 900, 30)))

    assert (last.is_dead, last.is_doubtful, last.gone_at) == (False, False, None)


def test_two_failures_within_one_day_are_one() -> None:
    last = last_of((0, GONE), (0.9, GONE))

    assert (last.is_dead, last.is_doubtful) == (False, True)


def test_a_daily_run_that_comes_early_is_another_day() -> None:
    assert last_of((0, GONE), (0.99, GONE)).is_dead


def test_a_page_that_came_back_begins_anew() -> None:
    assert last_of((0, GONE), (1, GONE), (2, THERE)).gone_since is None
    assert last_of((0, GONE), (1, THERE), (30, GONE)).is_doubtful


def test_silence_neither_confirms_nor_clears() -> None:
    doubtful = last_of((0, GONE), (30, SILENT))
    dead = last_of((0, GONE), (1, GONE), (30, SILENT))
    confirmed = last_of((0, GONE), (30, SILENT), (60, GONE))

    assert (doubtful.is_doubtful, doubtful.is_dead) == (True, False)
    assert (dead.is_dead, dead.gone_at) == (True, NOW + timedelta(days=1))
    assert (confirmed.is_dead, confirmed.gone_since) == (True, NOW)
