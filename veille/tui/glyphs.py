"""The signs of the desk, for terminals that know Unicode and for those that do not."""

from __future__ import annotations

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Signs one cell wide; the ellipsis may be wider."""

    cursor: str
    new: str
    kept: str
    dismissed: str
    suggested: str
    exploring: str
    again: str
    others: str
    member: str
    yes: str
    no: str
    empty: str
    variant: str
    rule: str
    bar: str
    dot: str
    ellipsis: str
    up: str
    down: str
    left: str
    right: str


UNICODE = Glyphs(
    cursor="▌",
    new="·",
    kept="★",
    dismissed="✗",
    suggested="@",
    exploring="◇",
    again="↺",
    others="×",
    member="└",
    yes="✓",
    no="✗",
    empty="—",
    variant="→",
    rule="─",
    bar="│",
    dot="·",
    ellipsis="…",
    up="↑",
    down="↓",
    left="←",
    right="→",
)
ASCII = Glyphs(
    cursor=">",
    new=".",
    kept="*",
    dismissed="x",
    suggested="@",
    exploring="?",
    again="<",
    others="x",
    member="`",
    yes="+",
    no="!",
    empty="-",
    variant=">",
    rule="-",
    bar="|",
    dot="-",
    ellipsis="...",
    up="Up",
    down="Down",
    left="Left",
    right="Right",
)


def glyphs_for(encoding: str) -> Glyphs:
    """The signs that a terminal of that encoding can show."""
    try:
        "".join(astuple(UNICODE)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE
