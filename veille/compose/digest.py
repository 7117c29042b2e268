"""One issue as one segment reads it, in one language: subject, HTML and its hand-written text twin."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment

from veille.compose.addresses import (
    clickable_url,
    issue_path,
    leave_mailto,
    mailto,
    propose_mailto,
    public_url,
)
from veille.compose.audit import audit
from veille.compose.contexts import (
    DigestHtml,
    DigestText,
    Look,
    MailFooter,
    MailLink,
    Masthead,
    ShareHtml,
    ShareText,
)
from veille.compose.environment import build_environment, render
from veille.compose.typography import Medium, spaced
from veille.compose.wording import foreign_language, in_type, meta_parts, month_label, thanks
from veille.errors import RenderError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.model.issue import Issue, LineUp, Pick, line_up
from veille.model.plaintext import one_line, shortened
from veille.model.urls import host_name
from veille.settings import Settings

# What a mailbox shows beside the subject on a wide screen; the rest would only be read by machines.
PREHEADER_CHARACTERS = 140
_BETWEEN_TITLES = " ·\u00a0"  # no break after the dot, so that what is cut off takes it along


@dataclass(frozen=True, slots=True)
class Digest:
    """A rendered mail without anything that belongs to one person."""

    subject: str
    html: str
    text: str


def compose_digest(
    issue: Issue, segment: str, language: str, settings: Settings, environment: Environment
) -> Digest:
    """The digest of ``issue`` for ``segment`` in ``language``; equal arguments give equal bytes.

    Raises ``RuleError`` while a slot is empty, ``RenderError`` as ``finished`` does.
    """
    chosen = line_up(issue.tray, segment)
    subject = _subject(issue, language, settings)
    masthead = Masthead(
        digest_name=settings.digest.name,
        institution=settings.digest.institution,
        month_label=month_label(issue.month, language),
        number=issue.number,
    )
    intro = in_type(issue.intro, settings, Medium.MAIL)
    label = settings.segment_label(segment, language)
    links = _links(chosen, language, settings)
    footer = _footer(issue, subject, language, settings)
    look = Look(settings.look.accent, settings.look.accent_dark)
    html = DigestHtml(
        language=language,
        written_in=settings.digest.language,
        subject=subject,
        preheader=shortened(_BETWEEN_TITLES.join(pick.title for pick in chosen.picks), PREHEADER_CHARACTERS),
        look=look,
        masthead=masthead,
        intro=intro,
        segment=label,
        links=links,
        footer=footer,
    )
    text = DigestText(masthead=masthead, intro=intro, segment=label, links=links, footer=footer)
    return finished(environment, html, text)


def digests_of(issue: Issue, settings: Settings, overrides: Path) -> Callable[[str, str], Digest]:
    """From a segment and a language to its digest of ``issue``, composed at most once each.

    ``overrides`` is the workspace's folder of templates. What is returned raises as ``compose_digest``.
    """

    @cache
    def environment(language: str) -> Environment:
        return build_environment(overrides, language)

    @cache
    def digest(segment: str, language: str) -> Digest:
        return compose_digest(issue, segment, language, settings, environment(language))

    return digest


def finished(environment: Environment, html: DigestHtml | ShareHtml, text: DigestText | ShareText) -> Digest:
    """Both parts rendered, and audited: no mail is made otherwise.

    Raises ``RenderError`` when a template fails, and for what ``audit`` refuses.
    """
    digest = Digest(html.subject, _inlined(render(environment, html)), render(environment, text))
    audit(digest.html, digest.text)
    return digest


def _subject(issue: Issue, language: str, settings: Settings) -> str:
    if title := one_line(issue.title):
        return title
    return (
        translations(language)
        .gettext("{name} no. {number} — {month}")
        .format(name=settings.digest.name, number=issue.number, month=month_label(issue.month, language))
    )


def _links(chosen: LineUp, language: str, settings: Settings) -> tuple[MailLink, ...]:
    return tuple(
        _link(number, pick, chosen.segment, language, settings)
        for number, pick in enumerate(chosen.picks, start=1)
    )


def _link(number: int, pick: Pick, segment: str, language: str, settings: Settings) -> MailLink:
    return MailLink(
        number=number,
        meta=meta_parts(pick, language, settings),
        title=spaced(pick.title, pick.language, Medium.MAIL),
        url=clickable_url(pick.url),
        host=host_name(pick.url),
        language=foreign_language(pick, language),
        note=in_type(pick.note, settings, Medium.MAIL),
        for_you=in_type(pick.segment_notes.get(segment, ""), settings, Medium.MAIL),
        thanks=thanks(pick, language),
    )


def _footer(issue: Issue, subject: str, language: str, settings: Settings) -> MailFooter:
    return MailFooter(
        curator=settings.curator.name,
        reply_address=settings.curator.address,
        reply_mailto=mailto(settings.curator.address, f"Re: {subject}"),
        propose_mailto=propose_mailto(settings, language),
        leave_mailto=leave_mailto(settings, language),
        archive_url=public_url(issue_path(issue.month), settings),
    )


def _inlined(html: str) -> str:
    """``html`` with its first style sheet moved into ``style`` attributes, as mail readers need it.

    What premailer 3.10 gets wrong is kept from it: rules that cannot be inlined stand in a sheet it ignores
    (its issue 290), attributes are written by hand in the template, and it may not touch the network.
    """
    from premailer import Premailer

    premailer = Premailer(
        html,
        allow_network=False,
        disable_validation=True,
        disable_basic_attributes=["width", "height", "bgcolor", "align", "valign"],
        preserve_internal_links=True,
        remove_classes=False,  # the ignored sheet goes by them
        cssutils_logging_level=logging.CRITICAL,
    )
    try:
        return str(premailer.transform(pretty_print=False))
    except AttributeError as error:  # of a rule within a rule (its issue 290), and of an empty page
        raise RenderError(
            _("The style sheet email/style.css could not be applied to the mail: {reason}.").format(
                reason=error
            ),
            hint=_("It may hold plain rules only; those within an @ rule belong to email/media.css."),
        ) from error
