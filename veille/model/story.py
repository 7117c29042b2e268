"""What a story is told from: entries as they are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """An entry as stories see it; ``feeds`` carry it, ``story`` is None before one was looked for."""

    entry_id: int
    title: str
    summary: str
    feeds: frozenset[int]
    at: datetime
    story: int | None
