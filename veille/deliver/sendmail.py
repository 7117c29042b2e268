"""The sendmail transport: messages are given to the machine's own mail system, by the command all have.

What its exit codes mean stands in sysexits.h.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from types import TracebackType

from veille.deliver.mailer import Outcome
from veille.deliver.message import Message
from veille.errors import DeliveryError, reason_of
from veille.i18n import gettext as _
from veille.model.delivery import DeliveryState
from veille.model.plaintext import one_line, shortened

_TIMEOUT_SECONDS = 120
_REPLY_MAX_CHARACTERS = 300
_DATA_ERROR, _NO_USER, _NO_HOST, _UNAVAILABLE, _TEMPORARY_FAILURE = 65, 67, 68, 69, 75
_STATES = {
    0: DeliveryState.SENT,
    _DATA_ERROR: DeliveryState.REFUSED,
    _NO_USER: DeliveryState.REFUSED,
    _NO_HOST: DeliveryState.REFUSED,
    # msmtp says so both of a person and of the server: neither a refusal for ever nor a reason to stop.
    _UNAVAILABLE: DeliveryState.DEFERRED,
    _TEMPORARY_FAILURE: DeliveryState.DEFERRED,
}


class SendmailMailer:
    """Runs ``command`` once a message; what it takes over is the mail system's to send."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __enter__(self) -> SendmailMailer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing stays open."""

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        """Hand the message over; see ``Mailer.deliver``."""
        if shutil.which(self._command) is None:
            raise self._at_fault(_("there is no such command on this machine"))
        about_to_leave()
        try:
            done = subprocess.run(  # noqa: S603 - addresses were checked, and no shell reads them
                [self._command, "-i", "-f", message.sender, "--", message.recipient],
                input=message.content.replace(b"\r\n", b"\n"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
                timeout=_TIMEOUT_SECONDS,
                start_new_session=True,  # Ctrl-C is for veille, which lets the message under way end
            )
        except subprocess.TimeoutExpired:
            return Outcome(DeliveryState.UNCERTAIN, _("sendmail did not end in time"))
        except OSError as error:
            raise self._at_fault(reason_of(error)) from error
        said = shortened(one_line(done.stderr.decode("utf-8", "replace")), _REPLY_MAX_CHARACTERS)
        reply = _("sendmail ended with {code}: {said}").format(code=done.returncode, said=said or "–")
        if done.returncode < 0:  # killed, with or without having taken it over
            return Outcome(DeliveryState.UNCERTAIN, reply)
        if done.returncode not in _STATES:
            raise self._at_fault(reply)
        return Outcome(_STATES[done.returncode], reply)

    def _at_fault(self, reason: str) -> DeliveryError:
        return DeliveryError(
            _("{command} took no message: {reason}.").format(command=self._command, reason=reason),
            hint=_(
                "Check mail.sendmail in veille.toml and the mail system of this machine; the others wait."
            ),
        )
