"""What one process at a time may do in a workspace, and the name of the one that does it."""

from __future__ import annotations

import getpass
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from veille.i18n import gettext as _


@contextmanager
def holding(place: Path, now: datetime) -> Iterator[str]:
    """Hold ``place``, a file name without suffix, while the block runs; a dead process holds nothing.

    Gives an empty text, or, when another process holds it, who that is: the user, since when, the machine
    and the process.
    """
    holder = place.with_suffix(".json")
    lock = FileLock(place.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield _whose(holder)
        return
    try:
        holder.write_text(json.dumps(_ourselves(now)), encoding="utf-8")
        yield ""
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _ourselves(now: datetime) -> dict[str, str | int]:
    return {
        "user": _user(),
        "machine": platform.node(),
        "process": os.getpid(),
        "since": now.isoformat(timespec="minutes"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a machine that has no name for whom it runs
        return _("somebody")


def _whose(holder: Path) -> str:
    said = _("{user}, since {since}, on {machine}, process {process}")
    try:
        held = json.loads(holder.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(held["since"]).astimezone().strftime("%H:%M")
        return said.format(user=held["user"], machine=held["machine"], process=held["process"], since=since)
    except (OSError, ValueError, KeyError, TypeError):  # just begun, just ended, or not ours
        return _("somebody")
