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

from veille.curate.session import Session
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.suggestion import Suggestion
from veille.tui.aside import AsideScreen
from veille.tui.keys import INBOX, bindings
from veille.tui.pane import CursorPane
from veille.tui.prompts import LineScreen
from veille.tui.strokes import Ink, Stroke, cells_of, padded
from veille.tui.surroundings import Surroundings

_CELLS_OF_A_NAME = 20


class InboxScreen(AsideScreen):
    """The suggestions that wait for an answer."""

    KEYS = INBOX
    BINDINGS: ClassVar[list[BindingType]] = bindings(INBOX)

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(session, around)
        # What is answered here stays in sight, with the letter to send when it was declined.
        self._answered: dict[int, str] = {}
        self._pane: CursorPane[Suggestion] = CursorPane(self._draw, id="lines")
        self._detail = Static(markup=False, id="detail")

    def body(self) -> Sequence[Widget]:
        return [self._pane, VerticalScroll(self._detail, id="more")]

    def on_mount(self) -> None:
        self._pane.show(self.session.suggestions())
        self._pane.focus()
        self._say_waiting()

    def action_accept(self) -> None:
        suggestion = self._pane.current
        if suggestion is not None:
            self.do(lambda: self._accept(suggestion))

    def action_decline(self) -> None:
        suggestion = self._pane.current
        if suggestion is None:
            return

        def answer(reason: str | None) -> None:
            if reason is not None:
                self.do(lambda: self._decline(suggestion, reason))

        question = _("Why not? {name} is told.").format(name=_who(suggestion))
        self.app.push_screen(LineScreen(self.around.pen, question), answer)

    def action_open_page(self) -> None:
        suggestion = self._pane.current
        if suggestion is not None and suggestion.url:
            self.around.open_address(suggestion.url)

    @on(CursorPane.Moved)
    def _show(self) -> None:
        suggestion = self._pane.current
        if suggestion is not None:
            self._detail.update(_in_full(suggestion, self._answered.get(suggestion.id, "")))

    @on(CursorPane.Chosen)
    @on(CursorPane.DoubleClicked)
    def _chosen(self) -> None:
        self.action_open_page()

    def _accept(self, suggestion: Suggestion) -> str:
        said = self.session.accept(suggestion.id)
        self._answer(suggestion, "")
        return said

    def _decline(self, suggestion: Suggestion, reason: str) -> str:
        self._answer(suggestion, self.session.decline(suggestion.id, reason).letter)
        return _("Declined; the answer to send is above.")

    def _answer(self, suggestion: Suggestion, letter: str) -> None:
        self._answered[suggestion.id] = letter
        self._pane.refresh()
        self._say_waiting()
        self._show()

    def _say_waiting(self) -> None:
        waiting = len(self.session.suggestions())
        said = ngettext("{count} suggestion waits", "{count} suggestions wait", waiting)
        self.heading.say(_("What colleagues propose"), said.format(count=waiting))

    def _draw(self, suggestion: Suggestion, at_cursor: bool, cells: int) -> list[Stroke]:
        glyphs = self.around.pen.glyphs
        left = [
            Stroke(glyphs.cursor if at_cursor else " ", Ink.ACCENT),
            Stroke(f"{self._mark(suggestion)} "),
        ]
        name = f"  {padded(_who(suggestion), _CELLS_OF_A_NAME, glyphs.ellipsis)}"
        room = cells - cells_of(left) - _CELLS_OF_A_NAME - 2
        ink = Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(suggestion.title, room, glyphs.ellipsis), ink), Stroke(name, Ink.FAINT)]

    def _mark(self, suggestion: Suggestion) -> str:
        glyphs, letter = self.around.pen.glyphs, self._answered.get(suggestion.id)
        return " " if letter is None else glyphs.dismissed if letter else glyphs.kept


def _who(suggestion: Suggestion) -> str:
    return suggestion.colleague.called or _("yourself")


def _in_full(suggestion: Suggestion, letter: str) -> Text:
    shown = Text()
    shown.append(suggestion.title, "bold")
    address = suggestion.url or _("not on the web")
    shown.append(f"\n{address}", "dim")
    said = _("{name}, on {date}").format(name=_who(suggestion), date=f"{suggestion.suggested_at:%Y-%m-%d}")
    shown.append(f"\n{said}", "dim")
    for text in filter(None, (suggestion.message, letter)):
        shown.append(f"\n\n{text}")
    return shown
