"""So many messages a minute and no more, over however many connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from builders import NOW
from veille.deliver.pace import Pace
from veille.settings import MailSettings


@dataclass
class Ticking:
    seconds: float = 0.0

    def now(self) -> datetime:
        return NOW

    def elapsed_seconds(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


def test_thirty_a_minute_are_two_seconds_apart() -> None:
    clock = Ticking(seconds=1000.0)
    pace = Pace(30, clock)

    assert [pace.next_turn() for _message in range(3)] == [0.0, 2.0, 4.0]


def test_time_that_passed_is_not_made_up_for() -> None:
    clock = Ticking()
    pace = Pace(60, clock)
    pace.next_turn()
    clock.wait(10)

    assert [pace.next_turn() for _message in range(2)] == [0.0, 1.0]


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(0, Ticking())

    assert [pace.next_turn() for _message in range(3)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("settings", "connections", "per_minute"),
    [
        (MailSettings(transport="smtp"), 1, 0),
        (MailSettings(transport="smtp", pace="m365"), 3, 30),
        (MailSettings(transport="smtp", pace="m365", connections=1, per_minute=20), 1, 20),
        (MailSettings(transport="smtp", connections=4), 4, 0),
        (MailSettings(transport="eml", pace="m365", connections=4, per_minute=9), 1, 0),
    ],
)
def test_what_is_written_goes_before_the_pace_and_files_have_none(
    settings: MailSettings, connections: int, per_minute: int
) -> None:
    assert (settings.open_connections, settings.messages_per_minute) == (connections, per_minute)
