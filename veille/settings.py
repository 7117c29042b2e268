"""What a workspace can configure, with defaults that work. Reading veille.toml is ``configuration``'s.

A field's metadata may hold ``check``: a function from the value to a complaint, empty when all is well.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any, NamedTuple

from veille.i18n import DEFAULT_LANGUAGE, LANGUAGES
from veille.i18n import gettext as _
from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES, OFF, Severity
from veille.model.colour import (
    DARK_PAPER,
    LIGHT_PAPER,
    MINIMUM_TEXT_CONTRAST,
    contrast_ratio,
    is_hex_colour,
)
from veille.model.issue import LINKS_ALLOWED
from veille.model.person import is_address
from veille.model.plaintext import has_control_characters
from veille.model.urls import is_web_url

TRANSPORTS = ("eml", "smtp", "lmtp", "sendmail")


class Allowance(NamedTuple):
    """What a mail service allows; 0 a minute is no limit."""

    connections: int
    per_minute: int


# Microsoft 365: three connections and thirty messages a minute, answered by 432 4.3.2 beyond
# (learn.microsoft.com, "SMTP AUTH client submission").
PACES = MappingProxyType({"free": Allowance(1, 0), "m365": Allowance(3, 30)})
SMTP_SECURITIES = ("starttls", "tls", "none")
MAILBOX_SECURITIES = ("tls", "starttls", "none")
AUTHENTICATIONS = ("password", "xoauth2")
SUGGESTERS = ("people", "anyone", "nobody")
PROCESSED = ("leave", "seen", "delete")
_SLOW_HOST = re.compile(r"[a-z0-9.-]{1,253} [0-9]{1,4}")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,30}")
_DNS_LABELS = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


@dataclass(frozen=True, slots=True)
class Label:
    """A name shown to readers, by language; ``fr`` stands in where a language is missing."""

    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        """The name in ``language``, else in French, else in whatever language there is."""
        return self.texts.get(language) or self.texts.get("fr") or next(iter(self.texts.values()))


def _labels(**texts: tuple[str, str]) -> Mapping[str, Label]:
    return MappingProxyType({name: Label({"fr": fr, "en": en}) for name, (fr, en) in texts.items()})


DEFAULT_THEMES = _labels(
    publics=("Publics", "Audiences"),
    outils=("Outils", "Tools"),
    secteur=("Secteur", "Sector"),
    methodes=("Méthodes", "Methods"),
)
DEFAULT_SEGMENTS = _labels(
    direction=("Direction", "Management"),
    collections=("Collections", "Collections"),
    publics=("Publics et médiation", "Audiences and learning"),
    communication=("Communication", "Communication"),
    numerique=("Numérique", "Digital"),
    expositions=("Expositions", "Exhibitions"),
    mediatheque=("Médiathèque et archives", "Library and archives"),
    editions=("Éditions et boutique", "Publishing and shop"),
    mecenat=("Mécénat", "Fundraising"),
    administration=("Administration", "Administration"),
)


def _one_line(value: str) -> str:
    return _("it must be one line of plain text") if has_control_characters(value) else ""


def _address(value: str) -> str:
    if not value:
        return ""
    if not is_address(value):
        return _("“{value}” is not an e-mail address").format(value=value)
    if not value.rpartition("@")[0].isascii():  # every server has to take what comes from here
        return _("“{value}” has accents before the @, which few servers take").format(value=value)
    return ""


def _web_url(value: str) -> str:
    if not value or is_web_url(value):
        return ""
    return _("“{value}” is not an http or https address").format(value=value)


def _secure_url(value: str) -> str:
    if not value or (is_web_url(value) and value.startswith("https://")):
        return ""
    return _("“{value}” is not an https address").format(value=value)


def _one_click_url(value: str) -> str:
    if value and value.count("{id}") != 1:  # RFC 8058 section 3.1: else nobody knows who clicked
        return _("“{value}” must hold {{id}} once, which says who leaves").format(value=value)
    return _secure_url(value)


def _dns_label(value: str) -> str:
    if not value or _DNS_LABELS.fullmatch(value):
        return ""
    return _("“{value}” is not a name of letters a–z, digits, - and dots").format(value=value)


def _one_of(allowed: tuple[str, ...]) -> Any:
    def check(value: str) -> str:
        if value in allowed:
            return ""
        return _("“{value}” is not one of {allowed}").format(value=value, allowed=", ".join(allowed))

    return check


def _within(lowest: int, highest: int) -> Any:
    def check(value: int) -> str:
        if lowest <= value <= highest:
            return ""
        return _("{value} is not between {lowest} and {highest}").format(
            value=value, lowest=lowest, highest=highest
        )

    return check


def _readable_on(paper: str) -> Any:
    def check(value: str) -> str:
        if not is_hex_colour(value):
            return _("“{value}” is not a colour written #RRGGBB").format(value=value)
        ratio = contrast_ratio(value, paper)
        if ratio >= MINIMUM_TEXT_CONTRAST:
            return ""
        return _(
            "{value} on {paper} has a contrast of {ratio:.1f}; at least 4.5 is needed to be read"
        ).format(value=value, paper=paper, ratio=ratio)

    return check


def _networks(value: tuple[str, ...]) -> str:
    for network in value:
        try:
            ip_network(network)
        except ValueError:
            return _("“{value}” is not an address range such as 10.20.0.0/16").format(value=network)
    return ""


def _slow_hosts(value: tuple[str, ...]) -> str:
    for written in value:
        if not _SLOW_HOST.fullmatch(written):
            return _("“{value}” is not a host and its seconds, such as “www.reddit.com 60”").format(
                value=written
            )
    return ""


def _rules(value: Mapping[str, str]) -> str:
    return next(filter(None, (_rule(code, weight) for code, weight in value.items())), "")


def _rule(code: str, weight: str) -> str:
    if code in ABSOLUTE_RULES:
        return _("“{code}” always blocks").format(code=code)
    if code not in DEFAULT_SEVERITIES:
        near = difflib.get_close_matches(code, DEFAULT_SEVERITIES, n=1, cutoff=0.5)
        if near:
            return _("“{code}” is no rule; did you mean “{near}”?").format(code=code, near=near[0])
        return _("“{code}” is no rule; known here: {known}").format(
            code=code, known=", ".join(DEFAULT_SEVERITIES)
        )
    complaint: str = _one_of((*Severity, OFF))(weight)
    return complaint


def _identifiers(value: Mapping[str, Label]) -> str:
    for name in value:
        if not _IDENTIFIER.fullmatch(name):
            return _("“{name}” is not a short name of a–z, 0–9 and -").format(name=name)
    return "" if value else _("at least one is needed")


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The digest itself."""

    name: str = field(default="La veille", metadata={"check": _one_line})
    institution: str = field(default="", metadata={"check": _one_line})
    language: str = field(default=DEFAULT_LANGUAGE, metadata={"check": _one_of(LANGUAGES)})
    links: int = field(default=5, metadata={"check": _within(LINKS_ALLOWED[0], LINKS_ALLOWED[-1])})
    first_number: int = field(default=1, metadata={"check": _within(1, 9999)})


