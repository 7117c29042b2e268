"""What the doctor may find: a code, how grave it is, what was found and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Gravity(StrEnum):
    """How grave a symptom is, the gravest first."""

    FAULT = "fault"  # something does not work, or will not when it is needed
    WARNING = "warning"  # it works, and something deserves a look
    NOTE = "note"  # all is well; worth knowing


# docs/reference/doctor.md describes each.
GRAVITIES: Mapping[str, Gravity] = MappingProxyType(
    {
        "settings-faulty": Gravity.FAULT,
        "database-missing": Gravity.FAULT,
        "database-damaged": Gravity.FAULT,
        "database-unreachable": Gravity.FAULT,
        "database-newer": Gravity.FAULT,
        "database-older": Gravity.WARNING,
        "readable-by-others": Gravity.WARNING,
        "disk-full": Gravity.FAULT,
        "disk-low": Gravity.WARNING,
        "clock-behind": Gravity.FAULT,
        "template-broken": Gravity.FAULT,
        "template-outdated": Gravity.WARNING,
        "template-unused": Gravity.WARNING,
        "feeds-none": Gravity.WARNING,
        "feeds-broken": Gravity.WARNING,
        "feeds-gone": Gravity.WARNING,
        "feeds-silent": Gravity.NOTE,
        "collect-overdue": Gravity.WARNING,
        "people-none": Gravity.WARNING,
        "people-segment-missing": Gravity.WARNING,
        "people-segment-unknown": Gravity.FAULT,
        "deliveries-uncertain": Gravity.FAULT,
        "deliveries-open": Gravity.WARNING,
        "issue-late": Gravity.WARNING,
        "issue-missed": Gravity.WARNING,
        "issue-countdown": Gravity.NOTE,
        "archive-outdated": Gravity.WARNING,
        "sender-missing": Gravity.FAULT,
        "curator-missing": Gravity.WARNING,
        "mail-to-files": Gravity.NOTE,
        "mail-server": Gravity.FAULT,
        "mail-in-clear": Gravity.WARNING,
        "mailbox": Gravity.FAULT,
        "signature": Gravity.FAULT,
        "dns-unknown": Gravity.NOTE,
        "spf-missing": Gravity.WARNING,
        "spf-several": Gravity.FAULT,
        "spf-open": Gravity.FAULT,
        "dkim-missing": Gravity.FAULT,
        "dkim-other-key": Gravity.FAULT,
        "dmarc-missing": Gravity.WARNING,
    }
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that was found, and what to do about it, in the reader's language."""

    code: str
    gravity: Gravity
    message: str
    remedy: str


def symptom(code: str, message: str, remedy: str = "") -> Symptom:
    """What was found, as grave as its code is."""
    return Symptom(code, GRAVITIES[code], message, remedy)


def worst_first(symptoms: list[Symptom]) -> tuple[Symptom, ...]:
    """``symptoms`` by gravity, and among equals in the order of the examination."""
    order = list(Gravity)
    return tuple(sorted(symptoms, key=lambda found: order.index(found.gravity)))
