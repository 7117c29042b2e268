"""Full-text search by SQLite's own index, FTS5. Nothing typed is ever FTS5 syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from sqlalchemy import ColumnElement, Integer, Select, column, func, literal_column, select, table

from veille.store.engine import Transaction
from veille.store.tables import EntryRow
from veille.store.terms import Term, Terms

# The index does not fold these, nor should it: one letter stands for two. A beginning may end amid one.
_SPELLINGS = {
    "œ": ("œ", "oe"),
    "oe": ("oe", "œ"),
    "æ": ("æ", "ae"),
    "ae": ("ae", "æ"),
    "o": ("o", "œ"),
    "a": ("a", "æ"),
}
_LIGATURE = re.compile("(œ|oe|æ|ae)", re.IGNORECASE)
_LIGATURE_OR_ITS_BEGINNING = re.compile("(œ|oe|æ|ae|o$|a$)", re.IGNORECASE)
# Each of them doubles the spellings to look for.
_LIGATURES_AT_MOST = 4

# So many entries are sooner fetched and sorted than met on a walk through all; measured on 200,000.
_FEW = 2000


def holds(transaction: Transaction, terms: Terms) -> ColumnElement[bool]:
    """The condition that an entry holds what ``terms`` ask for."""
    # The plus keeps SQLite from fetching all that hold the words to sort them ("Query Optimizer Overview",
    # on terms disqualified by a unary "+"): it walks the entries from the newest on and stops at the limit.
    walked = literal_column("+entries.id", Integer)
    if not terms.wanted:
        return walked.not_in(_matching(_any_of(terms.excluded)))
    found = _matching(_expression(terms))
    are_few = _count(transaction, found.limit(_FEW + 1)) <= _FEW
    return (EntryRow.id if are_few else walked).in_(found)


def count(transaction: Transaction, terms: Terms) -> int:
    """How many entries hold what ``terms`` ask for, as the index alone knows."""
    if terms.wanted:
        return _count(transaction, _matching(_expression(terms)))
    return _count(transaction, select(EntryRow.id)) - _count(transaction, _matching(_any_of(terms.excluded)))


def _count(transaction: Transaction, ids: Select[int]) -> int:
    return transaction.scalars(select(func.count()).select_from(ids.subquery())).one()


def _matching(expression: str) -> Select[int]:
    found = select(column("rowid", Integer)).select_from(table("entries_fts"))
    return found.where(column("entries_fts").bool_op("MATCH")(expression))


def _expression(terms: Terms) -> str:
    wanted = " AND ".join(map(_spelt, terms.wanted))
    return f"({wanted}) NOT ({_any_of(terms.excluded)})" if terms.excluded else wanted


def _any_of(terms: tuple[Term, ...]) -> str:
    return " OR ".join(map(_spelt, terms))


def _spelt(term: Term) -> str:
    star = " *" if term.is_prefix else ""
    return "(" + " OR ".join(f'"{spelling}"{star}' for spelling in _spellings(term)) + ")"


def _spellings(term: Term) -> Iterator[str]:
    ligature = _LIGATURE_OR_ITS_BEGINNING if term.is_prefix else _LIGATURE
    # A group that captures makes every second piece a ligature.
    pieces = ligature.split(term.text, maxsplit=_LIGATURES_AT_MOST)
    choices = [_SPELLINGS[piece.lower()] if place % 2 else (piece,) for place, piece in enumerate(pieces)]
    return map("".join, product(*choices))
