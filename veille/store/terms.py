"""What a person typed to search, as the words and phrases that it asks for.

Words are all wanted, "quoted words" in their order, ``word*`` as a beginning, ``-word`` not at all; whatever
else stands in the text is punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.model.plaintext import one_line

_QUOTATION_MARKS = str.maketrans(dict.fromkeys("«»“”„", '"'))
_TERM = re.compile(r'(-?)("[^"]*"\*?|\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several that follow each other; ``is_prefix`` when the last of them is only a beginning."""

    text: str
    is_quoted: bool
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What must all be there, and what must not, none of it; one may be empty, and neither has repeats."""

    wanted: tuple[Term, ...]
    excluded: tuple[Term, ...]


def terms_of(words: Sequence[str]) -> Terms:
    """What ``words`` ask for. Each is an argument of the command line: one with a space in it is a phrase.

    Raises ``UsageError`` when there is no letter and no digit in them.
    """
    # An order of their own is lost without harm, and a word typed a thousand times is one word.
    found = dict.fromkeys(_read(words))
    if not found:
        raise UsageError(
            _("There is no word to search for in “{words}”.").format(words=one_line(" ".join(words))),
            hint=_("Example: veille entries search médiation billetterie"),
        )
    return Terms(
        wanted=tuple(term for is_excluded, term in found if not is_excluded),
        excluded=tuple(term for is_excluded, term in found if is_excluded),
    )


def _read(words: Sequence[str]) -> Iterator[tuple[bool, Term]]:
    line = " ".join(_quoted(one_line(word).translate(_QUOTATION_MARKS)) for word in words)
    for minus, written in _TERM.findall(line):
        text = written.replace('"', " ").strip()
        if any(character.isalnum() for character in text):
            term = Term(text.rstrip("* "), is_quoted='"' in written, is_prefix=text.endswith("*"))
            yield bool(minus), term


def _quoted(word: str) -> str:
    """``word`` in quotation marks when it is several words without them."""
    if len(word.split()) < 2 or word.count('"') > 1:
        return word
    bare = word.replace('"', " ").strip()
    return f'-"{bare[1:]}"' if re.match(r"-\S", bare) else f'"{bare}"'
