"""Queries about issues, their picks and their notes."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.issue import Issue, IssueStatus, Pick, Slot, Tray, empty_tray
from veille.model.month import Month, month_from_text
from veille.store.engine import PlainTransaction, Transaction
from veille.store.tables import IssueRow, NoteRow, PickRow


def all_issues(transaction: Transaction) -> tuple[Issue, ...]:
    """Every issue, newest month first."""
    statement = select(IssueRow).order_by(IssueRow.month.desc()).options(*_WITH_PICKS)
    return tuple(_issue(row) for row in transaction.scalars(statement))


def issue_of(transaction: Transaction, month: Month) -> Issue | None:
    """The issue of ``month``, or None."""
    row = _row_of(transaction, month)
    return _issue(row) if row else None


def newest_sent_month(transaction: Transaction) -> Month | None:
    """The newest month whose issue has begun to leave, or None."""
    statement = select(func.max(IssueRow.month)).where(IssueRow.status == IssueStatus.SENT.value)
    text = transaction.scalar(statement)
    return month_from_text(text) if text else None


def require_issue(transaction: Transaction, month: Month) -> Issue:
    """The issue of ``month``; ``NotFoundError`` saying how to start one when there is none."""
    issue = issue_of(transaction, month)
    if issue is None:
        raise NotFoundError(
            _("There is no issue for {month}.").format(month=month),
            hint=_("Start it: veille issue new --month {month}").format(month=month),
        )
    return issue


def create_issue(
    transaction: Transaction, month: Month, *, links: int, first_number: int, number: int | None = None
) -> Issue:
    """A new draft of ``links`` empty slots, numbered after the highest number unless ``number`` is given."""
    highest = transaction.scalar(select(func.max(IssueRow.number)))
    row = IssueRow(
        month=str(month),
        number=number or (first_number if highest is None else highest + 1),
        title="",
        intro="",
        links=links,
        status=IssueStatus.DRAFT.value,
        approved_by="",
        picks=[],
    )
    transaction.add(row)
    transaction.flush()
    return _issue(row)


def number_is_taken(transaction: Transaction, number: int, *, except_month: Month) -> bool:
    """Whether another month's issue already has ``number``."""
    statement = select(IssueRow.id).where(IssueRow.number == number, IssueRow.month != str(except_month))
    return transaction.scalar(statement) is not None


def save_text(transaction: Transaction, issue: Issue) -> None:
    """Store the issue's number, title and intro."""
    row = transaction.get_one(IssueRow, issue.id)
    row.number = issue.number
    row.title = issue.title
    row.intro = issue.intro


def save_tray(transaction: Transaction, issue: Issue) -> None:
    """Store the issue's tray in place of what it held."""
    row = transaction.get_one(IssueRow, issue.id)
    row.picks.clear()
    transaction.flush()
    row.picks.extend(_pick_row(slot, segment, pick) for slot, segment, pick in issue.tray.picks())
    transaction.flush()


def mark_approved(
    transaction: Transaction, issue: Issue, content_hash: str, now: datetime, *, by: str = ""
) -> None:
    """Freeze the issue under ``content_hash``, approved ``by`` somebody whose name may be empty."""
    row = transaction.get_one(IssueRow, issue.id)
    row.status, row.content_hash, row.approved_at = IssueStatus.APPROVED.value, content_hash, now
    row.approved_by = by


def mark_draft(transaction: Transaction, issue: Issue) -> None:
    """Open an approved issue again."""
    row = transaction.get_one(IssueRow, issue.id)
    row.status, row.content_hash, row.approved_at = IssueStatus.DRAFT.value, None, None
    row.approved_by = ""


def mark_sent(transaction: Transaction | PlainTransaction, issue_id: int) -> None:
    """Freeze an approved issue for ever: its first message is about to leave."""
    transaction.execute(update(IssueRow).where(IssueRow.id == issue_id).values(status=IssueStatus.SENT.value))


_WITH_PICKS = (selectinload(IssueRow.picks).selectinload(PickRow.notes),)


def _row_of(transaction: Transaction, month: Month) -> IssueRow | None:
    return transaction.scalar(select(IssueRow).where(IssueRow.month == str(month)).options(*_WITH_PICKS))


def _pick_row(slot: int, segment: str | None, pick: Pick) -> PickRow:
    notes = [NoteRow(segment=name, text=text) for name, text in sorted(pick.segment_notes.items())]
    if pick.note:
        notes.insert(0, NoteRow(segment=None, text=pick.note))
    return PickRow(
        slot=slot,
        segment=segment,
        entry_id=pick.entry,
        title=pick.title,
        url=pick.url,
        source=pick.source,
        theme=pick.theme,
        language=pick.language,
        published_on=pick.published_on,
        reading_minutes=pick.reading_minutes,
        suggested_by=pick.suggested_by,
        notes=notes,
    )


def _pick(row: PickRow) -> Pick:
    notes = {note.segment: note.text for note in row.notes}
    return Pick(
        entry=row.entry_id,
        title=row.title,
        url=row.url,
        source=row.source,
        theme=row.theme,
        language=row.language,
        published_on=row.published_on,
        reading_minutes=row.reading_minutes,
        note=notes.get(None, ""),
        segment_notes=MappingProxyType(
            {segment: text for segment, text in sorted(notes.items(), key=str) if segment is not None}
        ),
        suggested_by=row.suggested_by,
    )


def _tray(row: IssueRow) -> Tray:
    slots = []
    for slot in empty_tray(row.links).slots:
        here = {pick.segment: _pick(pick) for pick in row.picks if pick.slot == slot.number}
        common = here.pop(None, None)
        variants = {segment: pick for segment, pick in here.items() if segment is not None}
        slots.append(Slot(slot.number, common, MappingProxyType(variants)))
    return Tray(tuple(slots))


def _issue(row: IssueRow) -> Issue:
    month_text = row.month.partition("-")
    return Issue(
        id=row.id,
        month=Month(int(month_text[0]), int(month_text[2])),
        number=row.number,
        title=row.title,
        intro=row.intro,
        status=IssueStatus(row.status),
        tray=_tray(row),
        content_hash=row.content_hash,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
    )
