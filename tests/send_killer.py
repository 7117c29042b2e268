"""``python send_killer.py FOLDER PORT KILLS``: sends, is killed at a random moment, and sends again.

POSIX only. Each send is a fork of this process, which has everything imported. Writes a JSON object a line:
``{"sending": N}`` after each kill, N deliveries being under way at that moment; at last ``{"report": {…}}``
of a send that nobody killed, and of another one after it.
"""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded
import signal
import sys
import time  # the moments of the kills are those of the real clock
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import premailer  # noqa: F401 - imported now, and not by each send

from builders import NOVEMBER
from databases import query, store_of
from veille.clock import SystemClock
from veille.deliver.mailer import Mailer
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.transports import open_mailer
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.workspace import Workspace

CONNECTIONS = 4
# A message each two milliseconds, and a kill within the first few.
PER_MINUTE = 30_000
LONGEST_LIFE_SECONDS = 0.008


def send(folder: Path, port: int, on_connecting: Callable[[], object] = lambda: None) -> SendReport:
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

    def connect() -> AbstractContextManager[Mailer]:
        on_connecting()
        return open_mailer(settings, folder, {})

    with store_of(folder) as store:
        return send_issue(store, settings, Workspace(folder), NOVEMBER, clock=SystemClock(), connect=connect)


def killed(folder: Path, port: int, life_seconds: float) -> None:
    """A send that lives so long from its first connection on."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        send(folder, port, lambda: os.write(writing, b"x"))
        os._exit(0)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    time.sleep(life_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def under_way(folder: Path) -> int:
    ((count,),) = query(folder, "SELECT count(*) FROM deliveries WHERE state = 'sending'")
    return int(count)


def main(folder: Path, port: int, kills: int) -> None:
    chance = random.Random(20261123)  # noqa: S311
    for _kill in range(kills):
        killed(folder, port, chance.uniform(0, LONGEST_LIFE_SECONDS))
        print(json.dumps({"sending": under_way(folder)}))  # noqa: T201
    for _run in range(2):
        print(json.dumps({"report": asdict(send(folder, port))}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
