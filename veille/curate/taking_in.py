"""Taking in issues that another workspace exported, whole: the same words, the same hash, the same errata."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from veille.i18n import gettext as _
from veille.model.entry import ParsedEntry
from veille.model.issue import Erratum, Issue, IssueStatus, Pick, Slot, Tray, content_hash, empty_tray
from veille.model.month import Month, month_from_text
from veille.model.plaintext import has_control_characters
from veille.model.suggestion import urn_of
from veille.model.urls import canonical_url, is_web_url
from veille.store import Store, Transaction, errata, issues, suggestions

_SCHEMA = 1
# What reading an export may raise when it is not what ``export issues`` wrote.
_FAULTS = (KeyError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class WholeImport:
    """Which months were taken in, which were there already and left as they are, and what was refused."""

    imported: tuple[Month, ...]
    known: tuple[Month, ...]
    refused: tuple[str, ...]


def is_export(text: str) -> bool:
    """Whether ``text`` is what ``export issues`` writes, rather than a link a line."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("schema") == _SCHEMA and "issues" in document


def import_whole_issues(store: Store, text: str, now: datetime, *, dry_run: bool) -> WholeImport:
    """Take in the issues of an export, oldest first; a month that is there already stays as it is.

    An issue that is not as it was frozen is refused, and so is one whose number another month has.
    """
    imported, known, refused = list[Month](), list[Month](), list[str]()
    read = [_issue(document) for document in json.loads(text)["issues"]]
    refused += [found for found in read if isinstance(found, str)]
    with store.transaction() as transaction:
        for issue, corrections in sorted(
            (found for found in read if not isinstance(found, str)), key=lambda found: found[0].month
        ):
            if issues.issue_of(transaction, issue.month) is not None or issue.month in imported:
                known.append(issue.month)
            elif issues.number_is_taken(transaction, issue.number, except_month=issue.month):
                said = _("{month}: another issue has the number {number}")
                refused.append(said.format(month=issue.month, number=issue.number))
            else:
                _take_in(transaction, issue, corrections, now)
                imported.append(issue.month)
        if dry_run:
            transaction.rollback()
    return WholeImport(tuple(imported), tuple(known), tuple(refused))


def _take_in(transaction: Transaction, issue: Issue, corrections: tuple[Erratum, ...], now: datetime) -> None:
    empty = issues.create_issue(
        transaction, issue.month, links=len(issue.tray.slots), first_number=1, number=issue.number
    )
    slots = tuple(_with_entries(transaction, slot, now) for slot in issue.tray.slots)
    stored = replace(issue, id=empty.id, tray=Tray(slots))
    issues.save_text(transaction, stored)
    issues.save_tray(transaction, stored)
    if stored.content_hash is not None and stored.approved_at is not None:
        issues.mark_approved(
            transaction, stored, stored.content_hash, stored.approved_at, by=stored.approved_by
        )
    if stored.status is IssueStatus.SENT:
        issues.mark_sent(transaction, stored.id)
    for erratum in corrections:
        errata.add_erratum(transaction, stored, erratum)


def _with_entries(transaction: Transaction, slot: Slot, now: datetime) -> Slot:
    def stored(pick: Pick) -> Pick:
        address = canonical_url(pick.url) if is_web_url(pick.url) else urn_of(pick.title, pick.source)
        known = suggestions.entry_of(transaction, address)
        if known is not None:
            return replace(pick, entry=known.id)
        return replace(
            pick,
            entry=suggestions.add_entry(transaction, _entry(pick, address), pick.source, pick.theme, now),
        )

    variants = {segment: stored(pick) for segment, pick in slot.variants.items()}
    return Slot(slot.number, stored(slot.common) if slot.common else None, MappingProxyType(variants))


def _entry(pick: Pick, address: str) -> ParsedEntry:
    return ParsedEntry(
        identity=address,
        title=pick.title,
        url=pick.url,
        canonical_url=address,
        summary="",
        text="",
        words=0,
        language=pick.language,
        author="",
        image_url="",
        enclosure_url="",
        published_at=None,
    )


def _issue(document: Any) -> tuple[Issue, tuple[Erratum, ...]] | str:
    """An issue and its errata, or why they cannot be taken in."""
    try:
        month = month_from_text(document["month"])
        if month is None:
            return _("“{month}” is no month").format(month=document["month"])
        issue = _read_issue(document, month)
        corrections = tuple(
            Erratum(_text(item["text"]), _moment(item["noted_at"])) for item in document["errata"]
        )
    except _FAULTS:
        said = _("{month}: it is not as veille export issues writes it")
        return said.format(month=document.get("month") if isinstance(document, dict) else "?")
    frozen = content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)
    if issue.content_hash not in {None, frozen}:
        return _("{month}: it is not what was approved any more").format(month=issue.month)
    return issue, corrections


def _read_issue(document: dict[str, Any], month: Month) -> Issue:
    tray = empty_tray(document["slots"])
    for link in document["links"]:
        slot = tray.slots[link["number"] - 1]
        if link["segment"] is None:
            changed = replace(slot, common=_pick(link))
        else:
            variants = {**slot.variants, _text(link["segment"]): _pick(link)}
            changed = replace(slot, variants=MappingProxyType(variants))
        tray = Tray(tuple(changed if one.number == slot.number else one for one in tray.slots))
    return Issue(
        id=0,
        month=month,
        number=int(document["number"]),
        title=_line(document["title"]),
        intro=_text(document["intro"]),
        status=IssueStatus(document["status"]),
        tray=tray,
        content_hash=None if document["content_hash"] is None else _text(document["content_hash"]),
        approved_at=None if document["approved_at"] is None else _moment(document["approved_at"]),
        approved_by=_line(document["approved_by"]),
    )


def _pick(link: dict[str, Any]) -> Pick:
    minutes, day = link["reading_minutes"], link["published_on"]
    url = _line(link["url"])
    if url and not is_web_url(url):
        raise ValueError(url)
    return Pick(
        entry=0,
        title=_line(link["title"]),
        url=url,
        source=_line(link["source"]),
        theme=_line(link["theme"]),
        language=_line(link["language"]),
        published_on=None if day is None else date.fromisoformat(day),
        reading_minutes=None if minutes is None else int(minutes),
        note=_text(link["note"]),
        segment_notes=MappingProxyType(
            {_text(segment): _text(note) for segment, note in link["segment_notes"].items()}
        ),
        suggested_by=_line(link["suggested_by"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _line(value: Any) -> str:
    """A text that stands in headers and on terminals."""
    if has_control_characters(_text(value)):
        raise ValueError(value)
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment
