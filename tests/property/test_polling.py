"""Whatever servers say, the next visit comes, and neither too soon nor too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, a_feed
from veille.collect.polling import (
    Hints,
    after_answer,
    after_failure,
    after_redirect,
    after_refusal,
    hints_from_headers,
    wait_for,
)
from veille.model.feed import FeedStatus

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
waits = st.none() | st.timedeltas(timedelta(), timedelta(days=10_000))
header_texts = st.text(max_size=60) | st.from_regex(
    r"(max-age=\d{0,30}|\d{0,30}|[A-Z][a-z]{2}, \d\d .*)", fullmatch=True
)
urls = st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z]{0,9}", fullmatch=True)


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "retry-after", "date"]), header_texts),
    moments,
)
def test_any_header_is_read_or_ignored(headers: dict[str, str], now: datetime) -> None:
    hints = hints_from_headers(headers, now)

    assert hints.fresh_for is None or hints.fresh_for >= timedelta()
    assert hints.retry_after is None or timedelta() <= hints.retry_after <= WEEK


@given(st.integers(15, 10_080), st.none() | st.integers(0, 10**9), waits, waits, moments)
def test_after_an_answer_the_wait_is_bounded_on_both_sides(
    interval_minutes: int, ttl: int | None, fresh: timedelta | None, retry: timedelta | None, now: datetime
) -> None:
    interval = timedelta(minutes=interval_minutes)
    hints = Hints(fresh, None if retry is None else min(retry, WEEK))

    feed = after_answer(a_feed(ttl_minutes=ttl), hints, now, interval)

    assert feed.next_due_at is not None
    wait = feed.next_due_at - now
    wished = [
        timedelta(minutes=min(ttl or 0, 1440)),
        min(fresh or timedelta(), DAY),
        hints.retry_after or timedelta(),
    ]
    assert wait >= max(0.9 * interval, *wished)
    assert wait <= max(interval, DAY, hints.retry_after or timedelta())
    assert wait_for(feed, now, None, forced=False) is not None
    assert wait_for(feed, now + wait, None, forced=False) is None


@given(st.lists(st.sampled_from([None, 404, 410, 429, 500, 503]), max_size=40), waits, moments)
def test_no_run_of_failures_ends_the_visits_but_being_gone(
    failures: list[int | None], retry: timedelta | None, now: datetime
) -> None:
    feed = a_feed()
    hints = Hints(None, None if retry is None else min(retry, WEEK))
    for status in failures:
        feed = (
            after_failure(feed, "No.", now)
            if status is None
            else after_refusal(feed, status, "No.", hints, now)
        )

        assert feed.next_due_at is not None
        assert timedelta() < feed.next_due_at - now <= WEEK
    assert feed.failures == len(failures)
    assert (feed.status is FeedStatus.RETIRED) <= (failures.count(410) >= 2)


@given(urls, st.lists(st.tuples(st.none() | urls, st.integers(0, 20)), max_size=30))
def test_a_move_needs_three_sightings_over_a_week_or_https(
    start: str, visits: list[tuple[str | None, int]]
) -> None:
    feed = a_feed(url=start)
    now = NOW
    seen: list[tuple[str | None, datetime]] = []
    for target, days in visits:
        now += timedelta(days=days)
        before = feed
        feed = after_redirect(feed, target, (), now)
        seen.append((target, now))
        if feed.url != before.url and not before.url.startswith("http://"):
            last = [at for known, at in seen[-3:] if known == feed.url]
            assert len(last) == 3
        if target is None:
            assert feed.moving_sightings == 0
