"""Full-text search: what a person typed, as the entries that hold it.

Words are all wanted, "quoted words" in their order, ``word*`` as a beginning, ``-word`` not at all; whatever
else stands in the text is punctuation. Accents and case never count: the index folds them. Nothing typed is
ever FTS5 syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy import ColumnElement, Integer, Select, column, func, literal_column, select, table

from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.model.plaintext import one_line
from veille.store.engine import Transaction
from veille.store.tables import EntryRow

_QUOTATION_MARKS = str.maketrans(dict.fromkeys("«»“”„", '"'))
_TERM = re.compile(r'(-?)("[^"]*"\*?|\S+)')

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


@dataclass(frozen=True, slots=True)
class _Term:
    """A word, or several that follow each other; ``is_prefix`` when the last of them is only a beginning."""

    text: str
    is_prefix: bool
    is_excluded: bool


def holds_words(transaction: Transaction, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that an entry holds what ``words`` ask for; state it after all cheaper ones.

    Each of ``words`` is an argument of the command line: one with a space in it is a phrase, unless it
    holds quotation marks of its own. Raises ``UsageError`` when there is no letter and no digit in them.
    """
    wanted, excluded = _expressions(words)
    # The plus keeps SQLite from fetching all that hold the words to sort them ("Query Optimizer Overview",
    # on terms disqualified by a unary "+"): it walks the entries from the newest on and stops at the limit.
    walked = literal_column("+entries.id", Integer)
    if not wanted:
        return walked.not_in(_matching(excluded))
    found = _matching(wanted, excluded)
    are_few = _count(transaction, found.limit(_FEW + 1)) <= _FEW
    return (EntryRow.id if are_few else walked).in_(found)


def count_holding(transaction: Transaction, words: Sequence[str]) -> int:
    """How many entries hold what ``words`` ask for, as the index alone knows; ``UsageError`` as above."""
    wanted, excluded = _expressions(words)
    if wanted:
        return _count(transaction, _matching(wanted, excluded))
    return _count(transaction, select(EntryRow.id)) - _count(transaction, _matching(excluded))


def _expressions(words: Sequence[str]) -> tuple[str, str]:
    """What FTS5 is to find, and what it is to leave out; one of them may be empty."""
    terms = tuple(_terms(words))
    if not terms:
        raise UsageError(
            _("There is no word to search for in “{words}”.").format(words=one_line(" ".join(words))),
            hint=_("Example: veille entries search médiation billetterie"),
        )
    wanted = " AND ".join(_expression(term) for term in terms if not term.is_excluded)
    excluded = " OR ".join(_expression(term) for term in terms if term.is_excluded)
    return wanted, excluded


def _count(transaction: Transaction, ids: Select[int]) -> int:
    return transaction.scalars(select(func.count()).select_from(ids.subquery())).one()


def _matching(wanted: str, excluded: str = "") -> Select[int]:
    expression = f"({wanted}) NOT ({excluded})" if excluded else wanted
    found = select(column("rowid", Integer)).select_from(table("entries_fts"))
    return found.where(column("entries_fts").bool_op("MATCH")(expression))


def _terms(words: Sequence[str]) -> Iterator[_Term]:
    line = " ".join(_quoted(one_line(word).translate(_QUOTATION_MARKS)) for word in words)
    for minus, quoted in _TERM.findall(line):
        text = quoted.replace('"', " ").strip()
        if any(character.isalnum() for character in text):
            yield _Term(text, is_prefix=text.endswith("*"), is_excluded=bool(minus))


def _quoted(word: str) -> str:
    """``word`` in quotation marks when it is several words without them."""
    if len(word.split()) < 2 or word.count('"') > 1:
        return word
    bare = word.replace('"', " ").strip()
    return f'-"{bare[1:]}"' if re.match(r"-\S", bare) else f'"{bare}"'


def _expression(term: _Term) -> str:
    star = " *" if term.is_prefix else ""
    return "(" + " OR ".join(f'"{spelling}"{star}' for spelling in _spellings(term)) + ")"


def _spellings(term: _Term) -> Iterator[str]:
    text = term.text.rstrip("* ")
    ligature = _LIGATURE_OR_ITS_BEGINNING if term.is_prefix else _LIGATURE
    # A group that captures makes every second piece a ligature.
    pieces = ligature.split(text, maxsplit=_LIGATURES_AT_MOST)
    choices = [_SPELLINGS[piece.lower()] if place % 2 else (piece,) for place, piece in enumerate(pieces)]
    return map("".join, product(*choices))
