"""What a message of the mailbox says: that one of ours came back, that somebody leaves or proposes a link.

Pure, and never at a loss: whatever it cannot read for certain is something else, left to the curator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from itertools import takewhile
from typing import cast
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from veille.compose.addresses import leave_subject
from veille.i18n import LANGUAGES
from veille.model.person import is_address, normalised_address
from veille.model.plaintext import one_line, shortened
from veille.model.urls import host_name, is_web_url

_DELIVERY_STATUS = "message/delivery-status"
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_HEADER_MAX_CHARACTERS = 2000
_REPLY_MAX_CHARACTERS = 300
_TEXT_MAX_CHARACTERS = 100_000
_LINKS_MAX = 5
_URL = re.compile(r"""https?://[^\s<>"«»“”]+""", re.IGNORECASE)
# A link at the end of a sentence or in brackets is not closed by its punctuation.
_AFTER_A_URL = ".,;:!?'’)]}*_"
_MICROSOFT_SAFE_LINKS = ".safelinks.protection.outlook.com"
# Where the words of others begin, as Outlook, Gmail, Apple Mail and Thunderbird mark it in both languages:
# below stand the signature, the message answered, or the digest itself, full of links.
_WORDS_OF_OTHERS = re.compile(
    r"\s*(?:-- ?$|_{10,}|-{2,} ?(?:original|forwarded|message|e-mail)|\*?(?:from|de)\s?:"
    r"|begin forwarded message|début du message (?:réexpédié|transféré)|.*(?:écrit|wrote)\s?:\s*$)",
    re.IGNORECASE,
)
_LINE_TAGS = frozenset(["p", "div", "br", "li", "tr", "hr"])
_UNSEEN_TAGS = ("head", "style", "script")
_MAIL_SYSTEMS = frozenset(["mailer-daemon", "postmaster"])


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that came back for good (RFC 3464): what it was, for whom, and the server's own words.

    ``envelope_id`` and ``message_id`` are empty, and ``recipients`` are none, when the notice does not say.
    ``is_hard`` is False when the server only lost patience (4.x.x): the address may be good.
    """

    envelope_id: str
    message_id: str
    recipients: tuple[str, ...]
    status: str
    reply: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Leave:
    """A letter by which ``sender`` leaves the digest."""

    sender: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Links, at least one, that ``sender`` wrote in a letter, and what they say about them."""

    sender: str
    name: str
    links: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else: automatic answers, delays, complaints, newsletters, letters without a link."""


Notice = Bounce | Leave | Proposal | Other


def notice_from_mail(content: bytes) -> Notice:
    """What the message says; ``content`` may be cut, broken or hostile."""
    try:
        # The modern policy parses every header it is asked for, and raises on hostile ones.
        mail = BytesParser(policy=policy.compat32).parsebytes(content)
        return _bounce(mail) or _letter(mail) or Other()
    except RecursionError:  # parts within parts within parts, or comments within comments
        return Other()


def _bounce(mail: Message) -> Bounce | None:
    parts = list(_parts(mail))
    blocks = next((_blocks(part) for part in parts if part.get_content_type() == _DELIVERY_STATUS), [])
    failed = [block for block in blocks[1:] if _header(block, "Action").lower().startswith("failed")]
    if not failed:
        return None
    recipients = [
        _typed_value(block, field) for block in failed for field in ("Original-Recipient", "Final-Recipient")
    ]
    found = _STATUS.search(_header(failed[0], "Status"))
    status = found[0] if found else ""
    return Bounce(
        envelope_id=_header(blocks[0], "Original-Envelope-Id"),
        message_id=next(filter(None, map(_returned_message_id, parts)), ""),
        recipients=tuple(dict.fromkeys(normalised_address(text) for text in recipients if text)),
        status=status,
        reply=shortened(_typed_value(failed[0], "Diagnostic-Code") or status, _REPLY_MAX_CHARACTERS),
        is_hard=not status.startswith("4"),
    )


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a message, outermost first; what stands in a message it carries is not its own."""
    yield mail
    if mail.get_content_maintype() == "multipart":
        for part in _blocks(mail):
            yield from _parts(part)


def _blocks(part: Message) -> list[Message]:
    """The messages that the parser found in ``part``; none where it found only text."""
    # Asked for a text, the library believes the charset and fails on some; is_multipart says that it is none.
    payload = part.get_payload() if part.is_multipart() else []
    return [block for block in payload if isinstance(block, Message)]


