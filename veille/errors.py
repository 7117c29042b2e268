"""What can go wrong, in the user's words. Leaves of the house: every layer may raise these.

VeilleError            exit  1
├── UsageError               2   the command line asks for something that does not exist
├── RuleError                3   an editorial or safety rule refuses
│   └── FrozenError          3   the issue is approved or already on its way
├── ConfigError              5   veille.toml, the environment or the workspace
├── NotFoundError            1   no such feed, entry, issue, person
├── StorageError             1   the database cannot be read or written
├── FetchError               1   an address could not be fetched
│   ├── UnreachableError     1   nothing answered there: the name, the connection or the time failed
│   │   └── UnknownHostError 1   nobody knows the name, or this machine is offline
│   └── InsecureError        1   its certificate or its secure connection is not in order
├── ParseError               1   a document could not be read
├── RenderError              1   a template failed
├── DeliveryError            1   a message could not be handed over
└── MailboxError             1   the mailbox could not be read
"""

from __future__ import annotations

import errno
import os

from veille.i18n import gettext as _


class VeilleError(Exception):
    """An error a person can act on.

    ``message`` says what was tried, on what, and what was found; ``hint`` says what to do next. Both
    are already in the reader's language. ``code`` is a stable slug for scripts.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(VeilleError):
    code = "usage"
    exit_code = 2


class RuleError(VeilleError):
    code = "rule"
    exit_code = 3


class FrozenError(RuleError):
    code = "frozen"


class ConfigError(VeilleError):
    code = "config"
    exit_code = 5


class NotFoundError(VeilleError):
    code = "not-found"


class StorageError(VeilleError):
    code = "storage"


class FetchError(VeilleError):
    code = "fetch"


class UnreachableError(FetchError):
    code = "unreachable"


class UnknownHostError(UnreachableError):
    code = "unknown-host"


class InsecureError(FetchError):
    code = "insecure"


class ParseError(VeilleError):
    code = "parse"


class RenderError(VeilleError):
    code = "render"


class DeliveryError(VeilleError):
    code = "delivery"


class MailboxError(VeilleError):
    code = "mailbox"


def reason_of(error: OSError) -> str:
    """Why the system refused, to end a sentence with: in the user's language where the reason is common."""
    from socket import gaierror

    common = {
        errno.EACCES: _("permission denied"),
        errno.EADDRINUSE: _("it is in use already"),
        errno.ECONNREFUSED: _("connection refused"),
        errno.ECONNRESET: _("connection broken off"),
        errno.EEXIST: _("it is there already"),
        errno.EHOSTUNREACH: _("no way leads there"),
        errno.EISDIR: _("it is a folder"),
        errno.ENAMETOOLONG: _("its name is too long"),
        errno.ENETUNREACH: _("no network leads there"),
        errno.ENOENT: _("it does not exist"),
        errno.ENOSPC: _("no room is left on the disk"),
        errno.ENOTDIR: _("one of its folders is a file"),
        errno.EPERM: _("permission denied"),
        errno.EROFS: _("the disk can only be read"),
        errno.ETIMEDOUT: _("no answer in time"),
    }
    if isinstance(error, gaierror):
        return _("its name is not known")
    is_of_system = type(error).__module__ == "builtins"  # those of libraries have numbers of their own
    if is_of_system and isinstance(error, TimeoutError):
        return common[errno.ETIMEDOUT]
    if is_of_system and error.errno:
        return common.get(error.errno) or os.strerror(error.errno)
    return str(error) or type(error).__name__
