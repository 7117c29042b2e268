"""A private Postfix on this machine: takes mail for anybody, and hands all of it to one server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from programs import leave_out, program

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
daemon_directory = {daemons}
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
myhostname = relay.musee.example
mydestination =
relayhost = [127.0.0.1]:{onwards}
smtp_dns_support_level = disabled
smtpd_recipient_restrictions = permit_mynetworks, reject
maillog_file = {root}/log
maillog_file_prefixes = {root}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
# Where a message stands until it is handed on.
_QUEUES = ("incoming", "active", "deferred")


class Postfix:
    """Use it in ``with``: it listens on ``port``, and hands what it takes to port ``onwards``."""

    def __init__(self, onwards: int) -> None:
        self.port = _free_port()
        self._onwards = onwards

    def __enter__(self) -> Postfix:
        self._program = program("postfix")
        if os.geteuid() != 0:
            leave_out("Postfix starts for root only")
        # Not where pytest keeps temporary files: the names of its sockets would be too long.
        self._root = Path(tempfile.mkdtemp(prefix="postfix-"))
        self._root.chmod(0o755)
        (self._root / "spool").mkdir()
        (self._root / "data").mkdir()
        shutil.chown(self._root / "data", "postfix")
        values = {
            "root": self._root,
            "daemons": program("smtpd").parent,
            "port": self.port,
            "onwards": self._onwards,
        }
        (self._root / "main.cf").write_text(_MAIN.format(**values), encoding="ascii")
        (self._root / "master.cf").write_text(_MASTER.format(**values), encoding="ascii")
        self._postfix("start")  # it comes back once it listens
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._postfix("stop")
        shutil.rmtree(self._root, ignore_errors=True)

    def wait_until_idle(self) -> None:
        """Come back once it has handed on all that it took."""
        while any(file.is_file() for queue in _QUEUES for file in (self._root / "spool" / queue).rglob("*")):
            time.sleep(0.02)

    def log(self) -> str:
        """What it says of its work."""
        return (self._root / "log").read_text(encoding="utf-8", errors="replace")

    def _postfix(self, command: str) -> None:
        # What it leaves running would keep a pipe open for ever.
        subprocess.run(
            [self._program, "-c", self._root, command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
