"""``python -m tests.bench.collect``: collecting beside reader, newsboat and plain requests, on one server.

A first round, not timed, samples memory and warms the machine; then all take turns, another one first in
each round. Times are of the whole command, from its start to its end. Linux only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .comparison import Visit, Visits, memory_line, ratio_line, stored_line, table
from .contestants import (
    Contestant,
    MissingPeerError,
    Newsboat,
    PlainRequests,
    Reader,
    Veille,
)
from .feed_server import MEDIAN_SECONDS, FeedServer, delay_seconds, entries_served, feed_server
from .invented import ENTRIES
from .process import cost_of

PHASES = ("cold", "all-304", "incremental")
LARGER = 5  # times as many feeds, to see whether the cost grows with them

Rounds = Mapping[str, Visits]
"""Of each phase, what each contestant's visits cost."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contestant, the feeds it follows and the name in the tables."""

    name: str
    contestant: Contestant
    urls: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.collect", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round, and no run on five times the feeds")
    asked = parser.parse_args()
    for text in blocks(asked.feeds, rounds=1 if asked.quick else asked.rounds, growing=not asked.quick):
        sys.stdout.write(text + "\n\n")
        sys.stdout.flush()


def blocks(feeds: int, *, rounds: int, growing: bool) -> Iterator[str]:
    """The measurements, each as a block of text."""
    peers, missing = installed_peers()
    with feed_server(feeds) as server:
        contestants = (Veille(), *peers, PlainRequests())
        entrants = [Entrant(each.name, each, server.urls) for each in contestants]
        yield "\n".join((introduction(server), *(f"peer left out: {message}" for message in missing)))
        for slow in (False, True):
            sampled = measure(server, entrants, slow=slow, rounds=1, sampling=True)
            timed = measure(server, entrants, slow=slow, rounds=rounds, sampling=False)
            title = "with latency" if slow else "without latency"
            yield "\n\n".join(table(f"{phase}, {title}", timed[phase], sampled[phase]) for phase in PHASES)
            yield "\n".join(verdicts(timed, sampled, slow=slow))
    if growing:
        yield growth(feeds, rounds)


def introduction(server: FeedServer) -> str:
    count = len(server.urls)
    delays = sorted(delay_seconds(number) for number in range(count))
    return (
        f"Collecting {count} feeds of {ENTRIES} entries on as many hosts, {server.size_bytes / 1e6:.0f} MB.\n"
        f"Latency: median {1000 * MEDIAN_SECONDS:.0f} ms, here from {1000 * delays[0]:.0f} to"
        f" {1000 * delays[-1]:.0f} ms, {sum(delays):.0f} s in all.\n"
        "Incremental: one feed in five gained two entries. 200, 304: the answers it got.\n"
        "Peak: all processes of the command at one moment; largest: the largest of them alone.\n"
        f"Starting and ending (veille --version) takes {started_seconds():.2f} s of each time of veille.\n"
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the first round:"
        " times mean little on a busy machine."
    )


def started_seconds() -> float:
    """What of veille's seconds has nothing to do with feeds, at best."""
    veille = Path(sys.executable).with_name("veille")
    return min(cost_of([veille, "--version"], {"LANG": "C.UTF-8"}).wall_seconds for _round in range(5))


def installed_peers() -> tuple[list[Contestant], list[str]]:
    """The peers that can take part, and what to do for the others."""
    peers: list[Contestant] = []
    missing: list[str] = []
    for peer in (Reader, Newsboat):
        try:
            peers.append(peer())
        except MissingPeerError as error:
            missing.append(str(error))
    return peers, missing


def measure(
    server: FeedServer, entrants: Sequence[Entrant], *, slow: bool, rounds: int, sampling: bool
) -> Rounds:
    """The visits of all entrants, who take turns; the first of a round is the last of the next."""
    visits: dict[str, dict[str, list[Visit]]] = {
        phase: {entrant.name: [] for entrant in entrants} for phase in PHASES
    }
    for number in range(rounds):
        first = number % len(entrants)
        for entrant in (*entrants[first:], *entrants[:first]):
            sys.stderr.write(f"{'sampling' if sampling else f'round {number + 1}'}: {entrant.name}\n")
            for phase, visit in zip(
                PHASES, journey(server, entrant, slow=slow, sampling=sampling), strict=True
            ):
                visits[phase][entrant.name].append(visit)
    return visits


def journey(server: FeedServer, entrant: Entrant, *, slow: bool, sampling: bool) -> Iterator[Visit]:
    """One entrant's three visits, from an empty home on."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        entrant.contestant.follow(folder, entrant.urls)
        for again, grown in ((False, False), (True, False), (True, True)):
            server.behave(slow=slow, grown=grown)
            server.answered()
            cost = entrant.contestant.visit(folder, again=again, sampling=sampling)
            stored = entrant.contestant.stored(folder)
            served = entries_served(len(entrant.urls), grown=grown)
            yield Visit(cost, stored, served, *server.answered())


def verdicts(timed: Rounds, sampled: Rounds, *, slow: bool) -> Iterator[str]:
    """What is wanted of veille, beside what was found."""
    yield "veille" + (" under latency" if slow else " without latency")
    ours = {phase: timed[phase]["veille"] for phase in PHASES}
    yield stored_line("entries lost in any round", [visit for visits in ours.values() for visit in visits])
    for name, visits in timed["cold"].items():
        if name.startswith("reader"):
            yield ratio_line(f"cold, times {name}", ours["cold"], visits, 1 / 3)
        elif name.startswith("newsboat"):
            yield ratio_line(f"cold, times {name}", ours["cold"], visits, 1 if slow else 1.3)
        elif name.startswith("plain"):
            yield ratio_line(f"all-304, times {name}", ours["all-304"], timed["all-304"][name], 1.5)
    yield memory_line("peak", [visit for phase in PHASES for visit in sampled[phase]["veille"]], 150)


def growth(feeds: int, rounds: int) -> str:
    """What five times as many feeds cost, without latency."""
    few, many = f"{feeds:,} feeds", f"{LARGER * feeds:,} feeds"
    with feed_server(LARGER * feeds) as server:
        entrants = [Entrant(few, Veille(), server.urls[:feeds]), Entrant(many, Veille(), server.urls)]
        sampled = measure(server, entrants, slow=False, rounds=1, sampling=True)
        timed = measure(server, entrants, slow=False, rounds=rounds, sampling=False)
    tables = (table(f"veille, {phase}", timed[phase], sampled[phase]) for phase in PHASES)
    lines = (
        ratio_line(f"{phase}, {many} beside {few}", timed[phase][many], timed[phase][few], 5.5)
        for phase in PHASES
    )
    return "\n\n".join((*tables, "\n".join(lines)))


if __name__ == "__main__":
    main()
