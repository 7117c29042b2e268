"""The charter: what an issue must be before it leaves, and what is worth a second look. Pure rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from veille.i18n import gettext as _
from veille.model.issue import Issue, Pick
from veille.model.urls import canonical_url

NOTE_CHARACTERS = range(120, 321)
_THEMES_WANTED = 3


class Severity(StrEnum):
    """A blocker stops approval; a warning is the curator's to weigh."""

    BLOCKER = "blocker"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the charter says about an issue. ``slot`` and ``segment`` are None where it is general."""

    code: str
    severity: Severity
    slot: int | None
    segment: str | None
    message: str


def examine(issue: Issue, segments: Collection[str], past_urls: Collection[str]) -> tuple[Finding, ...]:
    """What the charter finds: blockers first, then by slot; nothing when all is well.

    ``segments`` are the configured ones, ``past_urls`` the canonical addresses of other issues' picks.
    """
    findings = [
        *_empty_slots(issue),
        *_missing_notes(issue),
        *_unknown_segments(issue, segments),
        *_note_lengths(issue),
        *_repeats(issue, past_urls),
        *_balance(issue),
        *_intro(issue),
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.severity, finding.slot or 0)))


def _empty_slots(issue: Issue) -> Iterable[Finding]:
    for slot in issue.tray.slots:
        if slot.common is None:
            yield Finding(
                "slot-empty",
                Severity.BLOCKER,
                slot.number,
                None,
                _("Slot {number} is empty; an issue has {count} links.").format(
                    number=slot.number, count=len(issue.tray.slots)
                ),
            )


def _missing_notes(issue: Issue) -> Iterable[Finding]:
    for number, segment, pick in issue.tray.picks():
        if not pick.note:
            yield Finding(
                "note-missing",
                Severity.BLOCKER,
                number,
                segment,
                _("“{title}” has no note: why does it matter?").format(title=pick.title),
            )


def _unknown_segments(issue: Issue, segments: Collection[str]) -> Iterable[Finding]:
    for number, segment, pick in issue.tray.picks():
        named = {*pick.segment_notes, *([segment] if segment else [])}
        for unknown in sorted(named - set(segments)):
            yield Finding(
                "segment-unknown",
                Severity.BLOCKER,
                number,
                unknown,
                _("Nobody will read what is for “{segment}”: veille.toml has no such segment.").format(
                    segment=unknown
                ),
            )


def _note_lengths(issue: Issue) -> Iterable[Finding]:
    for number, segment, pick in issue.tray.picks():
        if pick.note and len(pick.note) not in NOTE_CHARACTERS:
            yield Finding(
                "note-length",
                Severity.WARNING,
                number,
                segment,
                _("The note has {count} characters; {lowest} to {highest} read best.").format(
                    count=len(pick.note), lowest=NOTE_CHARACTERS[0], highest=NOTE_CHARACTERS[-1]
                ),
            )


def _repeats(issue: Issue, past_urls: Collection[str]) -> Iterable[Finding]:
    for number, segment, pick in issue.tray.picks():
        if canonical_url(pick.url) in past_urls:
            yield Finding(
                "already-sent",
                Severity.WARNING,
                number,
                segment,
                _("“{title}” was already in a past issue.").format(title=pick.title),
            )


def _balance(issue: Issue) -> Iterable[Finding]:
    common: list[Pick] = [slot.common for slot in issue.tray.slots if slot.common is not None]
    themes = {pick.theme for pick in common}
    if len(common) == len(issue.tray.slots) and len(themes) < _THEMES_WANTED:
        yield Finding(
            "few-themes",
            Severity.WARNING,
            None,
            None,
            _("The links cover {count} themes; {wanted} or more make a balanced issue.").format(
                count=len(themes), wanted=_THEMES_WANTED
            ),
        )
    for source, count in Counter(pick.source for pick in common).items():
        if count > 1:
            yield Finding(
                "same-source",
                Severity.WARNING,
                None,
                None,
                _("{count} links come from {source}.").format(count=count, source=source),
            )


def _intro(issue: Issue) -> Iterable[Finding]:
    if not issue.intro.strip():
        yield Finding("intro-missing", Severity.WARNING, None, None, _("The issue has no introduction."))
