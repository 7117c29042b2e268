"""When a feed is visited, and what a visit changes about it: pure rules of politeness and patience.

Every function takes the feed, what its server said and the present moment, and gives the feed as it is to
be stored. Nothing here fetches, waits or stores.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from veille.collect.dates import moment_from_text
from veille.model.feed import Feed, FeedStatus, WaitReason
from veille.model.urls import host_name

# Servers have been seen to ask for sixteen years (facts/collecting.md).
_LONGEST_FRESHNESS = timedelta(hours=24)
_LONGEST_RETRY_AFTER = timedelta(days=7)
_LONGEST_BACKOFF = timedelta(days=7)
_DEFAULT_PARKING = timedelta(minutes=10)
_LONGEST_GAP_SECONDS = 120
_GAP_REMEMBERED = timedelta(days=30)
# Some servers answer "not modified" for ever (NetNewsWire asks anew after the same time).
_VALIDATORS_LAST = timedelta(days=8)
_SIGHTINGS_TO_MOVE = 3
_DAYS_TO_MOVE = timedelta(days=7)
_SIGHTINGS_TO_RETIRE = 2
_SPREAD = 0.1

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer's headers say about the next visit; None when they say nothing."""

    fresh_for: timedelta | None
    retry_after: timedelta | None


NO_HINTS = Hints(None, None)


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a feed is not visited, and until when; None as long as the curator does not say otherwise."""

    reason: WaitReason
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Parking:
    """How long a domain is left alone; ``binding`` when not even ``--force`` may ask sooner."""

    until: datetime
    binding: bool


def hints_from_headers(headers: Mapping[str, str], now: datetime) -> Hints:
    """The hints in ``headers``, names in lower case (RFC 9111 section 4.2.1: max-age, else Expires)."""
    max_age = _max_age(headers.get("cache-control", ""))
    return Hints(
        fresh_for=_expires_in(headers, now) if max_age is None else max_age,
        retry_after=_retry_after(headers.get("retry-after", ""), now),
    )


def wait_for(feed: Feed, now: datetime, parking: Parking | None, *, forced: bool) -> Wait | None:
    """Why ``feed``, whose domain is parked or not, must wait; None when it may be visited.

    ``forced`` overrides all but the curator's own pause, a retirement and a binding parking.
    """
    if feed.status is not FeedStatus.ACTIVE:
        return Wait(WaitReason(feed.status.value), None)
    if parking is not None and parking.until > now and (parking.binding or not forced):
        return Wait(WaitReason.PARKED, parking.until)
    if feed.next_due_at is not None and feed.next_due_at > now and not forced:
        return Wait(feed.due_reason or WaitReason.INTERVAL, feed.next_due_at)
    return None


def parking_of(feed: Feed) -> Parking | None:
    """The parking that ``feed``'s server asked for at its last visit, perhaps over by now."""
    if feed.parked_until is None:
        return None
    return Parking(feed.parked_until, binding=feed.parked_by == HTTPStatus.TOO_MANY_REQUESTS)


def longer_parking(first: Parking, second: Parking | None) -> Parking:
    """The later of two parkings of one domain; a binding one goes first."""
    if second is None:
        return first
    return max(first, second, key=lambda parking: (parking.binding, parking.until))


def gap_seconds(feeds: Collection[Feed], configured: Mapping[str, int], now: datetime) -> int:
    """The seconds to leave between two visits to the host that ``feeds`` share: configured, or asked for."""
    asked = [
        feed.gap_seconds
        for feed in feeds
        if feed.parked_until is not None and now - feed.parked_until < _GAP_REMEMBERED
    ]
    return max([0, *asked, *(configured.get(host_name(feed.url), 0) for feed in feeds)])


def with_usable_validators(feed: Feed, now: datetime) -> Feed:
    """``feed`` as it is to be asked: without validators once they have served for eight days."""
    if feed.validated_at is not None and now - feed.validated_at < _VALIDATORS_LAST:
        return feed
    return replace(feed, etag=None, last_modified=None)


def after_answer(feed: Feed, hints: Hints, now: datetime, interval: timedelta) -> Feed:
    """``feed`` after a visit that brought its body, or the word that nothing changed."""
    waits = {
        WaitReason.INTERVAL: interval,
        WaitReason.TTL: min(timedelta(minutes=feed.ttl_minutes or 0), _LONGEST_FRESHNESS),
        WaitReason.CACHE: min(hints.fresh_for or timedelta(), _LONGEST_FRESHNESS),
        WaitReason.RETRY_AFTER: hints.retry_after or timedelta(),
    }
    spread = {reason: _spread(wait, reason, feed.url, now) for reason, wait in waits.items()}
    reason = max(spread, key=lambda name: spread[name])
    return replace(
        feed,
        last_ok_at=now,
        last_error=None,
        failures=0,
        gone_sightings=0,
        next_due_at=now + spread[reason],
        due_reason=reason,
    )


