"""A month of the calendar, the name of an issue: ``2026-11``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. Orders by time; ``str`` gives ``YYYY-MM``."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)


def month_from_text(text: str) -> Month | None:
    """The month written as ``2026-11``, or None."""
    match = _MONTH.fullmatch(text)
    if match is None or match[1] == "0000":
        return None
    return Month(int(match[1]), int(match[2]))


def month_of(moment: datetime) -> Month:
    """The month in which ``moment`` falls, in UTC."""
    return Month(moment.year, moment.month)
