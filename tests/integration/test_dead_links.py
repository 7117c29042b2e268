"""Past links tried again, on real sockets: dead when they fail on several days, and never all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from approved_issue import approve_an_issue
from builders import NOW, a_pick
from veille.clock import StoppedClock
from veille.curate.dead_links import DeadLinksReport, batches, check_past_links, due_urls
from veille.errors import UnreachableError
from veille.model.issue import Slot, Tray
from veille.model.link import LinkCheck, LinkOutcome, after
from veille.settings import CollectSettings, Settings
from veille.store import Store, links
from web_server import Answer, WebServer, resolve_to

LOOPBACK = replace(Settings(), collect=CollectSettings(allow_private=("127.0.0.0/8",)))
HTML = {"Content-Type": "text/html; charset=utf-8"}
GONE = Answer(b"gone", status=404)


@dataclass
class Waiting:
    """A clock that stands where it is put, and counts how long it was waited for."""

    moment: datetime
    waited: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def elapsed_seconds(self) -> float:
        return 0.0

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def publish(store: Store, *urls: str) -> None:
    slots = (Slot(number, a_pick(number, url=url)) for number, url in enumerate(urls, 1))
    approve_an_issue(store, (), tray=Tray(tuple(slots)))


def a_round(store: Store, day: int = 0, *, everything: bool = False) -> DeadLinksReport:
    clock = StoppedClock(NOW + timedelta(days=day))
    return check_past_links(
        store, LOOPBACK, clock, everything=everything, on_progress=lambda _done, _total, _what: None
    )


def a_page(server: WebServer, path: str) -> str:
    return server.give(path, Answer(b"<title>Un article</title>", headers=HTML))


def five_links(server: WebServer) -> list[str]:
    return [a_page(server, f"/{number}") for number in range(5)]


def test_a_link_that_fails_once_is_doubtful_and_dead_when_it_fails_another_day(
    store: Store, server: WebServer
) -> None:
    urls = five_links(server)
    publish(store, *urls)
    server.give("/2", GONE)

    first, same_day, next_day = a_round(store), a_round(store), a_round(store, day=1)

    assert (first.checked, first.skipped, first.dead) == (5, 0, ())
    assert [(link.number, link.check.url) for link in first.doubtful] == [(3, urls[2])]
    assert (same_day.checked, same_day.skipped) == (0, 5)
    assert (next_day.checked, next_day.doubtful) == (1, ())
    (dead,) = next_day.dead
    assert (dead.check.outcome, dead.check.failing_since) == (LinkOutcome.DEAD, NOW)


def test_a_link_that_comes_back_is_alive_again(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    server.give("/2", GONE)
    a_round(store)
    a_round(store, day=1)
    a_page(server, "/2")

    back = a_round(store, day=40)

    assert (back.checked, back.dead, back.doubtful) == (5, (), ())


def test_all_are_tried_when_asked_for(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    a_round(store)

    assert a_round(store, everything=True).checked == 5


def test_a_site_is_left_in_peace_between_two_requests(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    clock, told = Waiting(NOW), list[tuple[int, int, str]]()

    check_past_links(store, LOOPBACK, clock, everything=False, on_progress=lambda *step: told.append(step))

    assert clock.waited == [2.0] * 4
    assert told == [(number, 5, "127.0.0.1") for number in range(1, 6)]


def test_an_interrupted_round_goes_on_where_it_was(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))

    def stop(done: int, _total: int, _what: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_past_links(store, LOOPBACK, StoppedClock(NOW), everything=False, on_progress=stop)

    assert a_round(store).checked == 3


def test_a_machine_without_network_calls_nothing_dead(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    publish(store, *(f"http://site{number}.example:9/" for number in range(1, 6)))

    with pytest.raises(UnreachableError, match="None of 5 sites answered"):
        a_round(store)

    with store.transaction() as transaction:
        assert links.all_checks(transaction) == {}


def test_paper_and_drafts_are_not_tried(store: Store, server: WebServer) -> None:
    publish(store, a_page(server, "/1"), "", "", "", "")

    assert a_round(store).checked == 1


def a_check(url: str, days_ago: int, *, failing: bool = False) -> LinkCheck:
    outcome = LinkOutcome.DEAD if failing else LinkOutcome.OK
    check = LinkCheck(url, NOW - timedelta(days=days_ago), outcome, 404 if failing else 200, url, "")
    return after(None, check)


def test_the_one_tried_longest_ago_comes_first_and_the_doubtful_soon() -> None:
    known = {
        url: a_check(url, days, failing=failing)
        for url, days, failing in [("fresh", 3, False), ("old", 30, False), ("doubtful", 2, True)]
    }

    assert due_urls(["fresh", "old", "doubtful", "new"], known, NOW) == ["new", "old", "doubtful"]


def test_a_batch_asks_each_site_once_and_no_link_is_lost() -> None:
    urls = [f"https://site{number % 20}.example/{number}" for number in range(50)]

    found = list(batches(urls))

    assert sorted(url for batch in found for url in batch) == sorted(urls)
    for batch in found:
        hosts = [url.split("/")[2] for url in batch]
        assert len(hosts) == len(set(hosts)) <= 16
