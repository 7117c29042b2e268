"""The orders that only listen: the list, ten lines at a time, and the entries in it."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from veille.cli.front import House
from veille.cli.linear import sentences
from veille.cli.linear.manual import (
    Chapter,
    Command,
    command_named,
    help_on,
    help_on_chapter,
    introduction,
)
from veille.cli.linear.orders import Order, Reference
from veille.curate.listing import Order as ListOrder
from veille.curate.listing import Row
from veille.curate.session import Session
from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.suggestion import Suggestion

# Answers an order, sentence by sentence.
Answer = Callable[[Order], Iterator[str]]

_LINES_A_PAGE = 10
# A minute and a half of a voice.
_CHARACTERS_A_READING = 1200


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line: an entry, how many others are folded under it, and what a colleague says of it."""

    entry: int
    others: int
    suggestion: Suggestion | None


class Reading:
    """The list read last, how far it was read, and the text being read."""

    def __init__(self, house: House, session: Session) -> None:
        self._house = house
        self._session = session
        self._lines: tuple[Line, ...] = ()
        self._first = 0
        self._query = ""
        self._order = ListOrder.RANKED
        self._unread: tuple[str, ...] = ()
        self.answers: Mapping[Command, Answer] = {
            Command.LIST: self._list,
            Command.NEXT: self._next,
            Command.PREVIOUS: self._previous,
            Command.FILTER: self._filter,
            Command.ORDER: self._change_order,
            Command.READ: self._read,
            Command.MORE: self._more,
            Command.STORY: self._story,
            Command.OPEN: self._open,
            Command.PAST: self._past,
            Command.COUNTERS: self._counters,
            Command.HELP: self._help,
        }

    def entry_of(self, reference: Reference) -> int:
        """The entry that ``reference`` means. ``VeilleError`` when it is not on the desk."""
        number = reference.number if reference.is_entry else self.line_of(reference).entry
        return self._session.candidate(number).entry.id

    def entries_of(self, references: Iterable[Reference]) -> list[int]:
        """The entries that ``references`` mean, all there before anything is done with the first."""
        return list(dict.fromkeys(self.entry_of(reference) for reference in references))

    def line_of(self, reference: Reference) -> Line:
        """The line of the list read last. ``UsageError`` when it has no such line."""
        if reference.is_entry:
            found = [line for line in self._lines if line.entry == reference.number]
        else:
            found = list(self._lines[reference.number - 1 : reference.number] if reference.number else ())
        if not found:
            raise UsageError(
                _("The list read last has no line {number}.").format(number=reference.number),
                hint=_("Hear it again: list"),
            )
        return found[0]

    def read_out(self, lines: tuple[Line, ...]) -> Iterator[str]:
        """The first ten of ``lines``, which are the list from now on."""
        self._lines = lines
        yield from self._page(0)

    def _page(self, first: int) -> Iterator[str]:
        if not self._lines:
            yield _("Nothing is listed")
            return
        self._first = first
        page = self._lines[first : first + _LINES_A_PAGE]
        count = len(self._lines)
        if len(page) == count:
            yield ngettext("{count} line", "{count} lines", count).format(count=count)
        else:
            last = first + len(page)
            yield _("Lines {first} to {last} of {count}").format(first=first + 1, last=last, count=count)
        for number, line in enumerate(page, first + 1):
            yield self._in_words(number, line)

    def _in_words(self, number: int, line: Line) -> str:
        if line.suggestion is not None:
            return sentences.suggestion_in_words(number, line.suggestion, self._language_of(line.entry))
        self._session.look_at(line.entry)
        row = Row(self._session.candidate(line.entry), line.others, is_member=False)
        return sentences.row_in_words(number, row, self._session, self._house.settings)

    def _language_of(self, entry: int) -> str:
        try:
            return self._session.candidate(entry).entry.language
        except RuleError:  # proposed since the desk was opened
            return ""

    def _list(self, _order: Order) -> Iterator[str]:
        listing = self._session.listing(self._query, self._order)
        if listing.complaint:
            yield listing.complaint
        if self._query:
            yield _("Filter: {query}").format(query=self._query)
        yield from self.read_out(
            tuple(Line(row.candidate.entry.id, row.others, None) for row in listing.rows)
        )

    def _next(self, order: Order) -> Iterator[str]:
        if not self._lines:
            yield from self._list(order)
        elif self._first + _LINES_A_PAGE < len(self._lines):
            yield from self._page(self._first + _LINES_A_PAGE)
        else:
            yield _("That was the last line")

    def _previous(self, _order: Order) -> Iterator[str]:
        yield from self._page(max(0, self._first - _LINES_A_PAGE))

    def _filter(self, order: Order) -> Iterator[str]:
        self._query = order.text
        yield from self._list(order)

    def _change_order(self, order: Order) -> Iterator[str]:
        if self._order is ListOrder.RANKED:
            self._order = ListOrder.CHRONOLOGICAL
            yield _("The newest first")
        else:
            self._order = ListOrder.RANKED
            yield _("The best first")
        yield from self._list(order)

    def _read(self, order: Order) -> Iterator[str]:
        entry = self.entry_of(order.references[0])
        self._session.look_at(entry)
        candidate = self._session.candidate(entry)
        yield from sentences.entry_in_words(candidate, self._session, self._house.settings)
        self._unread = tuple((self._session.text(entry) or candidate.entry.summary).splitlines())
        yield from self._read_on(sentences.address_in_words(candidate.entry.url))

    def _more(self, _order: Order) -> Iterator[str]:
        if not self._unread:
            yield _("There is no more text")
        yield from self._read_on()

    def _read_on(self, *last: str) -> Iterator[str]:
        read = 0
        while self._unread and read < _CHARACTERS_A_READING:
            paragraph, *unread = self._unread
            self._unread = tuple(unread)
            read += len(paragraph)
            yield paragraph
        yield from last
        if self._unread:
            yield _("The text goes on: more")

    def _story(self, order: Order) -> Iterator[str]:
        entry = self.entry_of(order.references[0])
        story = self._session.candidate(entry).story
        rows = self._session.listing("", self._order, opened={story}).rows
        others = [row for row in rows if row.candidate.story == story and row.candidate.entry.id != entry]
        for row in others:
            told = sentences.row_in_words(
                f"#{row.candidate.entry.id}", row, self._session, self._house.settings
            )
            yield told
        if not others:
            yield _("It stands alone on its story")

    def _open(self, order: Order) -> Iterator[str]:
        entries = self.entries_of(order.references) or self._kept()
        urls = [url for entry in entries if (url := self._session.candidate(entry).entry.url)]
        unopened = [url for url in urls if not webbrowser.open(url)]
        yield _("Opened in the browser: {count}").format(count=len(urls) - len(unopened))
        for url in unopened:
            yield sentences.address_in_words(url)

    def _kept(self) -> list[int]:
        kept = self._session.listing("state:kept", self._order).rows
        stories = {row.candidate.story for row in kept}
        unfolded = self._session.listing("state:kept", self._order, opened=stories).rows
        return [row.candidate.entry.id for row in unfolded]

    def _past(self, order: Order) -> Iterator[str]:
        found = self._session.past_picks(order.text)
        yield ngettext("{count} past pick", "{count} past picks", len(found)).format(count=len(found))
        for past in found[:_LINES_A_PAGE]:
            yield sentences.past_in_words(past)
        if len(found) == 1:
            yield sentences.address_in_words(found[0].url)
        if len(found) > _LINES_A_PAGE:
            yield _("These were the newest: with more words there are fewer")

    def _counters(self, _order: Order) -> Iterator[str]:
        yield from sentences.counters_in_words(self._session, self._house.settings)

    def _help(self, order: Order) -> Iterator[str]:
        command = command_named(order.text)
        if command is not None:
            yield help_on(command)
        elif order.text in {str(chapter.value) for chapter in Chapter}:
            yield from help_on_chapter(Chapter(int(order.text)))
        else:
            yield from introduction()
