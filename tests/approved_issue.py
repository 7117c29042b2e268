"""An approved issue in a store, and the people whom it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from builders import NOVEMBER, NOW, a_parsed_entry, a_source, a_tray
from veille.model.issue import Issue, Tray, content_hash
from veille.model.person import Person
from veille.store import Store, arrivals, feeds, issues
from veille.store import people as people_queries


def approve_an_issue(
    store: Store, people: Iterable[Person], *, number: int = 1, tray: Tray | None = None, now: datetime = NOW
) -> Issue:
    """The issue of November, whose picks are of entries 1 to 6, approved at ``now``."""
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(entry) for entry in range(1, 7)], now)
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=number)
        issue = replace(issue, intro="Cinq liens.", tray=tray or a_tray())
        issues.save_text(transaction, issue)
        issues.save_tray(transaction, issue)
        fingerprint = content_hash(NOVEMBER, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, now)
        for person in people:
            people_queries.save_person(transaction, person)
    return issue
