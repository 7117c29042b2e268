"""Rules on what the curator writes: text left to complete, words that say nothing, French typography. Pure.

Titles of articles are not examined: they are their authors'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from veille.compose.typography import corrected
from veille.i18n import gettext as _
from veille.model.charter import Finding, finding
from veille.model.issue import Issue

_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC)\b|\b(?:[xX]{3,}|(?i:lorem ipsum|[àa] compl[ée]ter|to be completed))\b"
    r"|\[(?:\.\.\.|…|\s*)\]|\?{3,}"
)
# Praise that any link could have; what a note should say is why this one matters here.
_GENERIC = re.compile(
    r"\b(?:"
    r"incontournables?|passionnante?s?|inspirante?s?|fascinante?s?|captivante?s?|int[ée]ressante?s?"
    r"|incroyables?|exceptionnel(?:le)?s?|remarquables?|enrichissante?s?|novat(?:eur|rice)s?"
    r"|[àa] (?:d[ée]couvrir|d[ée]vorer|lire absolument|lire sans tarder|voir absolument)"
    r"|[àa] ne (?:pas|surtout pas) (?:manquer|rater)|coups? de c(?:œ|oe)ur|vaut le d[ée]tour"
    r"|must[- ](?:read|see|have)s?|game[- ]changers?|cutting[- ]edge|state[- ]of[- ]the[- ]art"
    r"|fascinating|amazing|awesome|exciting|inspiring|interesting|insightful|thought[- ]provoking"
    r"|don['’]t miss|not to be missed|worth (?:a read|reading)|highly recommended|great (?:read|article)s?"
    r")\b",
    re.IGNORECASE,
)
_FRAGMENTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Text:
    """Words that the curator wrote, where they stand, and how that place is called in a sentence."""

    words: str
    place: str
    slot: int | None
    segment: str | None


def examine_prose(issue: Issue, language: str) -> Iterator[Finding]:
    """What stands against the words of ``issue``, which are written in ``language``."""
    for text in texts_of(issue):
        yield from _placeholders(text)
        yield from _generic_words(text)
        if language == "fr":
            yield from _typography(text)


def texts_of(issue: Issue) -> Iterator[Text]:
    """All that the curator wrote in ``issue``: title, introduction, notes, and the notes of segments."""
    yield Text(issue.title, _("the title"), None, None)
    yield Text(issue.intro, _("the introduction"), None, None)
    for number, segment, pick in issue.tray.picks():
        yield Text(pick.note, _("the note"), number, segment)
        for name, note in pick.segment_notes.items():
            yield Text(note, _("the note"), number, name)


def _placeholders(text: Text) -> Iterator[Finding]:
    found = _PLACEHOLDER.search(_QUOTED.sub("", text.words))
    if found:
        yield finding(
            "placeholder",
            _("“{word}” was left in {place}.").format(word=found[0], place=text.place),
            _("Write what belongs there."),
            slot=text.slot,
            segment=text.segment,
        )


def _generic_words(text: Text) -> Iterator[Finding]:
    words = _GENERIC.findall(unicodedata.normalize("NFC", _QUOTED.sub("", text.words)))
    if words:
        yield finding(
            "generic-words",
            _("{words}: any link could be praised so, in {place}.").format(
                words=_listed(words), place=text.place
            ),
            _("Say what readers can do with it here."),
            slot=text.slot,
            segment=text.segment,
        )


def _typography(text: Text) -> Iterator[Finding]:
    fragments = list(_changed_fragments(text.words, corrected(text.words)))
    if fragments:
        shown = ", ".join(
            _("“{wrong}” → “{right}”").format(wrong=wrong, right=right)
            for wrong, right in fragments[:_FRAGMENTS_SHOWN]
        )
        yield finding(
            "typography",
            _("Typography of {place}: {fragments}").format(place=text.place, fragments=shown),
            _("The mail and the archive set it right by themselves; type it so to keep it right."),
            slot=text.slot,
            segment=text.segment,
        )


def _changed_fragments(before: str, after: str) -> Iterator[tuple[str, str]]:
    """What differs, each time with the words around it, as it was and as it should be."""
    old, new = re.findall(r" +|[^ ]+", before), re.findall(r" +|[^ ]+", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield (_around(old, old_start, old_end), _around(new, new_start, new_end))


def _around(pieces: list[str], start: int, end: int) -> str:
    return "".join(pieces[max(start - 1, 0) : end + 1]).strip()


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))
