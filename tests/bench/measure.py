"""Timing in pairs: the subject and its peer alternate, so that a noisy machine disturbs both."""

from __future__ import annotations

import statistics
import time  # measurements read the real clock, not the product's
from collections.abc import Callable, Mapping


def interleaved(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each subject, ``rounds`` times, taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for _round in range(rounds):
        for name, run in subjects.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def report(title: str, seconds: Mapping[str, list[float]], wanted: str) -> str:
    """A block of text: median, least and most of each subject in milliseconds, and what was wanted."""
    lines = [title]
    for name, values in seconds.items():
        median, least, most = (
            1000 * value for value in (statistics.median(values), min(values), max(values))
        )
        lines.append(f"  {name:<44} median {median:8.1f} ms   min {least:8.1f}   max {most:8.1f}")
    lines.append(f"  wanted: {wanted}")
    return "\n".join(lines)


def ratio(seconds: Mapping[str, list[float]], subject: str, peer: str) -> float:
    """Median of ``subject`` over median of ``peer``."""
    return statistics.median(seconds[subject]) / statistics.median(seconds[peer])
