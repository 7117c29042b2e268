"""The charter's vocabulary: the codes of its rules, how much each weighs, and what a rule finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

OFF = "off"


class Severity(StrEnum):
    """A blocker stops approval; a warning is the curator's to weigh."""

    BLOCKER = "blocker"
    WARNING = "warning"


# Without these an issue cannot leave: they always block, and are never overridden.
ABSOLUTE_RULES = ("slot-empty", "segment-unknown", "rendering")

# Every other code, with what it weighs unless veille.toml says otherwise: docs/reference/charter.md.
DEFAULT_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "note-missing": Severity.BLOCKER,
        "note-length": Severity.WARNING,
        "title-length": Severity.WARNING,
        "intro-missing": Severity.WARNING,
        "intro-length": Severity.WARNING,
        "few-themes": Severity.WARNING,
        "same-source": Severity.WARNING,
        "already-sent": Severity.BLOCKER,
        "story-sent": Severity.WARNING,
        "title-sent": Severity.WARNING,
        "language-missing": Severity.WARNING,
        "placeholder": Severity.BLOCKER,
        "generic-words": Severity.WARNING,
        "typography": Severity.WARNING,
        "link-relative": Severity.BLOCKER,
        "link-shortened": Severity.BLOCKER,
        "link-tracked": Severity.WARNING,
        "link-unchecked": Severity.BLOCKER,
        "link-check-old": Severity.BLOCKER,
        "link-dead": Severity.BLOCKER,
        "link-soft-404": Severity.BLOCKER,
        "link-tls": Severity.BLOCKER,
        "link-no-host": Severity.BLOCKER,
        "link-unreachable": Severity.BLOCKER,
        "link-timed-out": Severity.WARNING,
        "link-refused": Severity.WARNING,
        "link-moved": Severity.WARNING,
        "link-paywall": Severity.WARNING,
        "mail-heavy": Severity.WARNING,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the charter says about an issue, and what to do about it.

    ``slot`` and ``segment`` are None where it is general.
    """

    code: str
    severity: Severity
    slot: int | None
    segment: str | None
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """Where it stands, such as "2 publics"; empty where it is general."""
        return " ".join(filter(None, (str(self.slot or ""), self.segment)))


@dataclass(frozen=True, slots=True)
class Override:
    """Why an issue was approved in spite of the blockers of one rule."""

    code: str
    reason: str
    made_by: str
    made_at: datetime


def finding(
    code: str, message: str, remedy: str, *, slot: int | None = None, segment: str | None = None
) -> Finding:
    """What the rule ``code`` found, weighing what it does by default."""
    return Finding(code, DEFAULT_SEVERITIES.get(code, Severity.BLOCKER), slot, segment, message, remedy)


def weighed(findings: Iterable[Finding], severities: Mapping[str, str]) -> tuple[Finding, ...]:
    """``findings`` with the ``severities`` set by code (or off): blockers first, then by slot."""
    kept = (
        replace(found, severity=Severity(severities.get(found.code, found.severity)))
        for found in findings
        if severities.get(found.code) != OFF
    )
    return tuple(sorted(kept, key=lambda found: (found.severity, found.slot or 0)))
