"""How long until the issue leaves, how far it is, and which months had none: pure rules over the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.issue import Issue, IssueStatus, month_to_work_on
from veille.model.month import Month

_MISSED_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Countdown:
    """Where the next issue to leave stands. ``status`` is None before it was begun.

    ``days`` are those left until ``leaves_on``, negative when it is past. ``missed`` are the months since the
    newest issue that had none, oldest first, without the current one.
    """

    month: Month
    leaves_on: date
    days: int
    picked: int
    links: int
    status: IssueStatus | None
    missed: tuple[Month, ...]


def countdown(issues: Sequence[Issue], *, send_day: int, links: int, now: datetime) -> Countdown:
    """The countdown at ``now``, a local time; ``links`` is how many a new issue would have."""
    by_month = {issue.month: issue for issue in issues}
    month = month_to_work_on(issues, now)
    if month in by_month and by_month[month].status is IssueStatus.SENT:
        month = _after(month)
    issue = by_month.get(month)
    leaves_on = month.first_day.replace(day=send_day)
    return Countdown(
        month,
        leaves_on,
        (leaves_on - now.date()).days,
        sum(slot.common is not None for slot in issue.tray.slots) if issue else 0,
        len(issue.tray.slots) if issue else links,
        issue.status if issue else None,
        _missed(by_month, Month(now.year, now.month)),
    )


def countdown_words(stand: Countdown) -> str:
    """The countdown in a sentence."""
    if stand.days < 0:
        said = ngettext(
            "The issue of {month} should have left {days} day ago; {picked} of {links} links are picked.",
            "The issue of {month} should have left {days} days ago; {picked} of {links} links are picked.",
            -stand.days,
        )
    else:
        said = ngettext(
            "The issue of {month} leaves in {days} day; {picked} of {links} links are picked.",
            "The issue of {month} leaves in {days} days; {picked} of {links} links are picked.",
            stand.days,
        )
    return said.format(month=stand.month, days=abs(stand.days), picked=stand.picked, links=stand.links)


def next_step(stand: Countdown) -> str:
    """What brings the issue nearer to its readers."""
    if stand.status is None:
        return _("Begin it: veille issue new --month {month}, then veille pick").format(month=stand.month)
    if stand.status is IssueStatus.APPROVED:
        return _("Send it: veille send --month {month}").format(month=stand.month)
    if stand.picked < stand.links:
        return _("Pick: veille pick --month {month}").format(month=stand.month)
    return _("Examine and approve it: veille issue approve --month {month}").format(month=stand.month)


def _missed(issues: dict[Month, Issue], current: Month) -> tuple[Month, ...]:
    published = [month for month, issue in issues.items() if issue.status is not IssueStatus.DRAFT]
    missed: list[Month] = []
    month = _after(max(published, default=current))
    while month < current and len(missed) < _MISSED_AT_MOST:
        if month not in issues:  # one that was begun is late, not missed
            missed.append(month)
        month = _after(month)
    return tuple(missed)


def _after(month: Month) -> Month:
    return Month(month.year + month.month // 12, month.month % 12 + 1)
