"""Contrast between two colours, as WCAG 2.2 measures it (section 1.4.3, "relative luminance")."""

from __future__ import annotations

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_LINEAR_LIMIT = 0.04045
MINIMUM_TEXT_CONTRAST = 4.5

LIGHT_PAPER = "#FBFAF7"
DARK_PAPER = "#171614"


def is_hex_colour(text: str) -> bool:
    """Whether ``text`` is a colour written ``#RRGGBB``, the only form every mail reader understands."""
    return _HEX.fullmatch(text) is not None


def contrast_ratio(first: str, second: str) -> float:
    """The contrast of two ``#RRGGBB`` colours, from 1 (equal) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= _LINEAR_LIMIT:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
