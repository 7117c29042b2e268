"""Queries about overrides: why an issue was approved in spite of the charter. They are never erased."""

from __future__ import annotations

from sqlalchemy import select

from veille.model.charter import Override
from veille.model.issue import Issue
from veille.store.engine import Transaction
from veille.store.tables import OverrideRow


def add_override(transaction: Transaction, issue: Issue, override: Override) -> None:
    """Record that ``issue`` was approved in spite of a rule."""
    transaction.add(
        OverrideRow(
            issue_id=issue.id,
            code=override.code,
            reason=override.reason,
            made_by=override.made_by,
            made_at=override.made_at,
        )
    )


def overrides_of(transaction: Transaction, issue: Issue) -> tuple[Override, ...]:
    """Every override of ``issue``, those of earlier approvals included, in the order they were made."""
    rows = select(OverrideRow).where(OverrideRow.issue_id == issue.id).order_by(OverrideRow.id)
    return tuple(
        Override(row.code, row.reason, row.made_by, row.made_at) for row in transaction.scalars(rows)
    )
