"""The log file: the operator's story and the tracebacks that no user should see.

It holds no address of a person and no secret, whatever an error says of them: they are struck out here.
"""

from __future__ import annotations

import io
import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from veille.credentials import without_secrets
from veille.privacy import make_private

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAX_BYTES = 1_000_000
_ADDRESS = re.compile(r"[^\s@<>()\[\]{},;:\"'=|]+@[\w.-]+")
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


class _Formatter(logging.Formatter):
    """Writes what a record carries beside its message after it: ``collected feeds=12 failed=0``."""

    def format(self, record: logging.LogRecord) -> str:
        return _ADDRESS.sub("…@…", without_secrets(super().format(record)))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        extras = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        return " ".join(
            [super().formatMessage(record), *(f"{name}={value!r}" for name, value in extras.items())]
        )


class _PrivateFile(RotatingFileHandler):
    """A log, and the older ones it becomes, readable by its owner only."""

    def _open(self) -> io.TextIOWrapper:
        make_private(Path(self.baseFilename))
        return super()._open()


def log_to(path: Path) -> None:
    """Send this process's log records to ``path`` (rotated at 1 MB, two old files kept) and nowhere else."""
    logging.raiseExceptions = False  # a log that cannot be written is no reason to show a traceback
    root = logging.getLogger("veille")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    handler = _PrivateFile(path, maxBytes=_MAX_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(_Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


def fallback_log_file() -> Path:
    """Where a crash is written before any workspace is known: among the user's own files."""
    from platformdirs import user_log_path

    return user_log_path("veille", appauthor=False, ensure_exists=True) / "veille.log"
