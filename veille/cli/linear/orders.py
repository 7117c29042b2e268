"""What the curator types at the linear desk: an order, in English or in French. Pure.

Both languages are understood whatever the language of the answers, so that an order learnt once stays good.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from veille.cli.linear.manual import WORDS, Command, command_named, form_of
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, search_key

_LINE = r"(?P<lines>#?[0-9]{1,9})"
_AND_LINE = r"(?:\s*[-,]\s*|\s+(?:(?:and|et)\s+)?)#?[0-9]{1,9}"
_LINES = f"(?P<lines>#?[0-9]{{1,9}}(?:{_AND_LINE})*)"
_TWO_LINES = f"(?P<lines>#?[0-9]{{1,9}}(?:{_AND_LINE})+)"
_SLOT = r"(?:(?:slot|place)\s+)?(?P<slot>[0-9]{1,2})"
_FOR = r"(?:\s+(?:for|pour)\s+(?P<segment>\S+))?"
_TEXT = r"(?P<text>.*)"
_FORMS: dict[Command, str] = {
    Command.FILTER: _TEXT,
    Command.READ: _LINE,
    Command.STORY: _LINE,
    Command.OPEN: f"(?:{_LINES})?",
    Command.KEEP: _LINES,
    Command.DISMISS: _LINES,
    Command.DISMISS_STORY: _LINE,
    Command.GROUP: _TWO_LINES,
    Command.UNGROUP: _LINE,
    Command.THEME: rf"{_LINE}\s+(?P<text>\S+)",
    Command.ADD: rf"{_LINE}(?:\s+(?:slot|place)\s+(?P<slot>[0-9]{{1,2}}))?{_FOR}",
    Command.REMOVE: _SLOT + _FOR,
    Command.MOVE: rf"{_SLOT}\s+(?:(?:and|to|et|vers)\s+)?(?P<other>[0-9]{{1,2}})",
    Command.TRAY: f"(?:{_SLOT})?",
    Command.NOTE: rf"{_SLOT}\b\s*{_TEXT}",
    Command.ERASE: rf"{_SLOT}{_FOR}|(?P<name>[^\W0-9]+)",
    Command.TITLE: _TEXT,
    Command.INTRO: _TEXT,
    Command.PAST: _TEXT,
    Command.ACCEPT: _LINE,
    Command.DECLINE: rf"{_LINE}\b\s*:?\s*{_TEXT}",
    Command.OVERRIDE: r"(?P<name>[a-z][a-z0-9-]*)\s*:?\s*(?P<text>.*)",
    Command.PREVIEW: r"(?P<segment>\S+)?",
    Command.HELP: _TEXT,
}
_ADDRESSED = re.compile(r"(?:for|pour)\s+(?P<segment>[^\s:]+)(?P<rest>.*)", re.IGNORECASE)
_RANGE = re.compile(r"(#?)([0-9]+)(?:\s*-\s*([0-9]+))?")
_LINES_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """What a number means: a line of the list read last, or with ``#`` an entry."""

    number: int
    is_entry: bool


@dataclass(frozen=True, slots=True)
class Order:
    """An order understood. What its command does not take is empty, or None.

    ``slots`` are one, or the two that change places; ``segment`` and ``text`` are as they were typed;
    ``name`` is the code of a rule.
    """

    command: Command
    references: tuple[Reference, ...] = ()
    slots: tuple[int, ...] = ()
    segment: str | None = None
    name: str = ""
    text: str = ""


def order_from_text(typed: str, segments: Collection[str]) -> Order:
    """The order in ``typed``. An empty line is ``next``, a number alone is ``read``.

    ``segments`` are the names by which a note can be addressed to some. ``UsageError`` says what was not
    understood.
    """
    text = one_line(typed)
    if not text:
        return Order(Command.NEXT)
    if text[0] in "#0123456789":
        return _order(Command.READ, text, segments)
    word, *rest = text.split(maxsplit=1)
    command = command_named(word)
    if command is None:
        raise UsageError(_("“{word}” is not an order.").format(word=word), hint=_did_you_mean(word))
    return _order(command, "".join(rest), segments)


def _order(command: Command, rest: str, segments: Collection[str]) -> Order:
    match = re.fullmatch(_FORMS.get(command, ""), rest, re.IGNORECASE)
    if match is None:
        raise UsageError(
            _("This order is not complete, or has too much."),
            hint=_("Write it so: {form}").format(form=form_of(command)),
        )
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    segment, text = found.get("segment"), found.get("text", "")
    if command is Command.NOTE:
        segment, text = _addressed(text, segments)
    return Order(
        command,
        references=tuple(_references(found.get("lines", ""))),
        slots=tuple(int(found[name]) for name in ("slot", "other") if name in found),
        segment=segment,
        name=found.get("name", "").lower(),
        text=text,
    )


def _addressed(text: str, segments: Collection[str]) -> tuple[str | None, str]:
    """To whom a note is addressed, and its words: “for publics: …”, but not “for once, …”."""
    match = _ADDRESSED.fullmatch(text)
    if match is not None:
        rest = match["rest"].strip()
        if search_key(match["segment"]) in segments or not rest:
            return match["segment"], rest.removeprefix(":").strip()
    return None, text.removeprefix(":").strip()


def _references(text: str) -> Iterator[Reference]:
    for mark, first, last in _RANGE.findall(text):
        numbers = range(int(first), int(last or first) + 1)
        if len(numbers) > _LINES_AT_MOST:
            raise UsageError(_("{count} at once are too many.").format(count=len(numbers)))
        yield from (Reference(number, is_entry=bool(mark)) for number in numbers)


def _did_you_mean(word: str) -> str:
    near = difflib.get_close_matches(search_key(word), [known for known in WORDS if len(known) > 2], n=1)
    if near:
        return _("Did you mean “{word}”? All the orders: help").format(word=near[0])
    return _("All the orders: help")
