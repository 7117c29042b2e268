"""Opening the desk: what stands on it is gathered, grouped and ranked, and the desk is held meanwhile."""

from __future__ import annotations

import getpass
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from veille.clock import Clock
from veille.curate.desk import Desk
from veille.curate.gathering import candidates_of
from veille.curate.learning import learn, model_learnt_last
from veille.curate.session import Session
from veille.curate.stories import group_new_entries
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
    holder = workspace.path / ".desk.json"
    lock = FileLock(workspace.path / ".desk.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield _whose(holder)
        return
    try:
        holder.write_text(json.dumps(_ourselves(now)), encoding="utf-8")
        yield ""
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


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


def _ourselves(now: datetime) -> dict[str, str | int]:
    return {
        "user": _user(),
        "machine": platform.node(),
        "process": os.getpid(),
        "since": now.isoformat(timespec="minutes"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a machine that has no name for whom it runs
        return _("somebody")


def _whose(holder: Path) -> str:
    said = _("{user} has this desk open since {since}, on {machine} (process {process}): you can only look.")
    try:
        held = json.loads(holder.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(held["since"]).astimezone().strftime("%H:%M")
        return said.format(user=held["user"], machine=held["machine"], process=held["process"], since=since)
    except (OSError, ValueError, KeyError, TypeError):  # just opened, just closed, or not ours
        return _("Another desk is open on this workspace: you can only look.")
