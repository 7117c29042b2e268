"""Lines with a cursor: the list, the tray, and the lists of the other screens. Only what shows is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from veille.tui.keys import MOVING, bindings
from veille.tui.strokes import Ink, Stroke

_Thing = TypeVar("_Thing")

# What is shown, whether the cursor is on it, and the cells there are.
Draw = Callable[[_Thing, bool, int], Sequence[Stroke]]


class CursorPane(ScrollView, Generic[_Thing], can_focus=True):
    """One line for each of ``things``; the cursor is on one of them whenever there are any."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MOVING)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{ink}" for ink in Ink}

    cursor: var[int] = var(0)

    class Moved(Message):
        """The cursor came to another line, or another thing to the cursor."""

    class Chosen(Moved):
        """Enter was pressed on the line of the cursor."""

    class DoubleClicked(Moved):
        """That line was clicked twice."""

    def __init__(self, draw: Draw[_Thing], *, id: str) -> None:
        super().__init__(id=id)
        self._draw = draw
        self.things: Sequence[_Thing] = ()

    @property
    def current(self) -> _Thing | None:
        """What the cursor is on; None when there is nothing."""
        return self.things[self.cursor] if self.things else None

    def show(self, things: Sequence[_Thing], cursor: int | None = None) -> None:
        """Show other things, the cursor as near as can be to ``cursor``, or to where it was."""
        before = self.current
        self.things = things
        self.virtual_size = Size(self.size.width, len(things))
        self.cursor = self._nearest(self.cursor if cursor is None else cursor)
        self.refresh()
        if self.current != before:
            self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.size.width
        if index >= len(self.things):
            return Strip.blank(width, self.rich_style)
        at_cursor = index == self.cursor
        strokes = self._draw(self.things[index], at_cursor, width)
        drawn = [
            Segment(stroke.text, self.get_component_rich_style(f"pane--{stroke.ink}")) for stroke in strokes
        ]
        return Strip(drawn).adjust_cell_length(width, self.rich_style)

    def action_up(self) -> None:
        self._go(self.cursor - 1)

    def action_down(self) -> None:
        self._go(self.cursor + 1)

    def action_page_up(self) -> None:  # moves the cursor, without animation
        self._go(self.cursor - self.size.height)

    def action_page_down(self) -> None:
        self._go(self.cursor + self.size.height)

    def action_first(self) -> None:
        self._go(0)

    def action_last(self) -> None:
        self._go(len(self.things) - 1)

    def action_read(self) -> None:
        if self.things:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < len(self.things):
            self._go(index)
            if event.chain == 2:
                self.post_message(self.DoubleClicked())

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.things))
        self._keep_in_sight()

    def redraw(self) -> None:
        """Draw the line of the cursor anew."""
        self.refresh_line(self.cursor)

    def watch_cursor(self, before: int) -> None:
        self._keep_in_sight()
        self.refresh_line(before)
        self.redraw()
        self.post_message(self.Moved())

    def _go(self, index: int) -> None:
        self.cursor = self._nearest(index)

    def _nearest(self, index: int) -> int:
        return max(min(index, len(self.things) - 1), 0)

    def _keep_in_sight(self) -> None:
        height = max(self.size.height, 1)
        top = min(max(self.scroll_offset.y, self.cursor - height + 1), self.cursor)
        self.scroll_to(y=top, animate=False, immediate=True, force=True)
