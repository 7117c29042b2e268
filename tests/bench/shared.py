"""``PYTHONPATH=tests python -m tests.bench.shared``: what several processes gain on one PostgreSQL server.

A private server on this machine that syncs the disk as it is installed to, Postfix's smtp-sink, and the web
server of ``tests.bench.collect``. All of them share the processors with what is measured.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import psycopg
from sqlalchemy import Engine, event, make_url

from approved_issue import approve_an_issue
from builders import NOVEMBER
from postgresql_server import PostgreSQL
from smtp_sink import sink
from veille.clock import SystemClock
from veille.deliver.mailer import Mailer
from veille.deliver.sender import send_issue
from veille.deliver.transports import open_mailer
from veille.errors import DeliveryError
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import open_store
from veille.workspace import Workspace

from .feed_server import FeedServer, feed_server

Asked = dict[str, tuple[int, Mapping[str, Any] | None]]
"""Statements, how often each was made, and with which values the last time."""

DELIVERIES, FEEDS, A_FEW = 200_000, 1_000, 2_000
LEDGERS = (0, 100_000, 1_000_000, 10_000_000)

PEOPLE = """
    INSERT INTO people (address, name, segment, language, status)
    SELECT 'c' || number || '@musee.example', 'Camille Élan ' || number, 'publics', 'fr', 'active'
    FROM generate_series(%s::int, %s::int) AS number
"""
PAST_ISSUES = """
    INSERT INTO issues (month, number, title, intro, links, status, content_hash, approved_at, approved_by)
    SELECT to_char(date '2000-01-01' + number * interval '1 month', 'YYYY-MM'), 1000 + number, '', '', 5,
        'sent', 'x', now(), '' FROM generate_series(0, 199) AS number
"""
PAST = """
    INSERT INTO deliveries (issue_id, address, name, segment, language, state, message_id, attempts, reply,
        queued_at, updated_at)
    SELECT issues.id, 'p' || n / 200 || '@musee.example', 'Camille Élan', 'publics', 'fr', 'sent',
        '<' || md5(n::text) || '@musee.example>', 1, '250 2.0.0 Ok', now(), now()
    FROM generate_series(%s::int, %s::int) AS made (n) JOIN issues ON issues.number = 1000 + n %% 200
