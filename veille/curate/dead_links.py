"""Trying the links of past issues again, politely: which of them lead to nothing any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from veille.clock import Clock
from veille.curate.links import check_links
from veille.errors import UnreachableError
from veille.i18n import gettext as _
from veille.model.issue import Issue, IssueStatus
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.month import Month
from veille.model.urls import host_name, is_web_url
from veille.settings import Settings
from veille.store import Store, issues, links

_log = logging.getLogger(__name__)

_BATCH_SITES = 16
_BATCH_SECONDS = 15.0
# Between two requests to one site: nobody waits for the answers.
_PAUSE_SECONDS = 2.0
_AGAIN_AFTER = timedelta(days=25)  # once a month, whatever day the last round ended
_NO_ANSWER = {LinkOutcome.UNREACHABLE, LinkOutcome.TIMED_OUT}
# As many sites that all keep silent are not all gone: it is our own network.
_SITES_TO_JUDGE = 3
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PastLink:
    """A link of a past issue that found no page, and what its last check found."""

    month: Month
    number: int
    title: str
    check: LinkCheck


@dataclass(frozen=True, slots=True)
class DeadLinksReport:
    """A round: how many addresses were tried, how many were tried lately and left alone.

    ``dead`` and ``doubtful`` are over all past links, newest issue first; doubtful ones failed once or on one
    day, and are tried again next time.
    """

    checked: int
    skipped: int
    dead: tuple[PastLink, ...]
    doubtful: tuple[PastLink, ...]


def check_past_links(
    store: Store, settings: Settings, clock: Clock, *, everything: bool, on_progress: Progress
) -> DeadLinksReport:
    """Try the links of past issues that were not tried for a month, or doubtful; all with ``everything``.

    Each batch is kept at once, so that an interrupted round goes on where it was. Raises
    ``UnreachableError`` when no site at all answers.
    """
    with store.transaction() as transaction:
        every = issues.all_issues(transaction)
        past = tuple(issue for issue in every if issue.status is not IssueStatus.DRAFT)
        known = links.all_checks(transaction)
    urls = urls_of(past)
    due = list(urls) if everything else due_urls(urls, known, clock.now())
    done = 0
    for batch in batches(due):
        if done:
            clock.wait(_PAUSE_SECONDS)
        checks = check_links(batch, settings, clock.now(), seconds=_BATCH_SECONDS)
        _refuse_silence(checks)
        with store.transaction() as transaction:
            links.save_checks(transaction, checks)
        done += len(batch)
        on_progress(done, len(due), host_name(batch[-1]))
    _log.info("past links checked", extra={"checked": done, "skipped": len(urls) - done})
    with store.transaction() as transaction:
        failing = _failing(past, links.all_checks(transaction))
    return DeadLinksReport(
        done,
        len(urls) - done,
        dead=tuple(link for link in failing if link.check.is_dead),
        doubtful=tuple(link for link in failing if not link.check.is_dead),
    )


def urls_of(past: Iterable[Issue]) -> tuple[str, ...]:
    """The addresses of ``past`` issues, each once."""
    picks = (pick for issue in past for _number, _segment, pick in issue.tray.picks())
    return tuple(dict.fromkeys(pick.url for pick in picks if is_web_url(pick.url)))


def due_urls(urls: Sequence[str], known: Mapping[str, LinkCheck], now: datetime) -> list[str]:
    """Those of ``urls`` to try at ``now``: the one tried longest ago first, the doubtful among them."""

    def checked_at(url: str) -> datetime:
        return known[url].checked_at if url in known else _NEVER

    def is_due(url: str) -> bool:
        check = known.get(url)
        doubtful = check is not None and check.fails and not check.is_dead
        age = now - checked_at(url)
        return age >= (timedelta(days=1) if doubtful else _AGAIN_AFTER)

    return sorted(filter(is_due, urls), key=checked_at)


def batches(urls: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """``urls`` in batches that ask each site once, as much in order as that allows."""
    waiting = list(urls)
    while waiting:
        batch: dict[str, str] = {}
        later: list[str] = []
        for url in waiting:
            host = host_name(url)
            if host in batch or len(batch) == _BATCH_SITES:
                later.append(url)
            else:
                batch[host] = url
        yield tuple(batch.values())
        waiting = later


def _refuse_silence(checks: Sequence[LinkCheck]) -> None:
    if len(checks) >= _SITES_TO_JUDGE and all(check.outcome in _NO_ANSWER for check in checks):
        raise UnreachableError(
            _("None of {count} sites answered; nothing of them was noted.").format(count=len(checks)),
            hint=_("Is this machine on the network? Then the same command again: it goes on from here."),
        )


def _failing(past: Iterable[Issue], known: Mapping[str, LinkCheck]) -> list[PastLink]:
    return [
        PastLink(issue.month, number, pick.title, known[pick.url])
        for issue in past
        for number, _segment, pick in issue.tray.picks()
        if pick.url in known and known[pick.url].fails
    ]
