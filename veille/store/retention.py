"""What of the material may go in time: texts that nobody chose. Everything else stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, union_all, update

from veille.model.entry import EntryState
from veille.store.engine import Transaction
from veille.store.tables import EntryRevisionRow, EntryRow, PickRow, ShareRow, SuggestionRow


def erase_texts(transaction: Transaction, before: datetime, at_most: int) -> int:
    """Erase the text, and what edits replaced, of so many undecided entries from before then; how many.

    Whatever was kept, dismissed, picked, suggested or shared keeps its text. So does every entry its title,
    its summary and its address: it is found, ranked and recognised as before.
    """
    chosen = union_all(
        select(PickRow.entry_id), select(SuggestionRow.entry_id), select(ShareRow.entry_id)
    ).subquery()
    undecided = select(EntryRow.id).where(
        EntryRow.sorted_at < before,
        EntryRow.state == EntryState.NEW.value,
        EntryRow.words > 0,  # how an erased one is known, see ``arrivals``: it has words and no text
        EntryRow.text != "",
        EntryRow.id.not_in(select(chosen.c.entry_id)),
    )
    ids = transaction.scalars(undecided.order_by(EntryRow.sorted_at).limit(at_most)).all()
    transaction.execute(delete(EntryRevisionRow).where(EntryRevisionRow.entry_id.in_(ids)))
    transaction.execute(update(EntryRow).where(EntryRow.id.in_(ids)).values(text=""))
    return len(ids)
