"""The picking desk: its panes, and the curator's acts on what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from veille.curate.listing import Candidate, Order
from veille.curate.session import Counters, Session
from veille.errors import RuleError, VeilleError, reason_of
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.entry import EntryState
from veille.tui.heading import KeyLine
from veille.tui.keys import ALL_SLOT_KEYS, CHOOSING, GOING, LISTING, SLOTS, Key, bindings, desk_keys
from veille.tui.pane import CursorPane
from veille.tui.prompts import ChoiceScreen, WritingScreen
from veille.tui.segments import SegmentsScreen
from veille.tui.sides import ListSide, PreviewSide, TraySide
from veille.tui.surroundings import Surroundings
from veille.tui.writing import Writing, notes_of_slot, slots_left_unsaved, words_of_issue


class DeskScreen(Screen[None]):
    """Where the curator triages, picks and notes. Every act is saved at once.

    What leads to another screen is the application's to do.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(ALL_SLOT_KEYS, CHOOSING, SLOTS, LISTING, GOING)
    HORIZONTAL_BREAKPOINTS = [(0, "-small"), (80, "-medium"), (120, "-wide")]  # noqa: RUF012 - Textual's own

    # How long the cursor rests on an entry before it counts as seen; passing over it does not.
    seconds_to_be_seen: ClassVar[float] = 0.4

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__()
        self.session = session
        self.around = around
        self._grouping: int | None = None
        self._resting: Timer | None = None
        self._standing = Static(id="standing", markup=False)
        self._list = ListSide(session, around)
        self._preview = PreviewSide(session, around)
        self._tray = TraySide(session, around)
        self._message = Static(id="message", markup=False)

    def compose(self) -> ComposeResult:
        yield self._standing
        yield Container(self._list, self._preview, id="middle")
        yield self._tray
        yield self._message
        yield KeyLine(self.around.pen.glyphs, _main_keys())

    def offered_keys(self) -> tuple[Key, ...]:
        """The keys of the desk, those of its panes aside."""
        return desk_keys(len(self.session.tray.slots))

    def on_mount(self) -> None:
        self._list.pane.focus()
        left = slots_left_unsaved(self.session, self.around)
        if self.session.readonly:
            self.say(self.session.readonly)
        elif left:
            said = _("Notes were being written when the desk was left, slot {slots}: n takes them up again.")
            self.say(said.format(slots=", ".join(map(str, left))))

    def on_screen_resume(self) -> None:
        self.session.refresh_issue()
        self.refresh_desk()

    def on_resize(self) -> None:
        self.refresh_desk()

    def say(self, text: str) -> None:
        """Show a sentence until the next act."""
        self._message.update(text)

    def complain(self, error: VeilleError) -> None:
        """Show what went wrong, and what to do."""
        self.say(" ".join(filter(None, (error.message, error.hint))))

    def refresh_desk(self) -> None:
        """Show everything as it is now."""
        counters = self.session.counters()
        self._say_standing(counters)
        self._list.refresh_rows()
        self._tray.refresh_slots(counters)
        self._preview.show(self._shown())

    def _say_standing(self, counters: Counters) -> None:
        standing = self.around.pen.standing(self.session.month, counters, self.size.width - 2)
        self._standing.update(standing, layout=False)

    def go_to_slot(self, number: int | None) -> None:
        """Go to a slot of the tray, or stay."""
        if number is not None:
            self._tray.pane.focus()
            self._tray.pane.cursor = number - 1

    # Where the curator is.

    @property
    def entry(self) -> Candidate:
        """The entry of the tray's cursor when the tray has the focus, else of the list's."""
        shown = self._shown()
        if shown is None:
            raise RuleError(_("There is nothing here."))
        return shown

    @property
    def slot_number(self) -> int:
        """The slot of the tray's cursor when it has the focus, else the one of the list's entry."""
        if self._tray.pane.has_focus:
            return self._tray.slot.number
        slots = self.session.slots_of(self.entry.entry.id)
        if not slots:
            raise RuleError(_("This entry is in no slot: a puts it in the first free one."))
        return slots[0]

    def _shown(self) -> Candidate | None:
        if self._tray.pane.has_focus:
            pick = self._tray.slot.common
            return self.session.candidate(pick.entry) if pick else None
        return self._list.candidate

    @on(CursorPane.Moved)
    def _moved(self) -> None:
        self._list.say_place()
        self._preview.show(self._shown())
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(self.seconds_to_be_seen, self._look)

    def on_descendant_focus(self) -> None:
        self._tray.pane.refresh()
        self._preview.show(self._shown())

    @on(CursorPane.Chosen)
    def _chosen(self) -> None:
        if self._tray.pane.has_focus:
            self.action_note()
        else:
            self.add_class("-reading")
            self._preview.pane.focus()

    @on(CursorPane.DoubleClicked)
    def _double_clicked(self) -> None:
        if self._tray.pane.has_focus:
            self.action_note()
        else:
            self.action_open()

    @on(ListSide.Complained)
    def _complained(self, event: ListSide.Complained) -> None:
        self.say(event.text)

    def _look(self) -> None:
        """The entry counts as seen; it stays in the list, even of those not seen yet."""
        candidate = self._list.candidate
        if candidate is None or not self.is_current:
            return
        try:
            self.session.look_at(candidate.entry.id)
        except VeilleError as error:
            self.complain(error)
        else:
            self._list.pane.redraw()
            self._say_standing(self.session.counters())

    def _do(self, act: Callable[[], str | None]) -> bool:
        """Whether ``act`` was done; what it says, or why not, is shown."""
        try:
            said = act()
        except VeilleError as error:
            self.complain(error)
            return False
        if said is not None:
            self.say(said)
        self.refresh_desk()
        return True

    # The acts.

    def action_keep(self) -> None:
        self._do(lambda: self.session.keep(self.entry.entry.id))

    def action_put(self) -> None:
        if all(slot.common for slot in self.session.tray.slots):
            links = len(self.session.tray.slots)
            self.say(_("The tray is full: press 1 to {last} for the link that gives way.").format(last=links))
        else:
            self._do(lambda: self.session.pick(self.entry.entry.id))

    def action_slot(self, number: int) -> None:
        self._do(lambda: self._to_slot(number))

    def action_set_aside(self) -> None:
        if self._tray.pane.has_focus:
            self.action_take_out()
            return
        is_done = self._do(lambda: self.session.dismiss(self.entry.entry.id))
        if is_done and self.entry.entry.state is EntryState.DISMISSED:
            self._list.step()

    def action_dismiss_story(self) -> None:
        if self._do(lambda: self.session.dismiss_story(self.entry.entry.id)):
            self._list.step()

    def action_undo(self) -> None:
        self._do(self.session.undo)

    def action_redo(self) -> None:
        self._do(self.session.redo)

    def action_move(self, step: int) -> None:
        self._do(lambda: self._move(step))

    def action_take_out(self) -> None:
        self._do(lambda: self.session.remove(self.slot_number))

    def action_fold(self) -> None:
        self._list.fold()

    def action_order(self) -> None:
        self._list.turn_order()

    def action_filter(self) -> None:
        self._list.ask_filter()

    def action_group(self) -> None:
        self._do(self._group)

    def action_ungroup(self) -> None:
        self._do(lambda: self.session.ungroup(self.entry.entry.id))

    def action_back(self) -> None:
        if self._grouping is not None:
            self._grouping = None
            self.say("")
        elif self._list.pane.has_focus:
            self._list.clear_filter()
        else:
            self.remove_class("-reading")
            self._list.leave_filter()

    def action_theme(self) -> None:
        self._do(self._ask_theme)

    def action_note(self) -> None:
        self._write(lambda: notes_of_slot(self.session, self.around, self.slot_number))

    def action_words(self) -> None:
        self._write(lambda: words_of_issue(self.session, self.around))

    def action_segments(self) -> None:
        self._do(self._to_segments)

    def action_notebook(self) -> None:
        self._do(self._edit_notes)

    def action_open(self) -> None:
        self._do(lambda: self._show_addresses([self.entry.entry.id]))

    def action_open_kept(self) -> None:
        kept = self.session.listing("state:kept", Order.RANKED).rows
        self._do(lambda: self._show_addresses(row.candidate.entry.id for row in kept))

    def _ask_theme(self) -> None:
        self._refuse_looking()
        entry_id = self.entry.entry.id

        def file_under(theme: str | None) -> None:
            if theme is not None:
                self._do(lambda: self.session.set_theme(entry_id, theme))

        letters, language = self.around.pen.letters, active_language()
        themes = self.around.settings.themes.items()
        choices = [(letters[name], name, label.text(language)) for name, label in themes]
        self.app.push_screen(ChoiceScreen(self.around.pen, _("Under which theme?"), choices), file_under)

    def _refuse_looking(self) -> None:
        if self.session.readonly:
            raise RuleError(self.session.readonly)

    def _write(self, writing_of: Callable[[], Writing]) -> None:
        def begin() -> None:
            self._refuse_looking()
            self.app.push_screen(WritingScreen(self.around.pen, writing_of(), 0), self._written)

        self._do(begin)

    def _written(self, said: str | None) -> None:
        if said:
            self.say(said)

    def _to_segments(self) -> None:
        number = self.slot_number
        if self.session.tray.slots[number - 1].common is None:
            raise RuleError(_("Slot {number} is empty.").format(number=number))
        candidate = self._list.candidate
        entry_id = candidate.entry.id if candidate else None
        self.app.push_screen(SegmentsScreen(self.session, self.around, number, entry_id))

    def _edit_notes(self) -> str:
        """Leave the terminal to the editor; what it wrote is saved, or kept where it is."""
        self._refuse_looking()
        writing = notes_of_slot(self.session, self.around, self.slot_number)
        writing.draft.write(writing.draft.taken_up(writing.sections))
        code, refusal = 0, ""
        with self.app.suspend():
            try:
                code = self.around.edit(writing.draft.file)
            except (OSError, ValueError) as error:  # beyond this block, the terminal would not come back
                reason = f"{error.filename} – {reason_of(error)}" if isinstance(error, OSError) else error
                refusal = _("The editor could not be started: {reason}.").format(reason=reason)
        said = writing.finish_edited(code)
        return refusal or said

    def _show_addresses(self, entry_ids: Iterable[int]) -> str:
        urls = [url for entry_id in entry_ids if (url := self.session.candidate(entry_id).entry.url)]
        opened = sum(self.around.open_address(url) for url in urls)
        return _("Opened in the browser: {count}").format(count=opened)

    def _to_slot(self, number: int) -> str:
        """Put the entry there; one that has a slot already changes places with what is there."""
        if self._tray.pane.has_focus:
            slots: tuple[int, ...] = (self._tray.slot.number,)
        else:
            slots = self.session.slots_of(self.entry.entry.id)
        if slots:
            said = self.session.move(slots[0], number)
            if self._tray.pane.has_focus:
                self._tray.pane.cursor = number - 1
            return said
        return self.session.pick(self.entry.entry.id, number)

    def _move(self, step: int) -> str:
        number = self.slot_number
        said = self.session.move(number, number + step)
        self._tray.pane.cursor = number + step - 1
        return said

    def _group(self) -> str:
        entry = self.entry.entry
        first, self._grouping = self._grouping, entry.id
        if first is None:
            return _("Group “{title}”: go to another entry and press G once more.").format(title=entry.title)
        self._grouping = None
        return self.session.group([first, entry.id])


def _main_keys() -> list[tuple[Key, str]]:
    words = {
        "keep": _("keep"),
        "put": _("add"),
        "set_aside": _("drop"),
        "undo": _("undo"),
        "note": _("note"),
        "filter": _("filter"),
        "app.help": _("help"),
        "app.charter": _("check"),
        "app.mail": _("preview"),
        "app.leave": _("leave"),
    }
    known = {key.action: key for table in (CHOOSING, SLOTS, LISTING, GOING) for key in table}
    return [(known[action], does) for action, does in words.items()]
