"""An issue: one month, a fixed number of slots, and for every segment exactly one pick in each.

``Tray`` is the issue being made and may have holes; ``LineUp`` is what one segment receives and cannot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.entry import Entry, reading_minutes
from veille.model.month import Month, month_of
from veille.model.urls import without_tracking

LINKS_ALLOWED = range(3, 8)


class IssueStatus(StrEnum):
    """``draft`` can change; ``approved`` is frozen; ``sent`` is frozen for ever."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry in a slot, with why it matters.

    What readers will see is copied from the entry when it is picked, so that a feed which edits its
    article later cannot change an approved issue. ``entry`` is the entry's id. ``note`` is empty until
    written; ``segment_notes`` maps a segment to its "Pour vous"; ``suggested_by`` names the colleague to
    thank, if any. ``url`` is empty for what is not on the web, such as a printed journal.
    """

    entry: int
    title: str
    url: str
    source: str
    theme: str
    language: str
    published_on: date | None
    reading_minutes: int | None
    note: str = ""
    segment_notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    suggested_by: str = ""


def pick_from_entry(entry: Entry, suggested_by: str = "") -> Pick:
    """A pick without notes that shows ``entry`` as it is known now; its address tracks nobody."""
    return Pick(
        entry=entry.id,
        title=entry.title,
        url=without_tracking(entry.url),
        source=entry.source,
        theme=entry.theme,
        language=entry.language,
        published_on=entry.published_at.date() if entry.published_at else None,
        reading_minutes=reading_minutes(entry.words),
        suggested_by=suggested_by,
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """One numbered place: the common pick, and the variants that replace it for one segment each."""

    number: int
    common: Pick | None = None
    variants: Mapping[str, Pick] = field(default_factory=lambda: MappingProxyType({}))

    def pick_for(self, segment: str | None) -> Pick | None:
        """The segment's variant when there is one, else the common pick; None is everybody else."""
        if segment is not None and segment in self.variants:
            return self.variants[segment]
        return self.common

    def picks(self) -> Iterable[tuple[str | None, Pick]]:
        """Every pick with its segment: the common one first, then variants by segment."""
        if self.common is not None:
            yield None, self.common
        yield from sorted(self.variants.items())


@dataclass(frozen=True, slots=True)
class Tray:
    """The slots of an issue, numbered from 1 without a gap; 3 to 7 of them."""

    slots: tuple[Slot, ...]

    def __post_init__(self) -> None:
        if len(self.slots) not in LINKS_ALLOWED:
            raise ValueError(f"an issue has 3 to 7 slots, not {len(self.slots)}")
        if [slot.number for slot in self.slots] != list(range(1, len(self.slots) + 1)):
            raise ValueError("slots are numbered from 1 without a gap")

    def picks(self) -> Iterable[tuple[int, str | None, Pick]]:
        """Every pick as (slot number, segment or None, pick), in slot order, common first."""
        for slot in self.slots:
            for segment, pick in slot.picks():
                yield slot.number, segment, pick

    def holes_for(self, segment: str) -> tuple[int, ...]:
        """The numbers of the slots in which ``segment`` would receive nothing."""
        return tuple(slot.number for slot in self.slots if slot.pick_for(segment) is None)


def empty_tray(links: int) -> Tray:
    """A tray of ``links`` empty slots."""
    return Tray(tuple(Slot(number) for number in range(1, links + 1)))


@dataclass(frozen=True, slots=True)
class Issue:
    """One month's issue. ``content_hash`` and ``approved_at`` are set exactly when it is not a draft.

    ``approved_by`` names who approved it, when that was said.
    """

    id: int
    month: Month
    number: int
    title: str
    intro: str
    status: IssueStatus
    tray: Tray
    content_hash: str | None
    approved_at: datetime | None
    approved_by: str

    def __post_init__(self) -> None:
        frozen = self.status is not IssueStatus.DRAFT
        if frozen != (self.content_hash is not None) or frozen != (self.approved_at is not None):
            raise ValueError("an issue is frozen exactly when it has a content hash and an approval date")


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction of an issue that has left: what it says, and when it was noted (UTC)."""

    text: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class LineUp:
    """What one segment receives: exactly one pick a slot, in order. A hole cannot be built."""

    segment: str
    picks: tuple[Pick, ...]
    links: int

    def __post_init__(self) -> None:
        if self.links not in LINKS_ALLOWED or len(self.picks) != self.links:
            raise ValueError(f"a line-up of {self.links} links cannot hold {len(self.picks)}")


def line_up(tray: Tray, segment: str) -> LineUp:
    """The picks of ``segment``: slot by slot its variant or the common pick.

    Raises ``RuleError`` naming the empty slots, so that nobody ever receives four links.
    """
    picks = tuple(pick for slot in tray.slots if (pick := slot.pick_for(segment)) is not None)
    if len(picks) != len(tray.slots):
        holes = ", ".join(str(number) for number in tray.holes_for(segment))
        raise RuleError(
            ngettext(
                "The digest for “{segment}” has {count} link of {links}: nothing in slot {holes}.",
                "The digest for “{segment}” has {count} links of {links}: nothing in slot {holes}.",
                len(picks),
            ).format(segment=segment, count=len(picks), links=len(tray.slots), holes=holes),
            hint=_("Fill it: veille pick add ENTRY --slot N"),
        )
    return LineUp(segment, picks, len(tray.slots))


def month_to_work_on(issues: Iterable[Issue], now: datetime) -> Month:
    """The first month after the last one sent that has an issue; the current month when there is none.

    So an issue finished on 2 December is still November's, and an old draft left behind is not taken up.
    """
    known = tuple(issues)
    sent = [issue.month for issue in known if issue.status is IssueStatus.SENT]
    waiting = [issue.month for issue in known if not sent or issue.month > max(sent)]
    return min(waiting, default=month_of(now))


def content_hash(month: Month, number: int, title: str, intro: str, tray: Tray) -> str:
    """SHA-256 over everything a reader would see of an issue; equal content gives an equal hash."""
    content: dict[str, Any] = {
        "month": str(month),
        "number": number,
        "title": title,
        "intro": intro,
        "picks": [
            {"slot": slot, "segment": segment, **_content_of(pick)} for slot, segment, pick in tray.picks()
        ],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def pick_document(pick: Pick) -> dict[str, Any]:
    """``pick`` for programs, without the number of its entry, which means nothing elsewhere."""
    return {
        "title": pick.title,
        "url": pick.url,
        "source": pick.source,
        "theme": pick.theme,
        "language": pick.language,
        "published_on": pick.published_on.isoformat() if pick.published_on else None,
        "reading_minutes": pick.reading_minutes,
        "note": pick.note,
        "segment_notes": dict(sorted(pick.segment_notes.items())),
        "suggested_by": pick.suggested_by,
    }


def _content_of(pick: Pick) -> dict[str, Any]:
    content = pick_document(pick)
    if not pick.suggested_by:  # the hashes of issues sent before thanks were known stay what they were
        del content["suggested_by"]
    return content
