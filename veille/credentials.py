"""Secrets, from where a machine keeps them: a variable, a file or a command; never from veille.toml."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from veille.errors import ConfigError
from veille.i18n import gettext as _

_COMMAND_TIMEOUT_SECONDS = 60
# What was read here, so that it can be struck out of whatever is written down.
_read: set[str] = set()


def secret(variable: str, environ: Mapping[str, str], account: str) -> str:
    """The secret of ``account``, as ``secret_if_any`` finds it; ``ConfigError`` also when there is none."""
    found = secret_if_any(variable, environ)
    if found is not None:
        return found
    raise ConfigError(
        _("There is no password for {username}.").format(username=account),
        hint=_("Set {variable}, or {variable}_FILE to the name of a file, or {variable}_COMMAND.").format(
            variable=variable
        ),
    )


def secret_if_any(variable: str, environ: Mapping[str, str]) -> str | None:
    """The secret in ``variable`` itself, else what ``…_FILE`` or ``…_COMMAND`` leads to; None without any.

    Raises ``ConfigError``, without a word of what was read, when it cannot be had.
    """
    found: str | None = None
    if value := environ.get(variable):
        found = value
    elif path := environ.get(f"{variable}_FILE"):
        found = secret_file(path)
    elif command := environ.get(f"{variable}_COMMAND"):
        found = _from_command(command, f"{variable}_COMMAND")
    if found:
        _read.add(found)
    return found


def without_secrets(text: str) -> str:
    """``text`` without any secret that this process has read."""
    for value in _read:
        text = text.replace(value, "…")
    return text


def xoauth2(username: str, token: str) -> str:
    """How an access token is shown: Google's and Microsoft's XOAUTH2, before it is encoded."""
    return f"user={username}\1auth=Bearer {token}\1\1"


def is_loopback(host: str) -> bool:
    """Whether what is said to ``host`` stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_file(path: str) -> str:
    """What the file holds, spaces around it dropped; ``ConfigError``, without a word of it, if unreadable."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = type(error).__name__
    # Outside of the except clause: the error of a decoder holds what it could not read.
    raise ConfigError(_("{path} could not be read: {reason}.").format(path=path, reason=reason))


def _from_command(command: str, variable: str) -> str:
    """What a command such as ``pass show mail/veille`` prints; no shell reads it."""
    try:
        # Windows parts the words of a command itself, and writes paths with what escapes elsewhere.
        words = command if os.name == "nt" else shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the operator's own command is the point
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_COMMAND_TIMEOUT_SECONDS,
        )
        return done.stdout.decode("utf-8").strip()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = type(error).__name__
    # Outside of the except clause: the error holds the command's output, which may be half a secret.
    raise ConfigError(
        _("The command of {variable} gave no password: {reason}.").format(variable=variable, reason=reason),
        hint=_("Try it in a terminal: it must print the password alone and end well."),
    )
