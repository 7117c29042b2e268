"""The orders that choose and write: marks, stories, slots and notes. Each is saved as it is obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from veille.cli.front import House
from veille.cli.linear import sentences
from veille.cli.linear.manual import Command, command_named, form_of
from veille.cli.linear.orders import Order
from veille.cli.linear.reading import Answer, Reading
from veille.curate.session import Session
from veille.curate.slots import slot_numbered
from veille.errors import RuleError, UsageError
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.issue import Issue
from veille.model.plaintext import one_line, search_key

# The next line that the curator types after a question; None when there will be no more.
Ask = Callable[[str], str | None]

_END_OF_TEXT = "."


def issue_begun(session: Session) -> Issue:
    """The issue; ``RuleError`` while no pick has begun it."""
    if session.issue is None:
        raise RuleError(_("There is no issue yet."), hint=_("Put a first link in a slot: add 12"))
    return session.issue


class Composing:
    """The curator's acts on entries and on the issue."""

    def __init__(self, house: House, session: Session, reading: Reading, ask: Ask) -> None:
        self._house = house
        self._session = session
        self._reading = reading
        self._ask = ask
        self.answers: Mapping[Command, Answer] = {
            Command.KEEP: self._keep,
            Command.DISMISS: self._dismiss,
            Command.DISMISS_STORY: self._dismiss_story,
            Command.GROUP: self._group,
            Command.UNGROUP: self._ungroup,
            Command.THEME: self._theme,
            Command.ADD: self._add,
            Command.REMOVE: self._remove,
            Command.MOVE: self._move,
            Command.TRAY: self._tray,
            Command.NOTE: self._note,
            Command.ERASE: self._erase,
            Command.TITLE: self._title,
            Command.INTRO: self._intro,
            Command.UNDO: self._undo,
            Command.REDO: self._redo,
        }

    def _keep(self, order: Order) -> Iterator[str]:
        for entry in self._reading.entries_of(order.references):
            yield self._session.keep(entry)

    def _dismiss(self, order: Order) -> Iterator[str]:
        for entry in self._reading.entries_of(order.references):
            yield self._session.dismiss(entry)

    def _dismiss_story(self, order: Order) -> Iterator[str]:
        yield self._session.dismiss_story(self._reading.entry_of(order.references[0]))

    def _group(self, order: Order) -> Iterator[str]:
        yield self._session.group(self._reading.entries_of(order.references))

    def _ungroup(self, order: Order) -> Iterator[str]:
        yield self._session.ungroup(self._reading.entry_of(order.references[0]))

    def _theme(self, order: Order) -> Iterator[str]:
        theme = self._house.theme(search_key(order.text))
        self._session.set_theme(self._reading.entry_of(order.references[0]), theme)
        label = self._house.settings.theme_label(theme, active_language())
        yield _("Theme: {theme}").format(theme=label)

    def _add(self, order: Order) -> Iterator[str]:
        entry = self._reading.entry_of(order.references[0])
        segment = self._segment(order)
        slot = order.slots[0] if order.slots else None
        is_full = all(slot.common is not None for slot in self._session.tray.slots)
        if slot is None and (is_full or segment is not None):
            yield from sentences.tray_in_words(self._session, self._house.settings)
            typed = self._ask(_("In which slot, in place of what stands there? Its number, or nothing: "))
            number = re.fullmatch(r"\s*([0-9]{1,2})\s*", typed or "")
            if number is None:
                yield _("Nothing changed")
                return
            slot = int(number[1])
        yield self._session.pick(entry, slot, segment)

    def _remove(self, order: Order) -> Iterator[str]:
        yield self._session.remove(order.slots[0], self._segment(order))

    def _move(self, order: Order) -> Iterator[str]:
        first, second = order.slots
        yield self._session.move(first, second)

    def _tray(self, order: Order) -> Iterator[str]:
        if order.slots:
            slot = slot_numbered(self._session.tray, order.slots[0])
            yield from sentences.slot_in_words(slot, self._house.settings)
        else:
            yield from sentences.tray_in_words(self._session, self._house.settings)

    def _note(self, order: Order) -> Iterator[str]:
        issue_begun(self._session)
        slot, segment = order.slots[0], self._segment(order)
        if order.text:
            yield self._session.note(slot, segment, order.text)
            return
        written = self._written(slot, segment)
        # Changes nothing, and is refused here and now where the words would be: before they are typed.
        self._session.note(slot, segment, written)
        yield from self._dictated(written, lambda text: self._session.note(slot, segment, text))

    def _erase(self, order: Order) -> Iterator[str]:
        issue_begun(self._session)
        if order.slots:
            yield self._session.note(order.slots[0], self._segment(order), "")
            return
        match command_named(order.name):
            case Command.TITLE:
                yield self._session.edit(title="")
            case Command.INTRO:
                yield self._session.edit(intro="")
            case _other:
                raise UsageError(
                    _("“{name}” is nothing that can be erased.").format(name=order.name),
                    hint=_("Write it so: {form}").format(form=form_of(Command.ERASE)),
                )

    def _title(self, order: Order) -> Iterator[str]:
        title = issue_begun(self._session).title
        if order.text:
            yield self._session.edit(title=order.text)
        else:
            yield _("Title: {title}").format(title=title) if title else _("No title yet")

    def _intro(self, order: Order) -> Iterator[str]:
        written = issue_begun(self._session).intro
        if order.text:
            yield self._session.edit(intro=order.text)
            return
        self._session.edit(intro=written)  # refused before the words are typed, as for a note
        yield from self._dictated(written, lambda text: self._session.edit(intro=text))

    def _undo(self, _order: Order) -> Iterator[str]:
        yield self._session.undo()

    def _redo(self, _order: Order) -> Iterator[str]:
        yield self._session.redo()

    def _segment(self, order: Order) -> str | None:
        return self._house.any_segment(None if order.segment is None else search_key(order.segment))

    def _written(self, slot: int, segment: str | None) -> str:
        standing = slot_numbered(self._session.tray, slot)
        pick = standing.pick_for(segment)
        if pick is None:
            return ""
        if segment is None or segment in standing.variants:
            return pick.note
        return pick.segment_notes.get(segment, "")

    def _dictated(self, written: str, save: Callable[[str], str]) -> Iterator[str]:
        """Ask for lines until a full stop alone, saving at each so that none is ever lost."""
        if written:
            yield _("So far: {text}").format(text=written)
        yield _("Type the new text, as many lines as you like, then a full stop alone on its line")
        lines: list[str] = []
        said = _("Nothing changed")
        while (typed := self._ask("")) is not None and typed.strip() != _END_OF_TEXT:
            lines.append(one_line(typed))
            if any(lines):
                said = save("\n".join(lines))
        yield said
