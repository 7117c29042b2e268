"""The SMTP transport (RFC 5321), driven command by command so that the phase of a failure is known.

``smtplib.sendmail`` would hide whether the connection was lost before the final dot (nothing left) or after
it (nobody knows), and waits for an answer four times a message where twice will do (RFC 2920).
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import cast

from veille.deliver.mailer import Outcome, Withdrawn
from veille.deliver.message import Message, envelope_id
from veille.deliver.relay import Relay, Reply, failure_words, reply_words
from veille.errors import DeliveryError
from veille.i18n import gettext as _
from veille.i18n import labelled
from veille.model.delivery import DeliveryState
from veille.settings import SmtpSettings

# RFC 5321 section 4.5.3.2.6; Exchange holds this one reply back for 30 seconds on its own.
_FINAL_REPLY_SECONDS = 600
# The first digit of what MAIL, RCPT and DATA are answered when all goes well.
_WANTED = (2, 2, 3)
_NOT_XTEXT = re.compile("[^!-~]|[+=]")


class SmtpMailer:
    """Sends over one connection, made at the first message and renewed now and then."""

    def __init__(
        self, settings: SmtpSettings, environ: Mapping[str, str], *, speaks_lmtp: bool = False
    ) -> None:
        """With ``speaks_lmtp``, by LMTP (RFC 2033), to a host or to a socket of this machine."""
        self._settings = settings
        self._relay = Relay(settings, environ, speaks_lmtp=speaks_lmtp)
        self._connection: smtplib.SMTP | None = None
        self._handed_over = 0

    def __enter__(self) -> SmtpMailer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._quit()
        else:  # within DATA a QUIT would be a line of the message, and its answer waited for in vain
            self._drop()

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        """Hand the message over; see ``Mailer.deliver``."""
        connection = self._connected()
        # A server that took the message before answers everything at once, and is not waited for idly. One
        # that may yet refuse everybody is heard first: an issue that began to leave can no longer be mended.
        at_once = connection.has_extn("pipelining")
        meanwhile = about_to_leave if at_once and self._handed_over else None
        try:
            early = self._announce(connection, message, meanwhile)
            if early is not None:
                return early
            if meanwhile is None:
                about_to_leave()
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.DEFERRED, error)
        except Withdrawn:
            self._drop()  # the server awaits the content, and nothing but silence ends that
            raise
        return self._transmit(connection, message.content)

    def _announce(
        self, connection: smtplib.SMTP, message: Message, meanwhile: Callable[[], None] | None
    ) -> Outcome | None:
        """MAIL, RCPT and DATA; an outcome only when the server does not want the message.

        ``meanwhile`` is called while the answers to all of them together are awaited.
        """
        self._refuse_too_big(connection, message)
        if not message.recipient.isascii() and not connection.has_extn("smtputf8"):
            words = _("the server takes no address with accents before the @ (SMTPUTF8)")
            return Outcome(DeliveryState.REFUSED, words)
        # Where it is offered (RFC 3461), notices of what bounces name the message and its recipient.
        commands = _commands(message, notices=connection.has_extn("dsn"))
        at_once = connection.has_extn("pipelining")
        if at_once:
            connection.send(b"".join(commands))
            if meanwhile is not None:
                meanwhile()
        for command, wanted, unanswered in zip(commands, _WANTED, (2, 1, 0), strict=True):
            if not at_once:
                connection.send(command)
            reply = connection.getreply()
            if reply[0] // 100 == wanted:
                continue
            if command is commands[0] and _is_permanent(reply):
                # It is about us, not about this person: three hundred more would fail alike.
                what = _("The server does not accept the sender {sender}").format(sender=message.sender)
                raise self._stopped(what, reply)
            return self._declined(connection, reply, unanswered if at_once else 0)
        return None

    def _refuse_too_big(self, connection: smtplib.SMTP, message: Message) -> None:
        """Stop before a message that is bigger than the server said it takes (RFC 1870)."""
        allowed = connection.esmtp_features.get("size", "")
        if allowed.isdecimal() and 0 < int(allowed) < len(message.content):
            self._quit()
            raise DeliveryError(
                _("The server takes messages of {allowed} KB at most; this one has {size} KB.").format(
                    allowed=int(allowed) // 1000, size=-(-len(message.content) // 1000)
                ),
                hint=_("Shorten the digest or its templates; everybody is still queued."),
            )

    def _transmit(self, connection: smtplib.SMTP, content: bytes) -> Outcome:
        """The message and the final dot, which leaves with its last bytes or not at all."""
        try:
            connection.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")  # RFC 5321 section 4.5.2
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.DEFERRED, error)
        try:
            reply = self._final_reply(connection)
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.UNCERTAIN, error)
        if _is_positive(reply):
            self._handed_over += 1
            return Outcome(DeliveryState.SENT, reply_words(reply))
        if not 400 <= reply[0] < 600:  # no SMTP: it may mean anything
            self._drop()
            return Outcome(DeliveryState.UNCERTAIN, reply_words(reply))
        return self._declined(connection, reply)

    def _final_reply(self, connection: smtplib.SMTP) -> Reply:
        """The reply to the final dot: giving up on it too early makes a doubt of every message."""
        line = cast("socket.socket", connection.sock)  # it is there: the dot has just gone over it
        line.settimeout(_FINAL_REPLY_SECONDS)
        reply = connection.getreply()
        line.settimeout(self._settings.timeout_seconds)
        return reply

    def _declined(self, connection: smtplib.SMTP, reply: Reply, unanswered: int = 0) -> Outcome:
        """What a reply that is no yes means; the connection is made ready for the next message.

        ``unanswered`` commands stand between that reply and now.
        """
        if reply[0] in {530, 535}:
            raise self._stopped(_("The server wants another authentication"), reply)
        if reply[0] == 421:
            self._drop()
        else:
            self._make_ready(connection, unanswered)
        state = DeliveryState.REFUSED if _is_permanent(reply) else DeliveryState.DEFERRED
        return Outcome(state, reply_words(reply))

    def _make_ready(self, connection: smtplib.SMTP, unanswered: int) -> None:
        """End a message that has begun and does not leave, for another one to begin."""
        try:
            replies = [connection.getreply() for _command in range(unanswered)]
            if any(reply[0] == 354 for reply in replies):  # it awaits a message that has no recipient
                self._drop()
            else:
                connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _lost(self, state: DeliveryState, error: Exception) -> Outcome:
        self._drop()
        return Outcome(state, _("connection lost: {reason}").format(reason=failure_words(error)))

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None and self._handed_over >= self._settings.messages_per_connection:
            self._quit()
        if self._connection is None:
            self._connection = self._relay.connect()
            self._handed_over = 0
        return self._connection

    def _stopped(self, what: str, reply: Reply) -> DeliveryError:
        self._drop()
        return DeliveryError(
            labelled(what, reply_words(reply)),
            hint=_("The others are still queued; correct the configuration and run the same command again."),
        )

    def _quit(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _commands(message: Message, *, notices: bool) -> tuple[bytes, ...]:
    """MAIL, RCPT and DATA. Both addresses were checked, and hold nothing that ends a line or a path."""
    mail, rcpt = ["MAIL", f"FROM:<{message.sender}>"], ["RCPT", f"TO:<{message.recipient}>"]
    accented = not message.recipient.isascii()
    if accented:
        mail += ["SMTPUTF8", "BODY=8BITMIME"]
    if notices:
        # Our headers back, and the left part of the Message-ID as its name; only failures are to be told.
        mail += ["RET=HDRS", f"ENVID={_xtext(envelope_id(message.message_id))}"]
        rcpt.append("NOTIFY=FAILURE")
        if not accented:  # RFC 6533 would write it otherwise; the envelope's name will do
            rcpt.append(f"ORCPT=rfc822;{_xtext(message.recipient)}")
    return tuple(" ".join(words).encode() + b"\r\n" for words in (mail, rcpt, ["DATA"]))


def _xtext(text: str) -> str:
    """``text`` in the encoding of RFC 3461 section 4."""
    return _NOT_XTEXT.sub(lambda found: f"+{ord(found[0]):02X}", text)


def _is_positive(reply: Reply) -> bool:
    """Whether a reply is a yes; smtplib gives -1 for a line that is no SMTP, which is none."""
    return 200 <= reply[0] < 300


def _is_permanent(reply: Reply) -> bool:
    return 500 <= reply[0] < 600
