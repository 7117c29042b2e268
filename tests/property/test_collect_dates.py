"""Dates of feeds: whatever the shape, the moment that was written, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from veille.collect.dates import moment_from_text

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
# Ten digits of seconds begin in September 2001.
MOMENTS = st.datetimes(datetime(2001, 9, 10), datetime(2099, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda moment: moment.replace(microsecond=0)
)
DAYS = st.dates(datetime(1990, 1, 1, tzinfo=UTC).date(), datetime(2099, 12, 31, tzinfo=UTC).date())


def month(moment: datetime, language: str) -> str:
    return MONTHS[language].split()[moment.month - 1]


SHAPES: dict[str, Callable[[datetime], str]] = {
    "rfc 822": lambda moment: format_datetime(moment, usegmt=True),
    "rfc 822, two digits": lambda moment: f"{moment:%d %b} {moment.year % 100:02} {moment:%H:%M:%S} UT",
    "iso 8601": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z",
    "slashes": lambda moment: f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M:%S}",
    "american": lambda moment: f"{month(moment, 'en')} {moment.day}, {moment:%Y %I:%M:%S %p}",
    "asctime": lambda moment: f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S %Y}",
    "a name of a zone": lambda moment: f"{moment + timedelta(hours=2):%d %b %Y %H:%M:%S} CEST",
    "an offset": lambda moment: f"{moment - timedelta(hours=4, minutes=30):%d %b %Y %H:%M:%S} -0430",
    "seconds": lambda moment: str(int(moment.timestamp())),
    "French": lambda moment: f"{moment.day} {month(moment, 'fr')} {moment:%Y à %H:%M:%S}",
    "German": lambda moment: f"{moment.day}. {month(moment, 'de')} {moment:%Y um %H:%M:%S} Uhr",
    "Spanish": lambda moment: f"{moment.day} de {month(moment, 'es')} de {moment:%Y a las %H:%M:%S}",
    "Italian": lambda moment: f"{moment.day} {month(moment, 'it')} {moment:%Y alle %H:%M:%S}",
}
SCRAPS = [
    *("2026", "26", "06", "29", "1", "-", "/", ".", ", ", " ", ":", "juin", "Mon", "GMT", "+0200", "T", "pm"),
    *("12:30", "1782745661", "24:00", "de ", "Uhr", "h"),
]


# A year of two digits is ours until 2049.
@given(MOMENTS.filter(lambda moment: moment.year < 2050), st.sampled_from(sorted(SHAPES)))
def test_a_moment_is_read_back_however_it_is_written(moment: datetime, shape: str) -> None:
    assert moment_from_text(SHAPES[shape](moment)) == moment


@given(MOMENTS, st.sampled_from(sorted(set(SHAPES) - {"rfc 822, two digits"})))
def test_a_date_in_the_future_is_kept(moment: datetime, shape: str) -> None:
    assert moment_from_text(SHAPES[shape](moment)) == moment


@given(
    DAYS.map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)), st.sampled_from(sorted(MONTHS))
)
def test_a_day_is_read_in_every_language(day: datetime, language: str) -> None:
    assert moment_from_text(f"{day.day} {month(day, language)} {day.year}") == day


@given(DAYS, st.sampled_from("/.-"), st.booleans())
def test_a_numeric_date_is_read_when_it_can_be_read_in_one_way(
    day: datetime, mark: str, day_first: bool
) -> None:
    first, other = (day.day, day.month) if day_first else (day.month, day.day)
    is_ambiguous = max(first, other) <= 12 and first != other

    moment = moment_from_text(f"{first:02}{mark}{other:02}{mark}{day.year}")

    assert (moment is None) == is_ambiguous
    assert moment is None or moment.date() == day


@given(st.text() | st.lists(st.sampled_from(SCRAPS), max_size=10).map("".join))
def test_no_text_is_read_as_an_absurd_date(text: str) -> None:
    moment = moment_from_text(text)

    assert moment is None or 1989 <= moment.year <= 2100


@given(
    st.lists(st.sampled_from([scrap for scrap in SCRAPS if scrap != "1782745661"]), max_size=10)
    .map("".join)
    .filter(lambda text: not text.strip().isdigit())  # ten digits are the seconds of another year
)
def test_no_scrap_is_read_as_another_year_than_it_names(text: str) -> None:
    moment = moment_from_text(text)

    assert moment is None or (moment.year == 2026 and "26" in text)
