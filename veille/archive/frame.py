"""What every page of the archive stands in: its name, the menu, the way home, the mentions it must carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import PurePath

from veille.archive.paths import (
    ABOUT_PATH,
    ACCESSIBILITY_PATH,
    FEED_STEM,
    FIGURES_PATH,
    HOME_PATH,
    ISSUES_PATH,
    LINKS_PATH,
    LOGO_STEM,
    SEARCH_PATH,
    SITE_MAP_PATH,
    SOURCES_PATH,
    THEMES_PATH,
    root_from,
)
from veille.compose.addresses import public_url
from veille.compose.contexts import Look
from veille.compose.page_contexts import ArchiveFrame, Logo, MenuLink, PageLink
from veille.errors import ConfigError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.settings import AccessibilitySettings, Settings

# RGAA 4.1: a site conforms in full at 100 % of the criteria, in part from 50 %.
_FULL_PERCENT, _PARTIAL_PERCENT = 100, 50


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of the archive found: how many percent of the criteria are kept."""

    percent: int
    auditor: str
    audited_on: date


def frame_of(
    path: str, heading: str, settings: Settings, *, description: str = "", feed_stem: str = FEED_STEM
) -> ArchiveFrame:
    """The frame of the page at ``path``, named ``heading``; its feeds are those of all issues unless named.

    Raises what ``declared_audit`` raises.
    """
    language = settings.digest.language
    gettext = translations(language).gettext
    return ArchiveFrame(
        language=language,
        look=Look(settings.look.accent, settings.look.accent_dark),
        digest_name=settings.digest.name,
        institution=settings.digest.institution,
        links=settings.digest.links,
        heading=heading,
        description=description,
        logo=_logo(settings) if settings.look.logo else None,
        root=root_from(path),
        menu=_menu(_section(path), language),
        site_map=PageLink(gettext("Site map"), SITE_MAP_PATH),
        accessibility=PageLink(conformity_mention(settings), ACCESSIBILITY_PATH),
        feed_stem=feed_stem,
        canonical_url=public_url(path, settings),
    )


@cache
def menu_pages(language: str) -> tuple[PageLink, ...]:
    """The pages of the menu, in order."""
    gettext = translations(language).gettext
    return (
        PageLink(gettext("Home page"), HOME_PATH),
        PageLink(gettext("Issues"), ISSUES_PATH),
        PageLink(gettext("Themes"), THEMES_PATH),
        PageLink(gettext("Sources"), SOURCES_PATH),
        PageLink(gettext("All links"), LINKS_PATH),
        PageLink(gettext("Search"), SEARCH_PATH),
        PageLink(gettext("Figures"), FIGURES_PATH),
        PageLink(gettext("About"), ABOUT_PATH),
    )


def logo_path(settings: Settings) -> str:
    """Where the logo stands in the archive, whatever its file is called in the workspace."""
    return LOGO_STEM + PurePath(settings.look.logo).suffix.lower()


def declared_audit(settings: AccessibilitySettings) -> Audit | None:
    """The audit that veille.toml declares, None while there is none.

    Raises ``ConfigError`` when only a part of it is declared: conformity may not be claimed without proof.
    """
    said = (settings.percent, settings.auditor, settings.audited_on)
    if not any(said):
        return None
    if not all(said):
        raise ConfigError(
            _("The audit under [accessibility] is not complete."),
            hint=_("Give percent, auditor and audited_on together, or none of them."),
        )
    return Audit(settings.percent, settings.auditor, date.fromisoformat(settings.audited_on))


def conformity(settings: AccessibilitySettings) -> str:
    """How far the archive conforms to RGAA 4.1: ``full``, ``partial`` or ``none``.

    Without an audit, ``none`` is the only truthful answer.
    """
    audit = declared_audit(settings)
    if audit is None or audit.percent < _PARTIAL_PERCENT:
        return "none"
    return "full" if audit.percent == _FULL_PERCENT else "partial"


def conformity_mention(settings: Settings) -> str:
    """The mention that every page carries, in the words that RGAA 4.1 prescribes."""
    gettext = translations(settings.digest.language).gettext
    mentions = {
        "none": gettext("Accessibility: not compliant"),
        "partial": gettext("Accessibility: partially compliant"),
        "full": gettext("Accessibility: fully compliant"),
    }
    return mentions[conformity(settings.accessibility)]


def _logo(settings: Settings) -> Logo:
    path = logo_path(settings)
    return Logo(path, settings.look.logo_alt, public_url(path, settings))


@cache
def _menu(section: str, language: str) -> tuple[MenuLink, ...]:
    return tuple(
        MenuLink(page.label, page.page_path, is_current=_section(page.page_path) == section)
        for page in menu_pages(language)
    )


def _section(path: str) -> str:
    """The folder under the root in which the page at ``path`` stands; the home page is its own."""
    return path.partition("/")[0]
