"""The outgoing server: how it is reached, believed to be the right one, and logged in to."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from veille.credentials import is_loopback, secret, xoauth2
from veille.errors import ConfigError, DeliveryError, reason_of
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, shortened
from veille.settings import SmtpSettings

PASSWORD_VARIABLE = "VEILLE_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
CLIENT_SECRET_VARIABLE = "VEILLE_SMTP_CLIENT_SECRET"  # noqa: S105 - the same
_REPLY_MAX_CHARACTERS = 300

Reply = tuple[int, bytes]


class Relay:
    """The server of ``settings``, spoken to by SMTP or, with ``speaks_lmtp``, by LMTP (RFC 2033).

    Raises ``ConfigError`` for what cannot be safe or cannot work, before anything is asked of the server.
    """

    def __init__(self, settings: SmtpSettings, environ: Mapping[str, str], *, speaks_lmtp: bool) -> None:
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
        self._environ = environ
        self._speaks_lmtp = speaks_lmtp
        self._password = _password_for(settings, environ) if settings.username else ""
        self._tls = None if settings.security == "none" else _tls_context(settings)

    def connect(self) -> smtplib.SMTP:
        """A new connection, greeted and logged in to.

        Raises ``DeliveryError`` when the server cannot be reached or believed, or does not let us in.
        """
        settings = self._settings
        server = f"{settings.host}:{settings.port}"
        password = self._password_or_token() if settings.username else ""
        try:
            connection = self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(
                _("The SMTP server {server} could not be reached: {reason}.").format(
                    server=server, reason=failure_words(error)
                ),
                hint=_(
                    "Check [smtp] in veille.toml; nobody else was written to. Run the same command again."
                ),
            ) from error
        if settings.username:
            self._authenticate(connection, password)
        return connection

    def greet(self) -> None:
        """Connect, log in and leave again, sending nothing; raises as ``connect`` does."""
        connection = self.connect()
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()

    def _greeted(self) -> smtplib.SMTP:
        settings = self._settings
        connect: Callable[..., smtplib.SMTP] = smtplib.LMTP if self._speaks_lmtp else smtplib.SMTP
        if settings.security == "tls":
            connect = partial(smtplib.SMTP_SSL, context=self._tls)
        connection = connect(settings.host, settings.port, timeout=settings.timeout_seconds)
        is_socket = settings.host.startswith("/")
        try:
            if connection.sock is not None and not is_socket:
                # The end of a message would wait for the server to acknowledge what came before it.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.security == "starttls" and not is_socket:
                connection.starttls(context=self._tls)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _password_or_token(self) -> str:
        """What proves the account at this connection: a token lives for an hour, and is asked for anew."""
        settings = self._settings
        if settings.auth == "password":
            return self._password
        password = _password_for(settings, self._environ)
        if not settings.token_url:
            return password
        from veille.net.token import access_token  # who needs no token does not wait for httpx to load

        return access_token(
            settings.token_url,
            client_id=settings.client_id,
            client_secret=password,
            scope=settings.token_scope,
        )

    def _authenticate(self, connection: smtplib.SMTP, password: str) -> None:
        refusal = self._refusal(connection, password)
        if not refusal:
            return
        connection.close()
        # Outside of any except clause: the library's error may carry what was sent, the password included.
        raise DeliveryError(
            _("The SMTP server does not let {username} in: {reason}.").format(
                username=self._settings.username, reason=refusal
            ),
            hint=_("Check the account and {variable}; nobody was written to.").format(
                variable=_secret_variable(self._settings)
            )
            if self._settings.auth == "password"
            else _("The token has expired, or is for another account or another use; nobody was written to."),
        )

    def _refusal(self, connection: smtplib.SMTP, password: str) -> str:
        """Log in; why the server refuses, or nothing when it does not."""
        username, challenges = self._settings.username, list[bytes]()

        def answer(challenge: bytes | None = None) -> str:
            if challenge is None:
                return xoauth2(username, password)
            challenges.append(challenge)
            return ""  # a challenge says why the token was not good; an empty answer ends the talk

        try:
            if self._settings.auth == "password":
                connection.login(username, password)
            else:
                connection.auth("XOAUTH2", answer)
        except smtplib.SMTPResponseException as error:
            said = [
                reply_words((error.smtp_code, _bytes(error.smtp_error))),
                *map(_challenge_words, challenges),
            ]
            return " – ".join(said)
        except (OSError, smtplib.SMTPException) as error:
            return failure_words(error)
        return ""


def reply_words(reply: Reply) -> str:
    """A server's reply in one line: its code and its own words."""
    text = one_line(reply[1].decode("utf-8", "replace"))
    return shortened(f"{reply[0]} {text}", _REPLY_MAX_CHARACTERS)


def failure_words(error: Exception) -> str:
    """Why a connection failed, in one line."""
    said = reason_of(error) if isinstance(error, OSError) else str(error) or type(error).__name__
    return shortened(one_line(said).rstrip("."), _REPLY_MAX_CHARACTERS)


def _password_for(settings: SmtpSettings, environ: Mapping[str, str]) -> str:
    if settings.security == "none" and not is_loopback(settings.host):
        raise ConfigError(
            _("A password would cross the network in the clear: smtp.security is “none”."),
            hint=_('Set it to "starttls" or "tls", or remove smtp.username.'),
        )
    password = secret(_secret_variable(settings), environ, settings.username)
    if not f"{settings.username}{password}".isascii():
        raise ConfigError(
            _("The account {username} or its password is not ASCII; an SMTP login cannot carry it.").format(
                username=settings.username
            ),
            hint=_("Give the account a password of unaccented letters, digits and signs."),
        )
    return password


def _secret_variable(settings: SmtpSettings) -> str:
    by_client = settings.auth == "xoauth2" and settings.token_url
    return CLIENT_SECRET_VARIABLE if by_client else PASSWORD_VARIABLE


def _tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    """Who is believed to be the server; smtplib by itself believes anybody (measured on Python 3.11)."""
    context = ssl.create_default_context()
    if settings.ca_file:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:  # an error of TLS is one, too
            raise ConfigError(
                _("The certificates of {path} could not be read: {reason}.").format(
                    path=settings.ca_file, reason=reason_of(error)
                ),
                hint=_("smtp.ca_file is the whole name of a file of certificates in PEM."),
            ) from error
    return context


def _challenge_words(challenge: bytes) -> str:
    return shortened(one_line(challenge.decode("utf-8", "replace")), _REPLY_MAX_CHARACTERS)


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
