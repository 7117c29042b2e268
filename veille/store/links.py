"""Queries about links: those of past issues, and what each address answered when it was last tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from veille.model.issue import IssueStatus
from veille.model.link import LinkCheck, LinkOutcome, PastLink, after
from veille.model.month import month_from_text
from veille.store.engine import Transaction
from veille.store.tables import IssueRow, LinkCheckRow, PickRow


def past_links(transaction: Transaction) -> tuple[PastLink, ...]:
    """Every link of the published issues, variants too: the newest issue first, then by slot."""
    statement = (
        select(IssueRow.month, PickRow.slot, PickRow.title, PickRow.url)
        .join(PickRow)
        .where(IssueRow.status != IssueStatus.DRAFT.value)
        .order_by(IssueRow.month.desc(), PickRow.slot, PickRow.id)
    )
    return tuple(
        PastLink(month, slot, title, url)
        for text, slot, title, url in transaction.execute(statement)
        if (month := month_from_text(text))
    )


def checks_of(transaction: Transaction, urls: Collection[str]) -> Mapping[str, LinkCheck]:
    """The last check of each of ``urls`` that was ever tried, by address."""
    rows = transaction.scalars(select(LinkCheckRow).where(LinkCheckRow.url.in_(urls)))
    return {row.url: _check(row) for row in rows}


def all_checks(transaction: Transaction) -> Mapping[str, LinkCheck]:
    """The last check of each address that was ever tried, by address."""
    return {row.url: _check(row) for row in transaction.scalars(select(LinkCheckRow))}


def save_checks(transaction: Transaction, checks: Collection[LinkCheck]) -> None:
    """Record ``checks``, each in place of the former one of its address, and since when its page is gone."""
    former = checks_of(transaction, [check.url for check in checks])
    for check in (after(former.get(check.url), check) for check in checks):
        transaction.merge(
            LinkCheckRow(
                url=check.url,
                checked_at=check.checked_at,
                outcome=check.outcome.value,
                status=check.status,
                final_url=check.final_url,
                detail=check.detail,
                gone_since=check.gone_since,
                gone_at=check.gone_at,
            )
        )


def _check(row: LinkCheckRow) -> LinkCheck:
    return LinkCheck(
        url=row.url,
        checked_at=row.checked_at,
        outcome=LinkOutcome(row.outcome),
        status=row.status,
        final_url=row.final_url,
        detail=row.detail,
        gone_since=row.gone_since,
        gone_at=row.gone_at,
    )
