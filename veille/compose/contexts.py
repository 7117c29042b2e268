"""What each template of a mail may use: one dataclass a template, compared with it both ways by a test.

Every text is plain (the templates escape), already worded in the language of the page, and may be shown
as it is. ``*_url`` fields are absolute addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Look:
    """The institution's accent on light and on dark paper, as ``#RRGGBB``."""

    accent: str
    accent_dark: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above every page and message. ``institution`` may be empty."""

    digest_name: str
    institution: str
    month_label: str
    number: int


@dataclass(frozen=True, slots=True)
class MailLink:
    """One of the links as one segment receives it.

    ``url`` is what may be clicked, empty when the pick's address is not one of the web; ``host`` is its bare
    host, for the wary reader, empty when it has no address.
    ``meta`` are the parts of the line above the title (theme, source, date, reading time, language), never
    empty. ``language`` is the title's when it is known and not the message's, else empty. ``note`` are
    paragraphs. ``for_you`` are the paragraphs of the segment's own note, often none. ``thanks`` says who
    suggested it, often empty.
    """

    number: int
    meta: tuple[str, ...]
    title: str
    url: str
    host: str
    language: str
    note: tuple[str, ...]
    for_you: tuple[str, ...]
    thanks: str


@dataclass(frozen=True, slots=True)
class MailFooter:
    """How to answer, propose a link, read on the web and leave; a missing address is an empty text.

    ``*_mailto`` are complete ``mailto:`` addresses with their subject, ``reply_address`` is the bare one.
    """

    curator: str
    reply_address: str
    reply_mailto: str
    propose_mailto: str
    leave_mailto: str
    archive_url: str


@dataclass(frozen=True, slots=True)
class DigestHtml:
    """The HTML part of the mail; ``intro`` are paragraphs, ``preheader`` follows the subject in a mailbox.

    ``written_in`` is the language of what the curator wrote, intro and notes.
    """

    template: ClassVar[str] = "email/digest.html"

    language: str
    written_in: str
    subject: str
    preheader: str
    look: Look
    masthead: Masthead
    intro: tuple[str, ...]
    segment: str
    links: tuple[MailLink, ...]
    footer: MailFooter


@dataclass(frozen=True, slots=True)
class DigestText:
    """The text part of the mail: the same links and words, for 72 columns."""

    template: ClassVar[str] = "email/digest.txt"

    masthead: Masthead
    intro: tuple[str, ...]
    segment: str
    links: tuple[MailLink, ...]
    footer: MailFooter


@dataclass(frozen=True, slots=True)
class SharedLink:
    """The one link of a share; fields as in ``MailLink``. ``note`` are paragraphs, perhaps none."""

    meta: tuple[str, ...]
    title: str
    url: str
    host: str
    language: str
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareHtml:
    """The HTML part of a share: one link to one colleague. ``greeting`` says who sends it.

    ``written_in`` is the language of the note, ``preheader`` as in ``DigestHtml``; ``institution`` may be
    empty. The ``footer`` tells how to answer, and nothing else.
    """

    template: ClassVar[str] = "email/share.html"

    language: str
    written_in: str
    subject: str
    preheader: str
    look: Look
    digest_name: str
    institution: str
    greeting: str
    link: SharedLink
    footer: MailFooter


@dataclass(frozen=True, slots=True)
class ShareText:
    """The text part of a share, for 72 columns."""

    template: ClassVar[str] = "email/share.txt"

    digest_name: str
    institution: str
    greeting: str
    link: SharedLink
    footer: MailFooter


MailContext = DigestHtml | DigestText | ShareHtml | ShareText
