"""The visits of one run: each feed asked, read and stored, and what its answer means for its neighbours."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from veille.collect.domains import registrable_domain
from veille.collect.fetch import Fetched, Refused, Unchanged, fetch_feed
from veille.collect.keeper import Keeper
from veille.collect.polling import Parking, longer_parking, parking_of, wait_for, with_usable_validators
from veille.collect.reading import Readers
from veille.collect.storing import Storing
from veille.errors import StorageError, UnreachableError, VeilleError
from veille.i18n import gettext as _
from veille.model.feed import Feed, FeedStatus, WaitReason
from veille.model.urls import host_name
from veille.net.client import GuardedClient
from veille.store.arrivals import StoredCount

_log = logging.getLogger(__name__)

# One or two hosts may be down; three at once, and nobody else answering, is our own line.
_HOSTS_TO_BE_OFFLINE = 3


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """A feed that could not be collected, and why, in the curator's language."""

    id: int
    url: str
    error: str


@dataclass(frozen=True, slots=True)
class WaitingFeed:
    """A feed that was not visited, why, and until when (None: until the curator says so)."""

    id: int
    title: str
    reason: WaitReason
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MovedFeed:
    """A feed whose address was replaced by the one its server permanently redirects to."""

    id: int
    title: str
    from_url: str
    to_url: str


@dataclass(slots=True)
class Tally:
    """What came of the visits so far, in the order in which they ended."""

    stored: list[StoredCount] = field(default_factory=list)
    unchanged: int = 0
    failed: list[FeedFailure] = field(default_factory=list)
    waiting: list[WaitingFeed] = field(default_factory=list)
    moved: list[MovedFeed] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    offline: bool = False


class Parkings:
    """Which domains are left alone, as their feeds' servers asked, at earlier visits and during this run."""

    def __init__(self, feeds: Sequence[Feed], now: datetime) -> None:
        self._by_domain: dict[str, Parking] = {}
        for feed in feeds:
            parking = parking_of(feed)
            if parking is not None and parking.until > now:
                self.add(feed.url, parking)

    def add(self, url: str, parking: Parking) -> None:
        domain = registrable_domain(url)
        self._by_domain[domain] = longer_parking(parking, self._by_domain.get(domain))

    def of(self, url: str) -> Parking | None:
        """The parking of the domain of ``url``; the list of domains is only read when there is one."""
        return self._by_domain.get(registrable_domain(url)) if self._by_domain else None


class Visits:
    """Visits feeds and tallies what came of it."""

    def __init__(
        self,
        client: GuardedClient,
        readers: Readers,
        keeper: Keeper,
        storing: Storing,
        parkings: Parkings,
        *,
        forced: bool,
    ) -> None:
        self.tally = Tally()
        self._client = client
        self._readers = readers
        self._keeper = keeper
        self._storing = storing
        self._parkings = parkings
        self._forced = forced
        self._answered = False
        self._unreachable: list[tuple[Feed, str]] = []

    def may_visit(self, feed: Feed) -> bool:
        """Whether ``feed`` is due and its domain not parked; if not, it is tallied as waiting."""
        wait = wait_for(feed, self._keeper.now, self._parkings.of(feed.url), forced=self._forced)
        if wait is not None:
            self.tally.waiting.append(WaitingFeed(feed.id, feed.title or feed.url, wait.reason, wait.until))
        return wait is None

    def leave_to_others(self, feed: Feed) -> None:
        """Tally ``feed`` as one that another process visits."""
        waiting = WaitingFeed(feed.id, feed.title or feed.url, WaitReason.ELSEWHERE, None)
        self.tally.waiting.append(waiting)

    async def visit(self, feed: Feed) -> bool:
        """Fetch, read and store one feed; whatever is wrong with it becomes its failure.

        Says whether its host was asked: it is not when its domain was parked since the run began.
        """
        if not self.may_visit(feed):
            return False
        try:
            await self._ask(feed)
        except UnreachableError as error:
            await self._not_reached(feed, error.message)
        except StorageError:
            raise
        except VeilleError as error:
            await self._failed(feed, error.message)
        except Exception as error:  # noqa: BLE001 - a feed nobody foresaw must not end the others' run
            _log.exception("feed failed unexpectedly", extra={"feed": feed.id})
            unexpected = _("An unexpected error ({error}); the log has the details.")
            await self._failed(feed, unexpected.format(error=type(error).__name__))
        return True

    async def finish(self) -> None:
        """Hold the silence of the hosts against their feeds, unless nobody answered: then we are offline."""
        hosts = {host_name(feed.url) for feed, _error in self._unreachable}
        self.tally.offline = not self._answered and len(hosts) >= _HOSTS_TO_BE_OFFLINE
        if self.tally.offline:
            _log.warning("offline", extra={"hosts": len(hosts)})
            self.tally.failed += [FeedFailure(feed.id, feed.url, error) for feed, error in self._unreachable]
            return
        for feed, error in self._unreachable:
            await self._failed(feed, error)

    async def _ask(self, feed: Feed) -> None:
        asked = with_usable_validators(feed, self._keeper.now)
        answer = await fetch_feed(self._client, asked, self._keeper.now)
        self._answered = True
        if isinstance(answer, Refused):
            await self._refused(feed, answer)
            return
        if isinstance(answer, Unchanged) or answer.body_hash == feed.body_hash:
            kept = await self._unchanged(feed, answer)
        else:
            kept = await self._changed(feed, answer)
        if kept.url != feed.url:
            self.tally.moved.append(MovedFeed(feed.id, kept.title, feed.url, kept.url))

    async def _unchanged(self, feed: Feed, answer: Fetched | Unchanged) -> Feed:
        kept = await self._storing.store(
            lambda transaction: self._keeper.keep_unchanged(transaction, feed, answer)
        )
        _log.debug("feed unchanged", extra={"feed": feed.id})
        self.tally.unchanged += 1
        return kept

    async def _changed(self, feed: Feed, answer: Fetched) -> Feed:
        parsed = await self._readers.read(answer.body, answer.content_type, answer.final_url)
        kept, stored = await self._storing.store(
            lambda transaction: self._keeper.keep_entries(transaction, feed, answer, parsed)
        )
        _log.debug("feed collected", extra={"feed": feed.id, "new": stored.new, "updated": stored.updated})
        self.tally.stored.append(stored)
        return kept

    async def _refused(self, feed: Feed, answer: Refused) -> None:
        kept = await self._storing.store(
            lambda transaction: self._keeper.keep_refusal(transaction, feed, answer)
        )
        _log.warning("feed refused", extra={"feed": feed.id, "status": answer.status})
        self.tally.failed.append(FeedFailure(feed.id, feed.url, answer.message))
        parking = parking_of(kept)
        if parking is not None and parking.until > self._keeper.now:
            self._parkings.add(feed.url, parking)
        if kept.status is FeedStatus.RETIRED:
            _log.warning("feed retired", extra={"feed": feed.id})
            self.tally.retired.append(feed.id)

    async def _not_reached(self, feed: Feed, error: str) -> None:
        if self._answered:
            await self._failed(feed, error)
        else:
            self._unreachable.append((feed, error))

    async def _failed(self, feed: Feed, error: str) -> None:
        await self._storing.store(lambda transaction: self._keeper.keep_failure(transaction, feed, error))
        _log.warning("feed failed", extra={"feed": feed.id, "error": error})
        self.tally.failed.append(FeedFailure(feed.id, feed.url, error))
