"""Putting the archive where readers find it, by the command that the workspace names."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from veille.errors import ConfigError, StorageError, reason_of
from veille.i18n import gettext as _
from veille.settings import Settings

_TIMEOUT_SECONDS = 1800
_FOLDER = "{path}"


@dataclass(frozen=True, slots=True)
class Published:
    """What was run, word for word, and what it said, both of its outputs together."""

    command: tuple[str, ...]
    said: str


def publish_command(settings: Settings, folder: Path) -> tuple[str, ...]:
    """The command that takes ``folder`` to its readers, word for word; no shell reads it.

    Raises ``ConfigError`` when veille.toml names none, or one that does not say which folder.
    """
    words = settings.archive.publish_command
    if not words:
        raise ConfigError(
            _("veille.toml does not say how to publish the archive."),
            hint=_('Add it: [archive] publish_command = ["rsync", "-a", "{path}/", "HOST:FOLDER/"]'),
        )
    if not any(_FOLDER in word for word in words):
        raise ConfigError(
            _("archive.publish_command does not name the folder of the archive."),
            hint=_("Write {path} where it stands in the command."),
        )
    return tuple(word.replace(_FOLDER, str(folder)) for word in words)


def run_publishing(command: Sequence[str]) -> Published:
    """Run ``command`` to its end. Raises ``StorageError``, with its own words, when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the curator's own command, and no shell reads it
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        reason = _("there is no program called {name} on this machine").format(name=command[0])
        raise _failed(command, reason) from error
    except subprocess.TimeoutExpired as error:
        reason = _("it had not ended after {minutes} minutes").format(minutes=_TIMEOUT_SECONDS // 60)
        raise _failed(command, reason) from error
    except OSError as error:
        raise _failed(command, reason_of(error)) from error
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode != 0:
        silence = _("it said nothing, and ended with exit code {code}").format(code=done.returncode)
        raise _failed(command, said.splitlines()[-1] if said else silence)
    return Published(tuple(command), said)


def _failed(command: Sequence[str], reason: str) -> StorageError:
    return StorageError(
        _("The archive was not published: {reason}. The command was: {command}").format(
            command=shlex.join(command), reason=reason.rstrip(".")
        ),
        hint=_(
            "The archive itself is built. Correct archive.publish_command in veille.toml, then try again."
        ),
    )
