"""``python send_killer.py FOLDER PORT KILLS SENDERS``: sends, is killed at a random moment, and sends again.

POSIX only. Each send is a fork of this process, which has everything imported; so many of them work side by
side, and one that was killed is followed by another at once. Writes a JSON object a line: ``{"sending": N}``
after each kill of a single sender, N deliveries being under way at that moment; at last ``{"report": {…}}``
of a send that nobody killed, and of another one after it.
"""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded
import select
import signal
import sys
import threading
import time  # waits for a server outside this process
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from builders import NOVEMBER
from databases import query, store_of
from veille.clock import SystemClock
from veille.deliver import sender
from veille.deliver.mailer import Mailer, Outcome, Withdrawn
from veille.deliver.message import Message
from veille.deliver.rehearsal import rehearse
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.transports import open_mailer
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import leases
from veille.workspace import Workspace

CONNECTIONS = 4
# Whoever is to be killed begins no more than these: whatever the speed of the machine, people are left over.
MESSAGES_A_LIFE = 2
LONGEST_LIFE_SECONDS = 0.008
# A message each two milliseconds.
PER_MINUTE = 30_000
# What a dead sender took is free soon, and leaves enough to the others meanwhile.
LEASE_SECONDS = 0.5
TAKEN_AT_ONCE = 4

_BEGUN, _FOUND_NOTHING = b"b", b"n"
_LEFT_BEHIND = """
    SELECT count(*) + (SELECT count(*) FROM leases WHERE until >= timezone('utc', clock_timestamp()))
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Doomed:
    """A mailer that says when a message leaves, and waits for its end instead of having too many leave."""

    mailer: Mailer
    turns: threading.Semaphore
    on_begun: Callable[[], object]

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        def leave() -> None:
            self.turns.acquire()
            try:
                about_to_leave()
            except Withdrawn:
                self.turns.release()
                raise
            self.on_begun()

        return self.mailer.deliver(message, leave)


def settings_for(port: int) -> Settings:
    return Settings(
        segments={"publics": Label({"fr": "Publics"})},
        mail=MailSettings(
            transport="smtp",
            from_address="veille@musee.example",
            connections=CONNECTIONS,
            per_minute=PER_MINUTE,
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=port, security="none"),
    )


def send(folder: Path, port: int, doom: Callable[[Mailer], Mailer] = lambda mailer: mailer) -> SendReport:
    settings = settings_for(port)

    @contextmanager
    def connect() -> Iterator[Mailer]:
        with open_mailer(settings, folder, {}) as mailer:
            yield doom(mailer)

    with store_of(folder) as store:
        return send_issue(store, settings, Workspace(folder), NOVEMBER, clock=SystemClock(), connect=connect)


@dataclass(slots=True)
class Victim:
    """A send in a process of its own, which never ends by itself; ``told`` is where it says how far it is."""

    process: int
    told: int
    dies_at: float | None = None

    def kill(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.told)


def begin(folder: Path, port: int) -> Victim:
    told, telling = os.pipe()
    process = os.fork()
    if process == 0:
        turns = threading.Semaphore(MESSAGES_A_LIFE)
        try:
            send(folder, port, lambda mailer: Doomed(mailer, turns, lambda: os.write(telling, _BEGUN)))
            os.write(telling, _FOUND_NOTHING)  # unless it has said otherwise before
            signal.pause()
        finally:  # it must not go on as its parent would
            traceback.print_exc()
            os._exit(1)
    os.close(telling)
    return Victim(process, told)


def kills(folder: Path, port: int, senders: int) -> Generator[None]:
    """Keep so many sends at work; each is killed at a random moment once it has begun a message."""
    chance, clock = random.Random(20261123), SystemClock()  # noqa: S311
    alive: list[Victim] = []
    try:
        while True:
            alive += [begin(folder, port) for _missing in range(senders - len(alive))]
            next_end = min((victim.dies_at for victim in alive if victim.dies_at is not None), default=None)
            patience = None if next_end is None else max(0.0, next_end - clock.elapsed_seconds())
            silent = {victim.told: victim for victim in alive if victim.dies_at is None}
            for told in select.select(silent, [], [], patience)[0]:
                word = os.read(told, 1)
                assert word, "a send failed"
                if word == _BEGUN:
                    silent[told].dies_at = clock.elapsed_seconds() + chance.uniform(0, LONGEST_LIFE_SECONDS)
                else:
                    silent[told].kill()
                    alive.remove(silent[told])
            for victim in alive[:]:
                if victim.dies_at is not None and victim.dies_at <= clock.elapsed_seconds():
                    victim.kill()
                    alive.remove(victim)
                    yield
    finally:
        for victim in alive:
            victim.kill()


def under_way(folder: Path) -> int:
    ((count,),) = query(folder, "SELECT count(*) FROM deliveries WHERE state = 'sending'")
    return int(count)


def outlive_the_dead(folder: Path) -> None:
    """Wait until the server has noticed that they are dead, and their leases are over."""
    while query(folder, _LEFT_BEHIND)[0][0]:
        time.sleep(0.02)


def main(folder: Path, port: int, count: int, senders: int) -> None:
    leases.LEASE_SECONDS = LEASE_SECONDS
    leases.HEARTBEAT_SECONDS = LEASE_SECONDS / 3
    sender._TAKEN_AT_ONCE = TAKEN_AT_ONCE
    with store_of(folder) as store:  # what the first digest and queries take is not taken by each fork
        rehearse(
            store,
            settings_for(port),
            Workspace(folder),
            NOVEMBER,
            folder=folder / "rehearsed",
            segment=None,
            now=SystemClock().now(),
        )
    with closing(kills(folder, port, senders)) as endless:
        for _kill in islice(endless, count):
            if senders == 1:
                print(json.dumps({"sending": under_way(folder)}))  # noqa: T201
    if senders > 1:
        outlive_the_dead(folder)
    for _run in range(2):
        print(json.dumps({"report": asdict(send(folder, port))}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
