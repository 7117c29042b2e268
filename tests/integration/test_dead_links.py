"""Past links tried again, on real sockets: dead when they are gone on two days, and never all at once."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from approved_issue import approve_an_issue
from builders import NOW, a_link_check, a_pick
from conftest import Veille
from databases import store_of
from veille.archive.site import build_site
from veille.clock import StoppedClock
from veille.curate.dead_links import RoundReport, check_past_links, is_due, last_seen, oldest_first
from veille.model.issue import Slot, Tray
from veille.model.link import LinkCheck, LinkOutcome
from veille.settings import CollectSettings, Settings
from veille.store import Store, links
from veille.workspace import Workspace
from web_server import Answer, ScriptedServer, WebServer

LOOPBACK = Settings(collect=CollectSettings(allow_private=("127.0.0.0/8",), slow_hosts=("slow.example 90",)))
HTML = {"Content-Type": "text/html; charset=utf-8"}
GONE = Answer(b"gone", status=404)
# What a name server says of a name that nobody has, and when it cannot say.
UNKNOWN, TRY_AGAIN = socket.EAI_NONAME, socket.EAI_AGAIN


class Names:
    """The name server: every name is this machine, but for those that get an ``error``, or all when down."""

    def __init__(self) -> None:
        self.errors: dict[str, int] = {}
        self.all_are: int | None = None

    def __call__(self, host: str, port: int, *_arguments: object, **_options: object) -> list[object]:
        error = self.errors.get(host, self.all_are)
        if error is not None:
            raise socket.gaierror(error, "no such luck")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    server = Names()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    return server


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds between requests, which nobody waits for here."""
    seconds: list[float] = []
    really = asyncio.sleep

    async def sleep(time: float) -> None:
        seconds.append(time)
        await really(0)

    monkeypatch.setattr("veille.net.turns.asyncio.sleep", sleep)
    return seconds


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def publish(store: Store, *urls: str) -> None:
    slots = (Slot(number, a_pick(number, url=url)) for number, url in enumerate(urls, 1))
    approve_an_issue(store, (), tray=Tray(tuple(slots)))


def a_round(store: Store, day: float = 0, *, everything: bool = False) -> RoundReport:
    clock = StoppedClock(NOW + timedelta(days=day))
    return check_past_links(
        store, LOOPBACK, clock, everything=everything, on_progress=lambda _done, _total, _what: None
    )


def checks_in(store: Store) -> dict[str, LinkCheck]:
    with store.transaction() as transaction:
        return dict(links.all_checks(transaction))


def a_page(server: WebServer, path: str) -> str:
    return server.give(path, Answer(b"<title>Un article</title>", headers=HTML))


def five_links(server: WebServer) -> list[str]:
    return [a_page(server, f"/{number}") for number in range(5)]


def at_sites(server: WebServer, *hosts: str) -> list[str]:
    """A page at each of ``hosts``, which are all this server."""
    a_page(server, "/page")
    return [f"http://{host}:{server.port}/page" for host in hosts]


def test_a_page_that_is_gone_is_doubtful_and_dead_when_it_is_gone_another_day(
    store: Store, server: WebServer
) -> None:
    urls = five_links(server)
    publish(store, *urls)
    server.give("/2", GONE)

    first, same_day, next_day = a_round(store), a_round(store), a_round(store, day=1)

    assert (len(first.tried), first.fresh, first.untold, first.dead) == (5, 0, 0, ())
    assert [(gone.link.number, gone.check.url) for gone in first.doubtful] == [(3, urls[2])]
    assert (same_day.tried, same_day.fresh) == ((), 5)
    assert ([check.url for check in next_day.tried], next_day.doubtful) == ([urls[2]], ())
    (dead,) = next_day.dead
    assert (dead.check.outcome, dead.check.gone_since) == (LinkOutcome.DEAD, NOW)


