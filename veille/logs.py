"""The log file: the operator's story and the tracebacks that no user should see."""

from __future__ import annotations

import logging
import tempfile
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAX_BYTES = 1_000_000


def log_to(path: Path) -> None:
    """Send this process's log records to ``path`` (rotated at 1 MB, two old files kept) and nowhere else."""
    logging.raiseExceptions = False  # a log that cannot be written is no reason to show a traceback
    root = logging.getLogger("veille")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    handler = RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


def fallback_log_file() -> Path:
    """Where a crash is written before any workspace is known."""
    return Path(tempfile.gettempdir()) / "veille-crash.log"
