"""Earlier digests on the command line: taken in, found again, measured by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import NOW, a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from veille.clock import StoppedClock
from veille.curate.desk import Desk, start_issue
from veille.curate.importing import import_issues
from veille.curate.pools import pools_of
from veille.model.issue import content_hash
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, arrivals, feeds, history, issues


def a_line(number: int, **changes: str) -> str:
    link = {"date": "2024-11-05", "title": f"Titre {number}", "url": f"https://journal.example/{number}"}
    return json.dumps(link | changes)


def test_a_file_is_rehearsed_then_taken_in_and_its_faults_named(veille: Veille, tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join([a_line(1), "broken", a_line(2), a_line(3, url="ftp://x")]), encoding="utf-8")

    rehearsed = veille.json("import-issues", str(file), "--dry-run", code=4)
    taken = veille("import-issues", str(file), code=4)
    again = veille.json("import-issues", str(file), code=4)

    assert (rehearsed["imported"], rehearsed["dry_run"]) == (2, True)
    assert "2 links taken in, 0 known already, 2 lines refused." in taken
    assert "line 2: it is not JSON" in taken
    assert (again["imported"], again["known"]) == (0, 2)
    assert [refusal["line"] for refusal in again["refused"]] == [2, 4]


def test_many_faults_are_cut_short_for_people(veille: Veille, tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join(["broken"] * 30), encoding="utf-8")

    assert veille("import-issues", str(file), code=4).count("it is not JSON") == 20
    assert len(veille.json("import-issues", str(file), code=4)["refused"]) == 30
    assert "0 links would be taken in" in veille("import-issues", str(file), "--dry-run", code=4)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("geotribu-revue-de-presse.jsonl", 12_646),
        ("haskell-weekly.jsonl", 9_325),
        ("this-week-in-rust.jsonl", 13_114),
        ("readrust-pool.jsonl", 2_136),
    ],
)
def test_real_archives_of_digests_are_taken_in(store: Store, corpus: Path, name: str, links: int) -> None:
    text = (corpus / "digests" / name).read_text(encoding="utf-8")

    found = import_issues(store, text, NOW.date(), dry_run=False)

    assert found.imported + found.known + len(found.refused) == links
    assert len(found.refused) / links < 0.01, found.refused[:5]
    with store.transaction() as transaction:
        assert len(history.past_picks(transaction)) == found.imported


def tell(store: Store, month: Month, days_ago: int, sources: range) -> None:
    """An issue that was approved then, of one entry of each of five sources, among twelve from each."""
    at = NOW - timedelta(days=days_ago)
    picked = []
    with store.transaction() as transaction:
        known = {feed.title: feed for feed in feeds.all_feeds(transaction)}
        for source in range(8):
            found = [
                a_parsed_entry(
                    1000 * month.month + 20 * source + number, published_at=at - timedelta(days=1 + number)
                )
                for number in range(12)
            ]
            title = f"Source {source}"
            if title not in known:
                url = f"https://s{source}.example/feed"
                (known[title],) = feeds.add_feeds(transaction, [a_source(url=url, title=title)])
            arrivals.store_entries(transaction, known[title], found, at - timedelta(hours=1))
            if source in sources:
                wanted = replace(found[0]).canonical_url
                picked.append(wanted)
    desk = Desk(store, Settings(), month, StoppedClock(at))
    with store.transaction() as transaction:
        from veille.store.suggestions import entry_of

        entries = [entry_of(transaction, url) for url in picked]
    for slot, entry in enumerate(entries, start=1):
        assert entry is not None
        desk.pick(entry.id, slot, None)
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, month)
        fingerprint = content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, at, by="")


def test_the_months_of_a_workspace_are_measured(veille: Veille) -> None:
    with store_of(veille.folder) as store:
        for number in range(6, 11):
            tell(store, Month(2026, number), days_ago=30 * (11 - number), sources=range(5))
        pools = pools_of(store)

    document = veille.json("backtest")
    shown = veille("backtest")

    assert [pool.name for pool in pools] == [f"2026-{number:02}" for number in range(6, 11)]
    assert all(sum(entry.is_picked for entry in pool.entries) == 5 for pool in pools)
    assert document["months"] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert document["picks"] == 20
    assert set(document["recall"]) == {"ranking", "sources", "recency", "random"}
    assert set(document["recall"]["ranking"]) == {"40", "100", "200"}
    assert "4 months, from 2026-07 to 2026-10: 20 links picked among" in shown
    assert "swing by chance" in shown


def test_without_history_there_is_nothing_to_measure_by(veille: Veille) -> None:
    veille("backtest", code=3)

    assert "two approved issues" in veille.said


def test_a_draft_is_no_month_to_measure_by(store: Store) -> None:
    tell(store, Month(2026, 6), days_ago=150, sources=range(5))
    start_issue(store, Settings(), Month(2026, 7), None)

    assert [pool.name for pool in pools_of(store)] == ["2026-06"]


def test_a_month_of_another_past_is_left_out_of_its_own_pool(store: Store) -> None:
    """What was told in June is not in the pool of July."""
    tell(store, Month(2026, 6), days_ago=150, sources=range(5))
    tell(store, Month(2026, 7), days_ago=120, sources=range(5))

    june, july = pools_of(store)

    assert not {entry.id for entry in june.entries} & {entry.id for entry in july.entries}
