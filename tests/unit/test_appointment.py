"""A send that was set for a moment happens then, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from builders import NOW
from veille.deliver.appointment import keep_appointment, moment_of
from veille.errors import RuleError, UsageError


@dataclass
class Sleeper:
    """A clock that waiting moves; a machine that sleeps loses so much more each time."""

    moment: datetime
    lost: timedelta = timedelta()
    waits: int = 0

    def now(self) -> datetime:
        return self.moment

    def elapsed_seconds(self) -> float:
        return 0.0

    def wait(self, seconds: float) -> None:
        self.waits += 1
        self.moment += timedelta(seconds=seconds) + self.lost


def test_a_moment_is_read_in_local_time() -> None:
    local = NOW.astimezone()

    assert moment_of("2026-12-01 09:05", NOW) == datetime(2026, 12, 1, 9, 5).astimezone()
    assert moment_of(" 2026-12-01T9:05 ", NOW) == moment_of("2026-12-01 09:05", NOW)
    soon, before = local + timedelta(minutes=2), local - timedelta(minutes=2)
    assert moment_of(f"{soon:%H:%M}", NOW) - NOW <= timedelta(hours=24)
    assert timedelta(hours=23) < moment_of(f"{before:%H:%M}", NOW) - NOW <= timedelta(hours=24)
    assert moment_of("09:00", NOW).tzinfo == NOW.tzinfo


@pytest.mark.parametrize("text", ["", "tomorrow", "25:00", "9h", "2026-13-01 09:00", "2026-12-01", "09:60"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a moment"):
        moment_of(text, NOW)


def test_the_moment_is_waited_for_and_the_clock_looked_at_meanwhile() -> None:
    clock = Sleeper(NOW)

    keep_appointment(NOW + timedelta(minutes=10), clock)

    assert clock.moment == NOW + timedelta(minutes=10)
    assert clock.waits == 20


def test_a_little_late_is_in_time_and_six_hours_are_not() -> None:
    keep_appointment(NOW - timedelta(hours=6), Sleeper(NOW))

    with pytest.raises(RuleError, match="too late"):
        keep_appointment(NOW - timedelta(hours=6, minutes=1), Sleeper(NOW))


def test_a_machine_that_slept_too_long_sends_nothing() -> None:
    with pytest.raises(RuleError, match="too late"):
        keep_appointment(NOW + timedelta(minutes=10), Sleeper(NOW, lost=timedelta(hours=7)))
