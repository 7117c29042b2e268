"""A decision: one act of the curator, with what it replaced, so that it can be undone and done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from veille.model.entry import EntryState
from veille.model.issue import Tray


class Act(StrEnum):
    """What the curator did."""

    KEEP = "keep"
    DISMISS = "dismiss"
    UNMARK = "unmark"
    THEME = "theme"
    GROUP = "group"
    UNGROUP = "ungroup"
    PICK = "pick"
    REMOVE = "remove"
    MOVE = "move"
    NOTE = "note"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class IssueWords:
    """The words around an issue's links."""

    number: int
    title: str
    intro: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values of what an act touches, and of nothing else; the maps are by entry id.

    ``tray`` and ``words`` are the issue's, whole; None where the act leaves them alone.
    """

    states: Mapping[int, EntryState] = field(default_factory=lambda: MappingProxyType({}))
    themes: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    stories: Mapping[int, int | None] = field(default_factory=lambda: MappingProxyType({}))
    tray: Tray | None = None
    words: IssueWords | None = None

    @property
    def is_of_issue(self) -> bool:
        """Whether they belong to the issue, which may be frozen, and not only to entries."""
        return self.tray is not None or self.words is not None

    @property
    def entry_ids(self) -> frozenset[int]:
        """The entries whose own values are among them."""
        return frozenset([*self.states, *self.themes, *self.stories])


@dataclass(frozen=True, slots=True)
class Decision:
    """An act on ``subject`` (a title, or a slot's), the values it found and those it left."""

    act: Act
    subject: str
    before: Values
    after: Values
