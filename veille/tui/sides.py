"""The three panes of the desk: the list, the preview, the tray."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label, Static

from veille.curate.listing import Candidate, Order, Row
from veille.curate.session import Counters, Session
from veille.i18n import gettext as _
from veille.model.issue import Slot
from veille.tui.heading import Heading
from veille.tui.pane import CursorPane
from veille.tui.reading import preview_of
from veille.tui.strokes import Stroke
from veille.tui.surroundings import Surroundings


class ListSide(Vertical):
    """The entries to choose from, filtered and in one of the two orders."""

    class Complained(Message):
        """Something of the filter was not understood; the text is empty when all is well again."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(id="list-side")
        self._session = session
        self._pen = around.pen
        self._order = Order.RANKED
        self._opened: set[int] = set()
        self._complaint = ""
        self._heading = Heading(self._pen, id="list-heading")
        self._filter = Input(compact=True, id="filter", select_on_focus=False)
        self._filter.cursor_blink = False
        self.pane: CursorPane[Row] = CursorPane(self._draw, id="list")

    def compose(self) -> ComposeResult:
        yield self._heading
        with Horizontal(id="filtering"):
            yield Label(_("Filter:") + " ")
            yield self._filter
        yield self.pane

    @property
    def candidate(self) -> Candidate | None:
        """The entry at the cursor; None when the list is empty."""
        row = self.pane.current
        return self._session.candidate(row.candidate.entry.id) if row else None

    def refresh_rows(self) -> None:
        """Show the entries as they are now, the cursor on the same one, or on the story that it went into."""
        listing = self._session.listing(self._filter.value, self._order, self._opened)
        self.pane.show(listing.rows, self._place_in(listing.rows))
        self.say_place()
        if listing.complaint != self._complaint:
            self._complaint = listing.complaint
            self.post_message(self.Complained(listing.complaint))

    def _place_in(self, rows: Sequence[Row]) -> int | None:
        if self.candidate is None:
            return None
        entry_id = self.candidate.entry.id
        story = self._session.candidate(entry_id).story
        entries = (place for place, row in enumerate(rows) if row.candidate.entry.id == entry_id)
        stories = (place for place, row in enumerate(rows) if row.candidate.story == story)
        return next(entries, next(stories, None))

    def say_place(self) -> None:
        """Say in the heading what is listed, and where the cursor is."""
        order = _("by relevance") if self._order is Order.RANKED else _("by date")
        count = len(self.pane.things)
        title = _("To sort, {order}").format(order=order)
        if self._filter.value:
            title = _("{title}: {query}").format(title=title, query=self._filter.value)
        self._heading.say(title, f"{min(self.pane.cursor + 1, count)}/{count}")

    def turn_order(self) -> None:
        """Go to the other order."""
        self._order = Order.CHRONOLOGICAL if self._order is Order.RANKED else Order.RANKED
        self.refresh_rows()

    def fold(self) -> None:
        """Open or fold the story at the cursor."""
        if self.candidate is not None:
            self._opened ^= {self.candidate.story}
            self.refresh_rows()

    def step(self) -> None:
        """Go to the next entry."""
        self.pane.action_down()

    def ask_filter(self) -> None:
        """Let the curator type a filter; the list follows every key."""
        self.add_class("-filtering")
        self._filter.focus()

    def leave_filter(self) -> None:
        """Go back to the list as it is filtered."""
        self.remove_class("-filtering")
        self.pane.focus()

    def clear_filter(self) -> None:
        """Show all entries again."""
        self._filter.value = ""

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self.refresh_rows()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self.leave_filter()

    def _draw(self, row: Row, at_cursor: bool, cells: int) -> list[Stroke]:
        entry_id = row.candidate.entry.id
        now = replace(row, candidate=self._session.candidate(entry_id))
        return self._pen.entry(now, self._session.slots_of(entry_id), at_cursor=at_cursor, cells=cells)


class PreviewSide(Vertical):
    """One entry, to read."""

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(id="preview-side")
        self._session = session
        self._around = around
        self._shown: int | None = None
        self._heading = Heading(around.pen, id="preview-heading")
        self._article = Static(id="article", markup=False)
        self.pane = VerticalScroll(self._article, id="preview")

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.pane

    def on_mount(self) -> None:
        self._heading.say(_("Preview"))

    def show(self, candidate: Candidate | None) -> None:
        """Show an entry, from its beginning unless it is shown already, or nothing."""
        self._article.update(preview_of(candidate, self._session, self._around) if candidate else "")
        shown = candidate.entry.id if candidate else None
        if shown != self._shown:
            self._shown = shown
            self.pane.scroll_home(animate=False)


class TraySide(Vertical):
    """The slots of the issue, and how it is balanced."""

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(id="tray-side")
        self._session = session
        self._pen = around.pen
        self._heading = Heading(self._pen, id="tray-heading")
        self.pane: CursorPane[Slot] = CursorPane(self._draw, id="tray")

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.pane

    def on_mount(self) -> None:
        self.pane.styles.height = len(self._session.tray.slots)

    @property
    def slot(self) -> Slot:
        """The slot at the cursor."""
        return self._session.tray.slots[self.pane.cursor]

    def refresh_slots(self, counters: Counters) -> None:
        """Show the slots as they are now."""
        slots = self._session.tray.slots
        self.pane.show(slots)
        self._heading.say(self._pen.balance(counters, len(slots), self.size.width - 4))

    def _draw(self, slot: Slot, at_cursor: bool, cells: int) -> list[Stroke]:
        return self._pen.slot(slot, at_cursor=at_cursor and self.pane.has_focus, cells=cells)
