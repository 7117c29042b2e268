"""How the lines of the desk are written: entries, slots and counters, for a given width. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_decimal

from veille.compose.wording import month_label
from veille.curate.listing import Candidate, Row
from veille.curate.session import Counters
from veille.i18n import active_language, ngettext
from veille.i18n import gettext as _
from veille.model.entry import EntryState
from veille.model.issue import Slot
from veille.model.month import Month
from veille.tui.glyphs import Glyphs
from veille.tui.strokes import Ink, Stroke, cells_of, cut, first_that_fit, padded

# From this width on, a line has room for its source and date.
_CELLS_FOR_SOURCES = 72
_CELLS_OF_A_SOURCE = 18
_CELLS_FOR_SEGMENTS = 100


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes with ``glyphs``, and calls themes by ``letters``."""

    glyphs: Glyphs
    letters: Mapping[str, str]

    def entry(self, row: Row, slots: Sequence[int], *, at_cursor: bool, cells: int) -> list[Stroke]:
        """A line of the list; ``slots`` are those in which its entry stands."""
        candidate = row.candidate
        left = [
            Stroke(self.glyphs.cursor if at_cursor else " ", Ink.ACCENT),
            self._state(candidate, slots),
            Stroke(f" {self.glyphs.member} " if row.is_member else " ", Ink.FAINT),
            Stroke(f"{self._letter(candidate.entry.theme)} "),
        ]
        right = [Stroke(f"  {mark}", Ink.FAINT) for mark in self._marks(row)]
        if cells >= _CELLS_FOR_SOURCES:
            source = padded(candidate.entry.source, _CELLS_OF_A_SOURCE, self.glyphs.ellipsis)
            right.append(Stroke(f"  {source} {_day(candidate)}", Ink.FAINT))
        room = cells - cells_of(left) - cells_of(right)
        is_faint = candidate.entry.state is EntryState.DISMISSED
        ink = Ink.FAINT if is_faint else Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(candidate.entry.title, room, self.glyphs.ellipsis), ink), *right]

    def slot(self, slot: Slot, *, at_cursor: bool, cells: int) -> list[Stroke]:
        """A line of the tray."""
        cursor = Stroke(self.glyphs.cursor if at_cursor else " ", Ink.ACCENT)
        if slot.common is None:
            empty = padded(f" {self.glyphs.empty}", cells - 2, "")
            return [cursor, Stroke(str(slot.number), Ink.FAINT), Stroke(empty, Ink.FAINT)]
        pick = slot.common
        left = [
            cursor,
            Stroke(str(slot.number), Ink.ACCENT),
            Stroke(f" {self._letter(pick.theme)} "),
        ]
        right = [Stroke(f"  {text}", Ink.FAINT) for text in self._beside(slot, cells)]
        room = cells - cells_of(left) - cells_of(right)
        ink = Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(pick.title, room, self.glyphs.ellipsis), ink), *right]

    def standing(self, month: Month, counters: Counters, cells: int) -> str:
        """The line on top: the month, and how far the curator is."""
        language = active_language()
        number = format_decimal(counters.received, locale=language)
        parts = (
            month_label(month, language).capitalize(),
            ngettext("{count} received", "{count} received", counters.received).format(count=number),
            ngettext("{count} seen", "{count} seen", counters.seen).format(count=counters.seen),
            ngettext("{count} kept", "{count} kept", counters.kept).format(count=counters.kept),
            _("~{percent} % covered").format(percent=counters.covered_percent),
        )
        return first_that_fit(parts, cells, f" {self.glyphs.dot} ")

    def balance(self, counters: Counters, slots: int, cells: int) -> str:
        """The heading of the tray: how many links there are, and their themes, sources and languages."""
        themes = " ".join(f"{letter}{counters.themes.get(name, 0)}" for name, letter in self.letters.items())
        sources = len(counters.sources)
        parts = (
            _("Tray {filled}/{slots}").format(filled=counters.filled, slots=slots),
            themes,
            ngettext("{count} source", "{count} sources", sources).format(count=sources),
            " ".join(f"{code or '?'} {count}" for code, count in sorted(counters.languages.items())),
        )
        return first_that_fit([part for part in parts if part], cells, f" {self.glyphs.dot} ")

    def heading(self, title: str, aside: str, cells: int) -> list[Stroke]:
        """A thin rule that carries ``title`` at its left and ``aside`` at its right."""
        rule = self.glyphs.rule
        aside = f" {aside} {rule}" if aside else ""
        title = cut(title, cells - len(aside) - 4, self.glyphs.ellipsis)
        left = [Stroke(f"{rule} ", Ink.FAINT), Stroke(title, Ink.STRONG), Stroke(" ")]
        length = max(cells - cells_of(left) - len(aside), 0)
        return [*left, Stroke(rule * length + aside, Ink.FAINT)]

    def _letter(self, theme: str) -> str:
        return self.letters.get(theme, "?")

    def _state(self, candidate: Candidate, slots: Sequence[int]) -> Stroke:
        if slots:
            return Stroke(str(slots[0]), Ink.ACCENT)
        glyphs, entry = self.glyphs, candidate.entry
        seen = " " if entry.seen_at else glyphs.new
        marks = {EntryState.KEPT: glyphs.kept, EntryState.DISMISSED: glyphs.dismissed}
        return Stroke(marks.get(entry.state, seen))

    def _marks(self, row: Row) -> Iterator[str]:
        candidate, glyphs = row.candidate, self.glyphs
        if candidate.entry.language not in {"", active_language()}:
            yield candidate.entry.language
        if candidate.suggested_by:
            yield glyphs.suggested
        if candidate.ranked.is_exploration:
            yield glyphs.exploring
        if candidate.past is not None:
            yield f"{glyphs.again}{candidate.past.issued_on:%Y-%m}"
        if row.others:
            yield f"{glyphs.others}{row.others + 1}"

    def _beside(self, slot: Slot, cells: int) -> Iterator[str]:
        """What stands at the right of a slot's title: its note, then who else is spoken to."""
        pick = slot.common
        assert pick is not None  # noqa: S101 - asked of filled slots only
        length = len(pick.note)
        yield _("note {mark}").format(mark=f"{self.glyphs.yes} {length:>3}" if length else self.glyphs.no)
        notes = [f"+{segment}" for segment in pick.segment_notes]
        variants = [f"{self.glyphs.variant}{segment}" for segment in sorted(slot.variants)]
        if cells < _CELLS_FOR_SEGMENTS:
            notes = [f"+{len(notes)}"] if notes else []
            variants = [f"{self.glyphs.variant}{len(variants)}"] if variants else []
        if notes or variants:
            yield " ".join([*notes, *variants])


def _day(candidate: Candidate) -> str:
    return format_date(candidate.entry.sorted_at, "dd/MM", locale=active_language())
