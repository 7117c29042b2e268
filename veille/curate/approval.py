"""From draft to approved and back: an issue is examined, frozen under its hash, and reopened while it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from veille.compose.digest import digests_of
from veille.curate.charter import Finding, Severity, examine
from veille.curate.desk import open_issue
from veille.errors import FrozenError, RenderError, RuleError
from veille.i18n import gettext as _
from veille.model.issue import Issue, IssueStatus, content_hash
from veille.model.month import Month
from veille.model.urls import canonical_url
from veille.settings import Settings
from veille.store import Store, Transaction
from veille.store import issues as issue_queries
from veille.store import people as people_queries
from veille.workspace import Workspace


def check_issue(store: Store, settings: Settings, workspace: Workspace, month: Month) -> tuple[Finding, ...]:
    """What stands against the issue of ``month``: its charter, then its rendering; blockers first."""
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        return _findings(transaction, settings, workspace, issue)


def approve_issue(
    store: Store, settings: Settings, workspace: Workspace, month: Month, now: datetime
) -> Issue:
    """Freeze the issue under its content hash. ``RuleError`` naming the blockers when there are any."""
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        blockers = _blockers(_findings(transaction, settings, workspace, issue))
        if blockers:
            raise RuleError(
                _("The issue of {month} cannot be approved:").format(month=month)
                + "".join(f"\n  {finding.message}" for finding in blockers),
                hint=_("Correct these, then: veille check"),
            )
        fingerprint = content_hash(month, issue.number, issue.title, issue.intro, issue.tray)
        issue_queries.mark_approved(transaction, issue, fingerprint, now)
        return issue_queries.require_issue(transaction, month)


def reopen_issue(store: Store, month: Month) -> Issue:
    """Make an approved issue a draft again. ``FrozenError`` once its first message has left."""
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        if issue.status is IssueStatus.SENT:
            raise FrozenError(
                _("The issue of {month} has left; it can never change.").format(month=month),
                hint=_("Correct it in the next issue."),
            )
        issue_queries.mark_draft(transaction, issue)
        return issue_queries.require_issue(transaction, month)


def _findings(
    transaction: Transaction, settings: Settings, workspace: Workspace, issue: Issue
) -> tuple[Finding, ...]:
    past = {
        canonical_url(pick.url)
        for other in issue_queries.all_issues(transaction)
        if other.month != issue.month
        for _slot, _segment, pick in other.tray.picks()
    }
    findings = examine(issue, settings.segments, past)
    if any(finding.code == "slot-empty" for finding in findings):
        return findings  # nothing whole to render yet
    nobody_yet = tuple((name, settings.digest.language) for name in settings.segments)
    audiences = people_queries.audiences(transaction) or nobody_yet
    return (*_rendering_faults(issue, audiences, settings, workspace), *findings)


def _rendering_faults(
    issue: Issue, audiences: Iterable[tuple[str, str]], settings: Settings, workspace: Workspace
) -> Iterator[Finding]:
    digest_for = digests_of(issue, settings, workspace.templates)
    for segment, language in audiences:
        try:
            digest_for(segment, language)
        except RenderError as error:
            yield Finding("rendering", Severity.BLOCKER, None, segment, error.message)


def _blockers(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.BLOCKER]
