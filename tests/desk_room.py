"""A room with the picking desk in it, for tests; its ways out only take notes."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from textual import _wait
from textual.pilot import Pilot

from builders import NOVEMBER, NOW, a_parsed_entry, a_source
from veille.clock import StoppedClock
from veille.curate.desk import Desk
from veille.curate.listing import Order
from veille.curate.session import Session
from veille.curate.sitting import sitting
from veille.i18n import active_language
from veille.model.entry import ParsedEntry
from veille.settings import CuratorSettings, DigestSettings, Settings
from veille.store import Store, arrivals, feeds, open_store
from veille.tui.app import DeskApp
from veille.tui.desk_screen import DeskScreen
from veille.tui.glyphs import UNICODE, Glyphs
from veille.tui.letters import letters_of
from veille.tui.pane import CursorPane
from veille.tui.pen import Pen
from veille.tui.surroundings import Surroundings
from veille.workspace import Workspace

SETTINGS = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
)
Script = Callable[[Pilot[None]], Awaitable[None]]


class DeskRoom:
    """The desk on a workspace of its own. What is opened or edited is remembered, and nothing leaves."""

    def __init__(self, folder: Path, settings: Settings = SETTINGS, glyphs: Glyphs = UNICODE) -> None:
        self.workspace = Workspace(folder)
        self.settings = settings
        self.clock = StoppedClock(NOW)
        self.opened: list[str] = []
        self.editor: Callable[[Path], int] = lambda _file: 0
        self._glyphs = glyphs
        self._open = ExitStack()

    def __enter__(self) -> DeskRoom:
        self.workspace.database.write_bytes(_new_database())
        self.store: Store = self._open.enter_context(open_store(self.workspace.database))
        self.desk = Desk(self.store, self.settings, NOVEMBER, self.clock)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._open.close()

    def arrive(self, source: str, found: Sequence[ParsedEntry], theme: str = "publics") -> None:
        """Let a feed bring entries."""
        with self.store.transaction() as transaction:
            (feed,) = feeds.add_feeds(
                transaction,
                [a_source(url=f"https://{zlib.crc32(source.encode())}.example/", title=source, theme=theme)],
            )
            arrivals.store_entries(transaction, feed, found, NOW)

    def act(self, script: Script, size: tuple[int, int] = (140, 40)) -> Session:
        """Play ``script`` at the desk, on a terminal of ``size`` (columns, lines); the session afterwards."""
        labels = {name: label.text(active_language()) for name, label in self.settings.themes.items()}
        around = Surroundings(
            self.workspace,
            self.settings,
            self.store,
            self.clock,
            Pen(self._glyphs, letters_of(labels)),
            self._open_address,
            self.editor,
        )
        with sitting(self.workspace, self.desk, self.clock) as session:
            asyncio.run(_play(DeskApp(session, around), script, size))
        return session

    def press(self, *keys: str, size: tuple[int, int] = (140, 40)) -> Session:
        """Press ``keys``, one after the other; the session afterwards."""

        async def script(pilot: Pilot[None]) -> None:
            for key in keys:
                await pilot.press(key)

        return self.act(script, size)

    def _open_address(self, address: str) -> bool:
        self.opened.append(address)
        return True


def entries(count: int, first: int = 1, **changes: object) -> list[ParsedEntry]:
    """Entries of the last days, the first the newest."""
    return [
        a_parsed_entry(number, published_at=NOW - timedelta(hours=number), **changes)
        for number in range(first, first + count)
    ]


@contextmanager
def stocked_room(folder: Path, glyphs: Glyphs = UNICODE) -> Iterator[DeskRoom]:
    """A room with eight entries of four feeds, each of another theme."""
    with DeskRoom(folder, glyphs=glyphs) as room:
        for number, theme in enumerate(room.settings.themes):
            room.arrive(f"Source {number}", entries(2, first=10 * number + 1), theme)
        yield room


def order(session: Session) -> list[int]:
    """The numbers of the entries, as the list of a new desk has them."""
    return [row.candidate.entry.id for row in session.listing("", Order.RANKED).rows]


def slots(session: Session) -> list[int | None]:
    """The numbers of the entries that the slots hold for everybody, in their order."""
    return [slot.common.entry if slot.common else None for slot in session.tray.slots]


def shown(pilot: Pilot[None], selector: str) -> str:
    """The words of a widget of the screen; of a pane, all its lines that are in sight."""
    widget = pilot.app.screen.query_one(selector)
    if isinstance(widget, CursorPane):
        return "\n".join(widget.render_line(y).text for y in range(widget.size.height)).rstrip()
    return str(widget.render())


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the work beside the screen is done, and shown."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@cache
def _new_database() -> bytes:
    """An empty database: what the migrations make each time, made once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "veille.db"
        with open_store(file, create=True):
            pass
        return file.read_bytes()


async def _play(app: DeskApp, script: Script, size: tuple[int, int]) -> None:
    # Looking takes time, which tests do not have; nor can they rest for 40 ms after every key.
    DeskScreen.seconds_to_be_seen = 0.001
    _wait.SLEEP_GRANULARITY = 0.005
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await script(pilot)
        await settle(pilot)
