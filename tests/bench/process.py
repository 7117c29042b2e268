"""What a command costs, with all the processes it starts: seconds, CPU and memory. Linux only."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time  # measurements read the real clock, not the product's
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.02
_MEGABYTE = 1e6


class CommandError(Exception):
    """A command ended with a status that means failure."""


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu_seconds`` are those of the command and of all its descendants; a megabyte has 10^6 bytes.

    ``peak_mb`` is the most that the processes held together at a moment, what they share counted once (PSS);
    None when it was not sampled. ``largest_mb`` is the most that one of them held, shared pages included.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float | None
    largest_mb: float
    output: str


def cost_of(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    sampling: bool = False,
    fine: Sequence[int] = (0,),
) -> Cost:
    """Run ``command`` to its end in ``folder``, with only ``environment``.

    ``sampling`` its memory slows it a little.
    Raises ``CommandError`` when it ends with a status that is not ``fine``.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
        )
        with _sampled(process.pid, wanted=sampling) as peaks:
            _pid, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            complained.seek(0)
            words = complained.read().decode(errors="replace")[-2000:]
            raise CommandError(f"{command[0]} ended with {process.returncode}: {words}")
        said.seek(0)
        return Cost(
            wall_seconds=wall,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mb=max(peaks, default=0) / _MEGABYTE if sampling else None,
            largest_mb=usage.ru_maxrss * 1024 / _MEGABYTE,
            output=said.read().decode(),
        )


@contextmanager
def _sampled(root: int, *, wanted: bool) -> Iterator[list[int]]:
    """A growing list of what process ``root`` and its descendants hold, in bytes; empty unless ``wanted``."""
    over = threading.Event()
    samples: list[int] = []

    def sample() -> None:
        while not over.wait(_SAMPLE_SECONDS):
            samples.append(sum(map(_held_bytes, _family(root))))

    sampler = threading.Thread(target=sample)
    if wanted:
        sampler.start()
    try:
        yield samples
    finally:
        over.set()
        if wanted:
            sampler.join()


def _family(root: int) -> Iterator[int]:
    """``root`` and its descendants that live at this moment."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*"):
        # A thread or a process may end between two looks.
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))


def _held_bytes(process: int) -> int:
    """The process's own memory and its share of what it shares with others."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
