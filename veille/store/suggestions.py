"""Queries about suggestions: what colleagues proposed, and the entries that no feed brought.

Entries of one story are the same thing proposed: a colleague proposes it once, and is thanked whichever of
them is picked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from veille.errors import NotFoundError
from veille.i18n import gettext as _
from veille.model.entry import Entry, EntryState, ParsedEntry
from veille.model.issue import IssueStatus
from veille.model.month import Month, month_from_text
from veille.model.suggestion import Colleague, Suggestion, SuggestionState, are_thanked
from veille.store import decisions
from veille.store.engine import Transaction
from veille.store.entries import entry_by_id
from veille.store.tables import EntryRow, EntrySourceRow, IssueRow, PastPickRow, PickRow, SuggestionRow

_SUGGESTIONS = select(SuggestionRow, EntryRow.title, EntryRow.url).join(
    EntryRow, EntryRow.id == SuggestionRow.entry_id
)
_OPEN = SuggestionRow.state != SuggestionState.DECLINED.value
_FROZEN = IssueRow.status != IssueStatus.DRAFT.value


def entry_of(transaction: Transaction, canonical_url: str) -> Entry | None:
    """The entry with that address, or None."""
    entry_id = transaction.scalar(select(EntryRow.id).where(EntryRow.canonical_url == canonical_url))
    return None if entry_id is None else entry_by_id(transaction, entry_id)


def describe_entry(transaction: Transaction, entry_id: int, item: ParsedEntry) -> None:
    """Give an entry the title, the summary and the language of ``item``."""
    statement = update(EntryRow).where(EntryRow.id == entry_id)
    words = {"title": item.title, "summary": item.summary, "text": item.text, "language": item.language}
    transaction.execute(statement.values(words))


def add_entry(transaction: Transaction, item: ParsedEntry, source: str, theme: str, now: datetime) -> int:
    """Store an entry that no feed brought, under the name of ``source``; its number."""
    row = EntryRow(
        title=item.title,
        url=item.url,
        canonical_url=item.canonical_url,
        summary=item.summary,
        text=item.text,
        words=item.words,
        language=item.language,
        theme=theme,
        author=item.author,
        image_url=item.image_url,
        enclosure_url=item.enclosure_url,
        published_at=item.published_at,
        first_seen_at=now,
        sorted_at=now,
        state=EntryState.NEW.value,
        sources=[EntrySourceRow(feed_id=None, feed_title=source, identity=item.identity)],
    )
    transaction.add(row)
    transaction.flush()
    return row.id


def add_suggestion(
    transaction: Transaction,
    entry_id: int,
    colleague: Colleague,
    message: str,
    *,
    thanked: bool,
    now: datetime,
) -> tuple[Suggestion, bool]:
    """The colleague's suggestion of the entry, and whether it is new: the same one twice changes nothing."""
    # Colleagues without an address are told apart by name.
    same_name = () if colleague.address else (SuggestionRow.name == colleague.name,)
    known = transaction.scalar(
        select(SuggestionRow.id).where(
            _about(entry_id), SuggestionRow.address == colleague.address, *same_name
        )
    )
    if known is not None:
        return suggestion_by_id(transaction, known), False
    row = SuggestionRow(
        entry_id=entry_id,
        address=colleague.address,
        name=colleague.name,
        message=message,
        thanked=thanked,
        state=SuggestionState.PENDING.value,
        answer="",
        suggested_at=now,
    )
    transaction.add(row)
    transaction.flush()
    return suggestion_by_id(transaction, row.id), True


