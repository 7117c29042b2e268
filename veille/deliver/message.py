"""The message: headers and MIME as RFC 5322 and RFC 2045 want them, bytes ready for any transport.

The body is rendered and encoded once for a segment and a language; only the header block is a person's own.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.charset import Charset
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from enum import Enum, auto
from functools import lru_cache

import idna

from veille.compose.addresses import leave_mailto
from veille.compose.digest import Digest
from veille.errors import ConfigError, DeliveryError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.model.month import Month
from veille.model.person import is_address
from veille.model.plaintext import has_control_characters
from veille.settings import Settings

# RFC 2045 and RFC 2047 allow 76 columns; the standard library folds at 78 unless told.
_LINE_COLUMNS = 76
_POLICY = policy.SMTP.clone(max_line_length=_LINE_COLUMNS, cte_type="7bit")
_UTF8 = Charset("utf-8")
# A sender for files that nobody receives; RFC 2606 keeps the domain from ever existing.
_NOBODY = "veille@veille.invalid"
# The sender, the list and the subject are everybody's, and slow to encode for each person.
_ENCODED_KEPT = 64


class Mark(Enum):
    """What a subject says of a message that is not the issue itself."""

    TRIAL = auto()
    PROOF = auto()


@dataclass(frozen=True, slots=True)
class Letter:
    """What everybody of one segment and language receives: a subject and an encoded body with its headers."""

    subject: str
    language: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One person's message. ``content`` is the whole of it; ``sender`` is ASCII, and nearly every recipient.

    One with accents before the @ makes a header in UTF-8 (RFC 6532), which not every server takes.
    """

    sender: str
    recipient: str
    message_id: str
    content: bytes


def letter_from_digest(digest: Digest, language: str, mark: Mark | None = None) -> Letter:
    """``digest`` encoded as multipart/alternative, text first, its subject marked when it is to be."""
    mime = EmailMessage(policy=_POLICY)
    mime.set_content(digest.text, cte="quoted-printable")
    mime.add_alternative(digest.html, subtype="html", cte="quoted-printable")
    mime["Content-Language"] = language
    # A boundary drawn from the content: the same digest gives the same bytes.
    mime.set_boundary("veille-" + hashlib.sha256(f"{digest.text}{digest.html}".encode()).hexdigest()[:32])
    return Letter(_marked(digest.subject, language, mark), language, mime.as_bytes())


def letter_from_text(subject: str, text: str, language: str) -> Letter:
    """A letter of plain text alone."""
    mime = EmailMessage(policy=_POLICY)
    mime.set_content(text, cte="quoted-printable")
    mime["Content-Language"] = language
    return Letter(subject, language, mime.as_bytes())


def message_for(
    letter: Letter,
    *,
    name: str,
    address: str,
    message_id: str,
    settings: Settings,
    now: datetime,
    to_list: bool = True,
) -> Message:
    """``letter`` addressed to one person: as one of many, or else (``to_list`` False) to them alone.

    Raises ``DeliveryError`` for an address that cannot be written to, ``ConfigError`` without a sender.
    """
    sender = sender_address(settings)
    recipient = wire_address(address)
    headers = [
        _address_header("From", settings.mail.from_name or settings.digest.name, sender),
        _address_header("To", name, recipient),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
        ("Subject", _folded("Subject", letter.subject)),
    ]
    if to_list:
        headers.append(_address_header("List-Id", settings.digest.name, f"veille.{_domain(sender)}"))
        headers += [("Auto-Submitted", "auto-generated"), ("Precedence", "list")]
    if settings.curator.address:
        curator = wire_address(settings.curator.address)
        headers.append(_address_header("Reply-To", settings.curator.name, curator))
    if to_list:
        headers += _ways_to_leave(settings, letter.language, message_id)
    block = "".join(f"{field}: {value}\r\n" for field, value in headers)
    return Message(sender, recipient, message_id, block.encode() + letter.body)


def message_id_for(month: Month, address: str, salt: str, settings: Settings) -> str:
    """The Message-ID of an issue to a person: the same on every attempt, unguessable without the salt."""
    digest = hashlib.sha256(f"{month}|{address}|{salt}".encode()).hexdigest()
    return f"<{digest[:32]}@{_domain(sender_address(settings))}>"