def _returned_message_id(part: Message) -> str:
    """The Message-ID of the message that ``part`` returns, whole or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return next((_header(returned, "Message-ID") for returned in _blocks(part)), "")
    if kind == "text/rfc822-headers":
        headers = BytesParser(policy=policy.compat32).parsebytes(_bytes(part), headersonly=True)
        return _header(headers, "Message-ID")
    return ""


def _letter(mail: Message) -> Leave | Proposal | None:
    name, sender = _sender(mail)
    if not sender:
        return None
    if _header(mail, "Subject").casefold() in {leave_subject(language).casefold() for language in LANGUAGES}:
        return Leave(sender)
    if _is_automatic(mail):
        return None
    text = _own_words(_text(mail))
    links = tuple(dict.fromkeys(_links(text)))
    return Proposal(sender, name, links[:_LINKS_MAX], one_line(text)) if links else None


def _sender(mail: Message) -> tuple[str, str]:
    """The name and the address of the one sender; empty when there is none, or several."""
    senders = getaddresses([_header(mail, "From")])
    if len(mail.get_all("From", [])) != 1 or len(senders) != 1:
        return "", ""
    name, address = senders[0][0], normalised_address(senders[0][1])
    return (one_line(name), address) if is_address(address) else ("", "")


def _is_automatic(mail: Message) -> bool:
    """Whether no person wrote the message to us (RFC 3834, RFC 2919, and what came before them)."""
    return (
        _header(mail, "Auto-Submitted").lower() not in {"", "no"}
        or _header(mail, "Precedence").lower() in {"bulk", "list", "junk", "auto_reply"}
        or _header(mail, "Return-Path") == "<>"
        or any(field in mail for field in ("List-Id", "X-Autoreply", "X-Autorespond"))
        or mail.get_content_type() == "multipart/report"
        or _sender(mail)[1].partition("@")[0] in _MAIL_SYSTEMS
    )


def _links(text: str) -> Iterator[str]:
    """The pages that ``text`` links to, but no home page: it stands in signatures, and proposes nothing."""
    for found in _URL.finditer(text):
        url = _unwrapped(found[0].rstrip(_AFTER_A_URL))
        if is_web_url(url) and (urlsplit(url).path.strip("/") or urlsplit(url).query):
            yield url


def _unwrapped(url: str) -> str:
    """The link that Microsoft 365 replaced by one of its own, to look at it first; any other as it is."""
    if is_web_url(url) and host_name(url).endswith(_MICROSOFT_SAFE_LINKS):
        return parse_qs(urlsplit(url).query).get("url", [url])[0]
    return url


def _own_words(text: str) -> str:
    """What the sender wrote: neither their signature nor what they answer or forward."""
    lines = takewhile(lambda line: not _WORDS_OF_OTHERS.match(line), text.splitlines())
    return "\n".join(line for line in lines if not line.lstrip().startswith(">"))


def _text(mail: Message) -> str:
    """The first text of a message; its HTML, as text, when it has no plain one."""
    texts = {part.get_content_type(): part for part in reversed(list(_parts(mail)))}
    if "text/plain" in texts:
        return _decoded(_bytes(texts["text/plain"]))[:_TEXT_MAX_CHARACTERS]
    if "text/html" in texts:
        return _text_from_html(_decoded(_bytes(texts["text/html"]))[:_TEXT_MAX_CHARACTERS])
    return ""


def _text_from_html(html: str) -> str:
    """The text of ``html`` up to the first quotation, with the address of each link before its words."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    # What its types do not say: there is no tree of a document without any element.
    tree = cast("etree._Element | None", etree.fromstring(html.encode(), parser))
    if tree is None:
        return ""
    etree.strip_elements(tree, *_UNSEEN_TAGS, with_tail=False)
    words: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag == "blockquote":
            break
        if event == "end":
            words.append(element.tail or "")
            continue
        words.append("\n" if element.tag in _LINE_TAGS else "")
        words.append(f" {element.get('href', '')} " if element.tag == "a" else "")
        words.append(element.text or "")
    return "".join(words)


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header(mail: Message, field: str) -> str:
    """The first value of a header on one line, its encoded words read; empty when there is none."""
    # As it came: asked for by name, bytes that are not ASCII would already be lost.
    values = (str(value) for name, value in mail.raw_items() if name.lower() == field.lower())
    value = _decoded(next(values, "")[:_HEADER_MAX_CHARACTERS].encode("utf-8", "surrogateescape"))
    try:
        words = decode_header(value)
    except MessageError:
        return one_line(value)
    return one_line("".join(_decoded(text) if isinstance(text, bytes) else text for text, _charset in words))


def _typed_value(block: Message, field: str) -> str:
    """What follows the type in a value such as ``rfc822; camille@musee.example`` (RFC 3464 section 2.1.2)."""
    kind, parted, value = _header(block, field).partition(";")
    return value.strip() if parted else kind


def _decoded(text: bytes) -> str:
    # What is not UTF-8 is nearly always Western European; the charset declared is whatever a stranger says.
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")
