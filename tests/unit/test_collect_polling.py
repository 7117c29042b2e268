"""When a feed is visited again, and what a visit changes about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from builders import NOW, a_feed
from veille.collect.polling import (
    NO_HINTS,
    Hints,
    Parking,
    after_answer,
    after_failure,
    after_redirect,
    after_refusal,
    gap_seconds,
    hints_from_headers,
    longer_parking,
    parking_of,
    wait_for,
    with_usable_validators,
)
from veille.model.feed import Feed, FeedStatus, WaitReason

SIX_HOURS = timedelta(hours=6)
MOVED = "https://elsewhere.example/feed"


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=3600"}, timedelta(hours=1)),
        ({"cache-control": "s-maxage=60, Max-Age = 120"}, timedelta(minutes=2)),
        ({"cache-control": "s-maxage=60"}, None),
        ({"cache-control": 'max-age="90"'}, timedelta(seconds=90)),
        ({"cache-control": "no-cache"}, None),
        ({"cache-control": "max-age=0", "expires": "Tue, 24 Nov 2026 12:30:00 GMT"}, timedelta()),
        ({"expires": "Tue, 24 Nov 2026 12:30:00 GMT"}, timedelta(hours=3)),
        (
            {"expires": "Tue, 24 Nov 2026 12:30:00 GMT", "date": "Tue, 24 Nov 2026 12:00:00 GMT"},
            timedelta(minutes=30),
        ),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
    ],
)
def test_the_headers_say_how_long_an_answer_is_fresh(
    headers: dict[str, str], fresh_for: timedelta | None
) -> None:
    assert hints_from_headers(headers, NOW).fresh_for == fresh_for


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("", None),
        ("soon", None),
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("-5", None),
        ("٣٠", None),
        ("9" * 400, timedelta(days=7)),
        ("Tue, 24 Nov 2026 10:30:00 GMT", timedelta(hours=1)),
        ("Tue, 24 Nov 2020 10:30:00 GMT", timedelta()),
        ("Tue, 24 Nov 2030 10:30:00 GMT", timedelta(days=7)),
    ],
)
def test_retry_after_is_seconds_or_a_date(written: str, asked: timedelta | None) -> None:
    assert hints_from_headers({"retry-after": written}, NOW).retry_after == asked


@pytest.mark.parametrize(
    ("hints", "ttl", "reason", "least", "most"),
    [
        (NO_HINTS, None, WaitReason.INTERVAL, 5.4, 6.0),
        (NO_HINTS, 600, WaitReason.TTL, 10, 11),
        (NO_HINTS, 60, WaitReason.INTERVAL, 5.4, 6.0),
        (NO_HINTS, 10**9, WaitReason.TTL, 24, 24),
        (Hints(timedelta(hours=8), None), None, WaitReason.CACHE, 8, 8.8),
        (Hints(timedelta(days=5844), None), None, WaitReason.CACHE, 24, 24),
        (Hints(None, timedelta(days=3)), None, WaitReason.RETRY_AFTER, 72, 72),
    ],
)
def test_the_longest_wish_decides_within_a_day(
    hints: Hints, ttl: int | None, reason: WaitReason, least: float, most: float
) -> None:
    feed = after_answer(a_feed(ttl_minutes=ttl, failures=3, gone_sightings=1), hints, NOW, SIX_HOURS)

    assert feed.due_reason is reason
    assert feed.next_due_at is not None
    assert timedelta(hours=least) <= feed.next_due_at - NOW <= timedelta(hours=most)
    assert (feed.failures, feed.gone_sightings, feed.last_ok_at) == (0, 0, NOW)


def test_feeds_visited_together_do_not_stay_together() -> None:
    feeds = [a_feed(url=f"https://journal.example/{number}") for number in range(50)]

    due = {after_answer(feed, NO_HINTS, NOW, SIX_HOURS).next_due_at for feed in feeds}

    assert len(due) == 50


def test_a_failing_feed_is_left_alone_longer_and_longer_but_never_given_up() -> None:
    feed = a_feed(etag='"good"')
    waits = []
    for _visit in range(20):
        feed = after_failure(feed, "No.", NOW)
        assert feed.next_due_at is not None
        waits.append(feed.next_due_at - NOW)

    for number, wait in enumerate(waits):
        whole = min(timedelta(hours=2**number), timedelta(days=7))
        assert 0.9 * whole <= wait <= whole
    assert (feed.failures, feed.etag, feed.status) == (20, '"good"', FeedStatus.ACTIVE)


def test_gone_twice_running_is_gone() -> None:
    once = after_refusal(a_feed(), 410, "Gone.", NO_HINTS, NOW)
    twice = after_refusal(once, 410, "Gone.", NO_HINTS, NOW)
    recovered = after_refusal(after_answer(once, NO_HINTS, NOW, SIX_HOURS), 410, "Gone.", NO_HINTS, NOW)

    assert once.status is FeedStatus.ACTIVE
    assert twice.status is FeedStatus.RETIRED
    assert recovered.status is FeedStatus.ACTIVE


@pytest.mark.parametrize(
    ("status", "asked", "parked", "binding", "gap"),
    [
        (429, timedelta(minutes=1), timedelta(minutes=1), True, 60),
        (429, timedelta(hours=5), timedelta(hours=5), True, 0),
        (429, None, timedelta(minutes=10), True, 0),
        (503, timedelta(minutes=30), timedelta(minutes=30), False, 0),
    ],
)
def test_a_server_under_pressure_is_left_alone(
    status: int, asked: timedelta | None, parked: timedelta, binding: bool, gap: int
) -> None:
    feed = after_refusal(a_feed(), status, "No.", Hints(None, asked), NOW)

    assert parking_of(feed) == Parking(NOW + parked, binding)
    assert feed.gap_seconds == gap
    assert feed.next_due_at is not None
    assert feed.next_due_at >= NOW + parked


def test_other_refusals_park_nobody() -> None:
    assert parking_of(after_refusal(a_feed(), 500, "No.", Hints(None, SIX_HOURS), NOW)) is None


def test_the_longer_parking_counts_and_a_binding_one_more() -> None:
    short, long = Parking(NOW, binding=False), Parking(NOW + SIX_HOURS, binding=False)
    binding = Parking(NOW, binding=True)

    assert longer_parking(short, None) == short
    assert longer_parking(short, long) == longer_parking(long, short) == long
    assert longer_parking(binding, long) == binding


LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("feed", "parking", "waits", "waits_when_forced"),
    [
        (a_feed(), None, None, None),
        (a_feed(next_due_at=NOW), None, None, None),
        (a_feed(next_due_at=LATER), None, WaitReason.INTERVAL, None),
        (a_feed(next_due_at=LATER, due_reason=WaitReason.BACKOFF), None, WaitReason.BACKOFF, None),
        (a_feed(status=FeedStatus.PAUSED), None, WaitReason.PAUSED, WaitReason.PAUSED),
        (a_feed(status=FeedStatus.RETIRED), None, WaitReason.RETIRED, WaitReason.RETIRED),
        (a_feed(), Parking(LATER, binding=True), WaitReason.PARKED, WaitReason.PARKED),
        (a_feed(), Parking(LATER, binding=False), WaitReason.PARKED, None),
        (a_feed(), Parking(NOW, binding=True), None, None),
    ],
)
def test_a_feed_waits_for_a_reason(
    feed: Feed, parking: Parking | None, waits: WaitReason | None, waits_when_forced: WaitReason | None
) -> None:
    wait = wait_for(feed, NOW, parking, forced=False)
    forced = wait_for(feed, NOW, parking, forced=True)

    assert (wait and wait.reason) == waits
    assert (forced and forced.reason) == waits_when_forced


def test_a_gap_is_left_for_hosts_that_asked_for_one_or_are_configured() -> None:
    quiet = a_feed(url="https://www.slow.example/a")
    asked = a_feed(gap_seconds=40, parked_until=NOW - timedelta(days=2))
    long_ago = a_feed(gap_seconds=40, parked_until=NOW - timedelta(days=31))

    assert gap_seconds([quiet], {}, NOW) == 0
    assert gap_seconds([quiet], {"slow.example": 60}, NOW) == 60
    assert gap_seconds([quiet, asked], {}, NOW) == 40
    assert gap_seconds([long_ago], {}, NOW) == 0


def test_validators_serve_for_eight_days() -> None:
    feed = a_feed(etag='"a"', last_modified="Mon", validated_at=NOW)

    assert with_usable_validators(feed, NOW + timedelta(days=8, seconds=-1)) == feed
    expired = with_usable_validators(feed, NOW + timedelta(days=8))
    assert (expired.etag, expired.last_modified) == (None, None)
    assert with_usable_validators(a_feed(etag='"a"'), NOW).etag is None


def sighted(feed: Feed, *days: float, target: str | None = MOVED) -> Feed:
    for day in days:
        feed = after_redirect(feed, target, (), NOW + timedelta(days=day))
    return feed


@pytest.mark.parametrize(
    ("days", "moves"),
    [((0,), False), ((0, 1, 2), False), ((0, 7), False), ((0, 1, 7), True), ((0, 9, 9), True)],
)
def test_a_feed_moves_after_three_sightings_over_seven_days(days: tuple[float, ...], moves: bool) -> None:
    feed = sighted(a_feed(), *days)

    assert (feed.url == MOVED) == moves
    assert (feed.moving_to is None) == moves


def test_sightings_must_agree_and_follow_each_other() -> None:
    wavering = sighted(sighted(a_feed(), 0, 1), 2, target="https://third.example/feed")
    interrupted = sighted(sighted(a_feed(), 0, 1), 2, target=None)

    assert (wavering.moving_to, wavering.moving_sightings) == ("https://third.example/feed", 1)
    assert (interrupted.moving_to, interrupted.moving_sightings) == (None, 0)
    assert sighted(interrupted, 8).url == a_feed().url


@pytest.mark.parametrize(
    ("url", "target", "moves"),
    [
        ("http://a.example/feed", "https://a.example/feed", True),
        ("http://A.example:80/feed", "https://a.example/new", True),
        ("http://a.example/feed", "https://b.example/feed", False),
        ("https://a.example/feed", "http://a.example/feed", False),
        ("http://a.example/feed", "http://a.example/new", False),
    ],
)
def test_the_same_host_over_https_is_followed_at_once(url: str, target: str, moves: bool) -> None:
    assert (after_redirect(a_feed(url=url), target, (), NOW).url == target) == moves


def test_an_address_the_curator_took_back_is_never_followed_again() -> None:
    feed = a_feed(url="http://a.example/feed")
    for day in range(30):
        feed = after_redirect(
            feed, "https://a.example/feed", {"https://a.example/feed"}, NOW + timedelta(days=day)
        )

    assert feed.url == "http://a.example/feed"


def test_times_are_aware_utc() -> None:
    due = after_answer(a_feed(), NO_HINTS, datetime(2026, 1, 1, tzinfo=UTC), SIX_HOURS).next_due_at

    assert due is not None
    assert due.tzinfo is UTC
