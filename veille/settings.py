"""What a workspace can configure, with defaults that work. Reading veille.toml is ``configuration``'s.

A field's metadata may hold ``check``: a function from the value to a complaint, empty when all is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from veille import checks
from veille.i18n import DEFAULT_LANGUAGE, LANGUAGES
from veille.model.colour import DARK_PAPER, LIGHT_PAPER
from veille.model.issue import LINKS_ALLOWED

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


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The digest itself."""

    name: str = field(default="La veille", metadata={"check": checks.one_line})
    institution: str = field(default="", metadata={"check": checks.one_line})
    language: str = field(default=DEFAULT_LANGUAGE, metadata={"check": checks.one_of(LANGUAGES)})
    links: int = field(default=5, metadata={"check": checks.within(LINKS_ALLOWED[0], LINKS_ALLOWED[-1])})
    first_number: int = field(default=1, metadata={"check": checks.within(1, 9999)})


@dataclass(frozen=True, slots=True)
class CuratorSettings:
    """Who signs, who is answered, and the contact given to the sites we fetch from.

    ``language`` is the one the tool speaks to them, empty for that of the machine.
    """

    name: str = field(default="", metadata={"check": checks.one_line})
    address: str = field(default="", metadata={"check": checks.address})
    language: str = field(default="", metadata={"check": checks.language_or_none})


@dataclass(frozen=True, slots=True)
class LookSettings:
    """The institution's one colour, on light and on dark paper, and its logo, a file of the workspace."""

    accent: str = field(default="#9A3412", metadata={"check": checks.readable_on(LIGHT_PAPER)})
    accent_dark: str = field(default="#F0A37F", metadata={"check": checks.readable_on(DARK_PAPER)})
    logo: str = field(default="", metadata={"check": checks.image_file})
    logo_alt: str = field(default="", metadata={"check": checks.one_line})


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """How feeds are fetched. ``allow_private`` lists address ranges of the house that may be reached.

    ``slow_hosts`` lists hosts, each with the seconds to leave between two requests: ``"www.reddit.com 60"``.
    ``keep_texts_months`` is how long the text of what nobody chose is kept, 0 for ever.
    """

    interval_minutes: int = field(default=360, metadata={"check": checks.within(15, 10080)})
    timeout_seconds: int = field(default=30, metadata={"check": checks.within(1, 300)})
    max_body_bytes: int = field(default=10_000_000, metadata={"check": checks.within(10_000, 100_000_000)})
    hosts_at_once: int = field(default=16, metadata={"check": checks.within(1, 64)})
    allow_private: tuple[str, ...] = field(default=(), metadata={"check": checks.networks})
    slow_hosts: tuple[str, ...] = field(default=(), metadata={"check": checks.slow_hosts})
    keep_texts_months: int = field(default=0, metadata={"check": checks.within(0, 1200)})

    def gap_seconds_by_host(self) -> Mapping[str, int]:
        """The seconds between two requests to a host, for the ``slow_hosts``; names without ``www.``."""
        pairs = (written.split() for written in self.slow_hosts)
        return {host.removeprefix("www."): int(seconds) for host, seconds in pairs}


