"""For whom a slot is: each segment with the note or the link of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from veille.curate.session import Session
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.issue import Slot
from veille.tui.aside import AsideScreen
from veille.tui.keys import AUDIENCES, bindings
from veille.tui.pane import CursorPane
from veille.tui.prompts import WritingScreen
from veille.tui.strokes import Ink, Stroke, cells_of, padded
from veille.tui.surroundings import Surroundings
from veille.tui.writing import notes_of_slot

_CELLS_OF_A_SEGMENT = 26


class SegmentsScreen(AsideScreen):
    """The audiences of one slot. ``candidate_id`` is the entry that can become a variant, if any."""

    KEYS = AUDIENCES
    BINDINGS: ClassVar[list[BindingType]] = bindings(AUDIENCES)

    def __init__(self, session: Session, around: Surroundings, number: int, candidate_id: int | None) -> None:
        super().__init__(session, around)
        self._number = number
        self._candidate_id = candidate_id
        self._pane: CursorPane[str | None] = CursorPane(self._draw, id="lines")

    def body(self) -> Sequence[Widget]:
        return [self._pane]

    def on_mount(self) -> None:
        self._pane.show((None, *self.around.settings.segments))
        self._pane.focus()
        self._refresh()

    @on(CursorPane.Chosen)
    @on(CursorPane.DoubleClicked)
    def action_write(self) -> None:
        if self.session.readonly:
            self.say(self.session.readonly)
            return
        writing = notes_of_slot(self.session, self.around, self._number)
        screen = WritingScreen(self.around.pen, writing, self._pane.cursor)
        self.app.push_screen(screen, self._written)

    def action_vary(self) -> None:
        if self._candidate_id is not None:
            entry, segment = self._candidate_id, self._pane.current
            self._act(lambda: self.session.pick(entry, self._number, segment))

    def action_take_away(self) -> None:
        segment = self._pane.current
        if segment is None or segment in self._slot.variants:
            self._act(lambda: self.session.remove(self._number, segment))
        else:
            self._act(lambda: self.session.note(self._number, segment, ""))

    def _act(self, act: Callable[[], str]) -> None:
        self.do(act)
        if self._slot.common is None:
            self.dismiss()
        self._refresh()

    def _written(self, said: str | None) -> None:
        self.say(said or "")
        self._refresh()

    @property
    def _slot(self) -> Slot:
        return self.session.tray.slots[self._number - 1]

    def _refresh(self) -> None:
        pick = self._slot.common
        title = _("Slot {number}: {title}").format(number=self._number, title=pick.title if pick else "")
        self.heading.say(title)
        self._pane.refresh()

    def _draw(self, segment: str | None, at_cursor: bool, cells: int) -> list[Stroke]:
        glyphs, settings = self.around.pen.glyphs, self.around.settings
        label = _("Everybody") if segment is None else settings.segment_label(segment, active_language())
        left = [
            Stroke(glyphs.cursor if at_cursor else " ", Ink.ACCENT),
            Stroke(f" {padded(label, _CELLS_OF_A_SEGMENT, glyphs.ellipsis)}  "),
        ]
        room = cells - cells_of(left)
        return [*left, Stroke(padded(self._own(segment), room, glyphs.ellipsis), Ink.FAINT)]

    def _own(self, segment: str | None) -> str:
        """What an audience has of its own, in a few words."""
        slot, glyphs = self._slot, self.around.pen.glyphs
        pick = slot.pick_for(segment)
        if pick is None:
            return ""
        if segment is None or segment in slot.variants:
            link = "" if segment is None else f"{glyphs.variant} {pick.title} "
            return link + (pick.note or _("no note yet"))
        return pick.segment_notes.get(segment, glyphs.empty)
