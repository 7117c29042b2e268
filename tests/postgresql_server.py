"""A private PostgreSQL server on this machine, and a new database for whoever asks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
from sqlalchemy import make_url

from programs import program
from veille.store import open_store

TEMPLATE = "veille_template"

# Nothing outlives the tests: a sync of the disk would only take time.
_FAST = """
fsync = off
full_page_writes = off
synchronous_commit = off
"""
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
max_connections = 200
port = {port}
unix_socket_directories = '{root}'
"""


class PostgreSQL:
    """Use it in ``with``. Sorts as French does, which no test may notice; ``durable`` only when measured."""

    def __init__(self, *, durable: bool = False) -> None:
        self._configuration = _CONFIGURATION if durable else _CONFIGURATION + _FAST

    def __enter__(self) -> PostgreSQL:
        self._numbers = count(1)
        self._root = Path(tempfile.mkdtemp(prefix="veille-pg-"))
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._root, "postgres", "postgres")
        self._port = _free_port()
        data = self._root / "data"
        self._run(
            [program("initdb"), "--no-sync", "--auth=trust", "--username=veille", "--encoding=UTF8",
             "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr", "-D", data]
        )  # fmt: skip
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(self._configuration.format(port=self._port, root=self._root))
        self._pg_ctl = [program("pg_ctl"), "-w", "-D", data, "-l", self._root / "log"]
        self._run([*self._pg_ctl, "start"])
        self.create(TEMPLATE, "template0")
        with open_store(make_url(self.url(TEMPLATE))):
            pass
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run([*self._pg_ctl, "-m", "immediate", "stop"])
        shutil.rmtree(self._root)

    def url(self, database: str) -> str:
        """The address of a database of this server, as ``database.url`` takes it."""
        return f"postgresql+psycopg://veille@127.0.0.1:{self._port}/{database}"

    def new_database(self, template: str = TEMPLATE) -> str:
        """The address of a new database: an empty store, or a copy of another ``template``."""
        name = f"veille_{next(self._numbers)}"
        self.create(name, template)
        return self.url(name)

    def guarded(self, url: str) -> str:
        """The same database by another account, from which a password is asked."""
        with suppress(psycopg.errors.DuplicateObject):
            self._order("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'sesame'")
        rules = self._root / "data" / "pg_hba.conf"
        written = rules.read_text(encoding="utf-8")
        rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{written}", encoding="utf-8")
        self._order("SELECT pg_reload_conf()")
        return url.replace("//veille@", "//guarded@")

    def create(self, name: str, template: str) -> None:
        """Make a database."""
        self._order(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop(self, url: str) -> None:
        """Do away with a database, whoever is still connected to it: hundreds of them would fill the disk."""
        self._order(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _order(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, command: Sequence[object]) -> None:
        is_root = os.geteuid() == 0
        # Not captured: the server would keep the pipe open for as long as it lives.
        subprocess.run(
            [str(word) for word in command],
            check=True,
            cwd=self._root,
            stdout=subprocess.DEVNULL,
            user="postgres" if is_root else None,
            group="postgres" if is_root else None,
            extra_groups=[] if is_root else None,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
