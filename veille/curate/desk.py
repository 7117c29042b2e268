"""The desk: the curator's acts on a month's material, each one transaction, recorded, and undone at will.

The picking screen, its linear twin and the scripted commands all act through it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from veille.clock import Clock
from veille.curate import slots
from veille.errors import FrozenError, RuleError
from veille.i18n import gettext as _
from veille.model.decision import Act, Decision, IssueWords, Values
from veille.model.entry import Entry, EntryState
from veille.model.issue import Issue, IssueStatus, Pick, month_to_work_on, pick_from_entry
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, Transaction, decisions
from veille.store import entries as entry_queries
from veille.store import issues as issue_queries
from veille.store.suggestions import thanks_for


@dataclass(frozen=True, slots=True)
class Change:
    """An issue after an act; ``slot`` is where it happened, ``removed`` the pick that gave way."""

    issue: Issue
    slot: int
    removed: Pick | None


class Desk:
    """What the curator does while working on ``month``.

    Whatever touches the issue raises ``FrozenError`` once it is approved or sent. An act that changes
    nothing is not recorded.
    """

    def __init__(self, store: Store, settings: Settings, month: Month, clock: Clock) -> None:
        self.store = store
        self.settings = settings
        self.month = month
        self._clock = clock

    def keep(self, entry_ids: Collection[int]) -> tuple[Entry, ...]:
        """Keep entries for a pick to come; gives them as they are now."""
        return self._mark(Act.KEEP, entry_ids, EntryState.KEPT)

    def dismiss(self, entry_ids: Collection[int]) -> tuple[Entry, ...]:
        """Set entries aside; gives them as they are now."""
        return self._mark(Act.DISMISS, entry_ids, EntryState.DISMISSED)

    def unmark(self, entry_ids: Collection[int]) -> tuple[Entry, ...]:
        """Take back what was decided about entries; gives them as they are now."""
        return self._mark(Act.UNMARK, entry_ids, EntryState.NEW)

    def set_theme(self, entry_id: int, theme: str) -> Entry:
        """File an entry under ``theme``, a configured one, and its picks in the issue with it."""
        with self.store.transaction() as transaction:
            entry = entry_queries.entry_by_id(transaction, entry_id)
            before, after = Values(themes={entry_id: entry.theme}), Values(themes={entry_id: theme})
            issue = issue_queries.issue_of(transaction, self.month)
            if issue is not None and any(pick.entry == entry_id for _n, _s, pick in issue.tray.picks()):
                before = replace(before, tray=issue.tray)
                after = replace(after, tray=slots.with_theme(issue.tray, entry_id, theme))
            self._decide(transaction, Decision(Act.THEME, entry.title, before, after))
            return replace(entry, theme=theme)

    def group(self, entry_ids: Collection[int]) -> tuple[Entry, ...]:
        """Make one story of entries and of all that is in theirs; gives them as they are now."""
        with self.store.transaction() as transaction:
            members = entry_queries.entries_with_their_stories(transaction, entry_ids)
            name = min(member.story or member.id for member in members)
            return self._file(transaction, Act.GROUP, members, lambda _member: name)

    def ungroup(self, entry_id: int) -> tuple[Entry, ...]:
        """Take the story of an entry apart, for good; gives its former members as they are now."""
        with self.store.transaction() as transaction:
            members = entry_queries.entries_with_their_stories(transaction, [entry_id])
            return self._file(transaction, Act.UNGROUP, members, lambda member: member.id)

    def pick(self, entry_id: int, slot: int | None, segment: str | None) -> Change:
        """Put an entry in the issue, begun when needed; see ``slots.place_pick``."""
        with self.store.transaction() as transaction:
            issue = issue_queries.issue_of(transaction, self.month) or _create(
                transaction, self.settings, self.month, None
            )
            _refuse_frozen(issue)
            entry = entry_queries.entry_by_id(transaction, entry_id)
            pick = pick_from_entry(entry, thanks_for(transaction, entry_id))
            placement = slots.place_pick(issue.tray, pick, slot, segment)
            return self._lay(transaction, Act.PICK, pick.title, issue, placement)

    def remove(self, slot: int, segment: str | None) -> Change:
        """Empty a slot, or take away one segment's variant."""
        with self.store.transaction() as transaction:
            issue = open_issue(transaction, self.month)
            placement = slots.remove_pick(issue.tray, slot, segment)
            title = placement.replaced.title if placement.replaced else ""
            return self._lay(transaction, Act.REMOVE, title, issue, placement)

    def move(self, first: int, second: int) -> Change:
        """Exchange two slots."""
        with self.store.transaction() as transaction:
            issue = open_issue(transaction, self.month)
            placement = slots.Placement(slots.swap_slots(issue.tray, first, second), second, None)
            return self._lay(transaction, Act.MOVE, f"{first} ↔ {second}", issue, placement)

    def note(self, slot: int, segment: str | None, text: str) -> Change:
        """Say why a pick matters; see ``slots.write_note``."""
        with self.store.transaction() as transaction:
            issue = open_issue(transaction, self.month)
            tray = slots.write_note(issue.tray, slot, segment, text)
            noted = slots.slot_numbered(tray, slot).pick_for(segment)
            title = noted.title if noted else ""
            return self._lay(transaction, Act.NOTE, title, issue, slots.Placement(tray, slot, None))

    def edit(self, *, title: str | None = None, intro: str | None = None, number: int | None = None) -> Issue:
        """Change the words around the links; None leaves a field as it is."""
        with self.store.transaction() as transaction:
            issue = open_issue(transaction, self.month)
            words = _words_of(issue)
            changed = IssueWords(
                words.number if number is None else number,
                words.title if title is None else title.strip(),
                words.intro if intro is None else intro.strip(),
            )
            decision = Decision(Act.EDIT, str(self.month), Values(words=words), Values(words=changed))
            self._decide(transaction, decision)
            return issue_queries.require_issue(transaction, self.month)

    def undo(self) -> Decision:
        """Take back the newest act that still holds. ``RuleError`` when there is none."""
        with self.store.transaction() as transaction:
            decision = decisions.take_last_done(transaction, self.month)
            if decision is None:
                raise RuleError(_("There is nothing to undo for {month}.").format(month=self.month))
            self._apply(transaction, decision.before)
            return decision

    def redo(self) -> Decision:
        """Do again what was undone last. ``RuleError`` when there is nothing."""
        with self.store.transaction() as transaction:
            decision = decisions.take_first_undone(transaction, self.month)
            if decision is None:
                raise RuleError(_("There is nothing to redo for {month}.").format(month=self.month))
            self._apply(transaction, decision.after)
            return decision

    def _mark(self, act: Act, entry_ids: Collection[int], state: EntryState) -> tuple[Entry, ...]:
        with self.store.transaction() as transaction:
            marked = entry_queries.entries_by_id(transaction, entry_ids)
            decision = Decision(
                act,
                marked[0].title,
                Values(states={entry.id: entry.state for entry in marked}),
                Values(states={entry.id: state for entry in marked}),
            )
            self._decide(transaction, decision)
            return tuple(replace(entry, state=state) for entry in marked)

    def _file(
        self,
        transaction: Transaction,
        act: Act,
        members: Collection[Entry],
        story_of: Callable[[Entry], int],
    ) -> tuple[Entry, ...]:
        filed = tuple(replace(member, story=story_of(member)) for member in members)
        decision = Decision(
            act,
            filed[0].title,
            Values(stories={member.id: member.story for member in members}),
            Values(stories={member.id: member.story for member in filed}),
        )
        self._decide(transaction, decision)
        return filed

    def _lay(
        self, transaction: Transaction, act: Act, subject: str, issue: Issue, placement: slots.Placement
    ) -> Change:
        decision = Decision(act, subject, Values(tray=issue.tray), Values(tray=placement.tray))
        self._decide(transaction, decision)
        return Change(replace(issue, tray=placement.tray), placement.slot, placement.replaced)

    def _decide(self, transaction: Transaction, decision: Decision) -> None:
        if decision.before != decision.after:
            self._apply(transaction, decision.after)
            decisions.record(transaction, self.month, decision, self._clock.now())

    def _apply(self, transaction: Transaction, values: Values) -> None:
        entry_queries.set_values(transaction, values)
        if values.is_of_issue:
            issue = open_issue(transaction, self.month)
            if values.tray is not None:
                issue_queries.save_tray(transaction, replace(issue, tray=values.tray))
            if values.words is not None:
                _save_words(transaction, issue, values.words)


