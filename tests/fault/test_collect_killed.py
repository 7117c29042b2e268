"""A real collect killed at a hundred moments: the store is whole each time, and the last run completes it."""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded
import sqlite3
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from builders import a_source
from databases import store_of
from veille.founding import found_workspace
from veille.store import feeds
from web_server import Answer, WebServer

COMMAND = Path(sys.executable).with_name("veille")
FEEDS = 12
KILLS = 100
# Two stories run side by side, one for each core.
SEEDS = (20261124, 20261125)
MOMENT_SECONDS = 0.15
NEW_IN_EACH_EDITION = 3

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def new_titles(feed: int, edition: int) -> set[str]:
    """The articles that ``feed`` carries since ``edition``."""
    return {f"Feed {feed}, edition {edition}, article {number}" for number in range(NEW_IN_EACH_EDITION)}


def agenda_title(feed: int, edition: int) -> str:
    """The title of the one page that each edition words anew."""
    return f"Feed {feed}, agenda of edition {edition}"


def edition_titles(feed: int, edition: int) -> set[str]:
    return new_titles(feed, edition) | {agenda_title(feed, edition)}


def all_titles(feed: int, editions: int) -> set[str]:
    """What a feed of which nothing was lost holds after so many editions."""
    every = set[str]().union(*(new_titles(feed, edition) for edition in range(1, editions + 1)))
    return every | {agenda_title(feed, editions)}


def publish(server: WebServer, edition: int, *, since: int) -> None:
    """Let every feed carry ``edition``, and the articles of all the editions ``since``."""
    for feed in range(FEEDS):
        carried = set[str]().union(*(new_titles(feed, number) for number in range(since, edition + 1)))
        pages = {title: title.replace(" ", "-") for title in sorted(carried)}
        pages[agenda_title(feed, edition)] = f"agenda-of-{feed}"
        items = "".join(
            f"<item><title>{title}</title><link>https://journal.example/{page}</link></item>"
            for title, page in pages.items()
        )
        body = f"<rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>"
        server.give(f"/{feed}", Answer(body.encode(), headers={"ETag": f'"{edition}"'}))


def found(folder: Path, server: WebServer) -> None:
    """A workspace in ``folder`` that follows the feeds of ``server``."""
    workspace = found_workspace(folder, "en", os.environ).workspace
    workspace.settings_file.write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', encoding="utf-8")
    with store_of(workspace.path) as store, store.transaction() as transaction:
        feeds.add_feeds(transaction, [a_source(url=server.url(f"/{feed}")) for feed in range(FEEDS)])


def started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, "-w", folder, "--json", "collect", "--force"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def to_the_end(folder: Path) -> dict[str, object]:
    """The report of a run that nobody disturbs."""
    with started(folder) as process:
        document, _said = process.communicate(timeout=60)
    assert process.returncode == 0
    return dict(json.loads(document))


def killed(folder: Path, server: WebServer, chance: random.Random) -> bool:
    """Whether a run was still going when it was killed: a moment after it asked for one of the feeds."""
    number, seconds = chance.randint(0, FEEDS), chance.uniform(0, MOMENT_SECONDS)
    heard, reached = len(server.asked), threading.Event()
    server.on_asked = lambda: reached.set() if len(server.asked) - heard >= number else None
    with started(folder) as process:
        if number:
            assert reached.wait(timeout=60)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


def titles_held(database: Path) -> dict[int, Counter[str]]:
    """By feed, the titles of its entries, once the store was found to be whole."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        held: dict[int, Counter[str]] = defaultdict(Counter)
        for feed_id, title in connection.execute(
            "SELECT feed_id, title FROM entries JOIN entry_sources ON entries.id = entry_id"
        ):
            held[feed_id][title] += 1
    return held


def editions_held(database: Path) -> list[int]:
    """The edition that the validators of each feed name, 0 for none; the feed holds all of that edition."""
    held = titles_held(database)
    with closing(sqlite3.connect(database)) as connection:
        etags = connection.execute("SELECT id, etag FROM feeds ORDER BY id").fetchall()
    editions = {feed_id: int(etag.strip('"')) for feed_id, etag in etags if etag}
    for feed_id, edition in editions.items():
        assert set(held[feed_id]) >= edition_titles(feed_id - 1, edition)
    return [editions.get(feed_id, 0) for feed_id, _etag in etags]


def kill_many_times(folder: Path, server: WebServer, chance: random.Random) -> tuple[int, int]:
    """Collect and kill, over and over, then complete it; how many editions that took.

    And how many of them were killed when some of their feeds had been stored and others not.
    """
    edition = struck = half_way = 0
    while struck < KILLS // len(SEEDS):  # a few come too late
        edition += 1
        publish(server, edition, since=edition)
        struck += killed(folder, server, chance)
        half_way += 0 < editions_held(folder / "veille.db").count(edition) < FEEDS
    publish(server, edition + 1, since=1)
    to_the_end(folder)
    return edition + 1, half_way


@pytest.mark.sqlite
def test_a_collect_killed_at_a_hundred_moments_leaves_a_whole_store(tmp_path: Path) -> None:
    folders = [tmp_path / f"veille-{seed}" for seed in SEEDS]
    with ExitStack() as running, ThreadPoolExecutor(len(SEEDS)) as stories:
        servers = [running.enter_context(WebServer()) for _seed in SEEDS]
        for folder, server in zip(folders, servers, strict=True):
            found(folder, server)

        counts = list(stories.map(kill_many_times, folders, servers, map(random.Random, SEEDS)))

    for folder, (editions, half_way) in zip(folders, counts, strict=True):
        assert half_way >= KILLS // 10
        assert editions_held(folder / "veille.db") == [editions] * FEEDS
        complete = {feed + 1: Counter(all_titles(feed, editions)) for feed in range(FEEDS)}
        assert titles_held(folder / "veille.db") == complete