def suggestion_by_id(transaction: Transaction, suggestion_id: int) -> Suggestion:
    """The suggestion numbered ``suggestion_id``; ``NotFoundError`` when there is none."""
    row = transaction.execute(_SUGGESTIONS.where(SuggestionRow.id == suggestion_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            _("There is no suggestion number {id}.").format(id=suggestion_id),
            hint=_("See them: veille suggestions list"),
        )
    return _suggestion(*row)


def all_suggestions(transaction: Transaction, state: SuggestionState | None = None) -> tuple[Suggestion, ...]:
    """The suggestions, in one state when named, the newest first."""
    wanted = _SUGGESTIONS.order_by(SuggestionRow.id.desc())
    if state is not None:
        wanted = wanted.where(SuggestionRow.state == state.value)
    return tuple(_suggestion(*row) for row in transaction.execute(wanted))


def suggestions_of(transaction: Transaction, entry_id: int) -> tuple[Suggestion, ...]:
    """The suggestions of one entry, the oldest first."""
    wanted = _SUGGESTIONS.where(SuggestionRow.entry_id == entry_id).order_by(SuggestionRow.id)
    return tuple(_suggestion(*row) for row in transaction.execute(wanted))


def suggestions_by(transaction: Transaction, address: str, name: str) -> tuple[Suggestion, ...]:
    """What the holder of ``address`` and ``name`` suggested, under the name alone too; the oldest first."""
    nameless = and_(SuggestionRow.address == "", SuggestionRow.name.in_(_names(transaction, address, name)))
    theirs = or_(SuggestionRow.address == address, nameless)
    wanted = _SUGGESTIONS.where(theirs).order_by(SuggestionRow.id)
    return tuple(_suggestion(*row) for row in transaction.execute(wanted))


def answer_suggestion(
    transaction: Transaction, suggestion_id: int, state: SuggestionState, answer: str, now: datetime
) -> Suggestion:
    """Record what the curator answered, in place of an earlier answer."""
    statement = update(SuggestionRow).where(SuggestionRow.id == suggestion_id)
    transaction.execute(statement.values(state=state.value, answer=answer, answered_at=now))
    return suggestion_by_id(transaction, suggestion_id)


def suggested_by(transaction: Transaction) -> Mapping[int, tuple[str, ...]]:
    """By entry, who suggested it and was not declined, as the curator knows them; never the curator."""
    rows = transaction.scalars(select(SuggestionRow).where(_OPEN).order_by(SuggestionRow.id))
    names: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        if called := Colleague(row.address, row.name).called:
            names[row.entry_id].append(called)
    return {entry_id: tuple(called) for entry_id, called in names.items()}


def thanks_for(transaction: Transaction, entry_id: int) -> str:
    """Whom readers are told to thank for an entry: names, the first to suggest it first, or nobody."""
    names = select(SuggestionRow.name).where(
        _about(entry_id), _OPEN, SuggestionRow.thanked.is_(True), SuggestionRow.name != ""
    )
    return ", ".join(dict.fromkeys(transaction.scalars(names.order_by(SuggestionRow.id))))


def month_sent_in(transaction: Transaction, entry_id: int) -> Month | None:
    """The last month whose frozen issue, or older digest, had the entry or another of its story."""
    ours = select(func.max(IssueRow.month)).join(PickRow)
    month = transaction.scalar(ours.where(_FROZEN, PickRow.entry_id.in_(_story(entry_id))))
    if month is not None:
        return month_from_text(month)
    addresses = select(EntryRow.canonical_url).where(EntryRow.id.in_(_story(entry_id)))
    before = select(func.max(PastPickRow.issued_on)).where(PastPickRow.canonical_url.in_(addresses))
    issued_on = transaction.scalar(before)
    return Month(issued_on.year, issued_on.month) if issued_on else None


def is_suggester(transaction: Transaction, address: str) -> bool:
    """Whether the holder of ``address`` ever suggested something."""
    return transaction.scalar(select(SuggestionRow.id).where(SuggestionRow.address == address)) is not None


def months_thanking(transaction: Transaction, address: str, name: str) -> tuple[Month, ...]:
    """The months whose issue thanks the holder of ``address`` and ``name`` and cannot change, in order."""
    names = _names(transaction, address, name)
    picks = select(IssueRow.month, PickRow.suggested_by).join(PickRow).where(_FROZEN)
    months = {month for month, thanked in transaction.execute(picks) if are_thanked(thanked, names)}
    return tuple(month for text in sorted(months) if (month := month_from_text(text)))


def forget_suggester(transaction: Transaction, address: str, name: str, instead: str) -> None:
    """Erase who suggested what under ``address``, ``instead`` in its place; the entries stay.

    What was noted under their name alone goes too. Issues that may still change, and the log that could bring
    their picks back, thank them no more.
    """
    names = _names(transaction, address, name)
    nameless = SuggestionRow.address == "", SuggestionRow.name.in_(names)
    transaction.execute(delete(SuggestionRow).where(*nameless))
    theirs = update(SuggestionRow).where(SuggestionRow.address == address)
    transaction.execute(theirs.values(address=instead, name="", message="", answer="", thanked=False))
    drafts = select(IssueRow.id).where(~_FROZEN)
    for pick in transaction.scalars(select(PickRow).where(PickRow.issue_id.in_(drafts))):
        if are_thanked(pick.suggested_by, names):
            pick.suggested_by = thanks_for(transaction, pick.entry_id)
    decisions.thank_others(transaction, names, partial(thanks_for, transaction))


def _names(transaction: Transaction, address: str, name: str) -> frozenset[str]:
    """What the holder of ``address`` goes by: ``name`` when there is one, and those they suggested under."""
    names = transaction.scalars(select(SuggestionRow.name).where(SuggestionRow.address == address))
    return frozenset(filter(None, (name, *names)))


def _story(entry_id: int) -> Select[int]:
    """The entries of the story of an entry, itself among them."""
    story = select(EntryRow.story_id).where(EntryRow.id == entry_id).scalar_subquery()
    return select(EntryRow.id).where(or_(EntryRow.id == entry_id, EntryRow.story_id == story))


def _about(entry_id: int) -> ColumnElement[bool]:
    return SuggestionRow.entry_id.in_(_story(entry_id))


def _suggestion(row: SuggestionRow, title: str, url: str) -> Suggestion:
    return Suggestion(
        id=row.id,
        entry=row.entry_id,
        title=title,
        url=url,
        colleague=Colleague(row.address, row.name),
        message=row.message,
        thanked=row.thanked,
        state=SuggestionState(row.state),
        answer=row.answer,
        suggested_at=row.suggested_at,
        answered_at=row.answered_at,
    )
