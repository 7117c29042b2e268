"""The past months of a workspace, as the back-test ranks them."""

from __future__ import annotations

from veille.curate.backtest import Pool, PoolEntry
from veille.curate.sitting import beginning
from veille.curate.taste import Material
from veille.store import Store
from veille.store import issues as issue_queries
from veille.store.rankings import entries_between


def pools_of(store: Store) -> tuple[Pool, ...]:
    """What could be picked for each approved or sent issue, the oldest first."""
    with store.transaction() as transaction:
        issues = issue_queries.all_issues(transaction)
        pools = []
        for issue in reversed(issues):
            if issue.approved_at is None:  # a draft
                continue
            picked = {pick.entry for _slot, _segment, pick in issue.tray.picks()}
            since = beginning(transaction, issue.month, issue.approved_at)
            entries = tuple(
                PoolEntry(
                    entry.id,
                    Material(entry.title, entry.summary, entry.source, entry.theme, entry.language),
                    entry.at,
                    entry.id in picked,
                )
                for entry in entries_between(transaction, since, issue.approved_at, picked)
            )
            pools.append(Pool(str(issue.month), issue.approved_at, entries))
    return tuple(pools)
