"""The mailbox over IMAP: the only user of imaplib. It reads, and changes nothing that it is not told to."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from types import TracebackType
from typing import Any

from veille.credentials import is_loopback, secret, xoauth2
from veille.errors import ConfigError, MailboxError, reason_of
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, shortened
from veille.settings import MailboxSettings

PASSWORD_VARIABLE = "VEILLE_MAILBOX_PASSWORD"  # noqa: S105 - the name of a variable
_REASON_MAX_CHARACTERS = 300
# A notice returns the message with it; the text of a letter comes before what is attached to it.
_CONTENT_MAX_BYTES = 1_000_000
_LISTED_AT_ONCE = 500
_UID = re.compile(rb"\bUID (\d+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A message of the folder: its number there, and its Message-ID, empty when it has none."""

    uid: str
    message_id: bytes


class Mailbox:
    """One connection to the mailbox, open while the ``with`` lasts.

    Whatever fails raises ``MailboxError``.
    """

    def __init__(self, settings: MailboxSettings, environ: Mapping[str, str]) -> None:
        """Raises ``ConfigError`` when it is not configured well enough, or not safely enough, to begin."""
        if not settings.host or not settings.username:
            raise ConfigError(
                _("The mailbox is not named: mailbox.host or mailbox.username is empty."),
                hint=_('Add them to veille.toml: [mailbox] host = "…", username = "…"'),
            )
        if settings.security == "none" and not is_loopback(settings.host):
            raise ConfigError(
                _("A password would cross the network in the clear: mailbox.security is “none”."),
                hint=_('Set it to "tls" or "starttls".'),
            )
        self._settings = settings
        self._password = secret(PASSWORD_VARIABLE, environ, settings.username)

    def __enter__(self) -> Mailbox:
        with self._translated(_("The mailbox {server} could not be reached: {reason}.")):
            self._imap = self._greeted()
        mechanism, proof = self._proof()
        try:
            with self._translated(_("The mailbox {server} does not let {username} in: {reason}.")):
                # A second challenge says why the proof was not good; an empty answer ends the talk.
                self._imap.authenticate(mechanism, lambda challenge: b"" if challenge else proof)
        except MailboxError:
            self._imap.shutdown()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            if kind is None:
                self._imap.logout()
            else:  # in the middle of an answer, a goodbye could wait in vain for its own
                self._imap.shutdown()

    def messages_since(self, moment: datetime) -> tuple[Listed, ...]:
        """The messages that came into the folder on the day of ``moment`` or later, the oldest first."""
        # For reading only, so that no look leaves a mark; unless we are told to leave one.
        self._open(self._settings.folder, for_reading=self._settings.processed == "leave")
        day = imaplib.Time2Internaldate(moment).strip('"').split()[0]
        uids = self._found("SINCE", day)
        return tuple(
            listed
            for start in range(0, len(uids), _LISTED_AT_ONCE)
            for listed in self._listed(uids[start : start + _LISTED_AT_ONCE])
        )

    def content(self, message: Listed) -> bytes:
        """The message, cut after a million bytes; empty when it is gone meanwhile. It stays unseen."""
        parts = self._command("FETCH", message.uid, f"(BODY.PEEK[]<0.{_CONTENT_MAX_BYTES}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def put_away(self, message: Listed) -> None:
        """Do with a message that was dealt with what ``mailbox.processed`` says."""
        if self._settings.processed == "seen":
            self._command("STORE", message.uid, "+FLAGS.SILENT", r"(\Seen)")
        elif self._settings.processed == "delete":
            self._command("STORE", message.uid, "+FLAGS.SILENT", r"(\Deleted)")
            # Without UIDPLUS (RFC 4315), what others marked would be erased with it: the mark must do.
            if self._can_erase_one():
                self._command("EXPUNGE", message.uid)

    def open_sent_folder(self) -> None:
        """Look into the folder that keeps what was sent, from now on."""
        self._open(self._settings.sent_folder, for_reading=True)

    def holds(self, message_id: str) -> bool:
        """Whether the open folder has the message with that Message-ID, or a journal's report of it."""
        # Exchange's journal encloses the message in a report, whose own text names it.
        name = _quoted(message_id)
        return bool(self._found("OR", "HEADER", "Message-ID", name, "BODY", name))

    def _greeted(self) -> imaplib.IMAP4:
        settings = self._settings
        host, port, timeout = settings.host, settings.port, settings.timeout_seconds
        # Without a context, imaplib verifies no certificate.
        context = ssl.create_default_context()
        if settings.security == "tls":
            return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=timeout)
        imap = imaplib.IMAP4(host, port, timeout=timeout)
        if settings.security == "starttls":
            try:
                imap.starttls(context)
            except BaseException:
                with suppress(OSError):  # a handshake that fails has closed it already
                    imap.shutdown()
                raise
        return imap

    def _proof(self) -> tuple[str, bytes]:
        """How the account is proved: PLAIN (RFC 4616), or what Microsoft and Google call XOAUTH2."""
        username, word = self._settings.username, self._password
        if self._settings.auth == "xoauth2":
            return "XOAUTH2", xoauth2(username, word).encode()
        return "PLAIN", f"\0{username}\0{word}".encode()

    def _open(self, folder: str, *, for_reading: bool) -> None:
        with self._translated(
            _("The folder “{folder}” of the mailbox could not be opened: {reason}."), folder
        ):
            answer, words = self._imap.select(_quoted(_utf7(folder)), readonly=for_reading)
            if answer != "OK":
                raise imaplib.IMAP4.error(words[0])

    def _listed(self, uids: list[str]) -> Iterator[Listed]:
        parts = self._command("FETCH", ",".join(uids), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        for part, tail in zip(parts, [*parts[1:], b""], strict=True):
            if isinstance(part, tuple):
                # Exchange tells the number after the header, others before it.
                found = _UID.search(part[0]) or _UID.search(tail if isinstance(tail, bytes) else b"")
                if found:
                    yield Listed(found[1].decode("ascii"), _message_id(part[1]))

    def _found(self, *criteria: str) -> list[str]:
        """The numbers of the messages that match; some servers say nothing when there is none."""
        answers = self._command("SEARCH", *criteria)
        return [uid.decode("ascii") for answer in answers if answer for uid in answer.split()]

    def _can_erase_one(self) -> bool:
        with self._translated(_("The mailbox {server} could not be read: {reason}.")):
            _answer, words = self._imap.capability()  # what it said before the login may be less
        return b"UIDPLUS" in words[0].split()

    def _command(self, command: str, *arguments: str) -> list[Any]:
        with self._translated(_("The mailbox {server} could not be read: {reason}.")):
            answer, parts = self._imap.uid(command, *arguments)
            if answer != "OK":
                raise imaplib.IMAP4.error(parts[0])
        return parts

    @contextmanager
    def _translated(self, said: str, folder: str = "") -> Iterator[None]:
        settings = self._settings
        try:
            yield
        except (
            OSError,
            UnicodeError,
            imaplib.IMAP4.error,
        ) as error:  # UnicodeError: of a host that is no name
            raise MailboxError(
                said.format(
                    server=f"{settings.host}:{settings.port}",
                    username=settings.username,
                    folder=folder,
                    reason=_reason(error),
                ),
                hint=_("Check [mailbox] in veille.toml. What was dealt with is kept; run the command again."),
            ) from None  # what the library raises may carry what was sent, the password included


def _message_id(header: bytes) -> bytes:
    return one_line(str(message_from_bytes(header).get("Message-ID", ""))).encode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(folder: str) -> str:
    """The name of a folder as the protocol writes it (RFC 3501 section 5.1.3): "Envoy&AOk-s"."""

    def shifted(found: re.Match[str]) -> str:
        encoded = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii")
        return f"&{encoded.rstrip('=').replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, folder.replace("&", "&-"))


def _reason(error: Exception) -> str:
    words = error.args[0] if error.args and isinstance(error, imaplib.IMAP4.error) else str(error)
    if isinstance(error, OSError):
        words = reason_of(error)
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return shortened(one_line(text or type(error).__name__).rstrip("."), _REASON_MAX_CHARACTERS)