def after_failure(feed: Feed, error: str, now: datetime) -> Feed:
    """``feed`` after a visit that failed: 1 h x 2^n until the next, at most 7 days, for ever.

    Its validators stay those of the last body that could be read.
    """
    failures = feed.failures + 1
    backoff = min(timedelta(hours=2 ** min(failures - 1, 8)), _LONGEST_BACKOFF)
    due = now + _spread(backoff, WaitReason.BACKOFF, feed.url, now)
    return replace(feed, last_error=error, failures=failures, next_due_at=due, due_reason=WaitReason.BACKOFF)


def after_refusal(feed: Feed, status: int, error: str, hints: Hints, now: datetime) -> Feed:
    """``feed`` after an answer that was no document: a failure, and what its ``status`` means besides."""
    failed = after_failure(feed, error, now)
    if status == HTTPStatus.GONE:
        sightings = feed.gone_sightings + 1
        retired = sightings >= _SIGHTINGS_TO_RETIRE
        return replace(
            failed,
            gone_sightings=sightings,
            status=FeedStatus.RETIRED if retired else feed.status,
        )
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return _parked(failed, status, hints, now)
    return failed


def after_redirect(feed: Feed, target: str | None, refused: Collection[str], now: datetime) -> Feed:
    """``feed`` after a good visit that permanent redirects led to ``target``, or that none did.

    It moves there after three sightings over seven days, from http to https of the same host at once,
    and never to an address that the curator ``refused``.
    """
    if target is None or target == feed.url or target in refused:
        return replace(feed, moving_to=None, moving_since=None, moving_sightings=0)
    seen_before = target == feed.moving_to and feed.moving_since is not None
    since = feed.moving_since if seen_before else now
    sightings = feed.moving_sightings + 1 if seen_before else 1
    patient = sightings >= _SIGHTINGS_TO_MOVE and since is not None and now - since >= _DAYS_TO_MOVE
    if patient or _is_upgrade(feed.url, target):
        return replace(feed, url=target, moving_to=None, moving_since=None, moving_sightings=0)
    return replace(feed, moving_to=target, moving_since=since, moving_sightings=sightings)


def _parked(feed: Feed, status: int, hints: Hints, now: datetime) -> Feed:
    asked = hints.retry_after
    until = now + (_DEFAULT_PARKING if asked is None else asked)
    due = max(until, feed.next_due_at or until)
    return replace(
        feed,
        parked_until=until,
        parked_by=status,
        gap_seconds=_gap(asked),
        next_due_at=due,
        due_reason=WaitReason.RETRY_AFTER if due == until else feed.due_reason,
    )


def _gap(asked: timedelta | None) -> int:
    """The seconds that a run can leave between two requests; longer waits are left to the next run."""
    seconds = int(asked.total_seconds()) if asked else 0
    return seconds if seconds <= _LONGEST_GAP_SECONDS else 0


def _is_upgrade(url: str, target: str) -> bool:
    """Whether only the scheme and, at most, the path differ: the same host now speaks https."""
    return url.startswith("http://") and target.startswith("https://") and _host(url) == _host(target)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0].lower()


def _spread(wait: timedelta, reason: WaitReason, url: str, now: datetime) -> timedelta:
    """``wait``, moved by up to a tenth, so that feeds visited together do not stay together.

    Our own waits are shortened: a daily run must not find yesterday's feeds a minute too young. What a
    server asked for is only ever lengthened, but not beyond what we would wait at most.
    """
    digest = hashlib.sha256(f"{url} {now.isoformat()}".encode()).digest()
    share = _SPREAD * int.from_bytes(digest[:4], "big") / 2**32
    if reason in {WaitReason.INTERVAL, WaitReason.BACKOFF}:
        return wait * (1 - share)
    return min(wait * (1 + share), max(wait, _LONGEST_FRESHNESS))


def _max_age(cache_control: str) -> timedelta | None:
    found = _MAX_AGE.search(cache_control)
    return timedelta(seconds=int(found[1])) if found else None


def _expires_in(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    expires = moment_from_text(headers.get("expires", ""))
    # The server's own clock measures its own date, when it says what time it is.
    answered = moment_from_text(headers.get("date", "")) or now
    return expires - answered if expires is not None and expires > answered else None


def _retry_after(text: str, now: datetime) -> timedelta | None:
    """RFC 9110 section 10.2.3: seconds, or a date; at most seven days, never in the past."""
    written = text.strip()
    if written.isascii() and written.isdecimal():
        asked = timedelta(seconds=min(int(written[:10]), 10**9))
    else:
        moment = moment_from_text(written)
        if moment is None:
            return None
        asked = max(moment - now, timedelta())
    return min(asked, _LONGEST_RETRY_AFTER)