def test_every_address_tried_has_its_dated_answer(store: Store, server: WebServer) -> None:
    urls = five_links(server)
    server.give("/1", Answer(status=301, headers={"Location": "/0"}))
    server.give("/2", GONE)
    server.give("/3", Answer(status=403))
    publish(store, *urls)

    report = a_round(store)

    assert {check.url: (check.outcome, check.checked_at) for check in report.tried} == {
        urls[0]: (LinkOutcome.OK, NOW),
        urls[1]: (LinkOutcome.MOVED, NOW),
        urls[2]: (LinkOutcome.DEAD, NOW),
        urls[3]: (LinkOutcome.REFUSED, NOW),
        urls[4]: (LinkOutcome.OK, NOW),
    }


def test_a_page_that_comes_back_is_alive_again(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    server.give("/2", GONE)
    a_round(store)
    a_round(store, day=1)
    a_page(server, "/2")

    back = a_round(store, day=40)

    assert (len(back.tried), back.dead, back.doubtful) == (5, (), ())


def test_all_are_tried_when_asked_for(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    a_round(store)

    assert len(a_round(store, everything=True).tried) == 5


@pytest.mark.usefixtures("names")
def test_sites_are_left_in_peace_between_two_requests_as_long_as_they_want(
    store: Store, server: WebServer, slept: list[float]
) -> None:
    usual, slow = at_sites(server, "www.usual.example", "slow.example")
    publish(store, usual, f"{usual}?2", f"{usual}?3", slow, f"{slow}?2")
    for query in ("?2", "?3"):
        a_page(server, f"/page{query}")

    a_round(store)

    assert sorted(slept) == [2, 2, 90]


def test_a_site_that_asks_for_peace_is_asked_no_more_in_this_round(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    server.give("/1", Answer(status=429))

    report = a_round(store)

    assert {asked.path for asked in server.asked} == {"/0", "/1"}
    assert (len(report.tried), report.untold, report.offline) == (2, 3, False)
    assert len(a_round(store).tried) == 3


@pytest.mark.usefixtures("names")
def test_a_slow_site_costs_nobody_else_anything(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.curate.dead_links._SECONDS", 0.3)
    with ScriptedServer(lambda visit: visit.stall()) as slow:
        silent = f"http://slow-one.example:{slow.port}/"
        publish(store, silent, *at_sites(server, "a.example", "b.example", "c.example", "d.example"))

        report = a_round(store)

    assert (len(report.tried), report.untold, report.dead, report.doubtful) == (5, 1, (), ())
    assert checks_in(store)[silent].outcome is LinkOutcome.TIMED_OUT


@pytest.mark.parametrize("moment", [1, 2, 4])
def test_an_interrupted_round_goes_on_where_it_was(store: Store, server: WebServer, moment: int) -> None:
    publish(store, *five_links(server))

    def stop(done: int, _total: int, _what: str) -> None:
        if done == moment:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        check_past_links(store, LOOPBACK, StoppedClock(NOW), everything=False, on_progress=stop)

    assert len(a_round(store).tried) == 5 - moment


@pytest.mark.usefixtures("names")
def test_what_was_found_is_kept_while_the_round_goes_on(
    store: Store, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.curate.dead_links._KEPT_AT_ONCE", 2)
    publish(store, *five_links(server))
    kept: list[int] = []

    def count(_done: int, _total: int, _what: str) -> None:
        kept.append(len(checks_in(store)))

    check_past_links(store, LOOPBACK, StoppedClock(NOW), everything=False, on_progress=count)

    assert kept == [0, 2, 2, 4, 4]


@pytest.mark.parametrize("error", [UNKNOWN, TRY_AGAIN])
def test_without_a_network_nothing_is_noted(store: Store, names: Names, error: int) -> None:
    publish(store, *(f"http://site{number}.example/" for number in range(1, 6)))
    names.all_are = error

    reports = [a_round(store, day=day) for day in range(3)]

    assert checks_in(store) == {}
    assert [(report.offline, report.untold, report.dead) for report in reports] == [(True, 5, ())] * 3


def test_losing_the_network_midway_costs_no_link_its_life(
    store: Store, server: WebServer, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.curate.dead_links.visit_by_host", one_by_one(names, lose_network_after=2))
    publish(store, *at_sites(server, "a.example", "b.example", "c.example", "d.example", "e.example"))

    report = a_round(store)

    assert (len(report.tried), report.untold, report.offline) == (2, 3, False)
    assert (report.dead, report.doubtful) == ((), ())


def one_by_one(names: Names, lose_network_after: int) -> Callable[..., object]:
    async def visit_all(urls: list[str], _url_of: object, _many: int, _gap_of: object, visit: object) -> None:
        for place, url in enumerate(urls):
            names.all_are = UNKNOWN if place >= lose_network_after else None
            await visit(url)  # type: ignore[operator]  # the recipe's own

    return visit_all


def test_a_name_that_nobody_has_any_more_is_dead_on_the_second_day(
    store: Store, server: WebServer, names: Names
) -> None:
    publish(store, *at_sites(server, "a.example", "b.example", "c.example", "d.example", "gone.example"))
    names.errors["gone.example"] = UNKNOWN

    first, second = a_round(store), a_round(store, day=1)

    assert [gone.link.number for gone in first.doubtful] == [5]
    assert [gone.link.number for gone in second.dead] == [5]
    assert len(second.tried) == 1


def test_a_name_server_that_cannot_say_condemns_nobody(store: Store, server: WebServer, names: Names) -> None:
    publish(store, *at_sites(server, "a.example", "b.example", "c.example", "d.example", "unsure.example"))
    names.errors["unsure.example"] = TRY_AGAIN

    reports = [a_round(store, day=day) for day in range(3)]

    assert [(report.dead, report.doubtful) for report in reports] == [((), ())] * 3


def test_many_sites_gone_at_once_are_still_told_from_a_network_that_is_down(
    store: Store, server: WebServer, names: Names
) -> None:
    hosts = ["gone1.example", "gone2.example", "gone3.example", "gone4.example"]
    publish(store, *at_sites(server, "alive.example", *hosts))
    names.errors |= dict.fromkeys(hosts, UNKNOWN)
    a_round(store)
    names.all_are = UNKNOWN
    offline = a_round(store, day=1)
    names.all_are = None

    report = a_round(store, day=1)

    assert (offline.offline, offline.dead) == (True, ())
    assert len(report.dead) == 4


def test_paper_and_drafts_are_not_tried(store: Store, server: WebServer) -> None:
    publish(store, a_page(server, "/1"), "", "", "", "")

    assert len(a_round(store).tried) == 1


def test_progress_is_told_link_by_link(store: Store, server: WebServer) -> None:
    publish(store, *five_links(server))
    told: list[tuple[int, int, str]] = []

    check_past_links(
        store, LOOPBACK, StoppedClock(NOW), everything=False, on_progress=lambda *step: told.append(step)
    )

    assert told == [(number, 5, "127.0.0.1") for number in range(1, 6)]


def tried(days_ago: float, **changes: Any) -> LinkCheck:
    return a_link_check(checked_at=NOW - timedelta(days=days_ago), **changes)


@pytest.mark.parametrize(
    ("check", "due"),
    [
        (None, True),
        (tried(24), False),
        (tried(25), True),
        (tried(24, outcome=LinkOutcome.REFUSED), False),
        (tried(0.9, outcome=LinkOutcome.TIMED_OUT), False),
        (tried(1, outcome=LinkOutcome.TIMED_OUT), True),
        (tried(1, gone_since=NOW - timedelta(days=1), gone_at=NOW - timedelta(days=1)), True),
        (tried(1, gone_since=NOW - timedelta(days=2), gone_at=NOW - timedelta(days=1)), False),
    ],
)
def test_links_are_tried_again_monthly_and_open_questions_the_next_day(
    check: LinkCheck | None, due: bool
) -> None:
    assert is_due(check, NOW) is due


def test_what_was_never_tried_comes_first_then_what_was_tried_longest_ago() -> None:
    known = {"fresh": tried(3), "old": tried(30)}

    assert oldest_first(["fresh", "old", "new"], known) == ["new", "old", "fresh"]


def test_the_witness_is_the_page_that_was_seen_last() -> None:
    checks = [
        tried(3, url="older"),
        tried(2, url="seen"),
        tried(1, url="gone", outcome=LinkOutcome.DEAD),
    ]

    assert (last_seen(checks), last_seen(checks[2:])) == ("seen", "")


def test_the_pages_mark_a_dead_link_with_its_day_and_the_same_store_gives_the_same_bytes(
    store: Store, server: WebServer, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    publish(store, *five_links(server))
    server.give("/2", GONE)
    a_round(store)
    a_round(store, day=1)

    built = []
    for _time in range(2):
        build_site(store, LOOPBACK, workspace, StoppedClock(NOW))
        built.append((workspace.archive / "numeros/2026-11/index.html").read_text(encoding="utf-8"))

    assert built[0] == built[1]
    assert built[0].count("https://web.archive.org/web/20261101/") == 1
    assert "25\u00a0novembre\u00a02026" in built[0]


def reach_loopback(veille: Veille, *urls: str) -> None:
    with (veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write('[collect]\nallow_private = ["127.0.0.0/8"]\n')
    with store_of(veille.folder) as store:
        publish(store, *urls)


def test_the_command_tells_what_it_found_to_people_and_programs(veille: Veille, server: WebServer) -> None:
    reach_loopback(veille, *five_links(server))
    server.give("/2", GONE)

    document = veille.json("archive", "check")
    said = veille("archive", "check", "--all")

    assert len(document["links"]) == 5
    assert {link["outcome"] for link in document["links"]} == {"ok", "dead"}
    assert all(datetime.fromisoformat(link["checked_at"]) for link in document["links"])
    assert [(link["month"], link["number"], link["dead"]) for link in document["doubtful"]] == [
        ("2026-11", 3, False)
    ]
    assert (document["fresh"], document["untold"], document["offline"], document["dead"]) == (0, 0, False, [])
    assert "doubtful  2026-11/3  Article 3" in said
    assert "Links tried: 5" in said


def test_the_command_says_by_its_code_that_a_part_told_nothing(veille: Veille, server: WebServer) -> None:
    urls = five_links(server)
    reach_loopback(veille, *urls)
    server.give("/4", Answer(status=500))

    assert veille.json("archive", "check", code=4)["untold"] == 1


@pytest.mark.usefixtures("names")
def test_the_command_fails_when_nobody_answers(veille: Veille) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    reach_loopback(veille, *(f"http://site{number}.example:{port}/" for number in range(5)))

    assert "offline" not in veille("archive", "check", code=1)

    assert "seems to be offline" in veille.said
    assert veille.json("archive", "check", code=1)["offline"] is True


def test_the_command_points_to_the_next_build_when_links_are_dead(veille: Veille, server: WebServer) -> None:
    urls = five_links(server)
    reach_loopback(veille, *urls)
    long_ago = NOW - timedelta(days=400)
    gone = a_link_check(
        url=urls[0], checked_at=long_ago, outcome=LinkOutcome.DEAD, status=404, gone_since=long_ago,
        gone_at=long_ago,
    )  # fmt: skip
    with store_of(veille.folder) as store, store.transaction() as transaction:
        links.save_checks(transaction, [gone])
    server.give("/0", GONE)

    said = veille("archive", "check")

    assert "dead  2026-11/1  Article 1" in said
    assert "veille archive build" in veille.said