@dataclass(frozen=True, slots=True)
class CuratorSettings:
    """Who signs, who is answered, and the contact given to the sites we fetch from."""

    name: str = field(default="", metadata={"check": _one_line})
    address: str = field(default="", metadata={"check": _address})


@dataclass(frozen=True, slots=True)
class LookSettings:
    """The institution's one colour, on light and on dark paper."""

    accent: str = field(default="#9A3412", metadata={"check": _readable_on(LIGHT_PAPER)})
    accent_dark: str = field(default="#F0A37F", metadata={"check": _readable_on(DARK_PAPER)})


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """How feeds are fetched. ``allow_private`` lists address ranges of the house that may be reached.

    ``slow_hosts`` lists hosts, each with the seconds to leave between two requests: ``"www.reddit.com 60"``.
    """

    interval_minutes: int = field(default=360, metadata={"check": _within(15, 10080)})
    timeout_seconds: int = field(default=30, metadata={"check": _within(1, 300)})
    max_body_bytes: int = field(default=10_000_000, metadata={"check": _within(10_000, 100_000_000)})
    hosts_at_once: int = field(default=16, metadata={"check": _within(1, 64)})
    allow_private: tuple[str, ...] = field(default=(), metadata={"check": _networks})
    slow_hosts: tuple[str, ...] = field(default=(), metadata={"check": _slow_hosts})

    def gap_seconds_by_host(self) -> Mapping[str, int]:
        """The seconds between two requests to a host, for the ``slow_hosts``; names without ``www.``."""
        pairs = (written.split() for written in self.slow_hosts)
        return {host.removeprefix("www."): int(seconds) for host, seconds in pairs}


