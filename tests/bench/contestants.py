"""The programs that collect the same feeds: veille, its peers, and plain requests that do nothing else.

Each works in an empty home of its own and is run as its users run it, one command a visit.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import quoteattr

from .process import Cost, cost_of

READER_VERSION = "3.26"
READER_WORKERS = 10
NEWSBOAT_THREADS = 10
PLAIN_AT_ONCE = 16  # as many as veille visits by default

_ROOT = Path(__file__).parents[2]
_READER_ENVIRONMENT = _ROOT / ".bench" / f"reader-{READER_VERSION}"

_READER_FOLLOW = """
import json, pathlib, sys, reader
feeds = reader.make_reader("reader.db")
for url in json.loads(pathlib.Path("urls.json").read_text()):
    feeds.add_feed(url)
"""
_READER_UPDATE = """
import reader
reader.make_reader("reader.db").update_feeds(scheduled={scheduled}, workers={workers})
"""
_PLAIN = f"""
import time
start = time.perf_counter()
import asyncio, json, pathlib
import httpx
loaded = time.perf_counter() - start

async def ask(client, places, url, known):
    async with places:
        answer = await client.get(url, headers=known.get(url, {{}}))
    if answer.status_code == 200:
        known[url] = {{
            "If-None-Match": answer.headers["etag"], "If-Modified-Since": answer.headers["last-modified"],
        }}

async def ask_all():
    file = pathlib.Path("validators.json")
    known = json.loads(file.read_text()) if file.exists() else {{}}
    urls = json.loads(pathlib.Path("urls.json").read_text())
    places = asyncio.Semaphore({PLAIN_AT_ONCE})
    async with httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:
        for url in urls:
            tasks.create_task(ask(client, places, url, known))
    file.write_text(json.dumps(known))

asyncio.run(ask_all())
print(loaded)
"""
_NEWSBOAT_CONFIG = f"""
reload-threads {NEWSBOAT_THREADS}
auto-reload no
"""


class MissingPeerError(Exception):
    """A peer is not installed; the message says how to install it."""


class Contestant(Protocol):
    """A program that follows feeds. ``folder`` is its home, its own for a round."""

    @property
    def name(self) -> str: ...

    def follow(self, folder: Path, urls: Sequence[str]) -> None:
        """Make ready to visit ``urls``; not measured."""

    def visit(self, folder: Path, *, again: bool, sampling: bool) -> Cost:
        """Visit all feeds; ``again`` when it has done so before."""

    def stored(self, folder: Path) -> int | None:
        """How many entries its database holds; None when it keeps none."""


@dataclass(frozen=True, slots=True)
class Veille:
    """``veille collect``, with its defaults. Visited again at once, feeds are not due: ``--force``."""

    name: str = "veille"

    def follow(self, folder: Path, urls: Sequence[str]) -> None:
        outlines = "".join(f'<outline type="rss" xmlUrl={quoteattr(url)}/>' for url in urls)
        (folder / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', "utf-8")
        (folder / "veille.toml").write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
        cost_of([*self._command(folder), "init", folder], _home(folder))
        cost_of([*self._command(folder), "feeds", "import", folder / "feeds.opml"], _home(folder))

    def visit(self, folder: Path, *, again: bool, sampling: bool) -> Cost:
        forced = ["--force"] if again else []
        command = [*self._command(folder), "--json", "collect", *forced]
        # 4: some feeds failed. What that cost is told by the entries stored.
        return cost_of(command, _home(folder), sampling=sampling, fine=(0, 4))

    def stored(self, folder: Path) -> int:
        return _count(folder / "veille.db", "entries")

    def _command(self, folder: Path) -> list[str | Path]:
        return [Path(sys.executable).with_name("veille"), "-w", folder]


@dataclass(frozen=True, slots=True)
class Reader:
    """lemon24's reader, in an environment of its own, updated from a script as its manual shows.

    Visited again at once, its feeds are not due either: ``scheduled=False``.
    """

    name: str = f"reader {READER_VERSION}, {READER_WORKERS} workers"

    def __post_init__(self) -> None:
        if not (_READER_ENVIRONMENT / "bin" / "python").exists():
            _install_reader()

    def follow(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls.json").write_text(json.dumps(urls), "utf-8")
        self._run(folder, _READER_FOLLOW, sampling=False)

    def visit(self, folder: Path, *, again: bool, sampling: bool) -> Cost:
        script = _READER_UPDATE.format(scheduled=not again, workers=READER_WORKERS)
        return self._run(folder, script, sampling=sampling)

    def stored(self, folder: Path) -> int:
        return _count(folder / "reader.db", "entries")

    def _run(self, folder: Path, script: str, *, sampling: bool) -> Cost:
        python = _READER_ENVIRONMENT / "bin" / "python"
        return cost_of([python, "-c", script], _home(folder), folder=folder, sampling=sampling)


@dataclass(frozen=True, slots=True)
class Newsboat:
    """newsboat without its screen. Only after its second visit does it remember validators."""

    name: str = f"newsboat, {NEWSBOAT_THREADS} threads"

    def __post_init__(self) -> None:
        if shutil.which("newsboat") is None:
            raise MissingPeerError("newsboat is not installed; apt-get install newsboat")

    def follow(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls), "utf-8")
        (folder / "config").write_text(_NEWSBOAT_CONFIG, "utf-8")

    def visit(self, folder: Path, *, again: bool, sampling: bool) -> Cost:  # noqa: ARG002 - always asks
        files: list[str | Path] = ["-u", folder / "urls", "-C", folder / "config", "-c", folder / "cache.db"]
        return cost_of(["newsboat", *files, "-x", "reload"], _home(folder), sampling=sampling)

    def stored(self, folder: Path) -> int:
        return _count(folder / "cache.db", "rss_item")


@dataclass(frozen=True, slots=True)
class PlainRequests:
    """The floor: httpx asks for each feed, conditionally once it can, and drops what it gets.

    Its command prints the seconds that importing httpx took.
    """

    name: str = f"plain httpx, {PLAIN_AT_ONCE} at once"

    def follow(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls.json").write_text(json.dumps(urls), "utf-8")

    def visit(self, folder: Path, *, again: bool, sampling: bool) -> Cost:  # noqa: ARG002 - always asks
        return cost_of([sys.executable, "-c", _PLAIN], _home(folder), folder=folder, sampling=sampling)

    def stored(self, folder: Path) -> None:  # noqa: ARG002 - nowhere to look
        return None


def _home(folder: Path) -> dict[str, str]:
    """An environment in which only the command and ``folder`` matter: no proxy, no settings of the user's."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "dumb"}


def _count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def _install_reader() -> None:
    venv.create(_READER_ENVIRONMENT, with_pip=True)
    python = _READER_ENVIRONMENT / "bin" / "python"
    # reader's own copy of feedparser needs sgmllib, which the feedparser it asks for no longer brings.
    wanted = [f"reader=={READER_VERSION}", "sgmllib3k"]
    try:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(_READER_ENVIRONMENT)
        raise MissingPeerError(f"reader {READER_VERSION} could not be installed by pip") from error
