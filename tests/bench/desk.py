"""``PYTHONPATH=tests python -m tests.bench.desk``: the desk's first screen, and each key, on many entries.

The entries are invented: words drawn by Zipf's law, eighty feeds, four weeks. The desk runs in a process of
its own on a pseudo-terminal. A key is timed from when it is pressed until the last byte that it makes the
desk draw; the first screen from the start of the command until the tray is drawn. What Python, Textual and
SQLAlchemy take for an empty screen is the floor. POSIX only.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded: the same entries at every run
import sys
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from builders import a_parsed_entry, a_source
from desk_terminal import Terminal, desk_on, running_on_terminal
from veille.clock import SystemClock
from veille.settings import DEFAULT_THEMES
from veille.store import arrivals, feeds, open_store

from .measure import interleaved, report

COUNTS = (2_000, 20_000)
FEEDS = 80
ROUNDS = 5
WORDS = 20_000
SYLLABLES = "mu sée ex po si tion mé dia pa tri moi ne vi sit eur col lec nu ri que au bil let te rie con ser"
STILLNESS_SECONDS = 0.2
PATIENCE_SECONDS = 2
# After this the cursor has rested: what it is on counts as seen, and is drawn again.
REST_SECONDS = 0.8
ESC = "\x1b"
EMPTY_SCREEN = """
import sqlalchemy.orm, typer
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("here it is")
Empty().run()
"""
# What is pressed, and what brings the desk back to where it was.
KEYS = {
    "next line (j)": ("j", ""),
    "next page": ("\x1b[6~", ""),
    "keep (Space)": (" ", "u"),
    "set aside (x)": ("x", "u"),
    "add to the tray (a)": ("a", "u"),
    "the other order (c)": ("c", "c"),
    "open a story (g)": ("g", "g"),
    "filter (f)": ("f", ESC),
    "a letter of the filter (m)": ("fm", "\x7f" + ESC),
    "the tray (Tab)": ("\t", "\x1b[Z"),
    "charter (v)": ("v", ESC),
    "past picks (h)": ("h", ESC),
    "suggestions (i)": ("i", ESC),
    "help (?)": ("?", ESC),
}


def fill(folder: Path, count: int) -> None:
    """A workspace of ``count`` entries."""
    chance = random.Random(count)  # noqa: S311 - no secret
    syllables = SYLLABLES.split()
    vocabulary = ["".join(chance.choices(syllables, k=chance.randint(2, 5))) for _number in range(WORDS)]
    weights = list(accumulate(1 / (place + 2.7) for place in range(WORDS)))

    def words(number: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=weights, k=number))

    now, themes = SystemClock().now(), tuple(DEFAULT_THEMES)
    with open_store(folder / "veille.db", create=True) as store, store.transaction() as transaction:
        for feed in range(FEEDS):
            source = a_source(
                url=f"https://feed{feed}.example/", title=f"Feed {feed}", theme=themes[feed % len(themes)]
            )
            (added,) = feeds.add_feeds(transaction, [source])
            found = [
                a_parsed_entry(
                    number,
                    title=words(9),
                    summary=words(40),
                    text=words(300),
                    published_at=now - timedelta(minutes=chance.randrange(4 * 7 * 24 * 60)),
                )
                for number in range(feed, count, FEEDS)
            ]
            arrivals.store_entries(transaction, added, found, now)


def first_screen(folder: Path) -> float:
    start = time.perf_counter()
    with desk_on(folder, 140, 40) as terminal:
        terminal.wait_for("Tray 0/5")
        return time.perf_counter() - start


def empty_screen() -> float:
    start = time.perf_counter()
    with running_on_terminal([sys.executable, "-c", EMPTY_SCREEN], 140, 40) as terminal:
        terminal.wait_for("here it is")
        return time.perf_counter() - start


def press(terminal: Terminal, keys: str) -> float:
    """Seconds until everything is drawn that the last of ``keys`` changes."""
    *before, last = (keys,) if keys.startswith(ESC) else tuple(keys)
    for key in before:
        terminal.press(key)
        terminal.seconds_until_still(STILLNESS_SECONDS)
    terminal.press(last)
    seconds = terminal.seconds_until_still(STILLNESS_SECONDS, after_waiting=PATIENCE_SECONDS)
    terminal.seconds_until_still(REST_SECONDS)
    return seconds


def each_key(folder: Path) -> dict[str, list[float]]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    with desk_on(folder, 140, 40) as terminal:
        terminal.wait_for("Tray 0/5")
        terminal.seconds_until_still(REST_SECONDS)
        for _round in range(ROUNDS):
            for name, (keys, back) in KEYS.items():
                seconds[name].append(press(terminal, keys))
                if back:
                    press(terminal, back)
    return seconds


def desk(count: int) -> str:
    """The measurements on ``count`` entries, as a block of text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        screens = {
            "the first time, stories grouped": [first_screen(folder)],
            **interleaved(
                {"later": lambda: first_screen(folder), "floor: an empty screen": empty_screen}, ROUNDS
            ),
        }
        keys = each_key(folder)
    blocks = (
        report(f"The first screen, {count:,} entries", screens, "under 1 s of 2,000, once they are grouped"),
        report(f"Each key, {count:,} entries", keys, "under 100 ms on 2,000"),
    )
    return "\n".join(blocks)


if __name__ == "__main__":
    for count in COUNTS:
        sys.stdout.write(desk(count) + "\n\n")
        sys.stdout.flush()
