"""Full-text search: what a person typed, as the entries that hold it. Accents and case never count.

What is typed is read by :mod:`veille.store.terms`; each kind of database has an index of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from veille.store import fts5, tsearch
from veille.store.engine import Transaction
from veille.store.terms import terms_of


def holds_words(transaction: Transaction, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that an entry holds what ``words`` ask for; state it after all cheaper ones.

    Each of ``words`` is an argument of the command line: one with a space in it is a phrase, unless it
    holds quotation marks of its own. Raises ``UsageError`` when there is no letter and no digit in them.
    """
    terms = terms_of(words)
    is_postgresql = transaction.get_bind().dialect.name == "postgresql"
    return tsearch.holds(transaction, terms) if is_postgresql else fts5.holds(transaction, terms)


def count_holding(transaction: Transaction, words: Sequence[str]) -> int:
    """How many entries hold what ``words`` ask for, as the index alone knows; ``UsageError`` as above."""
    terms = terms_of(words)
    is_postgresql = transaction.get_bind().dialect.name == "postgresql"
    return tsearch.count(transaction, terms) if is_postgresql else fts5.count(transaction, terms)