@dataclass(frozen=True, slots=True)
class CharterSettings:
    """The editorial rules. ``rules`` maps codes to ``blocker``, ``warning`` or ``off``."""

    rules: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), metadata={"check": checks.rules}
    )
    note_min: int = field(default=120, metadata={"check": checks.within(0, 1000)})
    note_max: int = field(default=320, metadata={"check": checks.within(1, 2000)})
    title_max: int = field(default=60, metadata={"check": checks.within(20, 200)})
    intro_max: int = field(default=600, metadata={"check": checks.within(50, 5000)})
    themes_wanted: int = field(default=3, metadata={"check": checks.within(1, 7)})
    picks_per_source: int = field(default=1, metadata={"check": checks.within(1, 7)})
    link_check_hours: int = field(default=48, metadata={"check": checks.within(1, 720)})


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How messages leave: as files by default (``eml``), by a server when the curator says so."""

    transport: str = field(default="eml", metadata={"check": checks.one_of(TRANSPORTS)})
    from_address: str = field(default="", metadata={"check": checks.address})
    from_name: str = field(default="", metadata={"check": checks.one_line})
    sendmail: str = field(default="/usr/sbin/sendmail", metadata={"check": checks.one_line})
    unsubscribe_url: str = field(default="", metadata={"check": checks.one_click_url})
    dkim_selector: str = field(default="", metadata={"check": checks.dns_label})
    pace: str = field(default="free", metadata={"check": checks.one_of(tuple(PACES))})
    connections: int = field(default=0, metadata={"check": checks.within(0, 4)})
    per_minute: int = field(default=0, metadata={"check": checks.within(0, 100_000)})

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

    host: str = field(default="", metadata={"check": checks.one_line})
    port: int = field(default=587, metadata={"check": checks.within(1, 65535)})
    security: str = field(default="starttls", metadata={"check": checks.one_of(SMTP_SECURITIES)})
    username: str = field(default="", metadata={"check": checks.one_line})
    auth: str = field(default="password", metadata={"check": checks.one_of(AUTHENTICATIONS)})
    token_url: str = field(default="", metadata={"check": checks.secure_url})
    token_scope: str = field(
        default="https://outlook.office365.com/.default", metadata={"check": checks.one_line}
    )
    client_id: str = field(default="", metadata={"check": checks.one_line})
    ca_file: str = field(default="", metadata={"check": checks.one_line})
    timeout_seconds: int = field(default=30, metadata={"check": checks.within(1, 600)})
    messages_per_connection: int = field(default=50, metadata={"check": checks.within(1, 10_000)})


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The mailbox that ``inbox`` reads. The password is never here: ``VEILLE_MAILBOX_PASSWORD`` and others.

    ``processed`` says what becomes there of the messages that veille acted upon; it touches no other.
    """

    host: str = field(default="", metadata={"check": checks.one_line})
    port: int = field(default=993, metadata={"check": checks.within(1, 65535)})
    security: str = field(default="tls", metadata={"check": checks.one_of(MAILBOX_SECURITIES)})
    username: str = field(default="", metadata={"check": checks.one_line})
    auth: str = field(default="password", metadata={"check": checks.one_of(AUTHENTICATIONS)})
    folder: str = field(default="INBOX", metadata={"check": checks.one_line})
    sent_folder: str = field(default="Sent", metadata={"check": checks.one_line})
    max_age_days: int = field(default=60, metadata={"check": checks.within(1, 3650)})
    suggestions_from: str = field(default="people", metadata={"check": checks.one_of(SUGGESTERS)})
    processed: str = field(default="leave", metadata={"check": checks.one_of(PROCESSED)})
    timeout_seconds: int = field(default=30, metadata={"check": checks.within(1, 600)})


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Where readers find the archive, empty while it is only a folder, and what it shows of an issue."""

    url: str = field(default="", metadata={"check": checks.web_url})
    segment_notes: bool = False
    publish_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """When things are due: feeds each day, the issue each month, and a word before it; in local time."""

    collect_at: str = field(default="06:30", metadata={"check": checks.time_of_day})
    send_day: int = field(default=25, metadata={"check": checks.within(1, 28)})
    remind_days: int = field(default=5, metadata={"check": checks.within(0, 27)})


@dataclass(frozen=True, slots=True)
class AccessibilitySettings:
    """What an audit of the archive found: by whom, when, and how many of the criteria it keeps (RGAA 4.1)."""

    percent: int = field(default=0, metadata={"check": checks.within(0, 100)})
    auditor: str = field(default="", metadata={"check": checks.one_line})
    audited_on: str = field(default="", metadata={"check": checks.iso_date})


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the store is: veille.db in the workspace, or a PostgreSQL server that several machines share.

    The password is never here: ``VEILLE_DATABASE_PASSWORD`` and others.
    """

    url: str = field(default="", metadata={"check": checks.database_url})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything configurable, one field a section of veille.toml."""

    digest: DigestSettings = field(default_factory=DigestSettings)
    curator: CuratorSettings = field(default_factory=CuratorSettings)
    look: LookSettings = field(default_factory=LookSettings)
    themes: Mapping[str, Label] = field(
        default_factory=lambda: DEFAULT_THEMES, metadata={"check": checks.identifiers}
    )
    segments: Mapping[str, Label] = field(
        default_factory=lambda: DEFAULT_SEGMENTS, metadata={"check": checks.identifiers}
    )
    collect: CollectSettings = field(default_factory=CollectSettings)
    charter: CharterSettings = field(default_factory=CharterSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    accessibility: AccessibilitySettings = field(default_factory=AccessibilitySettings)

    def theme_label(self, theme: str, language: str) -> str:
        """The theme's name for readers; a theme no longer configured keeps its identifier."""
        return self.themes[theme].text(language) if theme in self.themes else theme

    def segment_label(self, segment: str, language: str) -> str:
        """The segment's name for readers; a segment no longer configured keeps its identifier."""
        return self.segments[segment].text(language) if segment in self.segments else segment
