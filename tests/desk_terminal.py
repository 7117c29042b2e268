"""The desk in a process of its own, on a real pseudo-terminal. POSIX only."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time  # a terminal answers when it can: tests that wait for it read the real clock
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

PATIENCE_SECONDS = 30


class Terminal:
    """What runs on the terminal, and all that it has shown so far."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self._shown = b""

    @property
    def shown(self) -> str:
        """All that was written on it, the codes of its colours included."""
        return self._shown.decode(errors="replace")

    def press(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def wait_for(self, shown: str, times: int = 1) -> None:
        """Read on until so many different texts were shown that match ``shown``."""
        while len(set(re.findall(shown.encode(), self._shown))) < times:
            assert self._read_on(PATIENCE_SECONDS), self._shown[-2000:]

    def seconds_until_still(self, stillness_seconds: float, *, after_waiting: float = 0.0) -> float:
        """How long the terminal goes on being drawn, until it was still for that long.

        ``after_waiting`` so long at most for something to be drawn at all.
        """
        start = last = time.perf_counter()
        waiting = max(stillness_seconds, after_waiting)
        while self._read_on(waiting):
            last = time.perf_counter()
            waiting = stillness_seconds
            assert last - start < PATIENCE_SECONDS, self._shown[-2000:]
        return last - start

    def _read_on(self, timeout_seconds: float) -> bool:
        ready, _write, _error = select.select([self._end], [], [], timeout_seconds)
        if ready:
            self._shown += os.read(self._end, 65536)
        return bool(ready)


def desk_on(
    folder: Path, columns: int = 100, lines: int = 30, **environment: str
) -> AbstractContextManager[Terminal]:
    """``veille pick``, in English, on the workspace of ``folder``; killed at the end."""
    command = [sys.executable, "-m", "veille", "-w", str(folder), "--lang", "en", "pick"]
    return running_on_terminal(command, columns, lines, **environment)


@contextmanager
def running_on_terminal(
    command: Sequence[str], columns: int, lines: int, **environment: str
) -> Iterator[Terminal]:
    """``command`` on a terminal of that size; killed at the end."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    # A variable of the surroundings would go before the size of the terminal.
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    surroundings = kept | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=surroundings | environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
