"""The log file: the operator's story and the tracebacks that no user should see."""

from __future__ import annotations

import logging
import tempfile
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAX_BYTES = 1_000_000
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


class _Formatter(logging.Formatter):
    """Writes what a record carries beside its message after it: ``collected feeds=12 failed=0``."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        extras = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        return " ".join(
            [super().formatMessage(record), *(f"{name}={value!r}" for name, value in extras.items())]
        )


def log_to(path: Path) -> None:
    """Send this process's log records to ``path`` (rotated at 1 MB, two old files kept) and nowhere else."""
    logging.raiseExceptions = False  # a log that cannot be written is no reason to show a traceback
    root = logging.getLogger("veille")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    handler = RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(_Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


def fallback_log_file() -> Path:
    """Where a crash is written before any workspace is known."""
    return Path(tempfile.gettempdir()) / "veille-crash.log"
