"""The time, asked once per use case and passed down. The only module that reads the system clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def elapsed_seconds(self) -> float:
        """A monotonic reading; only differences between two readings mean anything."""
        ...

    def wait(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed_seconds(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """A clock that always shows the same moment: the demonstration and the tests run on it."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def elapsed_seconds(self) -> float:
        return 0.0

    def wait(self, _seconds: float) -> None:
        """Return at once: nothing passes here."""
