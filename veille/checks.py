"""What is wrong with a value of veille.toml: a check gives the complaint in words, empty when all is well."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from veille.i18n import LANGUAGES, decimal
from veille.i18n import gettext as _
from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES, OFF, Severity
from veille.model.colour import MINIMUM_TEXT_CONTRAST, contrast_ratio, is_hex_colour
from veille.model.person import is_address
from veille.model.plaintext import has_control_characters
from veille.model.urls import is_web_url

IMAGE_SUFFIXES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
_SLOW_HOST = re.compile(r"[a-z0-9.-]{1,253} [0-9]{1,4}")
_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,30}")
_DNS_LABELS = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


def one_line(value: str) -> str:
    return _("it must be one line of plain text") if has_control_characters(value) else ""


def address(value: str) -> str:
    if not value:
        return ""
    if not is_address(value):
        return _("“{value}” is not an e-mail address").format(value=value)
    if not value.rpartition("@")[0].isascii():  # every server has to take what comes from here
        return _("“{value}” has accents before the @, which few servers take").format(value=value)
    return ""


def web_url(value: str) -> str:
    if not value or is_web_url(value):
        return ""
    return _("“{value}” is not an http or https address").format(value=value)


def database_url(value: str) -> str:
    if not value:
        return ""
    try:
        url = urlsplit(value)
        is_whole = bool(url.path.strip("/")) and (url.port is None or url.port > 0)
    except ValueError:  # a port that is no number
        is_whole = False
    if not is_whole or url.scheme != "postgresql+psycopg":
        return _("it must be written postgresql+psycopg://USER@HOST/DATABASE")
    if url.password is not None or "password" in url.query:  # and it is not repeated here
        return _("its password belongs into VEILLE_DATABASE_PASSWORD, or its _FILE or _COMMAND")
    return ""


def secure_url(value: str) -> str:
    if not value or (is_web_url(value) and value.startswith("https://")):
        return ""
    return _("“{value}” is not an https address").format(value=value)


def one_click_url(value: str) -> str:
    if value and value.count("{id}") != 1:  # RFC 8058 section 3.1: else nobody knows who clicked
        return _("“{value}” must hold {{id}} once, which says who leaves").format(value=value)
    return secure_url(value)


def image_file(value: str) -> str:
    if not value or PurePath(value).suffix.lower() in IMAGE_SUFFIXES:
        return ""
    return _("“{value}” is not the name of an image: {allowed}").format(
        value=value, allowed=", ".join(IMAGE_SUFFIXES)
    )


def iso_date(value: str) -> str:
    if not value:
        return ""
    try:
        date.fromisoformat(value)
    except ValueError:
        return _("“{value}” is not a date written 2026-11-30").format(value=value)
    return ""


def time_of_day(value: str) -> str:
    if _TIME_OF_DAY.fullmatch(value):
        return ""
    return _("“{value}” is not a time of day, such as 06:30").format(value=value)


def dns_label(value: str) -> str:
    if not value or _DNS_LABELS.fullmatch(value):
        return ""
    return _("“{value}” is not a name of letters a–z, digits, - and dots").format(value=value)


def one_of(allowed: tuple[str, ...]) -> Any:
    def check(value: str) -> str:
        if value in allowed:
            return ""
        return _("“{value}” is not one of {allowed}").format(value=value, allowed=", ".join(allowed))

    return check


def language_or_none(value: str) -> str:
    complaint: str = one_of(LANGUAGES)(value) if value else ""
    return complaint


def within(lowest: int, highest: int) -> Any:
    def check(value: int) -> str:
        if lowest <= value <= highest:
            return ""
        return _("{value} is not between {lowest} and {highest}").format(
            value=value, lowest=lowest, highest=highest
        )

    return check


def readable_on(paper: str) -> Any:
    def check(value: str) -> str:
        if not is_hex_colour(value):
            return _("“{value}” is not a colour written #RRGGBB").format(value=value)
        ratio = contrast_ratio(value, paper)
        if ratio >= MINIMUM_TEXT_CONTRAST:
            return ""
        return _(
            "{value} on {paper} has a contrast of {ratio}; at least {least} is needed to be read"
        ).format(value=value, paper=paper, ratio=decimal(ratio), least=decimal(MINIMUM_TEXT_CONTRAST))

    return check


def networks(value: tuple[str, ...]) -> str:
    for network in value:
        try:
            ip_network(network)
        except ValueError:
            return _("“{value}” is not an address range such as 10.20.0.0/16").format(value=network)
    return ""


def slow_hosts(value: tuple[str, ...]) -> str:
    for written in value:
        if not _SLOW_HOST.fullmatch(written):
            return _("“{value}” is not a host and its seconds, such as “www.reddit.com 60”").format(
                value=written
            )
    return ""


def rules(value: Mapping[str, str]) -> str:
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
    complaint: str = one_of((*Severity, OFF))(weight)
    return complaint


def identifiers(value: Mapping[str, object]) -> str:
    for name in value:
        if not _IDENTIFIER.fullmatch(name):
            return _("“{name}” is not a short name of a–z, 0–9 and -").format(name=name)
    return "" if value else _("at least one is needed")
