"""How many messages of an issue have left this machine, kept outside the workspace.

A veille.db put back from an older copy has forgotten whom it wrote to since; sending from it would write to
them twice.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from platformdirs import user_state_path

from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.model.month import Month

_log = logging.getLogger(__name__)


class Watermark:
    """The highest count of attempts that any ledger of one workspace has known of one issue."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._attempts = 0
        self._lock = threading.Lock()
        self._record: FileIO | None = None

    def refuse_older_ledger(self, attempts_made: Callable[[], int]) -> None:
        """Raise ``RuleError`` when the ledger knows of fewer attempts than were made."""
        # In this order: another sender writes into the ledger before it raises the mark.
        recorded = _recorded(self._file)
        self._attempts = attempts_made()
        if recorded > self._attempts:
            raise RuleError(
                _(
                    "This ledger knows of {known} messages, but {recorded} were sent from here: "
                    "it is an older copy."
                ).format(known=self._attempts, recorded=recorded),
                hint=_(
                    "Put the latest veille.db back. If what was sent since then may be sent again, "
                    "erase {file} and run the same command."
                ).format(file=self._file),
            )

    def rise(self) -> None:
        """Count one more attempt. Survives a kill of this process, though not a loss of power."""
        with self._lock:
            self._attempts += 1
            self._write()

    def reach(self, attempts: int) -> None:
        """Once any attempt is counted, count no fewer: other senders have written their own counts here."""
        with self._lock:
            if self._record is not None:
                self._attempts = max(self._attempts, attempts)
                self._write()

    def close(self) -> None:
        """Let go of the record."""
        if self._record is not None:
            self._record.close()

    def _write(self) -> None:
        try:
            if self._record is None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._record = self._file.open("wb", buffering=0)
            self._record.seek(0)
            self._record.write(b"%020d\n" % self._attempts)  # of one length: never half old, half new
        except OSError as error:  # a guard that cannot stand must not keep the post from leaving
            _log.warning("watermark not written", extra={"reason": type(error).__name__})


def watermark_file(workspace: Path, salt: str, month: Month) -> Path:
    """Where the watermark of an issue stands, for the workspace at that path, whose store has that salt.

    One for each: to count what all issues of the years were sent to would take longer at each send.
    """
    name = hashlib.sha256(f"{workspace.resolve()}|{salt}|{month}".encode()).hexdigest()[:32]
    return user_state_path("veille", appauthor=False) / "ledgers" / name


def _recorded(file: Path) -> int:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # nothing was sent from here yet, or the record is torn
        return 0
