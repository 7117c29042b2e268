"""What stands on the desk: the month's entries with all that helps to choose among them, in rank order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from veille.curate.listing import Candidate
from veille.curate.ranking import rank
from veille.curate.reasons import Contender
from veille.curate.taste import Material, Model
from veille.model.entry import Entry
from veille.model.history import PastPick
from veille.model.issue import Issue
from veille.model.suggestion import SuggestionState
from veille.store import Transaction, history, shares, suggestions
from veille.store import entries as entry_queries


def candidates_of(
    transaction: Transaction, model: Model, issue: Issue | None, since: datetime, now: datetime
) -> tuple[Candidate, ...]:
    """What could be picked for ``issue``, the most promising first.

    That is: what came since then, is picked already, is suggested and waits for an answer, or was kept and
    not told yet.
    """
    past = _Past(history.past_picks(transaction), except_number=issue.number if issue else None)
    waiting = suggestions.all_suggestions(transaction, SuggestionState.PENDING)
    picked = {pick.entry for _slot, _segment, pick in issue.tray.picks()} if issue else set()
    wanted = picked | {suggestion.entry for suggestion in waiting}
    entries = {
        entry.id: entry
        for entry in entry_queries.entries_on_desk(transaction, since, wanted)
        if entry.sorted_at >= since or entry.id in wanted or past.of(entry) is None
    }
    suggested, shared = suggestions.suggested_by(transaction), shares.shared_entries(transaction)
    ranked = rank(model, _contenders(entries.values(), suggested, shared), now)
    return tuple(
        Candidate(
            entry := entries[place.entry_id],
            place,
            suggested.get(entry.id, ()),
            shared.get(entry.id, 0),
            past.of(entry),
        )
        for place in ranked
    )


class _Past:
    """Where an entry, or another one of its story, was told before."""

    def __init__(self, picks: Iterable[PastPick], *, except_number: int | None) -> None:
        self._by_url: dict[str, PastPick] = {}
        self._by_story: dict[int, PastPick] = {}
        for pick in picks:
            if pick.number is None or pick.number != except_number:
                self._by_url.setdefault(pick.canonical_url, pick)
                if pick.story is not None:
                    self._by_story.setdefault(pick.story, pick)

    def of(self, entry: Entry) -> PastPick | None:
        return self._by_url.get(entry.canonical_url) or self._by_story.get(entry.story or entry.id)


def _contenders(
    entries: Collection[Entry], suggested: Mapping[int, tuple[str, ...]], shared: Mapping[int, int]
) -> tuple[Contender, ...]:
    feeds: defaultdict[int, set[str]] = defaultdict(set)
    for entry in entries:
        feeds[entry.story or entry.id].update(feed.title for feed in entry.feeds)
    return tuple(
        Contender(
            entry.id,
            Material(entry.title, entry.summary, entry.source, entry.theme, entry.language),
            entry.sorted_at,
            len(feeds[entry.story or entry.id]),
            suggested.get(entry.id, ()),
            shared.get(entry.id, 0),
        )
        for entry in entries
    )
