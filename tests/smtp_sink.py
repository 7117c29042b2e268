"""Postfix's smtp-sink: a fast mail server that keeps nothing, and fails as it is told to."""

from __future__ import annotations

import os
import socket
import subprocess
import time  # a server of another house begins when it can
from collections.abc import Iterator
from contextlib import contextmanager

from programs import program

PATIENCE_SECONDS = 10


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """smtp-sink with these ``options``; the port on which it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    as_nobody = ["-u", "nobody"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    command = [str(program("smtp-sink")), *as_nobody, *options, f"127.0.0.1:{port}", "10"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.kill()


def wait_for(port: int) -> None:
    last = time.monotonic() + PATIENCE_SECONDS  # noqa: TID251
    while True:
        try:
            # With a greeting read and a QUIT said, it does not count as a session that broke.
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
                connection.recv(100)
                connection.sendall(b"QUIT\r\n")
                return
        except OSError:
            assert time.monotonic() < last  # noqa: TID251
            time.sleep(0.02)
