"""From draft to approved and back: an issue is examined, frozen under its hash, and reopened while it may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType

from veille.compose.audit import HTML_HEAVY_BYTES, HTML_MAX_BYTES
from veille.compose.digest import digests_of
from veille.curate.addresses import examine_addresses, examine_checks
from veille.curate.charter import PastPicks, examine
from veille.curate.desk import open_issue
from veille.curate.links import check_links
from veille.errors import FrozenError, RenderError, RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.charter import (
    ABSOLUTE_RULES,
    DEFAULT_SEVERITIES,
    Finding,
    Override,
    Severity,
    finding,
    weighed,
)
from veille.model.issue import Erratum, Issue, IssueStatus, content_hash
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.month import Month
from veille.model.plaintext import one_line, search_key
from veille.model.urls import canonical_url, is_web_url
from veille.settings import Settings
from veille.store import Store, Transaction, errata, history, links, overrides
from veille.store import entries as entry_queries
from veille.store import issues as issue_queries
from veille.store import people as people_queries
from veille.workspace import Workspace

# A site is not asked again and again while the curator corrects a note.
_FRESH = timedelta(hours=1)
# Whatever went wrong on the way may be over by now.
_PASSING = frozenset([LinkOutcome.NO_HOST, LinkOutcome.UNREACHABLE, LinkOutcome.TIMED_OUT, LinkOutcome.TLS])
_NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


def try_links(store: Store, settings: Settings, month: Month, now: datetime) -> None:
    """Try the links of the issue of ``month`` and record what they answer, less those just tried."""
    with store.transaction() as transaction:
        urls = _urls_of(issue_queries.require_issue(transaction, month))
        known = links.checks_of(transaction, urls)
    checks = check_links([url for url in urls if not _is_fresh(known.get(url), now)], settings, now)
    with store.transaction() as transaction:
        links.save_checks(transaction, checks)


def check_issue(
    store: Store, settings: Settings, workspace: Workspace, month: Month, now: datetime
) -> tuple[Finding, ...]:
    """What stands against the issue of ``month``: blockers first, then by slot. The network is left alone.

    Of its links, what they answered when they were last tried counts.
    """
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        return _findings(transaction, settings, workspace, issue, now)


def approve_issue(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    now: datetime,
    *,
    by: str = "",
    reasons: Mapping[str, str] = _NO_OVERRIDES,
) -> Issue:
    """Freeze the issue under its content hash, approved ``by`` somebody, by default the curator.

    ``reasons`` says, by code, why blockers are overridden; they are kept, when there was such a blocker.
    ``RuleError`` naming the blockers that remain; ``UsageError`` for a code that is none, or no reason.
    """
    approver = one_line(by) or settings.curator.name
    reasons = {code: _reason(code, reason) for code, reason in reasons.items()}
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        blockers = _blockers(_findings(transaction, settings, workspace, issue, now))
        _refuse(month, [blocker for blocker in blockers if blocker.code not in reasons])
        fingerprint = content_hash(month, issue.number, issue.title, issue.intro, issue.tray)
        issue_queries.mark_approved(transaction, issue, fingerprint, now, by=approver)
        for code in sorted({blocker.code for blocker in blockers}):
            overrides.add_override(transaction, issue, Override(code, reasons[code], approver, now))
        return issue_queries.require_issue(transaction, month)


def reopen_issue(store: Store, month: Month) -> Issue:
    """Make an approved issue a draft again. ``FrozenError`` once its first message has left."""
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        if issue.status is IssueStatus.SENT:
            raise FrozenError(
                _("The issue of {month} has left; it can never change.").format(month=month),
                hint=_(
                    'Say what was wrong on its page: veille issue erratum --month {month} --text "..."'
                ).format(month=month),
            )
        issue_queries.mark_draft(transaction, issue)
        return issue_queries.require_issue(transaction, month)


def note_erratum(store: Store, month: Month, text: str, now: datetime) -> None:
    """Add a dated correction to the issue of ``month``, which has left and cannot change any more.

    Raises ``RuleError`` while the issue can still be corrected itself, ``UsageError`` without a text.
    """
    if not one_line(text):
        raise UsageError(_("What is to be corrected?"), hint=_('Say it: --text "..."'))
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        if issue.status is not IssueStatus.SENT:
            raise RuleError(
                _("The issue of {month} has not left: it needs no erratum.").format(month=month),
                hint=_("Correct it. An approved one is opened again first: veille issue reopen"),
            )
        errata.add_erratum(transaction, issue, Erratum(text.strip(), now))


def _findings(
    transaction: Transaction, settings: Settings, workspace: Workspace, issue: Issue, now: datetime
) -> tuple[Finding, ...]:
    charter = settings.charter
    found = [
        *examine(issue, settings, _past_picks(transaction, issue)),
        *examine_addresses(issue),
        *examine_checks(issue, links.checks_of(transaction, _urls_of(issue)), now, charter.link_check_hours),
    ]
    if not any(fault.code == "slot-empty" for fault in found):  # else there is nothing whole to render
        nobody_yet = tuple((name, settings.digest.language) for name in settings.segments)
        audiences = people_queries.audiences(transaction) or nobody_yet
        found += _rendering_faults(issue, audiences, settings, workspace)
    return weighed(found, charter.rules)


def _past_picks(transaction: Transaction, issue: Issue) -> PastPicks:
    picks = [
        pick
        for other in issue_queries.all_issues(transaction)
        if other.month != issue.month
        for _slot, _segment, pick in other.tray.picks()
    ]
    told = entry_queries.entries_with_their_stories(transaction, {pick.entry for pick in picks})
    imported = [past for past in history.past_picks(transaction) if past.number is None]
    urls = {canonical_url(pick.url) for pick in picks if is_web_url(pick.url)}
    titles = [*(pick.title for pick in picks), *(past.title for past in imported)]
    return PastPicks(
        urls=frozenset(urls | {past.canonical_url for past in imported}),
        titles=frozenset(map(search_key, titles)),
        entries=frozenset(entry.id for entry in told),
    )


def _rendering_faults(
    issue: Issue, audiences: Iterable[tuple[str, str]], settings: Settings, workspace: Workspace
) -> Iterator[Finding]:
    digest_for = digests_of(issue, settings, workspace.templates)
    for segment, language in audiences:
        try:
            size_bytes = len(digest_for(segment, language).html.encode())
        except RenderError as error:
            yield finding("rendering", error.message, error.hint, segment=segment)
            continue
        if size_bytes > HTML_HEAVY_BYTES:
            yield finding(
                "mail-heavy",
                _("The mail is {size} KB; beyond {limit} KB it cannot leave.").format(
                    size=size_bytes // 1000, limit=HTML_MAX_BYTES // 1000
                ),
                _("Shorten the notes or the introduction."),
                segment=segment,
            )


def _urls_of(issue: Issue) -> tuple[str, ...]:
    """The addresses to try, each once."""
    return tuple(dict.fromkeys(pick.url for _n, _s, pick in issue.tray.picks() if is_web_url(pick.url)))


def _is_fresh(check: LinkCheck | None, now: datetime) -> bool:
    return check is not None and check.outcome not in _PASSING and now - check.checked_at < _FRESH


def _blockers(findings: Iterable[Finding]) -> list[Finding]:
    return [found for found in findings if found.severity is Severity.BLOCKER]


def _refuse(month: Month, blockers: Collection[Finding]) -> None:
    if blockers:
        raise RuleError(
            _("The issue of {month} cannot be approved:").format(month=month)
            + "".join(f"\n  {found.code}  {found.message}\n      {found.remedy}" for found in blockers),
            hint=_("Correct these, then: veille check"),
        )


def _reason(code: str, reason: str) -> str:
    """The reason to override ``code``, on one line, when that is allowed and it is one."""
    if code in ABSOLUTE_RULES:
        raise RuleError(
            _("“{code}” cannot be overridden: an issue cannot leave so.").format(code=code),
            hint=_("See what it found: veille check"),
        )
    if code not in DEFAULT_SEVERITIES:
        near = get_close_matches(code, DEFAULT_SEVERITIES, n=1, cutoff=0.0)
        raise UsageError(
            _("“{code}” is no rule of the charter.").format(code=code),
            hint=_("Did you mean “{near}”? See what stands against the issue: veille check").format(
                near=near[0]
            ),
        )
    if not one_line(reason):
        raise UsageError(
            _("An override needs its reason, which is kept."),
            hint=_('Add it: --reason "Why it may leave so"'),
        )
    return one_line(reason)