"""


class Workplace:
    """A database of the server, a folder, and a mail server that keeps nothing."""

    def __init__(self, server: PostgreSQL, folder: Path, port: int) -> None:
        self.url = server.new_database()
        self._folder = folder / self.url.rpartition("/")[2]
        self._folder.mkdir()
        self._settings = Settings(
            segments={"publics": Label({"fr": "Publics"})},
            mail=MailSettings(transport="smtp", from_address="veille@musee.example", connections=4),
            smtp=SmtpSettings(
                host="127.0.0.1", port=port, security="none", messages_per_connection=DELIVERIES
            ),
        )
        with open_store(make_url(self.url)) as store:
            approve_an_issue(store, (), now=SystemClock().now())

    def add(self, statement: str, *numbers: int) -> None:
        """Fill a table by the server itself, which then does at once what it does by and by."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode(), numbers or None)
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def pages(self) -> int:
        """How many pages the server has looked at so far: its work, whoever else is at work here."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            row = connection.execute(
                "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
        assert row is not None
        return int(row[0])

    def queue(self) -> float:
        """Queue whoever is new; the seconds."""

        def shut() -> AbstractContextManager[Mailer]:
            raise DeliveryError("nothing leaves yet")

        start = time.perf_counter()
        with suppress(DeliveryError):
            self._send(shut)
        return time.perf_counter() - start

    def send(self) -> tuple[float, int]:
        """Send what is left; the seconds from the first connection on, and how many."""
        begun: list[float] = []

        def connect() -> AbstractContextManager[Mailer]:
            begun.append(time.perf_counter())
            return open_mailer(self._settings, self._folder, {})

        sent = self._send(connect)
        return time.perf_counter() - begun[0], sent

    def _send(self, connect: Callable[[], AbstractContextManager[Mailer]]) -> int:
        with open_store(make_url(self.url)) as store:
            return send_issue(
                store,
                self._settings,
                Workspace(self._folder),
                NOVEMBER,
                clock=SystemClock(),
                connect=connect,
            ).sent

    def drain(self, processes: int) -> tuple[float, list[int]]:
        """Send by so many processes at once; the seconds, and how many each of them sent."""
        context = multiprocessing.get_context("fork")
        counts = context.SimpleQueue()
        senders = [
            context.Process(target=lambda: counts.put(self.send()[1])) for _process in range(processes)
        ]
        start = time.perf_counter()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        seconds = time.perf_counter() - start
        assert [sender.exitcode for sender in senders] == [0] * processes
        return seconds, [counts.get() for _process in range(processes)]


def queued_and_drained(server: PostgreSQL, folder: Path, port: int, deliveries: int) -> Iterator[str]:
    """The deliveries of one issue, to a server that takes whatever it is given."""
    yield f"{deliveries:,} deliveries"
    for processes in (1, 2, 4):
        place = Workplace(server, folder, port)
        place.add(PEOPLE, 1, deliveries)
        queued = place.queue()
        seconds, counts = place.drain(processes)
        assert sum(counts) == deliveries
        yield (
            f"  queued in {queued:.1f} s; drained by {processes} in {seconds:.1f} s:"
            f" {deliveries / seconds:.0f} a second ({', '.join(f'{count:,}' for count in counts)})"
        )
        server.drop(place.url)


def collected(server: PostgreSQL, folder: Path, feeds: FeedServer) -> Iterator[str]:
    """All feeds once, under latency, by commands that begin at the same moment."""
    yield f"{len(feeds.urls):,} feeds on as many hosts, with latency"
    feeds.behave(slow=True, grown=False)
    (folder / "veille.toml").write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
    outlines = "".join(f'<outline type="rss" xmlUrl={quoteattr(url)}/>' for url in feeds.urls)
    (folder / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', "utf-8")
    command = [str(Path(sys.executable).with_name("veille")), "-w", str(folder), "--json"]
    for processes in (1, 2):
        environment = os.environ | {"VEILLE_DATABASE_URL": server.new_database()}
        subprocess.run(
            [*command, "feeds", "import", str(folder / "feeds.opml")],
            env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        start = time.perf_counter()
        collecting = [
            subprocess.Popen([*command, "collect"], env=environment, stdout=subprocess.PIPE)
            for _process in range(processes)
        ]
        told = [json.loads(process.communicate()[0]) for process in collecting]
        seconds = time.perf_counter() - start
        whole, unchanged = feeds.answered()
        assert (whole, unchanged) == (len(feeds.urls), 0), "a feed was visited twice, or not at all"
        fetched = " and ".join(str(one["fetched"]) for one in told)
        entries = sum(one["entries_new"] for one in told)
        yield f"  by {processes} in {seconds:.1f} s: {fetched} feeds, {entries:,} entries"
        server.drop(environment["VEILLE_DATABASE_URL"])


def growing(server: PostgreSQL, folder: Path, port: int, ledgers: Sequence[int]) -> Iterator[str]:
    """A small issue sent beside ledgers of older ones that grow."""
    yield f"{A_FEW:,} deliveries by one process, beside a ledger of"
    place = Workplace(server, folder, port)
    place.add(PAST_ISSUES)
    asked: Asked = {}
    for number, size in enumerate(ledgers):
        if size:
            place.add(PAST, ledgers[number - 1], size - 1)
        place.add(PEOPLE, number * A_FEW + 1, (number + 1) * A_FEW)
        asked.clear()
        with statements(asked):
            queued = place.queue()
        looked_at, worked = place.pages(), time.process_time()
        with statements(asked):
            seconds, sent = place.send()
        worked, looked_at = time.process_time() - worked, place.pages() - looked_at
        assert sent == A_FEW
        yield (
            f"  {size:>10,}: begun and queued in {queued:.2f} s, then {1000 * seconds / A_FEW:.2f} ms each;"
            f" {1000 * worked / A_FEW:.2f} ms of this process, {looked_at / A_FEW:.0f} pages of the server"
        )
    yield "\nWhat deliveries ask of the largest ledger, and how the server finds it"
    yield from explained(place.url, asked)
    server.drop(place.url)


@contextmanager
def statements(asked: Asked) -> Iterator[None]:
    """Note in ``asked`` what is asked of any database meanwhile."""

    def note(
        _connection: object, _cursor: object, statement: str, values: Any, _context: object, many: object
    ) -> None:
        if not many:
            asked[statement] = (asked.get(statement, (0, None))[0] + 1, values)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def explained(url: str, asked: Asked) -> Iterator[str]:
    """The server's plan of each statement on the ledger: those of each message first, then of each send."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        of_ledger = {statement: told for statement, told in asked.items() if "deliveries" in statement}
        for statement, (times, values) in sorted(of_ledger.items(), key=lambda item: -item[1][0]):
            plan = connection.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {statement}".encode(), values
            ).fetchall()
            connection.rollback()
            yield f"  {times:,} times: {' '.join(statement.split())[:100]}…"
            yield from (f"    {line}" for (line,) in plan if not line.startswith("Planning"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shared", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of everything")
    size = 50 if parser.parse_args().quick else 1
    ledgers = [ledger for ledger in LEDGERS if ledger <= LEDGERS[-1] // size]
    with (
        tempfile.TemporaryDirectory() as name,
        PostgreSQL(durable=True) as server,
        sink() as port,
        feed_server(FEEDS // size) as feeds,
    ):
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = name  # where a machine notes what it has sent
        sys.stdout.write(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the first\n")
        for lines in (
            collected(server, folder, feeds),
            queued_and_drained(server, folder, port, DELIVERIES // size),
            growing(server, folder, port, ledgers),
        ):
            sys.stdout.write("\n")
            for line in lines:
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
