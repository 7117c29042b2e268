"""Queries about past picks: those of the issues made here, and those imported from before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select

from veille.model.history import PastPick
from veille.model.issue import IssueStatus
from veille.model.plaintext import search_key
from veille.store.engine import Transaction
from veille.store.issues import all_issues
from veille.store.tables import EntryRow, PastPickRow


def past_picks(transaction: Transaction) -> tuple[PastPick, ...]:
    """Every link that an approved or sent issue told, or an imported digest; the newest first."""
    imported = (
        PastPick(
            issued_on=row.issued_on,
            title=row.title,
            url=row.url,
            canonical_url=row.canonical_url,
            source=row.source,
            theme=row.theme,
            note=row.note,
            number=None,
            slot=None,
            story=None,
        )
        for row in transaction.scalars(select(PastPickRow).order_by(PastPickRow.id))
    )
    told = [*_picks_of_issues(transaction), *imported]
    return tuple(sorted(told, key=lambda past: past.issued_on, reverse=True))


def search_past(transaction: Transaction, words: Sequence[str]) -> tuple[PastPick, ...]:
    """The past picks that hold every one of ``words`` in title, note or source, without case or accents."""
    wanted = [search_key(word) for word in words]
    return tuple(
        past
        for past in past_picks(transaction)
        if all(word in search_key(f"{past.title} {past.note} {past.source}") for word in wanted)
    )


def unknown_among(transaction: Transaction, picks: Sequence[PastPick]) -> tuple[PastPick, ...]:
    """Those of ``picks`` that were not imported yet, of the same address and day."""
    columns = PastPickRow.canonical_url, PastPickRow.issued_on
    known = {(url, day) for url, day in transaction.execute(select(*columns))}
    return tuple(pick for pick in picks if (pick.canonical_url, pick.issued_on) not in known)


def add_past_picks(transaction: Transaction, picks: Sequence[PastPick]) -> None:
    """Store imported picks; what only an issue of ours has is left out."""
    transaction.add_all(
        PastPickRow(
            issued_on=pick.issued_on,
            title=pick.title,
            url=pick.url,
            canonical_url=pick.canonical_url,
            source=pick.source,
            theme=pick.theme,
            note=pick.note,
        )
        for pick in picks
    )


def _picks_of_issues(transaction: Transaction) -> Iterator[PastPick]:
    frozen = [issue for issue in all_issues(transaction) if issue.status is not IssueStatus.DRAFT]
    picked = {pick.entry for issue in frozen for _slot, _segment, pick in issue.tray.picks()}
    known = _stories_and_addresses(transaction, picked)
    for issue in frozen:
        assert issue.approved_at is not None  # noqa: S101 - a frozen issue has a date
        for slot, _segment, pick in issue.tray.picks():
            story, canonical_url = known[pick.entry]
            yield PastPick(
                issued_on=issue.approved_at.date(),
                title=pick.title,
                url=pick.url,
                canonical_url=canonical_url,
                source=pick.source,
                theme=pick.theme,
                note=pick.note,
                number=issue.number,
                slot=slot,
                story=story,
            )


def _stories_and_addresses(
    transaction: Transaction, entry_ids: Collection[int]
) -> Mapping[int, tuple[int | None, str]]:
    """The story and the canonical address of each entry."""
    columns = EntryRow.id, EntryRow.story_id, EntryRow.canonical_url
    found = transaction.execute(select(*columns).where(EntryRow.id.in_(entry_ids)))
    return {number: (story, url) for number, story, url in found}
