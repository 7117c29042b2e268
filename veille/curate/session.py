"""A sitting at the desk: the month's material as it stands, kept in step with every act.

The picking screen and its linear twin show what is here and act through it; they decide nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from veille.clock import Clock
from veille.curate import suggestions
from veille.curate.desk import Change, Desk
from veille.curate.listing import Candidate, Order, Row, rows_of
from veille.curate.query import query_from_text
from veille.curate.ranking import coverage
from veille.curate.suggestions import Declined
from veille.curate.wording import words_of_act
from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.decision import Decision
from veille.model.entry import Entry, EntryState
from veille.model.history import PastPick
from veille.model.issue import Issue, Tray, empty_tray
from veille.model.month import Month
from veille.model.suggestion import Suggestion, SuggestionState
from veille.store import entries as entry_queries
from veille.store import history
from veille.store import issues as issue_queries
from veille.store import suggestions as suggestion_queries


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines to show, and what of the query was not understood (empty: all was)."""

    rows: tuple[Row, ...]
    complaint: str


@dataclass(frozen=True, slots=True)
class Counters:
    """Where the curator stands. The maps count the common picks by theme, source and language.

    ``covered_percent`` estimates how much of what he would pick lies among what he has seen.
    """

    received: int
    seen: int
    kept: int
    covered_percent: int
    filled: int
    themes: Mapping[str, int]
    sources: Mapping[str, int]
    languages: Mapping[str, int]


