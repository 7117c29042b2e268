"""What the screens beside the desk have in common: a heading, a body, a message, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from veille.curate.session import Session
from veille.errors import VeilleError
from veille.tui.heading import Heading, KeyLine
from veille.tui.keys import READING, Key, bindings, meaning
from veille.tui.surroundings import Surroundings

_Result = TypeVar("_Result")


class AsideScreen(Screen[int | None]):
    """A screen over the desk; Esc leads back. Its result is the slot to go to, if any."""

    KEYS: ClassVar[tuple[Key, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = bindings(READING)

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(classes="aside")
        self.session = session
        self.around = around
        self.heading = Heading(around.pen, id="heading")
        self._message = Static(id="message", markup=False)

    def compose(self) -> ComposeResult:
        yield self.heading
        yield from self.body()
        yield self._message
        keys = [(key, meaning(key.action)) for key in self.offered_keys()]
        yield KeyLine(self.around.pen.glyphs, keys)

    def offered_keys(self) -> tuple[Key, ...]:
        """The keys of this screen."""
        return (*READING, *self.KEYS)

    def body(self) -> Sequence[Widget]:
        """What this screen is about."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Show a sentence until the next one."""
        self._message.update(text)

    def complain(self, error: VeilleError) -> None:
        """Show what went wrong, and what to do."""
        self.say(" ".join(filter(None, (error.message, error.hint))))

    def do(self, act: Callable[[], str]) -> bool:
        """Whether ``act`` was done; what it says, or why not, is shown."""
        try:
            self.say(act())
        except VeilleError as error:
            self.complain(error)
            return False
        return True

    @work(thread=True, exclusive=True)
    def start(self, act: Callable[[], _Result], then: Callable[[_Result], None]) -> None:
        """Do ``act``, which takes a while, then ``then`` with what came of it, if anybody still looks."""
        outcome: partial[None]
        try:
            outcome = partial(then, act())
        except VeilleError as error:
            outcome = partial(self.complain, error)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(outcome)

    def action_leave_reading(self) -> None:
        self.dismiss(None)
