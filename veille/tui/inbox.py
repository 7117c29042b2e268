"""What colleagues propose: accepted, or declined with the answer to send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.suggestion import Suggestion
from veille.tui.aside import AsideScreen
from veille.tui.keys import INBOX, bindings
from veille.tui.pane import CursorPane
from veille.tui.prompts import LineScreen
from veille.tui.strokes import Ink, Stroke, cells_of, padded

_CELLS_OF_A_NAME = 20


class InboxScreen(AsideScreen):
    """The suggestions that wait for an answer."""

    KEYS = INBOX
    BINDINGS: ClassVar[list[BindingType]] = bindings(INBOX)

    def body(self) -> Sequence[Widget]:
        self._pane: CursorPane[Suggestion] = CursorPane(self._draw, id="lines")
        self._detail = Static(markup=False, id="detail")
        return [self._pane, VerticalScroll(self._detail, id="more")]

    def on_mount(self) -> None:
        self._refresh()
        self._pane.focus()

    def action_accept(self) -> None:
        suggestion = self._pane.current
        if suggestion is not None and self.do(lambda: self.session.accept(suggestion.id)):
            self._refresh()

    def action_decline(self) -> None:
        suggestion = self._pane.current
        if suggestion is None:
            return

        def answer(reason: str | None) -> None:
            if reason is not None and self.do(lambda: self._declined(suggestion, reason)):
                self._pane.show(self.session.suggestions())

        question = _("Why not? {name} is told.").format(name=_who(suggestion))
        self.app.push_screen(LineScreen(self.around.pen, question), answer)

    def action_open_page(self) -> None:
        suggestion = self._pane.current
        if suggestion is not None and suggestion.url:
            self.around.open_address(suggestion.url)

    @on(CursorPane.Moved)
    def _show(self) -> None:
        suggestion = self._pane.current
        self._detail.update(_in_full(suggestion) if suggestion else "")

    @on(CursorPane.DoubleClicked)
    def _double_clicked(self) -> None:
        self.action_open_page()

    def _declined(self, suggestion: Suggestion, reason: str) -> str:
        declined = self.session.decline(suggestion.id, reason)
        self._detail.update(declined.letter)
        return _("Declined; the answer to send is above.")

    def _refresh(self) -> None:
        waiting = self.session.suggestions()
        self._pane.show(waiting)
        said = ngettext("{count} suggestion waits", "{count} suggestions wait", len(waiting))
        self.heading.say(_("What colleagues propose"), said.format(count=len(waiting)))
        self._show()

    def _draw(self, suggestion: Suggestion, at_cursor: bool, cells: int) -> list[Stroke]:
        glyphs = self.around.pen.glyphs
        left = [Stroke(f"{glyphs.cursor if at_cursor else ' '} ", Ink.ACCENT)]
        name = f"  {padded(_who(suggestion), _CELLS_OF_A_NAME, glyphs.ellipsis)}"
        room = cells - cells_of(left) - _CELLS_OF_A_NAME - 2
        ink = Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(suggestion.title, room, glyphs.ellipsis), ink), Stroke(name, Ink.FAINT)]


def _who(suggestion: Suggestion) -> str:
    return suggestion.colleague.called or _("yourself")


def _in_full(suggestion: Suggestion) -> Text:
    shown = Text()
    shown.append(suggestion.title, "bold")
    address = suggestion.url or _("not on the web")
    shown.append(f"\n{address}", "dim")
    said = _("{name}, on {date}").format(name=_who(suggestion), date=f"{suggestion.suggested_at:%Y-%m-%d}")
    shown.append(f"\n{said}", "dim")
    if suggestion.message:
        shown.append(f"\n\n{suggestion.message}")
    return shown
