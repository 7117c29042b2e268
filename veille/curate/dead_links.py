"""Trying the links of past issues again, politely: which of their pages are gone.

A silent site may be gone, and so may our own network be: silence counts once another site answered after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from veille.clock import Clock
from veille.curate.links import check_link, client_for_links
from veille.model.link import CONFIRMED_AFTER, LinkCheck, LinkOutcome, PastLink
from veille.model.urls import host_name, is_web_url
from veille.net.client import GuardedClient
from veille.net.turns import visit_by_host
from veille.settings import Settings
from veille.store import Store, links

_log = logging.getLogger(__name__)

_SECONDS = 20.0
# Between two requests to one site: nobody waits for the answers.
_PAUSE_SECONDS = 2
_AGAIN_AFTER = timedelta(days=25)  # once a month, whatever day the last round ended
_UNTOLD = frozenset([LinkOutcome.UNREACHABLE, LinkOutcome.TIMED_OUT])
# By these a site asks to be left alone for a while.
_PLEAS = frozenset([HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE])
# What is lost when the power fails is tried again.
_KEPT_AT_ONCE = 50
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class GoneLink:
    """A link of a past issue whose page was found gone, and its last check."""

    link: PastLink
    check: LinkCheck


@dataclass(frozen=True, slots=True)
class RoundReport:
    """A round: what the addresses ``tried`` answered, in no order that matters; what became of the others.

    ``fresh`` counts those tried lately and left alone. ``untold`` counts those of which this round could tell
    nothing: silent, failing, or of a site that asked to be left alone. ``offline``: nobody answered at all,
    and nothing was noted. ``dead`` and ``doubtful`` are over all past links, newest issue first.
    """

    tried: tuple[LinkCheck, ...]
    fresh: int
    untold: int
    offline: bool
    dead: tuple[GoneLink, ...]
    doubtful: tuple[GoneLink, ...]


def check_past_links(
    store: Store, settings: Settings, clock: Clock, *, everything: bool, on_progress: Progress
) -> RoundReport:
    """Try the links of past issues that are due, those tried longest ago first; all with ``everything``.

    What was found is kept as the round goes on, so that an interrupted one goes on where it was.
    ``on_progress`` hears (done, total, site) after each.
    """
    now = clock.now()
    with store.transaction() as transaction:
        past = links.past_links(transaction)
        known = links.all_checks(transaction)
    urls = list(dict.fromkeys(link.url for link in past if is_web_url(link.url)))
    due = oldest_first(urls if everything else [url for url in urls if is_due(known.get(url), now)], known)
    tried = asyncio.run(
        _try_all(due, store, settings, now=now, witness=last_seen(known.values()), on_progress=on_progress)
    )
    with store.transaction() as transaction:
        known = links.all_checks(transaction)
    gone = [
        GoneLink(link, known[link.url])
        for link in past
        if link.url in known and known[link.url].gone_since is not None
    ]
    report = RoundReport(
        tried=tuple(known[url] for url in tried),
        fresh=len(urls) - len(due),
        untold=len(due) - sum(known[url].outcome not in _UNTOLD for url in tried),
        offline=bool(due) and not tried,
        dead=tuple(one for one in gone if one.check.is_dead),
        doubtful=tuple(one for one in gone if one.check.is_doubtful),
    )
    _log.info("past links tried", extra={"tried": len(tried), "untold": report.untold})
    return report


def is_due(check: LinkCheck | None, now: datetime) -> bool:
    """Whether a link whose last check that was is to be tried: a month later, the next day what is open."""
    if check is None:
        return True
    is_open = check.is_doubtful or check.outcome in _UNTOLD
    return now - check.checked_at >= (CONFIRMED_AFTER if is_open else _AGAIN_AFTER)


def oldest_first(urls: Iterable[str], known: Mapping[str, LinkCheck]) -> Sequence[str]:
    """``urls`` with those never tried first, then that tried longest ago."""
    return sorted(urls, key=lambda url: known[url].checked_at if url in known else _NEVER)


def last_seen(known: Collection[LinkCheck]) -> str:
    """The address whose page was seen last; empty when none ever was."""
    seen = [check for check in known if check.outcome is LinkOutcome.OK]
    return max(seen, key=lambda check: (check.checked_at, check.url)).url if seen else ""


class _Round:
    """Tries links one by one. ``tried`` are those whose check was kept.

    ``witness`` is an address that answers as long as our own network does, empty when none is known.
    """

    def __init__(self, client: GuardedClient, store: Store, now: datetime, witness: str) -> None:
        self.tried: list[str] = []
        self._client = client
        self._store = store
        self._now = now
        self._witness = witness
        self._silent: list[LinkCheck] = []
        self._unsaved: list[LinkCheck] = []
        self._resting: set[str] = set()

    async def visit(self, url: str) -> bool:
        """Try ``url``, unless its site asked to be left alone; whether its site was asked."""
        if host_name(url) in self._resting:
            return False
        check = await check_link(self._client, url, self._now, _SECONDS)
        if check.status is None:
            self._silent.append(check)
            return True
        if check.status in _PLEAS:
            self._resting.add(host_name(url))
        else:
            self._witness = url
        self._believe_silence()
        self._unsaved.append(check)
        if len(self._unsaved) >= _KEPT_AT_ONCE:
            self.save()
        return True

    async def finish(self) -> None:
        """Note the last silences too, when our own network is still there."""
        if self._silent and self._witness:
            check = await check_link(self._client, self._witness, self._now, _SECONDS)
            if check.status is not None:
                self._believe_silence()

    def save(self) -> None:
        """Keep what was found since the last time."""
        with self._store.transaction() as transaction:
            links.save_checks(transaction, self._unsaved)
        self.tried += [check.url for check in self._unsaved]
        self._unsaved.clear()

    def _believe_silence(self) -> None:
        self._unsaved += self._silent
        self._silent.clear()


async def _try_all(
    due: Sequence[str],
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    witness: str,
    on_progress: Progress,
) -> Sequence[str]:
    """Try the addresses that are ``due``; those of which something was noted."""
    slow_hosts = settings.collect.gap_seconds_by_host()
    done = 0

    async def visit(url: str) -> bool:
        nonlocal done
        asked = await current.visit(url)
        done += 1
        on_progress(done, len(due), host_name(url))
        return asked

    async with client_for_links(settings, _SECONDS) as client:
        current = _Round(client, store, now, witness)
        try:
            await visit_by_host(
                due,
                lambda url: url,
                settings.collect.hosts_at_once,
                lambda neighbours: max(_PAUSE_SECONDS, slow_hosts.get(host_name(min(neighbours)), 0)),
                visit,
            )
            await current.finish()
        finally:
            current.save()
    return current.tried
