"""How fast messages leave: the rate that a server allows, spread evenly over all connections."""

from __future__ import annotations

import threading

from veille.clock import Clock

_SECONDS_OF_A_MINUTE = 60


class Pace:
    """Gives each message its moment, ``per_minute`` of them; 0 is as fast as they go."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._interval_seconds = _SECONDS_OF_A_MINUTE / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = 0.0
        self._lock = threading.Lock()

    def next_turn(self) -> float:
        """Take the next moment; the seconds until then."""
        with self._lock:
            now = self._clock.elapsed_seconds()
            turn = max(now, self._next)
            self._next = turn + self._interval_seconds
            return turn - now
