"""What the curator types to narrow the list: ``theme:publics lang:en since:7 words of the title``. Pure.

The names of filters are understood in English and in French, with or without accents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from veille.i18n import gettext as _
from veille.model.entry import EntryState
from veille.model.plaintext import search_key

_DAYS = re.compile(r"(\d{1,4})[dj]?", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_ANSWERS = {"yes": True, "oui": True, "no": False, "non": False}
_STATES = {
    "new": EntryState.NEW,
    "nouveau": EntryState.NEW,
    "kept": EntryState.KEPT,
    "retenu": EntryState.KEPT,
    "dismissed": EntryState.DISMISSED,
    "ecarte": EntryState.DISMISSED,
}
_FIELDS = {
    "theme": "theme",
    "source": "source",
    "lang": "language",
    "langue": "language",
    "since": "since",
    "depuis": "since",
    "suggested": "suggested",
    "sugg": "suggested",
    "suggere": "suggested",
    "seen": "seen",
    "vu": "seen",
    "state": "state",
    "etat": "state",
}


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries to show; None and empty fields ask for nothing.

    ``theme``, ``source`` and ``language`` are folded by ``search_key``; ``words`` are left to the store's
    full-text search. ``complaint`` says, in the curator's language, what was not understood and passed
    over; empty when all was.
    """

    theme: str | None = None
    source: str | None = None
    language: str | None = None
    since: datetime | None = None
    suggested: bool | None = None
    seen: bool | None = None
    state: EntryState | None = None
    words: tuple[str, ...] = ()
    complaint: str = ""


def query_from_text(text: str, now: datetime) -> Query:
    """What ``text`` asks for. ``since:`` counts in days before ``now``, or is a date such as 2026-11-01."""
    fields: dict[str, Any] = {}
    words: list[str] = []
    complaint = ""
    for term in text.split():
        name, colon, value = term.partition(":")
        field = _FIELDS.get(search_key(name)) if colon else None
        if field is None:
            words.append(term)
            if colon and name.isalpha() and value and not value.startswith("//"):
                complaint = _unknown(name)
        elif value:  # while it is being typed, it asks for nothing
            fields[field] = _READERS[field](search_key(value), now)
            if fields[field] is None:
                complaint = _("“{term}” is not understood.").format(term=term)
    return Query(**fields, words=tuple(words), complaint=complaint)


def filter_names() -> str:
    """What can be asked of more than words, in the curator's language: ``theme: source: lang: …``."""
    # Translators: single words that the filter of the desk understands in this language.
    return " ".join(f"{name}:" for name in _("theme source lang since suggested seen state").split())


def _unknown(name: str) -> str:
    return _("There is no filter “{name}:”; there are {known}").format(name=name, known=filter_names())


def _since(value: str, now: datetime) -> datetime | None:
    if days := _DAYS.fullmatch(value):
        return now - timedelta(days=int(days[1]))
    date = _DATE.fullmatch(value)
    try:
        return datetime(int(date[1]), int(date[2]), int(date[3]), tzinfo=UTC) if date else None
    except ValueError:  # such as the 31st of February
        return None


_READERS: dict[str, Callable[[str, datetime], object]] = {
    "theme": lambda value, _now: value,
    "source": lambda value, _now: value,
    "language": lambda value, _now: value,
    "since": _since,
    "suggested": lambda value, _now: _ANSWERS.get(value),
    "seen": lambda value, _now: _ANSWERS.get(value),
    "state": lambda value, _now: _STATES.get(value),
}
