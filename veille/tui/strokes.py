"""Pieces of a line, cut to the cells that a terminal gives them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size


class Ink(StrEnum):
    """How a piece is written; ``ACCENT`` is for the cursor and the numerals of filled slots."""

    PLAIN = "plain"
    FAINT = "faint"
    STRONG = "strong"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of a line."""

    text: str
    ink: Ink = Ink.PLAIN


def cells_of(strokes: Iterable[Stroke]) -> int:
    """How many cells they take side by side."""
    return sum(cell_len(stroke.text) for stroke in strokes)


def cut(text: str, cells: int, ellipsis: str) -> str:
    """``text``, or as much of it as fits in ``cells`` with the ellipsis."""
    if cell_len(text) <= cells:
        return text
    room = cells - len(ellipsis)
    return set_cell_size(text, room).rstrip() + ellipsis if room > 0 else set_cell_size(text, max(cells, 0))


def padded(text: str, cells: int, ellipsis: str) -> str:
    """``text`` in exactly ``cells``."""
    return set_cell_size(cut(text, cells, ellipsis), max(cells, 0))


def first_that_fit(parts: Sequence[str], cells: int, between: str) -> str:
    """The first of ``parts`` joined, as many as fit in ``cells``; what comes last goes first."""
    kept: list[str] = []
    for part in parts:
        if cell_len(between.join([*kept, part])) > cells:
            break
        kept.append(part)
    return between.join(kept)
