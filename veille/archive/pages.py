"""The pages of the archive, from issues to template contexts, without a file or a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from veille.archive.about import about_page, accessibility_page
from veille.archive.figures import Figures, figures_page
from veille.archive.frame import frame_of
from veille.archive.issue_text import Checks, archive_month
from veille.archive.lists import (
    all_links_page,
    issues_page,
    shelf_of,
    site_map_page,
    source_pages,
    sources_page,
    theme_pages,
    themes_page,
)
from veille.archive.paths import (
    ABOUT_PATH,
    ACCESSIBILITY_PATH,
    FIGURES_PATH,
    HOME_PATH,
    ISSUES_PATH,
    LINKS_PATH,
    SEARCH_PATH,
    SITE_MAP_PATH,
    SOURCES_PATH,
    THEMES_PATH,
    record_path,
    year_path,
)
from veille.archive.search import search_page
from veille.compose.addresses import issue_path
from veille.compose.page_contexts import ArchiveYear, HomePage, IssuePage, IssueText, Page, PageLink, YearPage
from veille.compose.wording import month_label
from veille.i18n import translations
from veille.model.issue import Issue, IssueStatus
from veille.model.month import Month
from veille.model.plaintext import shortened
from veille.settings import Settings

# The home shows the titles of two years, as a reader's memory goes; a page holds those of each other year.
_YEARS_AT_HOME = 2
# What search engines and chats show of it at most.
_DESCRIPTION_MAX_CHARACTERS = 200

Texts = Mapping[Month, IssueText]


def published(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues that readers may see, newest first: approved or sent, never a draft."""
    seen = (issue for issue in issues if issue.status is not IssueStatus.DRAFT)
    return tuple(sorted(seen, key=lambda issue: issue.month, reverse=True))


def site_pages(
    issues: Sequence[Issue], texts: Texts, checks: Checks, figures: Figures, settings: Settings
) -> Iterator[tuple[str, Page]]:
    """Every page of the archive of ``issues`` (published, newest first) as its path and its context.

    ``texts`` holds what each of them says. Raises ``ConfigError`` when an audit is declared by halves.
    """
    years = archive_years(issues, settings)
    shelf = shelf_of(issues, checks, settings)
    yield HOME_PATH, home_page(issues, years, texts, settings)
    yield from issue_pages(issues, texts, settings)
    yield from year_pages(years, settings)
    yield from theme_pages(shelf, settings)
    yield from source_pages(shelf, settings)
    yield ISSUES_PATH, issues_page(issues, settings)
    yield THEMES_PATH, themes_page(shelf, settings)
    yield SOURCES_PATH, sources_page(shelf, settings)
    yield LINKS_PATH, all_links_page(shelf, settings)
    yield SEARCH_PATH, search_page(shelf, settings)
    yield FIGURES_PATH, figures_page(figures, settings)
    yield SITE_MAP_PATH, site_map_page(issues, shelf, settings)
    yield ABOUT_PATH, about_page(settings)
    yield ACCESSIBILITY_PATH, accessibility_page(settings)


def archive_years(issues: Sequence[Issue], settings: Settings) -> tuple[ArchiveYear, ...]:
    """The years of ``issues`` (newest first) as tables of contents, newest first."""
    return tuple(
        ArchiveYear(year, year_path(year), tuple(archive_month(issue, settings) for issue in of_year))
        for year, of_year in groupby(issues, key=lambda issue: issue.month.year)
    )


def home_page(
    issues: Sequence[Issue], years: Sequence[ArchiveYear], texts: Texts, settings: Settings
) -> HomePage:
    """The newest of ``issues``, and the table of contents of the latest years."""
    newest = next(iter(issues), None)
    return HomePage(
        frame=frame_of(HOME_PATH, settings.digest.name, settings, description=_description(newest)),
        issue=texts[newest.month] if newest else None,
        years=tuple(years[:_YEARS_AT_HOME]),
        earlier_years=tuple(PageLink(str(year.year), year.page_path) for year in years[_YEARS_AT_HOME:]),
    )


def issue_pages(issues: Sequence[Issue], texts: Texts, settings: Settings) -> Iterator[tuple[str, IssuePage]]:
    """Each of ``issues`` (newest first) with its neighbours in the series."""
    language = settings.digest.language
    for issue, later, earlier in zip(issues, (None, *issues), (*issues[1:], None), strict=False):
        path = issue_path(issue.month)
        heading = f"{settings.digest.name} · {month_label(issue.month, language)}"
        frame = frame_of(path, heading, settings, description=_description(issue))
        yield (
            path,
            IssuePage(
                frame,
                texts[issue.month],
                record_path(issue.month),
                _neighbour(earlier, language),
                _neighbour(later, language),
            ),
        )


def year_pages(years: Sequence[ArchiveYear], settings: Settings) -> Iterator[tuple[str, YearPage]]:
    """Each of ``years`` (newest first) with its neighbours."""
    gettext = translations(settings.digest.language).gettext
    links = [PageLink(str(year.year), year.page_path) for year in years]
    for year, later, earlier in zip(years, (None, *links), (*links[1:], None), strict=False):
        heading = gettext("Issues of {year}").format(year=year.year)
        yield year.page_path, YearPage(frame_of(year.page_path, heading, settings), year, earlier, later)


def _neighbour(issue: Issue | None, language: str) -> PageLink | None:
    return PageLink(month_label(issue.month, language), issue_path(issue.month)) if issue else None


def _description(issue: Issue | None) -> str:
    """What a search engine or a chat shows under the title: the titles of the issue."""
    if issue is None:
        return ""
    titles = " · ".join(slot.common.title for slot in issue.tray.slots if slot.common is not None)
    return shortened(titles, _DESCRIPTION_MAX_CHARACTERS)
