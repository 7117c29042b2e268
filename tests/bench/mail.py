"""``PYTHONPATH=tests python -m tests.bench.mail``: what a mail and a send cost, beside plain smtplib.

Both write the same bytes over as many connections to the same server: Postfix's smtp-sink, which keeps
nothing, and a whole Postfix, which syncs the disk once a message. veille syncs the disk before each message
leaves; smtplib keeps no ledger, so it runs once more with a line of 4 KB synced before each message: what any
ledger that survives a loss of power costs on this disk at least. Postfix starts for root only.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from approved_issue import approve_an_issue
from builders import NOVEMBER, a_person, a_pick, a_tray
from postfix_server import Postfix
from smtp_sink import sink
from veille.clock import SystemClock
from veille.compose.digest import digests_of
from veille.deliver.dkim import KEY_VARIABLE, Signature
from veille.deliver.letters import letters_of
from veille.deliver.mailer import Mailer
from veille.deliver.message import Message, message_for
from veille.deliver.sender import send_issue
from veille.deliver.transports import open_mailer
from veille.model.issue import Issue
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import Store, open_store
from veille.workspace import Workspace

from .measure import interleaved, ratio, report

PEOPLE, ROUNDS = 300, 9


def settings_for(port: int, connections: int) -> Settings:
    return Settings(
        segments={"publics": Label({"fr": "Publics"})},
        mail=MailSettings(transport="smtp", from_address="veille@musee.example", connections=connections),
        smtp=SmtpSettings(host="127.0.0.1", port=port, security="none", messages_per_connection=PEOPLE),
    )


@contextmanager
def approved() -> Iterator[tuple[Store, Path, Issue]]:
    """A store with three hundred people and an issue that nobody has received."""
    now = SystemClock().now()
    with tempfile.TemporaryDirectory() as name, open_store(Path(name) / "veille.db") as store:
        colleagues = (a_person(number, segment="publics") for number in range(PEOPLE))
        issue = approve_an_issue(store, colleagues, tray=a_tray(collections=a_pick(6)), now=now)
        yield store, Path(name), issue


def veille_sends(port: int, connections: int, *, whole: bool = True) -> float:
    """Seconds of a whole send; without ``whole``, from the moment when its mail is composed and queued."""
    settings = settings_for(port, connections)
    begun: list[float] = []

    def connect() -> AbstractContextManager[Mailer]:
        begun.append(time.perf_counter())
        return open_mailer(settings, folder, {})

    with approved() as (store, folder, _issue):
        start = time.perf_counter()
        sent = send_issue(
            store,
            settings,
            Workspace(folder),
            NOVEMBER,
            clock=SystemClock(),
            connect=connect,
        ).sent
        ended = time.perf_counter()
    assert sent == PEOPLE
    return ended - (start if whole else begun[0])


def smtplib_sends(port: int, messages: list[Message], connections: int, *, synced: bool = False) -> float:
    """Seconds of the bare loop, shared between so many connections, perhaps with a synced line a message."""

    def loop(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection, tempfile.TemporaryFile(buffering=0) as line:
            for message in messages[number::connections]:
                if synced:
                    line.seek(0)
                    line.write(bytes(4096))
                    os.fsync(line.fileno())
                connection.sendmail(message.sender, [message.recipient], message.content)

    threads = [threading.Thread(target=loop, args=[number]) for number in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def messages_of(issue: Issue, settings: Settings) -> list[Message]:
    """The messages of everybody, from a letter that is made once."""
    letter = letters_of(issue, settings, Path("nowhere"))("publics", "fr")
    return [
        message_for(
            letter,
            name=f"Élan Colleague {number}",
            address=f"colleague{number}@musee.example",
            message_id=f"<{number}@musee.example>",
            settings=settings,
            now=SystemClock().now(),
        )
        for number in range(PEOPLE)
    ]


def rates(server: str, port: int, wait_until_idle: Callable[[], None]) -> str:
    """Sends of three hundred people through ``server``, taking turns.

    Each begins when the server is idle: it hands on what it took from one while it takes that of the next.
    """
    with approved() as (_store, _folder, issue):
        messages = messages_of(issue, settings_for(port, 1))
    seconds: dict[str, list[float]] = defaultdict(list)
    ratios: list[str] = []
    sends: dict[str, Callable[[], float]] = {
        "veille, 4 connections, composing included": partial(veille_sends, port, 4)
    }
    for connections in (1, 4):
        veille, loop, ledger = _names(connections)
        sends[veille] = partial(veille_sends, port, connections, whole=False)
        sends[loop] = partial(smtplib_sends, port, messages, connections)
        sends[ledger] = partial(smtplib_sends, port, messages, connections, synced=True)
    for _round in range(ROUNDS):
        for name, send in sends.items():
            wait_until_idle()
            seconds[name].append(send())
    for connections in (1, 4):
        veille, *peers = _names(connections)
        rates = (f"{1 / ratio(seconds, veille, peer):.0%} of the rate of {peer}" for peer in peers)
        ratios += [f"  {veille}: {rate}" for rate in rates]
    wanted = "at most 3 s, and 80 % of the rate of smtplib"
    return "\n".join((report(f"A send to {PEOPLE} people through {server}", seconds, wanted), *ratios))


def _names(connections: int) -> tuple[str, str, str]:
    over = "1 connection" if connections == 1 else f"{connections} connections"
    return f"veille, {over}", f"smtplib, {over}", f"smtplib, {over}, a synced line a message"


def own_work() -> str:
    """What each further person costs, and the mail of each further segment."""
    with approved() as (_store, _folder, issue):
        settings = settings_for(25, 1)
        seconds = interleaved(
            {
                f"{PEOPLE} messages from a letter": lambda: messages_of(issue, settings),
                "the mail of a segment, composed": lambda: digests_of(issue, settings, Path("nowhere"))(
                    "publics", "fr"
                ),
            },
            ROUNDS,
        )
    told = report("Own work", seconds, "0.1 ms a further person; 150 ms a segment, the first time")
    whole, letter = (values for values in seconds.values())
    each = (min(whole) - min(letter)) / PEOPLE * 1000
    return f"{told}\n  a further person costs {each:.3f} ms"


def signatures() -> str:
    """What signing each message costs (DKIM, RSA with 2048 bits)."""
    with approved() as (_store, folder, issue):
        settings = settings_for(25, 1)
        settings = replace(settings, mail=replace(settings.mail, dkim_selector="bench"))
        key = folder / "dkim.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        signature = Signature(settings, {KEY_VARIABLE: str(key)})
        message = messages_of(issue, settings)[0].content
        seconds = interleaved({f"a message of {len(message) // 1000} KB": lambda: signature.on(message)}, 50)
    return report("Signing", seconds, "no figure: the cost of an option")


if __name__ == "__main__":
    sys.stdout.write(f"{own_work()}\n\n{signatures()}\n\n")
    with sink() as nothing, Postfix(nothing) as postfix:
        sys.stdout.write(f"{rates('smtp-sink', nothing, lambda: None)}\n\n")
        sys.stdout.write(f"{rates('Postfix', postfix.port, postfix.wait_until_idle)}\n\n")
