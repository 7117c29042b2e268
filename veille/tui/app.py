"""The desk as an application: its colours, its screens, its palette of commands."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from textual.app import App
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES, Theme

from veille.clock import Clock
from veille.curate.session import Session
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.settings import Settings
from veille.store import Store
from veille.tui.aside import AsideScreen
from veille.tui.charter import CharterScreen
from veille.tui.desk_screen import DeskScreen
from veille.tui.glyphs import ASCII, glyphs_for
from veille.tui.help import HelpScreen
from veille.tui.inbox import InboxScreen
from veille.tui.keys import Key, labels, meaning
from veille.tui.letters import letters_of
from veille.tui.mail import MailScreen
from veille.tui.past import PastScreen
from veille.tui.pen import Pen
from veille.tui.surroundings import Surroundings, browser, editor
from veille.workspace import Workspace

# The terminal's own colours, whatever they are; of its palette only one, nearest to the house's accent.
_LEAFLET = Theme(
    name="leaflet",
    ansi=True,
    primary="ansi_default",
    accent="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=BUILTIN_THEMES["ansi-dark"].variables,
)


class DeskCommands(Provider):
    """What the keys of the screen do, by its words."""

    async def discover(self) -> Hits:
        for key, words in self._known():
            yield DiscoveryHit(words, self._runner(key))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for key, words in self._known():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), self._runner(key))

    def _known(self) -> Iterator[tuple[Key, str]]:
        if isinstance(self.screen, DeskScreen | AsideScreen):
            for key in self.screen.offered_keys():
                words = meaning(key.action)
                yield key, f"{words[:1].upper()}{words[1:]}  ({labels(key, self.screen.around.pen.glyphs)})"

    def _runner(self, key: Key) -> partial[Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, key.action, self.screen)


def open_desk(
    session: Session, workspace: Workspace, settings: Settings, *, store: Store, clock: Clock, encoding: str
) -> None:
    """Show the desk on the terminal, which has that encoding, until the curator leaves it."""
    labels = {name: label.text(active_language()) for name, label in settings.themes.items()}
    pen = Pen(glyphs_for(encoding), letters_of(labels))
    DeskApp(session, Surroundings(workspace, settings, store, clock, pen, browser, editor)).work_at_it()


class DeskApp(App[None]):
    """The desk on one session."""

    CSS_PATH = "desk.tcss"
    COMMANDS = {DeskCommands}  # noqa: RUF012 - Textual's own
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, session: Session, around: Surroundings) -> None:
        # Said before the theme is known: else NO_COLOR is met with black on black.
        super().__init__(ansi_color=True)
        self.session = session
        self.around = around
        self.title = "veille"
        self.set_class(around.pen.glyphs == ASCII, "-ascii")
        self._desk = DeskScreen(session, around)

    def work_at_it(self) -> None:
        """Show the desk until the curator leaves it; raises whatever broke it."""
        self.run()
        if self._exception is not None:
            raise self._exception

    def get_default_screen(self) -> Screen[None]:
        return self._desk

    def on_mount(self) -> None:
        self.register_theme(_LEAFLET)
        self.theme = _LEAFLET.name

    def action_past(self) -> None:
        self._show(PastScreen(self.session, self.around))

    def action_inbox(self) -> None:
        self._show(InboxScreen(self.session, self.around))

    def action_charter(self) -> None:
        self._show(CharterScreen(self.session, self.around))

    def action_mail(self) -> None:
        self._show(MailScreen(self.session, self.around))

    def action_help(self) -> None:
        self._show(HelpScreen(self.session, self.around))

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for a command…"), id="--command-palette"))

    def action_leave(self) -> None:
        self.exit()

    async def action_quit(self) -> None:
        self.exit()

    def action_help_quit(self) -> None:
        self._desk.say(_("To leave: q. Everything is saved."))

    def _fatal_error(self) -> None:
        # Textual would print a traceback here; ours goes to the log, by the front door.
        self._close_messages_no_wait()

    def _show(self, screen: AsideScreen) -> None:
        self.push_screen(screen, self._desk.go_to_slot)
