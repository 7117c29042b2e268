"""What was picked before, by its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from veille.curate.session import Session
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.history import PastPick
from veille.tui.aside import AsideScreen
from veille.tui.keys import PAST, bindings
from veille.tui.pane import CursorPane
from veille.tui.strokes import Ink, Stroke, cells_of, padded
from veille.tui.surroundings import Surroundings


class PastScreen(AsideScreen):
    """Past picks, this tool's and those imported, the newest first."""

    KEYS = PAST
    BINDINGS: ClassVar[list[BindingType]] = bindings(PAST)

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(session, around)
        self._words = Input(compact=True, placeholder=_("Words of the title, the note or the source"))
        self._words.cursor_blink = False
        self._pane: CursorPane[PastPick] = CursorPane(self._draw, id="lines")
        self._detail = Static(markup=False, id="detail")

    def body(self) -> Sequence[Widget]:
        return [self._words, self._pane, VerticalScroll(self._detail, id="more")]

    def on_mount(self) -> None:
        self._words.focus()
        self._refresh()

    def action_search(self) -> None:
        self._words.focus()

    def action_open_page(self) -> None:
        past = self._pane.current
        if past is not None and past.url:
            self.around.open_address(past.url)

    @on(Input.Changed)
    def _refresh(self) -> None:
        found = self.session.past_picks(self._words.value)
        self._pane.show(found, 0)
        said = ngettext("{count} past pick", "{count} past picks", len(found)).format(count=len(found))
        self.heading.say(_("Past picks"), said)
        self._show()

    @on(Input.Submitted)
    def _to_the_list(self) -> None:
        self._pane.focus()

    @on(CursorPane.Moved)
    def _show(self) -> None:
        past = self._pane.current
        self._detail.update(_in_full(past) if past else "")

    @on(CursorPane.Chosen)
    @on(CursorPane.DoubleClicked)
    def _chosen(self) -> None:
        self.action_open_page()

    def _draw(self, past: PastPick, at_cursor: bool, cells: int) -> list[Stroke]:
        glyphs = self.around.pen.glyphs
        left = [
            Stroke(f"{glyphs.cursor if at_cursor else ' '} ", Ink.ACCENT),
            Stroke(f"{past.issued_on:%Y-%m}  ", Ink.FAINT),
        ]
        ink = Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(past.title, cells - cells_of(left), glyphs.ellipsis), ink)]


def _in_full(past: PastPick) -> Text:
    shown = Text()
    shown.append(past.title, "bold")
    shown.append(f"\n{past.url}\n{past.source}", "dim")
    if past.note:
        shown.append(f"\n\n{past.note}")
    return shown
