"""French typography of what is shown to readers. Pure; what the curator typed is stored as it was typed.

The rules are those of the Imprimerie nationale. Addresses, code, hours and ratios have a typography of their
own and are left alone; so are superior letters (XXIe), which the fonts of Outlook lack.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

# An archive shows the same titles and notes on several pages.
_TEXTS_KEPT = 20_000
_NO_BREAK_SPACE, _NARROW_NO_BREAK_SPACE = "\u00a0", "\u202f"
_SPACE = f"[ {_NO_BREAK_SPACE}{_NARROW_NO_BREAK_SPACE}]"
_SPARED = re.compile(r"(https?://\S+|(?<!\S)\S+@\S+|`[^`]*`|(?<!\d)\d+:\d+)")
# All but the last begin with a sign, for which Python searches fast, and look back from behind it.
_CORRECTIONS = (
    (re.compile(r'"([^"\n]+)"'), rf"«{_NO_BREAK_SPACE}\1{_NO_BREAK_SPACE}»"),
    (re.compile(r"'(?<=\w.)(?=\w)"), "’"),
    (re.compile(r"\.{3}(?<![.\[]...)(?![.\]])"), "…"),
    (re.compile(r" (?<=\S.) +(?=\S)"), " "),
    (re.compile(r"[;?!](?<=[^\s?!;:«(\[].)(?=[\s?!»),.]|$)"), rf"{_NO_BREAK_SPACE}\g<0>"),
    (re.compile(r":(?<=[^\s?!;:«(\[].)(?=[\s»]|$)"), rf"{_NO_BREAK_SPACE}\g<0>"),
    (re.compile(r"(?<=\S)(?=»)|(?<=«)(?=\S)"), _NO_BREAK_SPACE),
)
_UNITS = r"%|‰|€|k€|M€|\$|£|°C|km²|km|m²|m³|m|cm|mm|ha|kg|g|l|h|min|s|ko|Ko|Mo|Go|To|px"
_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|janv\\.|févr\\.|juil\\.|sept\\.|oct\\.|nov\\.|déc\\."
)
# Of a run of spaces, only the first is worth a look at what follows them all.
_FIRST = f"(?<!{_SPACE}.)"
# Spaces at which no line may end. Each rule says what stands around one space, which is its "." when it looks
# back: one search for spaces serves all of them.
_NO_BREAK = re.compile(
    _SPACE
    + "(?:"
    + "|".join(
        (
            rf"{_FIRST}{_SPACE}*(?=:(?:[\s»]|$)|»)",
            rf"(?<=«.){_SPACE}*",
            rf"(?<=\d.)(?=(?:{_UNITS})(?![\w’']))",
            rf"(?<=\d{_SPACE}h.)(?=\d\d\b)",
            r"(?:(?<=\b[nN]°.)|(?<=\bnos.)|(?<=\bp\..)|(?<=\bart\..)|(?<=\bvol\..)|(?<=\bfig\..))(?=\d)",
            rf"(?:(?<=\b\d.)|(?<=\b\d\d.)|(?<=\b1er.))(?=(?:{_MONTHS})(?!\w))",
            r"(?<=[IVX]e.)(?=siècles?\b)",
            r"(?:(?<=\bM\..)|(?<=\bMM\..)|(?<=\bMme.)|(?<=\bMmes.)|(?<=\bDr.)|(?<=\bPr.))(?=[^\W\d_])",
        )
    )
    + ")"
)
# Those that are narrow where the fonts have such a space.
_NARROW_NO_BREAK = re.compile(
    rf"{_SPACE}(?:{_FIRST}{_SPACE}*(?=[;?!]+(?:[\s»),.…]|$))"
    r"|(?:(?<=\b\d.)|(?<=\b\d\d.)|(?<=\b\d\d\d.))(?=\d{3}\b))"
)


class Medium(Enum):
    """Where a text is read. ``MAIL`` has no narrow space: some of its fonts draw a box in its place."""

    MAIL = _NO_BREAK_SPACE
    WEB = _NARROW_NO_BREAK_SPACE


@lru_cache(maxsize=_TEXTS_KEPT)
def typeset(text: str, language: str, medium: Medium) -> str:
    """What the curator wrote in ``language``, as ``medium`` shows it; only French is changed.

    Setting the result once more, for whichever medium, gives what the text itself would give.
    """
    return spaced(corrected(text), language, medium) if language == "fr" else text


@lru_cache(maxsize=_TEXTS_KEPT)
def spaced(text: str, language: str, medium: Medium) -> str:
    """``text`` with its spaces made no-break where French wants that, and no other change: for titles."""
    if language != "fr":
        return text
    pieces = _SPARED.split(text)
    return "".join(piece if index % 2 else _spaced(piece, medium) for index, piece in enumerate(pieces))


def corrected(text: str) -> str:
    """French ``text`` with its quotation marks, apostrophes, ellipses and missing spaces set right.

    A plain space where a no-break one belongs stays.
    """
    pieces = _SPARED.split(text)
    return "".join(piece if index % 2 else _set_right(piece) for index, piece in enumerate(pieces))


def _set_right(prose: str) -> str:
    for pattern, replacement in _CORRECTIONS:
        prose = pattern.sub(replacement, prose)
    return prose


def _spaced(prose: str, medium: Medium) -> str:
    return _NARROW_NO_BREAK.sub(medium.value, _NO_BREAK.sub(_NO_BREAK_SPACE, prose))
