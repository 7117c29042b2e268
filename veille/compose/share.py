"""One link and one note to one colleague, in the look of the digest: subject, HTML and text twin."""

from __future__ import annotations

from pathlib import Path

from veille.compose.addresses import clickable_url, mailto
from veille.compose.contexts import Look, MailFooter, SharedLink, ShareHtml, ShareText
from veille.compose.digest import PREHEADER_CHARACTERS, Digest, finished
from veille.compose.environment import build_environment
from veille.compose.typography import Medium, spaced
from veille.compose.wording import foreign_language, in_type, meta_parts
from veille.i18n import translations
from veille.model.issue import Pick
from veille.model.plaintext import shortened
from veille.model.urls import host_name
from veille.settings import Settings


def compose_share(pick: Pick, language: str, settings: Settings, overrides: Path) -> Digest:
    """The mail that shares ``pick`` with its note, which may be empty; equal arguments give equal bytes.

    ``overrides`` is the workspace's folder of templates. Raises ``RenderError`` as ``finished`` does.
    """
    environment = build_environment(overrides, language)
    subject = translations(language).gettext("For you: {title}").format(title=pick.title)
    greeting = _greeting(language, settings)
    link = _link(pick, language, settings)
    footer = _footer(subject, settings)
    html = ShareHtml(
        language=language,
        written_in=settings.digest.language,
        subject=subject,
        preheader=shortened(" ".join(link.note) or greeting, PREHEADER_CHARACTERS),
        look=Look(settings.look.accent, settings.look.accent_dark),
        digest_name=settings.digest.name,
        institution=settings.digest.institution,
        greeting=greeting,
        link=link,
        footer=footer,
    )
    text = ShareText(
        digest_name=settings.digest.name,
        institution=settings.digest.institution,
        greeting=greeting,
        link=link,
        footer=footer,
    )
    return finished(environment, html, text)


def _greeting(language: str, settings: Settings) -> str:
    gettext = translations(language).gettext
    if settings.curator.name:
        return gettext("{curator} sends you a link that may concern you.").format(
            curator=settings.curator.name
        )
    return gettext("A link that may concern you.")


def _link(pick: Pick, language: str, settings: Settings) -> SharedLink:
    return SharedLink(
        meta=meta_parts(pick, language, settings),
        title=spaced(pick.title, pick.language, Medium.MAIL),
        url=clickable_url(pick.url),
        host=host_name(pick.url),
        language=foreign_language(pick, language),
        note=in_type(pick.note, settings, Medium.MAIL),
    )


def _footer(subject: str, settings: Settings) -> MailFooter:
    return MailFooter(
        curator="",  # whom the greeting names already
        reply_address=settings.curator.address,
        reply_mailto=mailto(settings.curator.address, f"Re: {subject}"),
        # A share belongs to no issue, and leaving the digest would not end it.
        propose_mailto="",
        leave_mailto="",
        archive_url="",
    )
