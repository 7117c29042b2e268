"""The machine's own programs that keep a schedule."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence

from veille.errors import VeilleError
from veille.i18n import gettext as _

_SECONDS = 30


def run_program(command: Sequence[str], *, given: str = "", nothing_when: str = "") -> str:
    """What ``command`` printed, having read ``given``; nothing when it fails as ``nothing_when`` says.

    That is a pattern of what it says then, in English. Raises ``VeilleError`` with its words otherwise.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and names of our own making
            command,
            check=False,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C", "LANGUAGE": ""},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(command, type(error).__name__) from error
    if done.returncode == 0:
        return done.stdout
    if nothing_when and re.search(nothing_when, done.stderr):
        return ""
    raise _failed(command, done.stderr.strip() or str(done.returncode))


def _failed(command: Sequence[str], reason: str) -> VeilleError:
    return VeilleError(
        _("“{command}” failed: {reason}.").format(command=" ".join(command), reason=reason.rstrip(".")),
        hint=_("Print the lines instead, and put them where they belong: veille schedule"),
    )
