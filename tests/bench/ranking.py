"""``python -m tests.bench.ranking``: what the ranking finds, and how long it takes.

The back-test is that of ``veille backtest``, on the pool of Read Rust: of the posts of each month, an
independent editor chose a third. Each month is ranked by what was chosen in the months before; the text is a
title and a beginning, the source is the author. It is one field, one language and one editor, and a month has
sixty posts to a museum's thousand: it tells one ranking from another, not what a curator will find.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from veille.curate.backtest import Method, Pool, PoolEntry, backtest
from veille.curate.ranking import rank
from veille.curate.reasons import Contender
from veille.curate.stories import stories_of
from veille.curate.taste import Example, Material, train
from veille.model.story import Telling

from .measure import interleaved, report

CORPUS = Path(os.environ.get("VEILLE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
DEPTHS = (5, 10, 20, 40)
ENTRIES = 2_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def posts() -> list[dict[str, Any]]:
    """The pool, as its manifest describes it."""
    file = CORPUS / "digests" / "readrust-pool.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def material(post: Mapping[str, Any]) -> Material:
    tags = post["tags"] or [""]
    return Material(post["title"], post["excerpt"] or "", post["author"] or post["domain"], tags[0], "en")


def pools(found: Sequence[Mapping[str, Any]]) -> list[Pool]:
    """The posts by month, in order."""
    months: defaultdict[str, list[PoolEntry]] = defaultdict(list)
    for number, post in enumerate(found):
        at = datetime.fromisoformat(post["date"]).replace(tzinfo=UTC)
        entry = PoolEntry(number, material(post), at, post["picked_by_twir"] is not None)
        months[post["date"][:7]].append(entry)
    return [
        Pool(month, max(entry.at for entry in entries), tuple(entries))
        for month, entries in sorted(months.items())
    ]


def recall(found: Sequence[Mapping[str, Any]]) -> str:
    result = backtest(pools(found), DEPTHS)
    assert result is not None
    lines = [
        f"Recall over {len(result.months)} months, {result.picks} chosen of {result.entries} posts",
        "  first so many places ".ljust(30) + "".join(f"{depth:>8}" for depth in DEPTHS),
    ]
    for method in Method:
        shares = "".join(f"{result.recall[method][depth]:>8.2f}" for depth in DEPTHS)
        lines.append(f"  {method.value}".ljust(30) + shares)
    return "\n".join(lines)


def speeds(found: Sequence[Mapping[str, Any]]) -> str:
    """Training on and ranking of two thousand entries, with three departments; grouping as many."""
    segments = ("publics", "collections", "direction")
    chosen = found[:ENTRIES]
    examples = [
        Example(
            material(post),
            post["picked_by_twir"] is not None,
            1.0,
            frozenset([segments[number % 3]] if post["picked_by_twir"] else ()),
        )
        for number, post in enumerate(chosen)
    ]
    few = [example for number, example in enumerate(examples) if number % 7 == 0]
    contenders = [
        Contender(number, material(post), NOW - timedelta(hours=number), 1, (), 0)
        for number, post in enumerate(chosen)
    ]
    tellings = [
        Telling(number, post["title"], post["excerpt"] or "", frozenset([number % 60]), NOW, None)
        for number, post in enumerate(chosen)
    ]
    model = train(examples)
    seconds = interleaved(
        {
            f"learn from {len(examples)} texts, {model.positives} of them wanted": lambda: train(examples),
            f"learn from {len(few)} texts": lambda: train(few),
            f"rank {len(contenders)} entries": lambda: rank(model, contenders, NOW),
            f"group {len(tellings)} entries": lambda: stories_of(tellings),
        },
        rounds=5,
    )
    return report("Speeds", seconds, "learning under 2 s, ranking under 0.2 s, grouping under 1 s")


if __name__ == "__main__":
    pool = posts()
    sys.stdout.write(f"{recall(pool)}\n\n{speeds(pool)}\n")
