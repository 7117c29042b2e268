"""The two languages veille speaks. Source strings are English; French comes from ``locale/``.

One process speaks one language to its user (``activate``), while a digest speaks the language of the
person who receives it (``translations``).
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"
DOMAIN = "veille"
LOCALE_DIR = Path(__file__).with_name("locale")

_language = "en"


@cache
def translations(language: str) -> _gettext.NullTranslations:
    """The catalogue of one language; English, the source language, is the empty catalogue."""
    if language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation(DOMAIN, LOCALE_DIR, languages=[language])


def activate(language: str) -> None:
    """Speak ``language`` to the user of this process, in our strings and in those of the CLI library.

    Typer translates its own headings through the standard library's process-wide text domain and reads
    some of them while it is imported: call this before importing ``veille.cli``.
    """
    global _language  # noqa: PLW0603 - the language of the process is process-wide by nature
    _language = language
    os.environ["LANGUAGE"] = language
    _gettext.bindtextdomain(DOMAIN, LOCALE_DIR)
    _gettext.textdomain(DOMAIN)


def gettext(message: str) -> str:
    """``message`` in the language of this process."""
    return translations(_language).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of ``singular``/``plural`` for ``count`` in the language of this process."""
    return translations(_language).ngettext(singular, plural, count)


def labelled(name: str, text: object) -> str:
    """``text`` after its name and a colon, which each language sets in its own way."""
    return gettext("{name}: {text}").format(name=name, text=text)


def decimal(number: float) -> str:
    """``number`` with one decimal, as the language of this process writes it: "3,2" or "3.2"."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if _language == "fr" else written


def active_language() -> str:
    """The language of this process."""
    return _language
