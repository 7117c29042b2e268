"""The desk: the curator's acts on an issue, each one transaction, refused once the issue is frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from veille.curate import slots
from veille.errors import FrozenError, RuleError
from veille.i18n import gettext as _
from veille.model.issue import Issue, IssueStatus, Pick, month_to_work_on
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, Transaction
from veille.store import entries as entry_queries
from veille.store import issues as issue_queries


@dataclass(frozen=True, slots=True)
class Change:
    """An issue after an act; ``slot`` is where it happened, ``removed`` the pick that gave way."""

    issue: Issue
    slot: int
    removed: Pick | None


def month_in_progress(store: Store, now: datetime) -> Month:
    """The month of the issue to work on; see ``model.issue.month_to_work_on``."""
    with store.transaction() as transaction:
        return month_to_work_on(issue_queries.all_issues(transaction), now)


def start_issue(store: Store, settings: Settings, month: Month, number: int | None) -> Issue:
    """A new draft for ``month``. ``RuleError`` when there is one, or ``number`` is another month's."""
    with store.transaction() as transaction:
        if issue_queries.issue_of(transaction, month) is not None:
            raise RuleError(
                _("The issue of {month} exists already.").format(month=month),
                hint=_("See it: veille issue show --month {month}").format(month=month),
            )
        if number is not None:
            _refuse_taken_number(transaction, month, number)
        return _create(transaction, settings, month, number)


def add_pick(
    store: Store, settings: Settings, month: Month, entry_id: int, *, slot: int | None, segment: str | None
) -> Change:
    """Put an entry in the issue of ``month`` (begun when needed); see ``slots.place_pick``."""
    with store.transaction() as transaction:
        issue = issue_queries.issue_of(transaction, month) or _create(transaction, settings, month, None)
        _refuse_frozen(issue)
        pick = slots.pick_from_entry(entry_queries.entry_by_id(transaction, entry_id))
        placement = slots.place_pick(issue.tray, pick, slot, segment)
        return _saved(transaction, issue, placement)


def remove_pick(store: Store, month: Month, slot: int, segment: str | None) -> Change:
    """Empty a slot, or take away one segment's variant."""
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        return _saved(transaction, issue, slots.remove_pick(issue.tray, slot, segment))


def move_pick(store: Store, month: Month, first: int, second: int) -> Change:
    """Exchange two slots."""
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        tray = slots.swap_slots(issue.tray, first, second)
        return _saved(transaction, issue, slots.Placement(tray, second, None))


def write_note(store: Store, month: Month, slot: int, segment: str | None, text: str) -> Change:
    """Say why a pick matters; see ``slots.write_note``."""
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        tray = slots.write_note(issue.tray, slot, segment, text)
        return _saved(transaction, issue, slots.Placement(tray, slot, None))


def edit_issue(
    store: Store, month: Month, *, title: str | None, intro: str | None, number: int | None
) -> Issue:
    """Change the words around the links; None leaves a field as it is."""
    with store.transaction() as transaction:
        issue = open_issue(transaction, month)
        if number is not None:
            _refuse_taken_number(transaction, month, number)
        changed = replace(
            issue,
            title=issue.title if title is None else title.strip(),
            intro=issue.intro if intro is None else intro.strip(),
            number=issue.number if number is None else number,
        )
        issue_queries.save_text(transaction, changed)
        return changed


def open_issue(transaction: Transaction, month: Month) -> Issue:
    """The issue of ``month`` while it can change; ``FrozenError`` once it is approved or sent."""
    issue = issue_queries.require_issue(transaction, month)
    _refuse_frozen(issue)
    return issue


def _create(transaction: Transaction, settings: Settings, month: Month, number: int | None) -> Issue:
    return issue_queries.create_issue(
        transaction,
        month,
        links=settings.digest.links,
        first_number=settings.digest.first_number,
        number=number,
    )


def _refuse_frozen(issue: Issue) -> None:
    if issue.status is IssueStatus.SENT:
        raise FrozenError(
            _("The issue of {month} has left; it can never change.").format(month=issue.month),
            hint=_("Name the month you mean: --month YYYY-MM"),
        )
    if issue.status is IssueStatus.APPROVED:
        raise FrozenError(
            _("The issue of {month} is approved, so it is frozen.").format(month=issue.month),
            hint=_("To change it: veille issue reopen --month {month}").format(month=issue.month),
        )


def _refuse_taken_number(transaction: Transaction, month: Month, number: int) -> None:
    if issue_queries.number_is_taken(transaction, number, except_month=month):
        raise RuleError(_("Number {number} is already another issue's.").format(number=number))


def _saved(transaction: Transaction, issue: Issue, placement: slots.Placement) -> Change:
    changed = replace(issue, tray=placement.tray)
    issue_queries.save_tray(transaction, changed)
    return Change(changed, placement.slot, placement.replaced)