@dataclass(frozen=True, slots=True)
class CharterSettings:
    """The editorial rules. ``rules`` maps codes to ``blocker``, ``warning`` or ``off``."""

    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), metadata={"check": _rules})
    note_min: int = field(default=120, metadata={"check": _within(0, 1000)})
    note_max: int = field(default=320, metadata={"check": _within(1, 2000)})
    title_max: int = field(default=60, metadata={"check": _within(20, 200)})
    intro_max: int = field(default=600, metadata={"check": _within(50, 5000)})
    themes_wanted: int = field(default=3, metadata={"check": _within(1, 7)})
    picks_per_source: int = field(default=1, metadata={"check": _within(1, 7)})
    link_check_hours: int = field(default=48, metadata={"check": _within(1, 720)})


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How messages leave: as files by default (``eml``), by a server when the curator says so."""

    transport: str = field(default="eml", metadata={"check": _one_of(TRANSPORTS)})
    from_address: str = field(default="", metadata={"check": _address})
    from_name: str = field(default="", metadata={"check": _one_line})
    sendmail: str = field(default="/usr/sbin/sendmail", metadata={"check": _one_line})
    unsubscribe_url: str = field(default="", metadata={"check": _one_click_url})
    dkim_selector: str = field(default="", metadata={"check": _dns_label})
    pace: str = field(default="free", metadata={"check": _one_of(tuple(PACES))})
    connections: int = field(default=0, metadata={"check": _within(0, 4)})
    per_minute: int = field(default=0, metadata={"check": _within(0, 100_000)})

    @property
    def open_connections(self) -> int:
        """How many connections deliver side by side: as written, else as the pace says."""
        return 1 if self.transport == "eml" else self.connections or PACES[self.pace].connections

    @property
    def messages_per_minute(self) -> int:
        """How many messages leave in a minute, over all connections; 0 is as fast as they go."""
        return 0 if self.transport == "eml" else self.per_minute or PACES[self.pace].per_minute


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The outgoing server. The password is never here: ``VEILLE_SMTP_PASSWORD`` and others."""

    host: str = field(default="", metadata={"check": _one_line})
    port: int = field(default=587, metadata={"check": _within(1, 65535)})
    security: str = field(default="starttls", metadata={"check": _one_of(SMTP_SECURITIES)})
    username: str = field(default="", metadata={"check": _one_line})
    auth: str = field(default="password", metadata={"check": _one_of(AUTHENTICATIONS)})
    token_url: str = field(default="", metadata={"check": _secure_url})
    token_scope: str = field(default="https://outlook.office365.com/.default", metadata={"check": _one_line})
    client_id: str = field(default="", metadata={"check": _one_line})
    ca_file: str = field(default="", metadata={"check": _one_line})
    timeout_seconds: int = field(default=30, metadata={"check": _within(1, 600)})
    messages_per_connection: int = field(default=50, metadata={"check": _within(1, 10_000)})


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The mailbox that ``inbox`` reads. The password is never here: ``VEILLE_MAILBOX_PASSWORD`` and others.

    ``processed`` says what becomes there of the messages that veille acted upon; it touches no other.
    """

    host: str = field(default="", metadata={"check": _one_line})
    port: int = field(default=993, metadata={"check": _within(1, 65535)})
    security: str = field(default="tls", metadata={"check": _one_of(MAILBOX_SECURITIES)})
    username: str = field(default="", metadata={"check": _one_line})
    auth: str = field(default="password", metadata={"check": _one_of(AUTHENTICATIONS)})
    folder: str = field(default="INBOX", metadata={"check": _one_line})
    sent_folder: str = field(default="Sent", metadata={"check": _one_line})
    max_age_days: int = field(default=60, metadata={"check": _within(1, 3650)})
    suggestions_from: str = field(default="people", metadata={"check": _one_of(SUGGESTERS)})
    processed: str = field(default="leave", metadata={"check": _one_of(PROCESSED)})
    timeout_seconds: int = field(default=30, metadata={"check": _within(1, 600)})


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Where readers find the archive; empty while it is only a folder."""

    url: str = field(default="", metadata={"check": _web_url})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything configurable, one field a section of veille.toml."""

    digest: DigestSettings = field(default_factory=DigestSettings)
    curator: CuratorSettings = field(default_factory=CuratorSettings)
    look: LookSettings = field(default_factory=LookSettings)
    themes: Mapping[str, Label] = field(
        default_factory=lambda: DEFAULT_THEMES, metadata={"check": _identifiers}
    )
    segments: Mapping[str, Label] = field(
        default_factory=lambda: DEFAULT_SEGMENTS, metadata={"check": _identifiers}
    )
    collect: CollectSettings = field(default_factory=CollectSettings)
    charter: CharterSettings = field(default_factory=CharterSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)

    def theme_label(self, theme: str, language: str) -> str:
        """The theme's name for readers; a theme no longer configured keeps its identifier."""
        return self.themes[theme].text(language) if theme in self.themes else theme

    def segment_label(self, segment: str, language: str) -> str:
        """The segment's name for readers; a segment no longer configured keeps its identifier."""
        return self.segments[segment].text(language) if segment in self.segments else segment
