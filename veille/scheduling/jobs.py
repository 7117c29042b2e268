"""What runs by itself, and when: a daily and a monthly command, in local time."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from veille.settings import ScheduleSettings

_REMIND_AT = (9, 0)
# Months of 28 days: every month has the day that is counted back to.
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Job:
    """A command that runs each day at a time or, with ``day``, each month on that day."""

    name: str
    command: tuple[str, ...]
    hour: int
    minute: int
    day: int | None = None


def jobs_of(workspace: Path, settings: ScheduleSettings, language: str) -> tuple[Job, Job]:
    """The collection and the reminder of ``workspace``, speaking ``language``."""
    veille = (*_this_veille(), "-w", str(workspace), "--lang", language)
    hour, minute = (int(part) for part in settings.collect_at.split(":"))
    reminded_on = (settings.send_day - settings.remind_days - 1) % _SHORTEST_MONTH + 1
    return (
        Job("collect", (*veille, "collect", "--quiet"), hour, minute),
        Job("remind", (*veille, "remind", "--mail"), *_REMIND_AT, day=reminded_on),
    )


def _this_veille() -> tuple[str, ...]:
    """How to call the veille that runs now, from anywhere."""
    beside_python = shutil.which("veille", path=str(Path(sys.executable).parent))
    return (beside_python,) if beside_python else (sys.executable, "-m", "veille")
