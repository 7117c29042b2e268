"""Lines of the user's crontab (crontab(5)), between two marks of our own; all others stay as they are."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from veille.scheduling.jobs import Job
from veille.scheduling.programs import run_program

# Vixie cron's and cronie's words; then BusyBox's.
_NONE_YET = "no crontab for|can't open .*: No such file"


def runs_here() -> bool:
    """Whether this machine has a crontab."""
    return shutil.which("crontab") is not None


def lines_of(jobs: Iterable[Job], workspace: Path) -> str:
    """The lines of ``jobs`` between their marks."""
    lines = [_line(job) for job in jobs]
    return "\n".join([_mark("begin", workspace), *lines, _mark("end", workspace)]) + "\n"


def install(lines: str, workspace: Path) -> None:
    """Put ``lines`` into the crontab, in the place of earlier ones; ``VeilleError`` when cron refuses."""
    kept, _found = _without(current(), workspace)
    run_program(("crontab", "-"), given=kept + lines)


def remove(workspace: Path) -> bool:
    """Take the lines of ``workspace`` out of the crontab; whether there were any."""
    kept, found = _without(current(), workspace)
    if found:
        run_program(("crontab", "-"), given=kept)
    return found


def current() -> str:
    """The user's crontab, empty when there is none (``crontab -l`` then fails).

    Raises ``VeilleError`` when it fails for another reason: what it holds would be lost.
    """
    return run_program(("crontab", "-l"), nothing_when=_NONE_YET)


def _without(text: str, workspace: Path) -> tuple[str, bool]:
    kept: list[str] = []
    found = inside = False
    for line in text.splitlines(keepends=True):
        if line.strip() == _mark("begin", workspace):
            found = inside = True
        elif inside:
            inside = line.strip() != _mark("end", workspace)
        else:
            kept.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(kept), found


def _line(job: Job) -> str:
    # An unescaped % would end the command.
    command = shlex.join(job.command).replace("%", "\\%")
    return f"{job.minute} {job.hour} {job.day or '*'} * * {command}"


def _mark(which: str, workspace: Path) -> str:
    return f"# veille schedule {which}: {' '.join(str(workspace).splitlines())}"
