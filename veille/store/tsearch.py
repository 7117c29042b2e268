"""Full-text search by PostgreSQL's own: French and English words by their stems, accents folded by unaccent.

What is looked up stands in the column ``document`` of the entries, which the server keeps: every word as it
is written, then its stem in the language of the entry. A beginning and a phrase are looked for as written.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TSQUERY, TSVECTOR

from veille.store.engine import Transaction
from veille.store.tables import EntryRow
from veille.store.terms import Term, Terms

_DOCUMENT = literal_column("entries.document", TSVECTOR)
# The server takes words apart as it took those of the entries apart.
_QUERIES = text(
    """
    SELECT phraseto_tsquery('simple', words)::text,
        phraseto_tsquery('french', words)::text,
        phraseto_tsquery('english', words)::text
    FROM unnest(:texts) WITH ORDINALITY AS typed (typed, place),
        LATERAL veille_words(typed) AS words
    ORDER BY place
    """
).bindparams(bindparam("texts", type_=ARRAY(TEXT)))


def holds(transaction: Transaction, terms: Terms) -> ColumnElement[bool]:
    """The condition that an entry holds what ``terms`` ask for."""
    wanted = " & ".join(_queries(transaction, terms.wanted))
    excluded = " | ".join(_queries(transaction, terms.excluded))
    query = " & ".join(filter(None, (wanted, excluded and f"!({excluded})")))
    return _DOCUMENT.bool_op("@@")(bindparam(None, query, type_=TSQUERY))


def count(transaction: Transaction, terms: Terms) -> int:
    """How many entries hold what ``terms`` ask for."""
    holding = holds(transaction, terms)
    return transaction.scalars(select(func.count()).select_from(EntryRow).where(holding)).one()


def _queries(transaction: Transaction, terms: Sequence[Term]) -> list[str]:
    """What each of ``terms`` is to the server; those without a word for it are left out."""
    if not terms:
        return []
    rows = transaction.execute(_QUERIES, {"texts": [term.text for term in terms]})
    found = (_query(term, *row) for term, row in zip(terms, rows, strict=True))
    return [query for query in found if query]


def _query(term: Term, written: str, french: str, english: str) -> str:
    """One term, from what the server reads in it: as it is ``written``, and its stems, "" for a stop word."""
    if term.is_prefix:
        return written and f"{written}:*"
    is_phrase = term.is_quoted or "<->" in written
    spellings = dict.fromkeys([written] if is_phrase else [written, french, english])
    either = " | ".join(filter(None, spellings))
    return either and f"({either})"
