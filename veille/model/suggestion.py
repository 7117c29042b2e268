"""A suggestion: an entry that a colleague proposed, and what the curator answered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from veille.i18n import gettext as _
from veille.model.person import is_forgotten
from veille.model.plaintext import search_key


class SuggestionState(StrEnum):
    """What the curator answered."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who proposes: a normalised address, a name, or neither when it is the curator."""

    address: str
    name: str

    @property
    def called(self) -> str:
        """How the curator knows them: by name, else by address; empty when it is the curator."""
        return _("somebody forgotten") if is_forgotten(self.address) else self.name or self.address


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry as one colleague proposed it; ``title`` and ``url`` are the entry's, ``url`` may be empty.

    ``thanked`` is False when the colleague does not want to be named to readers. ``answer`` is the reason
    given for declining; ``answered_at`` is None while it is pending.
    """

    id: int
    entry: int
    title: str
    url: str
    colleague: Colleague
    message: str
    thanked: bool
    state: SuggestionState
    answer: str
    suggested_at: datetime
    answered_at: datetime | None


def are_thanked(thanks: str, names: Collection[str]) -> bool:
    """Whether one of ``names`` is among those, parted by commas, whom a pick thanks."""
    return any(f", {name}, " in f", {thanks}, " for name in names)


def urn_of(title: str, source: str) -> str:
    """What stands for the address of something that has none: equal for the same title of the same source."""
    named = hashlib.sha256(f"{search_key(title)}|{search_key(source)}".encode()).hexdigest()
    return f"urn:veille:{named[:32]}"