def envelope_id(message_id: str) -> str:
    """What names a message in notices of delivery and in one-click addresses: its Message-ID's left part."""
    return message_id.strip("<>").partition("@")[0]


def sender_address(settings: Settings) -> str:
    """The address messages come from; only the ``eml`` transport may go without a configured one."""
    if settings.mail.from_address:
        return wire_address(settings.mail.from_address)
    if settings.mail.transport == "eml":
        return _NOBODY
    raise ConfigError(
        _("There is no sender's address: mail.from_address is empty."),
        hint=_('Add it to veille.toml: [mail] from_address = "veille@…"'),
    )


@lru_cache(maxsize=_ENCODED_KEPT)
def wire_address(address: str) -> str:
    """``address`` with its domain as A-labels (IDNA 2008), as every mail server understands it.

    Raises ``DeliveryError`` for what is not an address.
    """
    if not is_address(address):
        raise DeliveryError(_("“{address}” cannot be written to.").format(address=address))
    local, _at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise DeliveryError(
            _("The domain of “{address}” is not valid: {reason}.").format(address=address, reason=error)
        ) from error


def _ways_to_leave(settings: Settings, language: str, message_id: str) -> list[tuple[str, str]]:
    """By a letter (RFC 2369), and by one click (RFC 8058) where a service of the house answers it."""
    # Nothing but what the Message-ID says already: it stands in no text, and leads nobody anywhere.
    click = settings.mail.unsubscribe_url.replace("{id}", envelope_id(message_id))
    ways = [f"<{way}>" for way in (leave_mailto(settings, language), click) if way]
    headers = [("List-Unsubscribe", ",\r\n ".join(ways))] if ways else []
    return [*headers, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")] if click else headers


def _marked(subject: str, language: str, mark: Mark | None) -> str:
    gettext = translations(language).gettext
    said = {Mark.TRIAL: gettext("[Trial] {subject}"), Mark.PROOF: gettext("[Proof] {subject}")}
    return said[mark].format(subject=subject) if mark else subject


@lru_cache(maxsize=_ENCODED_KEPT)
def _address_header(field: str, name: str, address: str) -> tuple[str, str]:
    if not name:
        return field, f"<{address}>" if field == "List-Id" else address
    if name.isascii() and "=?" not in name and not has_control_characters(name):
        plain = formataddr((name, address))
        if len(field) + 2 + len(plain) <= _LINE_COLUMNS:
            return field, plain
    encoded = _encoded_words(field, name)
    last_line = encoded.rpartition("\r\n")[2]
    first = len(field) + 2 if last_line == encoded else 0
    fits = first + len(last_line) + len(address) + 3 <= _LINE_COLUMNS
    return field, f"{encoded} <{address}>" if fits else f"{encoded}\r\n <{address}>"


@lru_cache(maxsize=_ENCODED_KEPT)
def _folded(field: str, text: str) -> str:
    if text.isascii() and "=?" not in text and len(field) + 2 + len(text) <= _LINE_COLUMNS:
        if has_control_characters(text):
            raise _control_characters(field)
        return text
    return _encoded_words(field, text)


def _encoded_words(field: str, text: str) -> str:
    """``text`` as RFC 2047 encoded words, folded.

    ``Header`` does it right where the modern ``EmailMessage`` loses or doubles a space in 3 % of French
    subjects (cpython issues 92081, 120930, 136052).
    """
    if has_control_characters(text):
        raise _control_characters(field)
    word = _UTF8.header_encode(text)
    if len(field) + 2 + len(word) <= _LINE_COLUMNS:  # most names; to ask Header takes ten times as long
        return word
    header = Header(text, "utf-8", header_name=field, maxlinelen=_LINE_COLUMNS)
    return re.sub(r"\r?\n[ \t]+", "\r\n ", header.encode(linesep="\r\n"))


def _control_characters(field: str) -> DeliveryError:
    return DeliveryError(
        _("The header {field} holds a control character; nothing was sent.").format(field=field)
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
