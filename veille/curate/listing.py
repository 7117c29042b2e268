"""The list at the desk: which entries it shows, in which order, stories folded. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from veille.curate.query import Query
from veille.curate.ranking import Ranked
from veille.model.entry import Entry
from veille.model.history import PastPick
from veille.model.plaintext import search_key


class Order(Enum):
    """The two orders of the list."""

    RANKED = "ranked"
    CHRONOLOGICAL = "chronological"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that could be picked, with what helps to choose.

    ``suggested_by`` names the colleagues who proposed it; ``shares`` counts those it was sent to; ``past``
    is where it, or another entry of its story, was picked before.
    """

    entry: Entry
    ranked: Ranked
    suggested_by: tuple[str, ...]
    shares: int
    past: PastPick | None

    @property
    def story(self) -> int:
        """The story it belongs to; its own when none was looked for."""
        return self.entry.story or self.entry.id


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. ``others`` counts what is folded under it; a ``member`` stands under its story."""

    candidate: Candidate
    others: int
    is_member: bool


def rows_of(
    candidates: Sequence[Candidate],
    query: Query,
    order: Order,
    *,
    holding: Collection[int] | None,
    hidden: Collection[int],
    opened: Collection[int],
) -> tuple[Row, ...]:
    """The lines that ``query`` asks for, of ``candidates`` in rank order, without the ``hidden`` entries.

    ``holding`` are the entries that hold the query's words, None when it has none. Of each story one line
    stands for all; the others follow it when it is ``opened``.
    """
    passing = [
        candidate
        for candidate in candidates
        if candidate.entry.id not in hidden
        and (holding is None or candidate.entry.id in holding)
        and passes(candidate, query)
    ]
    if order is Order.CHRONOLOGICAL:
        passing.sort(key=lambda candidate: (candidate.entry.sorted_at, candidate.entry.id), reverse=True)
    return tuple(_folded(passing, opened))


def passes(candidate: Candidate, query: Query) -> bool:
    """Whether ``candidate`` is what ``query`` asks for, its words aside."""
    entry = candidate.entry
    return all(
        (
            query.theme is None or search_key(entry.theme).startswith(query.theme),
            query.source is None or any(query.source in search_key(feed.title) for feed in entry.feeds),
            query.language is None or entry.language.startswith(query.language),
            query.since is None or entry.sorted_at >= query.since,
            query.suggested is None or bool(candidate.suggested_by) == query.suggested,
            query.seen is None or (entry.seen_at is not None) == query.seen,
            query.state is None or entry.state is query.state,
        )
    )


def _folded(candidates: Iterable[Candidate], opened: Collection[int]) -> Iterator[Row]:
    stories: defaultdict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        stories[candidate.story].append(candidate)
    for story, (first, *others) in stories.items():
        yield Row(first, len(others), is_member=False)
        if story in opened:
            yield from (Row(other, 0, is_member=True) for other in others)
