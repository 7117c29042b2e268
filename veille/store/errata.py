"""Queries about errata: what is corrected in issues that have left. They are never erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from veille.model.issue import Erratum, Issue
from veille.model.month import Month, month_from_text
from veille.store.engine import Transaction
from veille.store.tables import ErratumRow, IssueRow


def add_erratum(transaction: Transaction, issue: Issue, erratum: Erratum) -> None:
    """Add a correction to ``issue``."""
    transaction.add(ErratumRow(issue_id=issue.id, text=erratum.text, noted_at=erratum.noted_at))


def errata_by_month(transaction: Transaction) -> Mapping[Month, tuple[Erratum, ...]]:
    """The corrections of every issue that has some, in the order they were noted."""
    statement = (
        select(IssueRow.month, ErratumRow)
        .join(ErratumRow, ErratumRow.issue_id == IssueRow.id)
        .order_by(ErratumRow.noted_at, ErratumRow.id)
    )
    errata = defaultdict[Month, tuple[Erratum, ...]](tuple)
    for text, row in transaction.execute(statement):
        if month := month_from_text(text):
            errata[month] += (Erratum(row.text, row.noted_at),)
    return errata
