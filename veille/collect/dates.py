"""The moment a feed means by its date. Right or None, never wrong: a wrong date hides an entry for good.

feedparser's own dates are not used: it reads "2026/6/29" as the first of November, forgets that CEST is
not UTC, and takes "10:00 PM" for the morning.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from veille.model.plaintext import search_key

# Feeds were not invented before; after that, somebody typed a zero too many.
_YEARS = range(1990, 2100)

# English, French, German, Spanish, Italian and their abbreviations, without accents.
_MONTH_NAMES = (
    "jan january janv janvier januar janner ene enero gen gennaio",
    "feb february fev fevr fevrier februar febrero febbraio",
    "mar march mars marz maerz mrz marzo",
    "apr april avr avril abr abril aprile",
    "may mai mayo mag maggio",
    "jun june juin juni junio giu giugno",
    "jul july juil juillet juli julio lug luglio",
    "aug august aou aout ago agosto",
    "sep sept september septembre septiembre set sett settembre setiembre",
    "oct october octobre okt oktober octubre ott ottobre",
    "nov november novembre noviembre",
    "dec december decembre dez dezember dic diciembre dicembre",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}

# RFC 822 section 5.1 and the zones of Europe. Names with several meanings (IST, military letters) are
# missing on purpose.
_ZONE_NAMES = {
    0: "z utc ut gmt wet",
    1: "bst west cet met mez",
    2: "cest mest mesz eet",
    3: "eest",
    -4: "edt",
    -5: "est cdt",
    -6: "cst mdt",
    -7: "mst pdt",
    -8: "pst",
}
_ZONES = {name: hours for hours, names in _ZONE_NAMES.items() for name in names.split()}

_WEEKDAY = r"(?:[a-z]+(?:\.?,\s*|\.?\s+)(?:den\s+)?)?"
# 15:07:41.5, 3:07 p.m., 15h07, 15:07 Uhr
_TIME = (
    r"(?:(?:t|,?\s+(?:(?:a|at|um|a las|alle|alle ore|ore)\s+)?)"
    r"(?P<hour>\d{1,2})(?::|\s?h\s?)(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?|\s*uhr|\s*h)?)?"
)
_ZONE = (
    r"\s*(?P<zone>(?:gmt|utc)?\s*(?P<sign>[+-])(?P<ahead>\d{2}):?(?P<minutes>\d{2})?|[a-z]*)"
    r"(?:\s*\([^()]*\))?"
)
_SHAPES = (
    *(
        re.compile(shape + _TIME + _ZONE)
        for shape in (
            r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
            _WEEKDAY + r"(?P<day>\d{1,2})(?:er|\.|°|\.?o)?[\s-]+(?:de\s+)?(?P<name>[a-z]+)\.?,?[\s-]+"
            r"(?:del?\s+)?(?P<year>\d{4}|\d{2})",
            _WEEKDAY + r"(?P<name>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
            r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
        )
    ),
    # C's asctime() and the date command: Mon Jun 29 15:07:41 CEST 2026
    re.compile(_WEEKDAY + r"(?P<name>[a-z]+)\s+(?P<day>\d{1,2})" + _TIME + _ZONE + r"\s+(?P<year>\d{4})"),
)
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
_LONGEST = 80


def moment_from_text(text: str) -> datetime | None:
    """The moment that ``text`` says, in UTC; None when it says none, or could mean several.

    Reads RFC 822 and ISO 8601 and their usual misspellings, month names in English, French, German, Spanish
    and Italian, seconds since 1970, and numeric dates that can be read in one way only. A date without a
    zone is taken as UTC, a day without a time as its first moment.
    """
    written = search_key(" ".join(text.split()))
    if len(written) > _LONGEST:
        return None
    if epoch := _EPOCH.fullmatch(written):
        moment = datetime.fromtimestamp(int(epoch[1]), UTC)
        return moment if moment.year in _YEARS else None
    matches = (shape.fullmatch(written) for shape in _SHAPES)
    found = next((match for match in matches if match), None)
    return _moment(found.groupdict()) if found else None


def _moment(parts: dict[str, str | None]) -> datetime | None:
    day = _day(parts)
    clock = _time_of_day(parts)
    zone = _zone(parts)
    if day is None or clock is None or zone is None:
        return None
    return (day + clock).replace(tzinfo=zone).astimezone(UTC)


def _day(parts: dict[str, str | None]) -> datetime | None:
    year = _number(parts, "year")
    if parts["year"] is not None and len(parts["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 5322 section 4.3
    if "first" in parts:
        day_and_month = _unambiguous(_number(parts, "first"), _number(parts, "other"))
        if day_and_month is None:
            return None
        day, month = day_and_month
    else:
        day = _number(parts, "day")
        month = _MONTHS.get(parts["name"] or "", 0) if "name" in parts else _number(parts, "month")
    try:
        return datetime(year, month, day) if year in _YEARS else None  # noqa: DTZ001 - its zone comes after
    except ValueError:
        return None


def _unambiguous(first: int, other: int) -> tuple[int, int] | None:
    """Day and month, when only one of the two readings is possible."""
    if first > 12 or first == other:
        return first, other
    return (other, first) if other > 12 else None


def _time_of_day(parts: dict[str, str | None]) -> timedelta | None:
    hour, minute, second = (_number(parts, name) for name in ("hour", "minute", "second"))
    if parts["half"]:
        if hour not in range(1, 13):
            return None
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    # 24:00 ends a day (ISO 8601), 60 is a leap second.
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(parts: dict[str, str | None]) -> timezone | None:
    if parts["sign"]:
        offset = timedelta(hours=_number(parts, "ahead"), minutes=_number(parts, "minutes"))
        # The earth's last zone is UTC+14.
        return (
            timezone(-offset if parts["sign"] == "-" else offset) if offset <= timedelta(hours=14) else None
        )
    hours = _ZONES.get(parts["zone"] or "utc")
    return None if hours is None else timezone(timedelta(hours=hours))


def _number(parts: dict[str, str | None], name: str) -> int:
    return int(parts[name] or 0)
