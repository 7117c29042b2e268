"""A colleague, in exactly one segment, and the shape of an address we can write to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from veille.i18n import gettext as _

# The dot-atom of RFC 5322 section 3.2.3, and letters of any script (RFC 6532): quoted local parts exist only
# in test suites.
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN_LABEL = re.compile(r"[^\W_]([\w-]*[^\W_])?")
_ADDRESS_MAX_CHARACTERS = 254  # RFC 5321 section 4.5.3.1, erratum 1690
_LOCAL_PART_MAX_BYTES = 64
_FORGOTTEN = "forgotten:"


class PersonStatus(StrEnum):
    """Whether a person is written to. Two hard bounces suspend; only people unsubscribe."""

    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUSPENDED = "suspended"


def status_label(status: PersonStatus) -> str:
    """The status in words."""
    return {
        PersonStatus.ACTIVE: _("active"),
        PersonStatus.UNSUBSCRIBED: _("unsubscribed"),
        PersonStatus.SUSPENDED: _("suspended"),
    }[status]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the house. ``address`` is normalised and unique; ``language`` is ``fr`` or ``en``."""

    address: str
    name: str
    segment: str
    language: str
    status: PersonStatus


class LineOutcome(StrEnum):
    """What an import of people made of a line."""

    ADDED = "added"
    MOVED = "moved"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """One line of an imported file. ``address`` is empty when the line has none that can be used.

    ``detail`` says from where to where somebody moved, or why a line is invalid; else it is empty.
    """

    line: int
    address: str
    outcome: LineOutcome
    detail: str


def forgotten_address(address_hash: str) -> str:
    """What stands in place of the address of somebody who asked to be forgotten; nobody can have it."""
    return f"{_FORGOTTEN}{address_hash}"


def is_forgotten(address: str) -> bool:
    """Whether ``address`` stands for somebody who asked to be forgotten."""
    return address.startswith(_FORGOTTEN)


def normalised_address(text: str) -> str:
    """``text`` trimmed, lower-cased, accents composed: the form under which a person is known once."""
    return unicodedata.normalize("NFC", text.strip().lower())


def is_address(text: str) -> bool:
    """Whether ``text`` is an address veille can write to: no quoted local part, a dotted domain.

    What stands before the @ may have accents: it depends on the server, then, whether it takes the message.
    """
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(text) <= _ADDRESS_MAX_CHARACTERS
        and len(local.encode()) <= _LOCAL_PART_MAX_BYTES
        and _LOCAL_PART.fullmatch(local) is not None
        and len(labels) > 1
        and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
    )