class Session:
    """The material of one month, in rank order, and the acts on it.

    Acts give a sentence that says what was done, and raise ``RuleError`` when the session is ``readonly``:
    that text says who holds the desk, and is empty for whoever does.
    """

    def __init__(
        self, desk: Desk, clock: Clock, candidates: Sequence[Candidate], issue: Issue | None, readonly: str
    ) -> None:
        self.issue = issue
        self.readonly = readonly
        self._desk = desk
        self._clock = clock
        self._candidates = {candidate.entry.id: candidate for candidate in candidates}
        # Set aside in an earlier sitting; what is set aside in this one stays in sight.
        self._hidden = frozenset(
            candidate.entry.id for candidate in candidates if candidate.entry.state is EntryState.DISMISSED
        )

    @property
    def month(self) -> Month:
        return self._desk.month

    @property
    def tray(self) -> Tray:
        """The issue's slots; empty ones before the first pick begins the issue."""
        return self.issue.tray if self.issue else empty_tray(self._desk.settings.digest.links)

    def candidate(self, entry_id: int) -> Candidate:
        """What stands on the desk under that number; ``RuleError`` when nothing does."""
        if entry_id not in self._candidates:
            raise RuleError(
                _("Entry {id} is not among this month's.").format(id=entry_id),
                hint=_("Pick it by its number: veille pick add {id}").format(id=entry_id),
            )
        return self._candidates[entry_id]

    def text(self, entry_id: int) -> str:
        """The fullest text its feed gave, one paragraph a line; may be empty."""
        with self._desk.store.transaction() as transaction:
            return entry_queries.entry_text(transaction, entry_id)

    def listing(self, query_text: str, order: Order, opened: Collection[int] = ()) -> Listing:
        """The lines that ``query_text`` asks for; see ``listing.rows_of``."""
        query = query_from_text(query_text, self._clock.now())
        complaint, holding = query.complaint, None
        if query.words:
            try:
                with self._desk.store.transaction() as transaction:
                    holding = entry_queries.ids_holding(transaction, query.words)
            except UsageError as error:  # nothing but punctuation so far
                complaint = error.message
        hidden = () if query.state is EntryState.DISMISSED else self._hidden
        candidates = tuple(self._candidates.values())
        rows = rows_of(candidates, query, order, holding=holding, hidden=hidden, opened=opened)
        return Listing(rows, complaint)

    def counters(self) -> Counters:
        """Where the curator stands now."""
        entries = [candidate.entry for candidate in self._candidates.values()]
        seen = {entry.id for entry in entries if entry.seen_at is not None}
        common = [slot.common for slot in self.tray.slots if slot.common is not None]
        return Counters(
            received=len(entries),
            seen=len(seen),
            kept=sum(entry.state is EntryState.KEPT for entry in entries),
            covered_percent=coverage([candidate.ranked for candidate in self._candidates.values()], seen),
            filled=len(common),
            themes=Counter(pick.theme for pick in common),
            sources=Counter(pick.source for pick in common),
            languages=Counter(pick.language for pick in common),
        )

    def slots_of(self, entry_id: int) -> tuple[int, ...]:
        """The numbers of the slots in which an entry stands, for everybody or a segment."""
        return tuple(
            dict.fromkeys(slot for slot, _segment, pick in self.tray.picks() if pick.entry == entry_id)
        )

    def look_at(self, entry_id: int) -> None:
        """Remember that the curator has seen an entry; not an act, so not undone."""
        candidate = self.candidate(entry_id)
        if candidate.entry.seen_at is None and not self.readonly:
            now = self._clock.now()
            with self._desk.store.transaction() as transaction:
                entry_queries.mark_seen(transaction, entry_id, now)
            self._take_in([replace(candidate.entry, seen_at=now)])

    def keep(self, entry_id: int) -> str:
        """Keep an entry, or take that back."""
        return self._toggle(entry_id, EntryState.KEPT, self._desk.keep, _("Kept: {title}"))

    def dismiss(self, entry_id: int) -> str:
        """Set an entry aside, or take that back."""
        return self._toggle(entry_id, EntryState.DISMISSED, self._desk.dismiss, _("Set aside: {title}"))

    def dismiss_story(self, entry_id: int) -> str:
        """Set an entry aside with all the others of its story."""
        self._refuse_readonly()
        story = self.candidate(entry_id).story
        members = [number for number, candidate in self._candidates.items() if candidate.story == story]
        self._take_in(self._desk.dismiss(members))
        return _("Set aside: the {count} entries of this story.").format(count=len(members))

    def group(self, entry_ids: Sequence[int]) -> str:
        """Make one story of entries."""
        self._refuse_readonly()
        self._take_in(self._desk.group(entry_ids))
        return _("Grouped with: {title}").format(title=self.candidate(entry_ids[0]).entry.title)

    def ungroup(self, entry_id: int) -> str:
        """Take the story of an entry apart."""
        self._refuse_readonly()
        self._take_in(self._desk.ungroup(entry_id))
        return _("Taken apart: {title}").format(title=self.candidate(entry_id).entry.title)

    def set_theme(self, entry_id: int, theme: str) -> str:
        """File an entry, and its picks, under a configured theme."""
        self._refuse_readonly()
        self._take_in([self._desk.set_theme(entry_id, theme)])
        self._take_in_issue()
        return _("Theme: {theme}").format(theme=theme)

    def pick(self, entry_id: int, slot: int | None = None, segment: str | None = None) -> str:
        """Put an entry in a slot, or in the first free one; see ``Desk.pick``."""
        change = self._change(lambda: self._desk.pick(entry_id, slot, segment))
        title = self.candidate(entry_id).entry.title
        if change.removed is None:
            return _("Slot {slot}: {title}").format(slot=change.slot, title=title)
        said = _("Slot {slot}: {title}. Gave way: {removed}")
        return said.format(slot=change.slot, title=title, removed=change.removed.title)

    def remove(self, slot: int, segment: str | None = None) -> str:
        """Empty a slot, or take away a segment's variant."""
        change = self._change(lambda: self._desk.remove(slot, segment))
        return _("Taken out: {title}").format(title=change.removed.title if change.removed else "")

    def move(self, first: int, second: int) -> str:
        """Exchange two slots."""
        self._change(lambda: self._desk.move(first, second))
        return _("Slots {first} and {second} exchanged.").format(first=first, second=second)

    def note(self, slot: int, segment: str | None, text: str) -> str:
        """Say why a pick matters, to everybody or to a segment."""
        self._change(lambda: self._desk.note(slot, segment, text))
        return _("Note saved.")

    def edit(self, *, title: str | None = None, intro: str | None = None) -> str:
        """Change the words around the links, of an issue that exists."""
        self._refuse_readonly()
        self.issue = self._desk.edit(title=title, intro=intro)
        return _("Saved.")

    def undo(self) -> str:
        """Take back the newest act of the month that still holds."""
        return self._turn(self._desk.undo, _("Undone: {act}"))

    def redo(self) -> str:
        """Do again what was undone last."""
        return self._turn(self._desk.redo, _("Done again: {act}"))

    def suggestions(self) -> tuple[Suggestion, ...]:
        """What colleagues proposed and wait to hear about, the newest first."""
        with self._desk.store.transaction() as transaction:
            return suggestion_queries.all_suggestions(transaction, SuggestionState.PENDING)

    def accept(self, suggestion_id: int) -> str:
        """Keep what a colleague proposed. Undoing brings the entry back, not the answer."""
        self._refuse_readonly()
        suggestion = suggestions.accept(self._desk, suggestion_id, self._clock.now())
        with self._desk.store.transaction() as transaction:
            self._take_in(entry_queries.entries_by_id(transaction, [suggestion.entry]))
        return _("Kept: {title}").format(title=suggestion.title)

    def decline(self, suggestion_id: int, reason: str) -> Declined:
        """Decline a suggestion; gives the answer for its colleague. ``UsageError`` without a reason."""
        self._refuse_readonly()
        now = self._clock.now()
        return suggestions.decline(self._desk.store, self._desk.settings, suggestion_id, reason, now)

    def past_picks(self, text: str) -> tuple[PastPick, ...]:
        """The past picks that hold the words of ``text``, the newest first; all of them when it is empty."""
        with self._desk.store.transaction() as transaction:
            return history.search_past(transaction, text.split())

    def refresh_issue(self) -> None:
        """Take in what another command did to the issue, such as its approval."""
        self._take_in_issue()

    def _toggle(
        self,
        entry_id: int,
        state: EntryState,
        mark: Callable[[Collection[int]], tuple[Entry, ...]],
        said: str,
    ) -> str:
        self._refuse_readonly()
        entry = self.candidate(entry_id).entry
        if entry.state is state:
            self._take_in(self._desk.unmark([entry_id]))
            return _("Back among the undecided: {title}").format(title=entry.title)
        self._take_in(mark([entry_id]))
        return said.format(title=entry.title)

    def _change(self, act: Callable[[], Change]) -> Change:
        self._refuse_readonly()
        change = act()
        self.issue = change.issue
        return change

    def _turn(self, turn: Callable[[], Decision], said: str) -> str:
        self._refuse_readonly()
        decision = turn()
        here = decision.after.entry_ids & self._candidates.keys()
        with self._desk.store.transaction() as transaction:
            self._take_in(entry_queries.entries_by_id(transaction, sorted(here)))
        self._take_in_issue()
        return said.format(act=words_of_act(decision))

    def _take_in(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.id in self._candidates:
                self._candidates[entry.id] = replace(self._candidates[entry.id], entry=entry)

    def _take_in_issue(self) -> None:
        with self._desk.store.transaction() as transaction:
            self.issue = issue_queries.issue_of(transaction, self.month)

    def _refuse_readonly(self) -> None:
        if self.readonly:
            raise RuleError(self.readonly)
