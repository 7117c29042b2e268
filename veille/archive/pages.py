"""What the pages of the archive say: from issues to template contexts, without a file or a template.

Addresses never change: a page once published stays where it was, whatever is published later. Pages link
to each other by relative paths down to ``index.html``, so that a copied folder works without a server.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from itertools import groupby

from veille.compose.addresses import issue_path, public_url
from veille.compose.contexts import (
    ArchiveFrame,
    ArchiveLink,
    ArchiveMonth,
    ArchivePick,
    ArchiveTitle,
    ArchiveVariant,
    ArchiveYear,
    HomePage,
    IssuePage,
    Look,
    PageLink,
)
from veille.compose.typography import Medium, spaced, typeset
from veille.compose.wording import foreign_language, in_type, meta_parts, month_label, month_name, thanks
from veille.model.issue import Issue, IssueStatus, Pick
from veille.model.urls import host_name, is_web_url
from veille.settings import Settings

HOME_PATH = "index.html"
ATOM_PATH = "feed.atom"


def link_anchor(number: int) -> str:
    """The name of a numbered link within its page."""
    return f"lien-{number}"


def published(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues that readers may see, newest first: approved or sent, never a draft."""
    seen = (issue for issue in issues if issue.status is not IssueStatus.DRAFT)
    return tuple(sorted(seen, key=lambda issue: issue.month, reverse=True))


def home_page(issues: Sequence[Issue], settings: Settings) -> HomePage:
    """The table of contents of ``issues``, which are published and newest first."""
    years = tuple(
        ArchiveYear(year, tuple(_month(issue, settings) for issue in of_year))
        for year, of_year in groupby(issues, key=lambda issue: issue.month.year)
    )
    return HomePage(_frame(HOME_PATH, settings), years)


def issue_page(issue: Issue, earlier: Issue | None, later: Issue | None, settings: Settings) -> IssuePage:
    """The page of ``issue``, with its neighbours in the series."""
    path = issue_path(issue.month)
    language = settings.digest.language
    return IssuePage(
        frame=_frame(path, settings),
        home_path=_relative(HOME_PATH, path),
        month_label=month_label(issue.month, language),
        number=issue.number,
        title=typeset(issue.title, settings.digest.language, Medium.WEB),
        intro=in_type(issue.intro, settings, Medium.WEB),
        links=archive_links(issue, settings),
        earlier=_neighbour(path, earlier, language),
        later=_neighbour(path, later, language),
    )


def issue_pages(issues: Sequence[Issue], settings: Settings) -> Iterable[tuple[str, IssuePage]]:
    """Each of ``issues`` (published, newest first) as the path and the context of its page."""
    for issue, later, earlier in zip(issues, (None, *issues), (*issues[1:], None), strict=False):
        yield issue_path(issue.month), issue_page(issue, earlier, later, settings)


def archive_links(issue: Issue, settings: Settings) -> tuple[ArchiveLink, ...]:
    """The links of a published issue as everybody may see them, in slot order.

    A note written to one segment stays between the curator and that segment. The charter lets no issue be
    approved without a common pick in every slot.
    """
    language = settings.digest.language
    return tuple(
        ArchiveLink(
            slot.number,
            _archive_pick(slot.common, settings),
            tuple(
                ArchiveVariant(settings.segment_label(segment, language), _archive_pick(pick, settings))
                for segment, pick in sorted(slot.variants.items())
            ),
        )
        for slot in issue.tray.slots
        if slot.common is not None
    )


def _archive_pick(pick: Pick, settings: Settings) -> ArchivePick:
    language = settings.digest.language
    return ArchivePick(
        meta=meta_parts(pick, language, settings),
        title=spaced(pick.title, pick.language, Medium.WEB),
        # The one place where an address becomes something to click on: only the web passes.
        url=pick.url if is_web_url(pick.url) else "",
        host=host_name(pick.url),
        language=foreign_language(pick, language),
        note=in_type(pick.note, settings, Medium.WEB),
        thanks=thanks(pick, language),
    )


def _month(issue: Issue, settings: Settings) -> ArchiveMonth:
    path = issue_path(issue.month)
    return ArchiveMonth(
        name=month_name(issue.month, settings.digest.language),
        number=issue.number,
        title=typeset(issue.title, settings.digest.language, Medium.WEB),
        page_path=path,
        titles=tuple(
            ArchiveTitle(link.pick.title, link.pick.language, f"{path}#{link_anchor(link.number)}")
            for link in archive_links(issue, settings)
        ),
    )


def _frame(path: str, settings: Settings) -> ArchiveFrame:
    return ArchiveFrame(
        language=settings.digest.language,
        look=Look(settings.look.accent, settings.look.accent_dark),
        digest_name=settings.digest.name,
        institution=settings.digest.institution,
        atom_path=_relative(ATOM_PATH, path),
        canonical_url=public_url(path, settings),
    )


def _neighbour(path: str, issue: Issue | None, language: str) -> PageLink | None:
    if issue is None:
        return None
    return PageLink(month_label(issue.month, language), _relative(issue_path(issue.month), path))


def _relative(path: str, page: str) -> str:
    """``path`` as the page at ``page`` writes it; both are from the root of the archive."""
    return posixpath.relpath(path, posixpath.dirname(page) or ".")
