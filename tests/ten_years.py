"""A store with years of issues, whose links are real ones of the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from types import MappingProxyType

from builders import NOVEMBER, NOW, a_parsed_entry, a_pick, a_source
from veille.model.issue import Issue, Pick, Slot, Tray, content_hash
from veille.model.month import Month
from veille.store import Store, Transaction, arrivals, feeds, issues

LINKS = 5
_THEMES = ("publics", "outils", "secteur", "methodes")
_NOTE = "À lire avant de reprendre nos cartels et nos outils : ce qui a marché, ce que cela a coûté."


def months_back(count: int) -> list[Month]:
    """``count`` months up to November 2026, oldest first."""
    last = NOVEMBER.year * 12 + NOVEMBER.month - 1
    return [Month(number // 12, number % 12 + 1) for number in range(last - count + 1, last + 1)]


def real_picks(digest: Path, months: list[Month]) -> Iterator[Pick]:
    """Picks for ``months``, five each: links of ``digest`` of that year when it has some, else of any."""
    by_year: dict[int, list[Pick]] = {}
    everything: list[Pick] = []
    with digest.open(encoding="utf-8") as lines:
        for line in lines:
            link = json.loads(line)
            title = link["title"] if len(link["title"]) > 25 else f"{link['item']} : {link['title']}"
            pick = a_pick(
                title=title[:150],
                url=link["url"],
                source=link["domain"],
                language=link["lang"],
                theme=_THEMES[len(everything) % len(_THEMES)],
                published_on=date.fromisoformat(link["issue_date"]),
                note=f"{link['item']}. {_NOTE}",
            )
            by_year.setdefault(int(link["issue_date"][:4]), []).append(pick)
            everything.append(pick)
    pools = {year: cycle(picks) for year, picks in by_year.items()}
    rest = cycle(everything)
    for month in months:
        yield from islice(pools.get(month.year, rest), LINKS)


def publish_years(store: Store, digest: Path, count: int) -> None:
    """Publish an issue for each of the last ``count`` months, links of ``digest`` in it."""
    months = months_back(count)
    picks = real_picks(digest, months)
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        entries = [a_parsed_entry(number) for number in range(1, count * LINKS + 1)]
        arrivals.store_entries(transaction, feed, entries, NOW)
        for number, month in enumerate(months):
            chosen = [replace(next(picks), entry=number * LINKS + place + 1) for place in range(LINKS)]
            slots = [Slot(place, pick) for place, pick in enumerate(chosen, 1)]
            # Now and then a segment received a link of its own.
            if month.month % 3 == 0:
                own = replace(chosen[0], entry=chosen[1].entry)
                slots[1] = Slot(2, chosen[1], MappingProxyType({"collections": own}))
            publish(transaction, month, slots, "Cinq liens, en un quart d’heure.")


def publish(transaction: Transaction, month: Month, slots: list[Slot], intro: str) -> None:
    """Publish the issue of ``month`` on its 20th."""
    empty = issues.create_issue(transaction, month, links=LINKS, first_number=1)
    issue: Issue = replace(empty, tray=Tray(tuple(slots)), intro=intro)
    issues.save_text(transaction, issue)
    issues.save_tray(transaction, issue)
    fingerprint = content_hash(month, issue.number, issue.title, issue.intro, issue.tray)
    approved_at = datetime(month.year, month.month, 20, 8, tzinfo=UTC) + timedelta(hours=1)
    issues.mark_approved(transaction, issue, fingerprint, approved_at)
