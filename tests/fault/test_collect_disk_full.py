"""A disk that fills during a collect: said clearly, nothing half stored, and the next run completes it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from builders import a_source
from conftest import Veille
from veille.store import feeds, open_store
from web_server import Answer, WebServer

COMMAND = Path(sys.executable).with_name("veille")
SMALL, BIG = 3, 500


@pytest.fixture
def house(veille: Veille) -> Iterator[Path]:
    """A workspace whose first feed is collected; the second, much bigger, is not yet."""
    settings = veille.folder / "veille.toml"
    settings.write_text(settings.read_text("utf-8") + '[collect]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
    with WebServer() as server:
        follow(veille.folder, server, "Small", SMALL)
        veille("collect")
        follow(veille.folder, server, "Big", BIG)
        yield veille.folder


def follow(folder: Path, server: WebServer, title: str, articles: int) -> None:
    items = "".join(
        f"<item><title>{title} {number}</title><description>{'word ' * 50}{number}</description>"
        f"<link>https://journal.example/{title}/{number}</link></item>"
        for number in range(articles)
    )
    body = f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"
    url = server.give(f"/{title}", Answer(body.encode(), headers={"ETag": '"it"'}))
    with open_store(folder / "veille.db") as store, store.transaction() as transaction:
        feeds.add_feeds(transaction, [a_source(url=url, title=title)])


def held(folder: Path) -> list[tuple[str, str | None, int]]:
    """Of each feed its title, its ETag and the number of its entries, once the store was found whole."""
    with closing(sqlite3.connect(folder / "veille.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return connection.execute(
            "SELECT title, etag, (SELECT count(*) FROM entry_sources WHERE feed_id = feeds.id) FROM feeds"
            " ORDER BY id"
        ).fetchall()


@contextmanager
def no_room_for_more(database: Path) -> Iterator[None]:
    """Let SQLite find the disk full a few pages after what ``database`` holds."""
    with closing(sqlite3.connect(database)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_full_disk_is_named_and_nothing_is_lost(house: Path, veille: Veille) -> None:
    with no_room_for_more(house / "veille.db"):
        veille("--lang", "en", "collect", code=1)
    said = veille.said
    after = held(house)
    report = veille.json("collect")

    assert "The database could not be used: database or disk is full." in said
    assert "Is the disk full" in said
    assert "Traceback" not in said
    assert after == [("Small", '"it"', SMALL), ("Big", None, 0)]
    assert report["entries_new"] == BIG
    assert held(house) == [("Small", '"it"', SMALL), ("Big", '"it"', BIG)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_write_that_the_system_refuses_is_named_and_nothing_is_lost(house: Path) -> None:
    collect = [str(COMMAND), "-w", str(house), "--lang", "en", "--json", "collect"]
    blocks = (house / "veille.db").stat().st_size // 512 + 64

    refused = subprocess.run(
        ["sh", "-c", 'ulimit -f "$0" && exec "$@"', str(blocks), *collect],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    after = held(house)
    completed = subprocess.run(collect, check=True, capture_output=True, text=True)

    assert refused.returncode == 1
    assert (json.loads(refused.stderr)["error"]["code"], refused.stdout) == ("storage", "")
    assert "The database could not be used: disk I/O error." in refused.stderr
    assert after == [("Small", '"it"', SMALL), ("Big", None, 0)]
    assert json.loads(completed.stdout)["entries_new"] == BIG
    assert held(house) == [("Small", '"it"', SMALL), ("Big", '"it"', BIG)]
