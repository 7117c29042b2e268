"""Dates, languages and the line above a title, in the words of one language (Babel)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from veille.compose.typography import Medium, typeset
from veille.i18n import translations
from veille.model.issue import Pick
from veille.model.month import Month
from veille.model.plaintext import one_line
from veille.settings import Settings

# An archive words the same days on many pages, and Babel takes its time.
_LABELS_KEPT = 10_000
_NO_BREAK_SPACE = "\u00a0"
_LEFT_TO_RIGHT = "\u200e"
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*){2,}")


@lru_cache(maxsize=_LABELS_KEPT)
def month_label(month: Month, language: str) -> str:
    """The month in words: "novembre 2026"."""
    return format_date(month.first_day, "LLLL y", locale=language)


def month_name(month: Month, language: str) -> str:
    """The month without its year: "novembre"."""
    return format_date(month.first_day, "LLLL", locale=language)


@lru_cache(maxsize=_LABELS_KEPT)
def day_label(day: date, language: str) -> str:
    """The day in words, without its year: "12 novembre", "1er novembre", "November 12"."""
    if language != "fr":
        return format_date(day, "MMMM d", locale=language)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{_NO_BREAK_SPACE}{format_date(day, 'MMMM', locale=language)}"


def date_label(day: date, language: str) -> str:
    """The day in words, with its year: "12 novembre 2026", "1er novembre 2026", "November 12, 2026"."""
    if language != "fr":
        return format_date(day, "MMMM d, y", locale=language)
    return f"{day_label(day, language)}{_NO_BREAK_SPACE}{day.year}"


def language_name(code: str, language: str) -> str:
    """What a language is called: "anglais"; the code itself when Babel does not know it."""
    if not code:
        return translations(language).gettext("unknown")
    name: str = Locale.parse(language).languages.get(code, code)
    return name


@lru_cache(maxsize=_LABELS_KEPT)
def language_label(code: str, language: str) -> str:
    """In what language a link is, in words: "en anglais"; empty for a code that Babel does not know."""
    name = Locale.parse(language).languages.get(code)
    if name is None:
        return ""
    return translations(language).gettext("in {language}").format(language=name)


def foreign_language(pick: Pick, language: str) -> str:
    """The pick's language when it is known and not that of the page, else empty."""
    return pick.language if pick.language and pick.language != language else ""


def source_label(pick: Pick) -> str:
    """The pick's source as it stands in a line of ours.

    After a name that is written from right to left, as Arabic is, a mark keeps the date that follows in its
    place (UAX #9, section 3.3.4, rule W2).
    """
    directions = {unicodedata.bidirectional(character) for character in pick.source}
    return f"{pick.source}{_LEFT_TO_RIGHT}" if directions & {"R", "AL"} else pick.source


def meta_parts(pick: Pick, language: str, settings: Settings) -> tuple[str, ...]:
    """The parts of the line above a title: theme, source, date, reading time, foreign language.

    What is unknown is left out; the theme and the source are always there.
    """
    parts = [settings.theme_label(pick.theme, language), source_label(pick)]
    if pick.published_on is not None:
        parts.append(day_label(pick.published_on, language))
    if pick.reading_minutes is not None:
        parts.append(f"{pick.reading_minutes}{_NO_BREAK_SPACE}min")
    if foreign := foreign_language(pick, language):
        parts.append(language_label(foreign, language))
    return tuple(part for part in parts if part)


def thanks(pick: Pick, language: str) -> str:
    """Who suggested the pick, in words: "proposé par Camille Élan"; empty when there is nobody to thank."""
    if not pick.suggested_by:
        return ""
    return translations(language).gettext("suggested by {name}").format(name=pick.suggested_by)


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of what the curator typed: blank lines part them, single line ends are spaces."""
    return tuple(line for block in _BLANK_LINES.split(text) if (line := one_line(block)))


def in_type(text: str, settings: Settings, medium: Medium) -> tuple[str, ...]:
    """The paragraphs of what the curator typed, in the typography of its language."""
    return tuple(typeset(line, settings.digest.language, medium) for line in paragraphs(text))
