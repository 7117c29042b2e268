"""Files named on the command line, read and written with clear errors."""

from __future__ import annotations

import sys
from pathlib import Path

from veille.errors import UsageError, reason_of
from veille.i18n import gettext as _

STANDARD_INPUT = Path("-")


def read_bytes(path: Path) -> bytes:
    """The content of ``path``, or of standard input for ``-``."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            _("{path} could not be read: {reason}.").format(path=path, reason=reason_of(error))
        ) from error


def read_text(path: Path) -> str:
    """The text of ``path``, or of standard input for ``-``; UTF-8."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            _("{path} is not UTF-8 text (byte {position}).").format(path=path, position=error.start),
            hint=_("Save it again as UTF-8."),
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            _("{path} could not be written: {reason}.").format(path=path, reason=reason_of(error))
        ) from error
