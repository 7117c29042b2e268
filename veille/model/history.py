"""What earlier issues told: the picks of this house, and those that it imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PastPick:
    """A link that an earlier issue told, on the day the issue was approved.

    ``number``, ``slot`` and ``story`` are None for a pick that was imported. ``theme``, ``source`` and
    ``note`` may be empty.
    """

    issued_on: date
    title: str
    url: str
    canonical_url: str
    source: str
    theme: str
    note: str
    number: int | None
    slot: int | None
    story: int | None
