"""Opening the desk: what stands on it is gathered, grouped and ranked, and the desk is held meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from veille.clock import Clock
from veille.curate.desk import Desk
from veille.curate.gathering import candidates_of
from veille.curate.learning import learn, model_learnt_last
from veille.curate.session import Session
from veille.curate.stories import group_new_entries
from veille.holding import holding
from veille.i18n import gettext as _
from veille.model.month import Month
from veille.store import Transaction
from veille.store import issues as issue_queries
from veille.workspace import Workspace

# With no earlier issue to begin after: a month, and the days by which the sitting is late.
_DAYS_OF_A_FIRST_ISSUE = 45
# After a longer pause: nobody reads half a year of news.
_DAYS_AT_MOST = 92


@contextmanager
def sitting(workspace: Workspace, desk: Desk, clock: Clock) -> Iterator[Session]:
    """The session of ``desk``, which is held while the block runs; afterwards what was chosen is learnt from.

    The session can only be looked at when another process holds the desk.
    """
    now = clock.now()
    with desk.store.transaction() as transaction:
        since = beginning(transaction, desk.month, now)
    with held_desk(workspace, now) as readonly:
        if not readonly:
            group_new_entries(desk.store, now)
        model = model_learnt_last(desk.store, since, now)
        with desk.store.transaction() as transaction:
            issue = issue_queries.issue_of(transaction, desk.month)
            candidates = candidates_of(transaction, model, issue, since, now)
        yield Session(desk, clock, candidates, issue, readonly)
        if not readonly:
            learn(desk.store, since, clock.now())


@contextmanager
def held_desk(workspace: Workspace, now: datetime) -> Iterator[str]:
    """Hold the desk of ``workspace`` while the block runs; a dead process holds nothing.

    Gives an empty text, or, when another process holds it, the sentence that says who does.
    """
    with holding(workspace.path / ".desk", now) as holder:
        said = _("This desk is open already ({holder}): you can only look.").format(holder=holder)
        yield said if holder else ""


def beginning(transaction: Transaction, month: Month, now: datetime) -> datetime:
    """The moment since which entries are new to the issue of ``month``: when the last one was approved."""
    approvals = (
        issue.approved_at
        for issue in issue_queries.all_issues(transaction)
        if issue.month < month and issue.approved_at is not None
    )
    last = next(approvals, None)
    if last is None:
        return now - timedelta(days=_DAYS_OF_A_FIRST_ISSUE)
    return max(last, now - timedelta(days=_DAYS_AT_MOST))
