"""``python send_killer.py FOLDER PORT KILLS SENDERS``: sends, is killed at a random moment, and sends again.

POSIX only. Each send is a fork of this process, which has everything imported; so many of them work side by
side. Writes a JSON object a line: ``{"sending": N}`` after they were killed, N deliveries being under way at
that moment; at last ``{"report": {…}}`` of a send that nobody killed, and of another one after it.
"""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded
import signal
import sys
import threading
import time  # the moments of the kills are those of the real clock
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import premailer  # noqa: F401 - imported now, and not by each send

from builders import NOVEMBER
from databases import query, store_of
from veille.clock import SystemClock
from veille.deliver.ledger import ledger
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Message
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.transports import open_mailer
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import leases
from veille.workspace import Workspace

CONNECTIONS = 4
# A message each four milliseconds, and a kill about the first: two hundred kills do not see the end.
PER_MINUTE = 15_000
LONGEST_LIFE_SECONDS = 0.003
LEASE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """A mailer that says when a message leaves."""

    mailer: Mailer
    on_leaving: Callable[[], object]

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        def leaving() -> None:
            about_to_leave()
            self.on_leaving()

        return self.mailer.deliver(message, leaving)


def send(folder: Path, port: int, on_leaving: Callable[[], object] = lambda: None) -> SendReport:
    settings = Settings(
        segments={"publics": Label({"fr": "Publics"})},
        mail=MailSettings(
            transport="smtp",
            from_address="veille@musee.example",
            connections=CONNECTIONS,
            per_minute=PER_MINUTE,
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=port, security="none"),
    )

    @contextmanager
    def connect() -> Iterator[Mailer]:
        with open_mailer(settings, folder, {}) as mailer:
            yield Heard(mailer, on_leaving)

    with store_of(folder) as store:
        return send_issue(store, settings, Workspace(folder), NOVEMBER, clock=SystemClock(), connect=connect)


def begun(folder: Path, port: int) -> tuple[int, int]:
    """A send: its process, and where to read that it has begun its first message, or is dead."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        send(folder, port, lambda: os.write(writing, b"x"))
        os._exit(0)
    os.close(writing)
    return child, reading


def end(child: int, reading: int, life_seconds: float) -> None:
    """Let a send live so long from its first message on."""
    os.read(reading, 1)
    time.sleep(life_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)


def killed(folder: Path, port: int, lives_seconds: Sequence[float]) -> None:
    """Sends side by side, each of so long a life."""
    sends = [begun(folder, port) for _life in lives_seconds]
    ends = [
        threading.Thread(target=end, args=[*send, life])
        for send, life in zip(sends, lives_seconds, strict=True)
    ]
    for thread in ends:
        thread.start()
    for thread in ends:
        thread.join()


def under_way(folder: Path) -> int:
    ((count,),) = query(folder, "SELECT count(*) FROM deliveries WHERE state = 'sending'")
    return int(count)


def main(folder: Path, port: int, kills: int, senders: int) -> None:
    leases.LEASE_SECONDS = LEASE_SECONDS
    with store_of(folder) as store:
        ledger(store, NOVEMBER)  # what the first queries take to word is not taken by each fork
    chance = random.Random(20261123)  # noqa: S311
    for _round in range(kills // senders):
        killed(folder, port, [chance.uniform(0, LONGEST_LIFE_SECONDS) for _sender in range(senders)])
        print(json.dumps({"sending": under_way(folder)}))  # noqa: T201
    if senders > 1:
        time.sleep(LEASE_SECONDS)  # what the dead had taken is free then
    for _run in range(2):
        print(json.dumps({"report": asdict(send(folder, port))}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