def month_in_progress(store: Store, now: datetime) -> Month:
    """The month of the issue to work on; see ``model.issue.month_to_work_on``."""
    with store.transaction() as transaction:
        return month_to_work_on(issue_queries.all_issues(transaction), now)


def start_issue(store: Store, settings: Settings, month: Month, number: int | None) -> Issue:
    """A new draft for ``month``. ``RuleError`` when there is one, or ``number`` is another month's."""
    with store.transaction() as transaction:
        if issue_queries.issue_of(transaction, month) is not None:
            raise RuleError(
                _("The issue of {month} exists already.").format(month=month),
                hint=_("See it: veille issue show --month {month}").format(month=month),
            )
        if number is not None:
            _refuse_taken_number(transaction, month, number)
        return _create(transaction, settings, month, number)


def open_issue(transaction: Transaction, month: Month) -> Issue:
    """The issue of ``month`` while it can change; ``FrozenError`` once it is approved or sent."""
    issue = issue_queries.require_issue(transaction, month)
    _refuse_frozen(issue)
    return issue


def _create(transaction: Transaction, settings: Settings, month: Month, number: int | None) -> Issue:
    return issue_queries.create_issue(
        transaction,
        month,
        links=settings.digest.links,
        first_number=settings.digest.first_number,
        number=number,
    )


def _words_of(issue: Issue) -> IssueWords:
    return IssueWords(issue.number, issue.title, issue.intro)


def _save_words(transaction: Transaction, issue: Issue, words: IssueWords) -> None:
    if words.number != issue.number:
        _refuse_taken_number(transaction, issue.month, words.number)
    changed = replace(issue, number=words.number, title=words.title, intro=words.intro)
    issue_queries.save_text(transaction, changed)


def _refuse_frozen(issue: Issue) -> None:
    if issue.status is IssueStatus.SENT:
        raise FrozenError(
            _("The issue of {month} has left; it can never change.").format(month=issue.month),
            hint=_("Name the month you mean: --month YYYY-MM"),
        )
    if issue.status is IssueStatus.APPROVED:
        raise FrozenError(
            _("The issue of {month} is approved, so it is frozen.").format(month=issue.month),
            hint=_("To change it: veille issue reopen --month {month}").format(month=issue.month),
        )


def _refuse_taken_number(transaction: Transaction, month: Month, number: int) -> None:
    if issue_queries.number_is_taken(transaction, number, except_month=month):
        raise RuleError(_("Number {number} is already another issue's.").format(number=number))
