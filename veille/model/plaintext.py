"""Plain text that is safe anywhere: a header, a terminal, a page."""

from __future__ import annotations

import re
import unicodedata

TITLE_MAX_CHARACTERS = 300

# Unicode's explicit bidirectional formatting characters (UAX #9), which can make a title show backwards, and
# halves of surrogate pairs.
_DROPPED = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Spaces, and what would break a line or a terminal: the categories Cc, Zl and Zp.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile("[ \x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """``text`` on one line, without control or bidirectional characters, spaces collapsed.

    No-break spaces are typography and stay.
    """
    line = text.strip()
    # Most text is one line already, and _SPACES stops at every space to see.
    if line.isprintable() and "  " not in line:
        return line
    return _SPACES.sub(" ", _DROPPED.sub("", line)).strip()


def title_from_text(text: str) -> str:
    """``text`` as a title: one line of at most 300 characters, cut at a word with an ellipsis."""
    return shortened(one_line(text), TITLE_MAX_CHARACTERS)


def shortened(text: str, max_characters: int) -> str:
    """``text``, or its beginning cut at a word and closed with an ellipsis."""
    if len(text) <= max_characters:
        return text
    cut = text[: max_characters - 1]
    at_word = cut.rpartition(" ")[0] or cut
    return f"{at_word}…"


def search_key(text: str) -> str:
    """``text`` folded for searching: no accents, no case ("Médiation" finds "mediation")."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 (section 2.2) cannot hold even escaped."""
    return text if text.isprintable() else _NOT_XML.sub("", text)


def has_control_characters(text: str) -> bool:
    """Whether ``text`` holds anything that could break out of a header or a terminal line."""
    if text.isprintable():  # nearly all text is; quickly said
        return False
    return any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text)
