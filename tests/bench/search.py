"""``python -m tests.bench.search``: full-text search on 200,000 entries.

The entries are invented: 30,000 words drawn by Zipf's law, 10 in a title, 100 in a text on average, some of
them only a teaser and some twenty times longer. Storing them takes a minute or two, so ``make bench`` leaves
this out.
"""

from __future__ import annotations

import os
import random  # noqa: TID251 - seeded: the same entries at every run
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from veille.model.entry import EntryState
from veille.model.month import Month
from veille.store import Store, open_store
from veille.store.entries import EntryFilter, count_entries, find_entries

from .measure import interleaved, report

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ENTRIES = 200_000
FEEDS = 200
WORDS = 30_000
SYLLABLES = (
    "mu sée ex po si tion mé dia pa tri moi ne vi sit eur col lec nu ri que au tour bil let te rie con ser "
    "va art iste œu vre res ra prê ga le ry ti cket pub lic dience ing ment able ou an in for ma ré sau"
)
COMMON = "de la le et les l' des en à du d' un une pour dans the and of to in sur par musée"
# A word, and the share of entries that hold it.
PLANTED = {"quartier": 0.25, "numérisation": 0.02, "rarissime": 0.0001, "droit d’auteur": 0.01}
QUERIES = {
    "a rare word": EntryFilter(words=("rarissime",)),
    "a word in 2 % of the entries": EntryFilter(words=("numerisation",)),
    "a word in 25 %": EntryFilter(words=("quartier",)),
    "two words": EntryFilter(words=("quartier", "numerisation")),
    "a beginning": EntryFilter(words=("quar*",)),
    "a phrase": EntryFilter(words=("droit d'auteur",)),
    "a word in 25 %, less another": EntryFilter(words=("quartier", "-numerisation")),
    "a word in 25 %, in English, kept": EntryFilter(
        words=("quartier",), language="en", state=EntryState.KEPT
    ),
    "a word in 25 %, a month": EntryFilter(words=("quartier",), month=Month(2025, 5)),
    "a word in 25 %, a feed": EntryFilter(words=("quartier",), feed=7),
}
LIMIT = 50

INSERT_ENTRY = """
    INSERT INTO entries (id, title, url, canonical_url, summary, words, language, theme, author, image_url,
        enclosure_url, published_at, first_seen_at, sorted_at, state, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'Camille Élan', '', '', ?, ?, ?, ?, ?)
"""
INSERT_FEED = """
    INSERT INTO feeds (id, url, title, theme, language, status, failures)
    VALUES (?, ?, ?, 'publics', 'fr', 'active', 0)
"""
INSERT_SOURCE = "INSERT INTO entry_sources (entry_id, feed_id, feed_title, identity) VALUES (?, ?, ?, ?)"


def rows() -> Iterator[tuple[object, ...]]:
    """The values of ``INSERT_ENTRY``, the oldest entry first: eleven years of one every half hour."""
    chance = random.Random(200_000)  # noqa: S311 - no secret
    syllables = SYLLABLES.split()
    invented = ("".join(chance.choices(syllables, k=chance.randint(2, 5))) for _number in range(WORDS))
    vocabulary = [*COMMON.split(), *dict.fromkeys(invented)]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(vocabulary))))
    spoken = chance.choices(vocabulary, cum_weights=weights, k=2_000_000)

    def words(count: int) -> str:
        start = chance.randrange(len(spoken) - count)
        return " ".join(spoken[start : start + count])

    for number in range(1, ENTRIES + 1):
        seen = NOW - timedelta(minutes=30 * (ENTRIES - number))
        published = seen - timedelta(minutes=chance.expovariate(1 / 2000))
        planted = [word for word, share in PLANTED.items() if chance.random() < share]
        length = min(2000, int(chance.lognormvariate(4.2, 0.9)) + 5)
        text = " ".join((*planted, words(length)))
        address = f"https://site{number % FEEDS}.example/articles/{number}"
        yield (
            number,
            words(10),
            address,
            address,
            text[:600],
            length,
            chance.choice(("fr", "fr", "en")),
            chance.choice(("publics", "outils", "secteur", "methodes")),
            *(f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (published, seen, published)),
            "kept" if chance.random() < 0.05 else "new",
            text,
        )


def fill(path: Path) -> None:
    """Store the entries as a collection would: the index follows by its triggers."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        feeds = range(1, FEEDS + 1)
        connection.executemany(
            INSERT_FEED, ((feed, f"https://site{feed}.example/feed", f"Feed {feed}") for feed in feeds)
        )
        connection.executemany(INSERT_ENTRY, rows())
        numbers = range(1, ENTRIES + 1)
        connection.executemany(
            INSERT_SOURCE, ((number, number % FEEDS + 1, "Feed", f"guid {number}") for number in numbers)
        )


def ask(store: Store, asked: EntryFilter) -> int:
    """What ``veille entries search`` asks of the store: the newest entries, and how many there are."""
    wanted = replace(asked, limit=LIMIT)
    with store.transaction() as transaction:
        found = find_entries(transaction, wanted)
        return len(found) if len(found) < LIMIT else count_entries(transaction, wanted)


def forget(path: Path) -> None:
    """Have the operating system read the file from the disk again."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cold(path: Path, wanted: EntryFilter) -> float:
    """Seconds of the first question after the store is opened, nothing of it in memory."""
    forget(path)
    with open_store(path) as store:
        start = time.perf_counter()
        ask(store, wanted)
        return time.perf_counter() - start


def sizes(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        index = connection.execute("SELECT sum(length(block)) FROM entries_fts_data").fetchone()[0]
    whole = path.stat().st_size
    return f"{whole / 1e6:.0f} MB, of which {index / 1e6:.0f} MB ({index / whole:.0%}) the full-text index"


def search() -> str:
    """The measurements, as a block of text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "veille.db"
        with open_store(path):
            pass
        start = time.perf_counter()
        fill(path)
        filled = time.perf_counter() - start
        with open_store(path) as store:
            questions = {name: partial(ask, store, wanted) for name, wanted in QUERIES.items()}
            hits = {name: question() for name, question in questions.items()}
            warm = interleaved(questions, rounds=7)
        first = {name: [cold(path, wanted) for _round in range(3)] for name, wanted in QUERIES.items()}
        stored = f"{ENTRIES:,} entries stored in {filled:.0f} s, generating them included; {sizes(path)}"
    named = {f"{name} ({hits[name]:,})": seconds for name, seconds in warm.items()}
    wanted = "under 50 ms"
    return "\n".join(
        (
            stored,
            report("Search, the fifty newest and the total, warm", named, wanted),
            report("Search, the first after opening, nothing in memory", first, wanted),
        )
    )


if __name__ == "__main__":
    sys.stdout.write(search() + "\n")
