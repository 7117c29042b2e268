"""The SMTP transport (RFC 5321), driven command by command so that the phase of a failure is known.

``smtplib.sendmail`` would hide whether the connection was lost before the final dot (nothing left) or after
it (nobody knows).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType

from veille.deliver.credentials import is_loopback, secret, xoauth2
from veille.deliver.mailer import Outcome
from veille.deliver.message import Message
from veille.errors import ConfigError, DeliveryError
from veille.i18n import gettext as _
from veille.model.delivery import DeliveryState
from veille.model.plaintext import one_line, shortened
from veille.settings import SmtpSettings

PASSWORD_VARIABLE = "VEILLE_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
_REPLY_MAX_CHARACTERS = 300
_LEADING_DOT = re.compile(rb"(?m)^\.")
# RFC 5321 section 4.5.3.2.6; Exchange holds this one reply back for 30 seconds on its own.
_FINAL_REPLY_SECONDS = 600

Reply = tuple[int, bytes]


class SmtpMailer:
    """Sends over one connection, made at the first message and renewed now and then."""

    def __init__(
        self, settings: SmtpSettings, environ: Mapping[str, str], *, speaks_lmtp: bool = False
    ) -> None:
        """With ``speaks_lmtp``, by LMTP (RFC 2033), to a host or to a socket of this machine."""
        if not settings.host:
            raise ConfigError(
                _("The SMTP server is not named: smtp.host is empty."),
                hint=_('Add it to veille.toml: [smtp] host = "…"'),
            )
        if settings.host.startswith("/") and not (speaks_lmtp and hasattr(socket, "AF_UNIX")):
            raise ConfigError(
                _("{path} is no server: only LMTP speaks to a socket, and not on Windows.").format(
                    path=settings.host
                ),
                hint=_('Write the name of a server: [smtp] host = "…"'),
            )
        if speaks_lmtp and settings.security == "tls":
            raise ConfigError(
                _("LMTP has no connection that is encrypted from the first byte."),
                hint=_('Set smtp.security to "starttls", or to "none" for a server of this machine.'),
            )
        self._settings = settings
        self._speaks_lmtp = speaks_lmtp
        self._environ = environ
        self._password = _password_for(settings, environ) if settings.username else ""
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
        try:
            early = self._announce(connection, message)
            if early is not None:
                return early
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.DEFERRED, error)
        about_to_leave()
        return self._transmit(connection, message.content)

    def _announce(self, connection: smtplib.SMTP, message: Message) -> Outcome | None:
        """MAIL and RCPT; an outcome only when the server does not want the message."""
        # Where it is offered (RFC 3461), notices of what bounces name the message and its recipient.
        notices = connection.has_extn("dsn")
        reply = connection.mail(message.sender, _envelope(message) if notices else ())
        if _is_permanent(reply):
            # It is about us, not about this person: three hundred more would fail alike.
            raise self._stopped(
                _("The server does not accept the sender {sender}").format(sender=message.sender), reply
            )
        if not _is_positive(reply):
            return self._declined(connection, reply)
        reply = connection.rcpt(message.recipient, _notices(message) if notices else ())
        return None if _is_positive(reply) else self._declined(connection, reply)

    def _transmit(self, connection: smtplib.SMTP, content: bytes) -> Outcome:
        """DATA, the message and the final dot."""
        try:
            reply = connection.docmd("DATA")
            if reply[0] != 354:
                return self._declined(connection, reply)
            connection.send(_LEADING_DOT.sub(b"..", content))
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.DEFERRED, error)
        try:
            connection.send(b".\r\n")
            reply = self._final_reply(connection)
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(DeliveryState.UNCERTAIN, error)
        if _is_positive(reply):
            self._handed_over += 1
            return Outcome(DeliveryState.SENT, _words(reply))
        if not 400 <= reply[0] < 600:  # no SMTP: it may mean anything
            self._drop()
            return Outcome(DeliveryState.UNCERTAIN, _words(reply))
        return self._declined(connection, reply)

    def _final_reply(self, connection: smtplib.SMTP) -> Reply:
        """The reply to the final dot: giving up on it too early makes a doubt of every message."""
        if connection.sock is None:
            raise smtplib.SMTPServerDisconnected
        connection.sock.settimeout(_FINAL_REPLY_SECONDS)
        reply = connection.getreply()
        connection.sock.settimeout(self._settings.timeout_seconds)
        return reply

    def _declined(self, connection: smtplib.SMTP, reply: Reply) -> Outcome:
        """What a reply that is no yes means; the connection is made ready for the next message."""
        if reply[0] in {530, 535}:
            raise self._stopped(_("The server wants another authentication"), reply)
        if reply[0] == 421:
            self._drop()
        else:
            try:
                connection.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        state = DeliveryState.REFUSED if _is_permanent(reply) else DeliveryState.DEFERRED
        return Outcome(state, _words(reply))

    def _lost(self, state: DeliveryState, error: Exception) -> Outcome:
        self._drop()
        return Outcome(state, _("connection lost: {reason}").format(reason=_reason(error)))

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None and self._handed_over >= self._settings.messages_per_connection:
            self._quit()
        if self._connection is None:
            self._connection = self._connect()
            self._handed_over = 0
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        server = f"{settings.host}:{settings.port}"
        try:
            connection = self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(
                _("The SMTP server {server} could not be reached: {reason}.").format(
                    server=server, reason=_reason(error)
                ),
                hint=_(
                    "Check [smtp] in veille.toml; nobody else was written to. Run the same command again."
                ),
            ) from error
        if settings.username:
            self._authenticate(connection)
        return connection

    def _greeted(self) -> smtplib.SMTP:
        settings = self._settings
        # smtplib verifies no certificate unless it is given a context (measured on Python 3.11).
        context = ssl.create_default_context()
        connect: Callable[..., smtplib.SMTP] = smtplib.LMTP if self._speaks_lmtp else smtplib.SMTP
        if settings.security == "tls":
            connect = partial(smtplib.SMTP_SSL, context=context)
        connection = connect(settings.host, settings.port, timeout=settings.timeout_seconds)
        is_socket = settings.host.startswith("/")
        try:
            if connection.sock is not None and not is_socket:
                # The final dot stands alone, and would wait for the server to acknowledge what came before.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.security == "starttls" and not is_socket:
                connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _authenticate(self, connection: smtplib.SMTP) -> None:
        try:
            self._log_in(connection)
        except (OSError, smtplib.SMTPException) as error:
            connection.close()
            # Not chained: the library's error may carry what was sent, the password included.
            reason = (
                _words((error.smtp_code, _bytes(error.smtp_error)))
                if isinstance(error, smtplib.SMTPResponseException)
                else _reason(error)
            )
            raise DeliveryError(
                _("The SMTP server does not let {username} in: {reason}.").format(
                    username=self._settings.username, reason=reason
                ),
                hint=_("Check the account and {variable}; nobody was written to.").format(
                    variable=PASSWORD_VARIABLE
                ),
            ) from None

    def _log_in(self, connection: smtplib.SMTP) -> None:
        username = self._settings.username
        if self._settings.auth == "password":
            connection.login(username, self._password)
            return
        # A token lives for an hour: each connection asks for one.
        proof = xoauth2(username, _password_for(self._settings, self._environ))
        # A challenge says why the proof was not good; an empty answer ends the talk.
        connection.auth("XOAUTH2", lambda challenge=None: "" if challenge else proof)

    def _stopped(self, what: str, reply: Reply) -> DeliveryError:
        self._quit()
        return DeliveryError(
            f"{what}: {_words(reply)}",
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


def _password_for(settings: SmtpSettings, environ: Mapping[str, str]) -> str:
    if settings.security == "none" and not is_loopback(settings.host):
        raise ConfigError(
            _("A password would cross the network in the clear: smtp.security is “none”."),
            hint=_('Set it to "starttls" or "tls", or remove smtp.username.'),
        )
    password = secret(PASSWORD_VARIABLE, environ, settings.username)
    if not f"{settings.username}{password}".isascii():
        raise ConfigError(
            _("The account {username} or its password is not ASCII; an SMTP login cannot carry it.").format(
                username=settings.username
            ),
            hint=_("Give the account a password of unaccented letters, digits and signs."),
        )
    return password


def _envelope(message: Message) -> tuple[str, ...]:
    """What MAIL asks of a notice: our headers back, and the left part of the Message-ID as its name."""
    return ("RET=HDRS", f"ENVID={_xtext(message.message_id.strip('<>').partition('@')[0])}")


def _notices(message: Message) -> tuple[str, ...]:
    """What RCPT says: that only failures are to be told, and of whom."""
    return ("NOTIFY=FAILURE", f"ORCPT=rfc822;{_xtext(message.recipient)}")


def _xtext(text: str) -> str:
    """``text`` in the encoding of RFC 3461 section 4."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _is_positive(reply: Reply) -> bool:
    """Whether a reply is a yes; smtplib gives -1 for a line that is no SMTP, which is none."""
    return 200 <= reply[0] < 300


def _is_permanent(reply: Reply) -> bool:
    return 500 <= reply[0] < 600


def _words(reply: Reply) -> str:
    text = one_line(reply[1].decode("utf-8", "replace"))
    return shortened(f"{reply[0]} {text}", _REPLY_MAX_CHARACTERS)


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _reason(error: Exception) -> str:
    return shortened(one_line(str(error) or type(error).__name__).rstrip("."), _REPLY_MAX_CHARACTERS)
