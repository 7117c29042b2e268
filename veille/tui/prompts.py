"""Small questions over the desk: a choice by letter, one line to type, a note to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from veille.curate.notebook import Section
from veille.errors import VeilleError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.tui.heading import Heading
from veille.tui.pen import Pen
from veille.tui.writing import Writing


class Choice(Static):
    """One of the answers, that can be clicked."""

    def __init__(self, letter: str, label: str) -> None:
        super().__init__(Text.assemble((f" {letter}", "bold"), f"  {label}"))
        self.letter = letter.lower()


class ChoiceScreen(ModalScreen[str | None]):
    """Asks for one of ``choices``, name by letter; gives its name, or None when the curator gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, pen: Pen, question: str, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(classes="prompt")
        self._pen = pen
        self._question = question
        self._names = {letter.lower(): name for letter, name, _label in choices}
        self._lines = [(letter, label) for letter, _name, label in choices]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Heading(self._pen, id="question")
            for letter, label in self._lines:
                yield Choice(letter, label)

    def on_mount(self) -> None:
        self.query_one(Heading).say(self._question, _("Esc gives up"))

    def on_key(self, event: events.Key) -> None:
        self._take((event.character or "").lower())

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Choice):
            self._take(event.widget.letter)

    def action_give_up(self) -> None:
        self.dismiss(None)

    def _take(self, letter: str) -> None:
        if letter in self._names:
            self.dismiss(self._names[letter])


class LineScreen(ModalScreen[str | None]):
    """Asks for one line; gives it, or None when the curator gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, pen: Pen, question: str) -> None:
        super().__init__(classes="prompt")
        self._pen = pen
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Heading(self._pen, id="question")
            typed = Input(compact=True)
            typed.cursor_blink = False
            yield typed

    def on_mount(self) -> None:
        self.query_one(Heading).say(self._question, _("Esc gives up"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_give_up(self) -> None:
        self.dismiss(None)


class WritingScreen(ModalScreen[str]):
    """Writes sections one after the other; gives what was saved, in words.

    Every key is in the draft before the next one; leaving saves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,ctrl+s", "finish", show=False, priority=True),
        Binding("ctrl+j", "new_line", show=False, priority=True),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
    ]

    def __init__(self, pen: Pen, writing: Writing, index: int) -> None:
        super().__init__(classes="prompt")
        self._pen = pen
        self._writing = writing
        self._index = index
        self._written = list(writing.draft.taken_up(writing.sections))

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Heading(self._pen, id="question")
            yield Static(id="about", markup=False)
            area = TextArea(compact=True, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
            area.cursor_blink = False
            yield area
            yield Static(id="length", markup=False)

    def on_mount(self) -> None:
        self._open(self._index)

    @on(TextArea.Changed)
    def _keep_draft(self, event: TextArea.Changed) -> None:
        section = self._written[self._index]
        if section.text != event.text_area.text:
            self._written[self._index] = replace(section, text=event.text_area.text)
            try:
                self._writing.draft.write(self._written)
            except VeilleError as error:
                self.query_one("#about", Static).update(error.message)
        self._count()

    def action_finish(self) -> None:
        try:
            said = self._writing.finish([replace(one, text=one.text.strip()) for one in self._written])
        except VeilleError as error:  # the draft stays, with all that was typed
            self.dismiss(error.message)
        else:
            self.dismiss(said)

    def action_new_line(self) -> None:
        self.query_one(TextArea).insert("\n")

    def action_turn(self, step: int) -> None:
        self._open((self._index + step) % len(self._written))

    def _open(self, index: int) -> None:
        self._index = index
        section = self._section
        place = _("{number} of {count}").format(number=index + 1, count=len(self._written))
        self.query_one(Heading).say(section.name, place)
        self.query_one("#about", Static).update(section.about)
        area = self.query_one(TextArea)
        area.load_text(section.text)
        area.move_cursor(area.document.end)
        self._count()

    @property
    def _section(self) -> Section:
        return self._written[self._index]

    def _count(self) -> None:
        length = len(self._section.text)
        said = ngettext("{count} character", "{count} characters", length).format(count=length)
        keys = _("Enter saves, Tab: the next one, Ctrl+J: new line")
        self.query_one("#length", Static).update(f"{said} {self._pen.glyphs.dot} {keys}")
