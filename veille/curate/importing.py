"""Taking in the digests of before: a file of links, one a line, becomes past picks.

They are what a curator with a history starts with: the charter knows what was told, the desk finds it again,
and the ranking learns from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from veille.i18n import gettext as _
from veille.model.history import PastPick
from veille.model.plaintext import one_line, shortened, title_from_text
from veille.model.urls import canonical_url, host_name, is_web_url
from veille.store import Store, history

# The names that digests are known to give to the same thing; the first that is there counts.
_DAY = ("date", "issue_date", "published", "issued_on")
_THEME = ("theme", "section", "category")
_SOURCE = ("source", "domain", "site")
_NOTE = ("note", "blurb", "excerpt", "description")
_EXAMPLE = '{"date": "2024-11-05", "title": "…", "url": "https://…"}'
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_DAY = date(1990, 1, 1)  # there was no web before
_LINE_MAX_CHARACTERS = 65_536
_URL_MAX_CHARACTERS = 2_000
_NOTE_MAX_CHARACTERS = 2_000
_NAME_MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken in, counted from 1, and why, in the curator's language."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many links were taken in, how many were known of the same day, and what was refused."""

    imported: int
    known: int
    refused: tuple[Refusal, ...]


def import_issues(store: Store, text: str, today: date, *, dry_run: bool) -> Imported:
    """Take in the links of ``text``, JSON Lines; once more changes nothing, and a dry run stores nothing."""
    read = [
        (number, past_pick_from_line(line, today))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    refused = tuple(Refusal(number, found) for number, found in read if isinstance(found, str))
    picks = {
        (found.canonical_url, found.issued_on): found
        for _number, found in read
        if isinstance(found, PastPick)
    }
    with store.transaction() as transaction:
        new = history.unknown_among(transaction, tuple(picks.values()))
        if not dry_run:
            history.add_past_picks(transaction, new)
    return Imported(len(new), len(read) - len(refused) - len(new), refused)


def past_pick_from_line(line: str, today: date) -> PastPick | str:
    """The link of one line, or why it is none."""
    document = _document(line)
    if isinstance(document, str):
        return document
    url = _text(document, ("url",)).strip()
    if len(url) > _URL_MAX_CHARACTERS or not is_web_url(url):
        return _("it has no web address as “url”")
    day = _day(_text(document, _DAY), today)
    if day is None:
        return _("it has no believable day as “date”, such as {example}").format(example="2024-11-05")
    return PastPick(
        issued_on=day,
        title=title_from_text(_text(document, ("title",))) or shortened(url, _NAME_MAX_CHARACTERS),
        url=url,
        canonical_url=canonical_url(url),
        source=_bounded(_text(document, _SOURCE) or host_name(url), _NAME_MAX_CHARACTERS),
        theme=_bounded(_text(document, _THEME), _NAME_MAX_CHARACTERS),
        note=_bounded(_text(document, _NOTE), _NOTE_MAX_CHARACTERS),
        number=None,
        slot=None,
        story=None,
    )


def _document(line: str) -> dict[str, Any] | str:
    if len(line) > _LINE_MAX_CHARACTERS:
        return _("it has {count} characters: too many").format(count=len(line))
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return _("it is not JSON")
    if isinstance(document, dict):
        return document
    return _("it is not a JSON object, such as {example}").format(example=_EXAMPLE)


def _text(document: dict[str, Any], names: Sequence[str]) -> str:
    values = (document[name] for name in names if name in document)
    return next((value for value in values if isinstance(value, str) and value), "")


def _day(text: str, today: date) -> date | None:
    found = _ISO_DAY.match(text)
    try:
        day = date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
    return day if day is not None and _FIRST_DAY <= day <= today else None


def _bounded(text: str, max_characters: int) -> str:
    return shortened(one_line(text), max_characters)
