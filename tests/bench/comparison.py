"""What the contestants' visits cost, side by side, and whether what is wanted of veille is so."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .process import Cost

_HEAD = (
    f"  {'':<30} {'wall s: median':>14} {'min':>7} {'max':>7} {'CPU s':>7} {'peak MB':>8} {'largest':>8}"
    f" {'200':>5} {'304':>5}  entries stored"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of all feeds, and what it left: ``stored`` of the ``served`` entries (None: it stores none).

    ``whole`` and ``not_modified`` count the server's answers.
    """

    cost: Cost
    stored: int | None
    served: int
    whole: int
    not_modified: int


Visits = Mapping[str, Sequence[Visit]]
"""Of each contestant by its name, one visit a round."""


def wall(visit: Visit) -> float:
    return visit.cost.wall_seconds


def table(title: str, visits: Visits, sampled: Visits) -> str:
    """A block of text, one line a contestant; memory comes from the ``sampled`` visits, timed apart."""
    lines = [f"{title:<30}{_HEAD[len('  ') + 28 :]}"]
    lines += [_line(name, rounds, sampled.get(name, rounds)) for name, rounds in visits.items()]
    return "\n".join(lines)


def ratio_line(what: str, subject: Sequence[Visit], peer: Sequence[Visit], bound: float) -> str:
    """How many times as long as the ``peer`` the ``subject`` takes: medians, and minima in brackets."""
    of_medians, of_minima = (
        choose(map(wall, subject)) / choose(map(wall, peer)) for choose in (statistics.median, min)
    )
    return _verdict(what, f"{of_medians:.2f} ({of_minima:.2f})", f"<= {bound:.3g}", is_so=of_medians <= bound)


def memory_line(what: str, sampled: Sequence[Visit], bound_mb: float) -> str:
    """The most memory that any of the ``sampled`` visits took, all processes together."""
    peak = max(visit.cost.peak_mb or 0 for visit in sampled)
    return _verdict(what, f"{peak:.0f} MB", f"<= {bound_mb:g} MB", is_so=peak <= bound_mb)


def stored_line(what: str, visits: Sequence[Visit]) -> str:
    """Whether every visit left every entry that was served stored, and the most that one lost."""
    lost = max(visit.served - (visit.stored or 0) for visit in visits)
    return _verdict(what, f"{lost:,} lost", "<= 0", is_so=lost <= 0)


def _verdict(what: str, found: str, wanted: str, *, is_so: bool) -> str:
    return f"  {what:<64} {found:>14}   wanted {wanted}: {'yes' if is_so else 'no'}"


def _line(name: str, rounds: Sequence[Visit], sampled: Sequence[Visit]) -> str:
    return "  " + " ".join(_cells(name, rounds, sampled))


def _cells(name: str, rounds: Sequence[Visit], sampled: Sequence[Visit]) -> Iterator[str]:
    seconds = [wall(visit) for visit in rounds]
    last = rounds[-1]
    yield f"{name:<30}"
    yield f"{statistics.median(seconds):14.2f} {min(seconds):7.2f} {max(seconds):7.2f}"
    yield f"{statistics.median(visit.cost.cpu_seconds for visit in rounds):7.2f}"
    yield f"{max(visit.cost.peak_mb or 0 for visit in sampled):8.0f}"
    yield f"{max(visit.cost.largest_mb for visit in sampled):8.0f}"
    yield f"{last.whole:5d} {last.not_modified:5d}  "
    yield "none kept" if last.stored is None else f"{last.stored:,} of {last.served:,}"
