"""Lists over many issues: the links of a theme, of a source, of all issues, and where those lists stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from veille.archive.frame import frame_of, menu_pages
from veille.archive.issue_text import Checks, dead_link
from veille.archive.paths import (
    ACCESSIBILITY_PATH,
    FEED_STEM,
    ISSUES_PATH,
    LINKS_PATH,
    OPML_PATH,
    SITE_MAP_PATH,
    SOURCES_PATH,
    THEMES_PATH,
    link_anchor,
    slug,
    source_path,
    theme_feed_stem,
    theme_path,
    year_path,
)
from veille.compose.addresses import issue_path
from veille.compose.page_contexts import (
    IndexPage,
    LinkGroup,
    LinksPage,
    ListedLink,
    PageGroup,
    PageLine,
    PageLink,
)
from veille.compose.typography import Medium, spaced, typeset
from veille.compose.wording import day_label, foreign_language, language_label, month_label, source_label
from veille.i18n import translations
from veille.model.issue import Issue, Pick
from veille.model.plaintext import search_key
from veille.model.urls import is_web_url
from veille.settings import Settings


@dataclass(frozen=True, slots=True)
class Shelved:
    """A pick, common or a segment's, where it was published, and how lists show it."""

    issue: Issue
    number: int
    pick: Pick
    listed: ListedLink


Shelf = Sequence[Shelved]


def shelf_of(issues: Sequence[Issue], checks: Checks, settings: Settings) -> tuple[Shelved, ...]:
    """Every pick of ``issues``, in their order, then by slot, the common one before its variants."""
    return tuple(
        Shelved(issue, number, pick, _listed(issue, number, pick, checks, settings))
        for issue in issues
        for number, _segment, pick in issue.tray.picks()
    )


def by_theme(shelf: Shelf) -> Mapping[str, Shelf]:
    """The picks of each theme, by its identifier; themes in the order of their first pick."""
    return _grouped(shelf, lambda pick: pick.theme)


def by_source(shelf: Shelf) -> Mapping[str, Shelf]:
    """The picks of each source, by its slug."""
    return _grouped(shelf, lambda pick: slug(pick.source) if pick.source else "")


def theme_pages(shelf: Shelf, settings: Settings) -> Iterator[tuple[str, LinksPage]]:
    """Each theme's page, by path."""
    for theme, links in by_theme(shelf).items():
        path = theme_path(theme)
        label = settings.theme_label(theme, settings.digest.language)
        frame = frame_of(path, label, settings, feed_stem=theme_feed_stem(theme))
        yield path, LinksPage(frame, _by_year(links))


def source_pages(shelf: Shelf, settings: Settings) -> Iterator[tuple[str, LinksPage]]:
    """Each source's page, by path."""
    for links in by_source(shelf).values():
        name = links[0].pick.source  # what it was called last
        path = source_path(name)
        yield path, LinksPage(frame_of(path, name, settings), _by_year(links))


def all_links_page(shelf: Shelf, settings: Settings) -> LinksPage:
    """Every link of every issue on one page: the search of those without JavaScript."""
    heading = translations(settings.digest.language).gettext("All links")
    return LinksPage(frame_of(LINKS_PATH, heading, settings), _by_year(shelf))


def issues_page(issues: Sequence[Issue], settings: Settings) -> IndexPage:
    """Every issue of ``issues``, newest first, in one list by year."""
    heading = translations(settings.digest.language).gettext("Issues")
    groups = tuple(
        PageGroup(str(year), year_path(year), tuple(_issue_line(issue, settings) for issue in of_year))
        for year, of_year in groupby(issues, key=lambda issue: issue.month.year)
    )
    return IndexPage(frame_of(ISSUES_PATH, heading, settings), groups)


def themes_page(shelf: Shelf, settings: Settings) -> IndexPage:
    """Every theme that has links."""
    heading = translations(settings.digest.language).gettext("Themes")
    group = PageGroup("", "", _theme_lines(shelf, settings))
    return IndexPage(frame_of(THEMES_PATH, heading, settings), _not_empty(group))


def sources_page(shelf: Shelf, settings: Settings) -> IndexPage:
    """Every source that has links, in alphabetical order; then all that we follow, for feed readers."""
    heading = translations(settings.digest.language).gettext("Sources")
    groups = (
        PageGroup("", "", _source_lines(shelf, settings)),
        PageGroup("", "", (_followed_sources(settings),)),
    )
    return IndexPage(frame_of(SOURCES_PATH, heading, settings), _not_empty(*groups))


def site_map_page(issues: Sequence[Issue], shelf: Shelf, settings: Settings) -> IndexPage:
    """The way to every page of the archive."""
    frame = frame_of(SITE_MAP_PATH, translations(settings.digest.language).gettext("Site map"), settings)
    gettext = translations(settings.digest.language).gettext
    pages = (
        *menu_pages(settings.digest.language),
        PageLink(gettext("Accessibility statement"), ACCESSIBILITY_PATH),
    )
    years = dict.fromkeys(issue.month.year for issue in issues)
    groups = (
        PageGroup("", "", tuple(PageLine(page, "") for page in pages)),
        PageGroup(
            gettext("Issues"),
            ISSUES_PATH,
            tuple(PageLine(PageLink(str(year), year_path(year)), "") for year in years),
        ),
        PageGroup(gettext("Themes"), THEMES_PATH, _theme_lines(shelf, settings)),
        PageGroup(gettext("Sources"), SOURCES_PATH, _source_lines(shelf, settings)),
        _feeds(shelf, settings),
    )
    return IndexPage(frame, _not_empty(*groups))


def _not_empty(*groups: PageGroup) -> tuple[PageGroup, ...]:
    return tuple(group for group in groups if group.pages)


def _feeds(shelf: Shelf, settings: Settings) -> PageGroup:
    """The feeds of the archive, in both formats, all issues and then each theme; then those of others."""
    gettext = translations(settings.digest.language).gettext
    stems = {gettext("All issues"): FEED_STEM}
    for theme in by_theme(shelf):
        stems[settings.theme_label(theme, settings.digest.language)] = theme_feed_stem(theme)
    feeds = (
        PageLine(PageLink(f"{name} ({form})", f"{stem}.{form.lower()}"), "")
        for name, stem in stems.items()
        for form in ("Atom", "JSON")
    )
    return PageGroup(gettext("Follow in a feed reader"), "", (*feeds, _followed_sources(settings)))


def _followed_sources(settings: Settings) -> PageLine:
    """What the curator follows, for whoever wants to follow it too."""
    gettext = translations(settings.digest.language).gettext
    return PageLine(PageLink(gettext("The sources we follow, for your feed reader (OPML)"), OPML_PATH), "")


def _grouped(shelf: Shelf, key: Callable[[Pick], str]) -> Mapping[str, Shelf]:
    groups: dict[str, list[Shelved]] = {}
    for shelved in shelf:
        if name := key(shelved.pick):
            groups.setdefault(name, []).append(shelved)
    return groups


def _by_year(shelf: Shelf) -> tuple[LinkGroup, ...]:
    return tuple(
        LinkGroup(str(year), tuple(shelved.listed for shelved in of_year))
        for year, of_year in groupby(shelf, key=lambda shelved: shelved.issue.month.year)
    )


def _listed(issue: Issue, number: int, pick: Pick, checks: Checks, settings: Settings) -> ListedLink:
    language = settings.digest.language
    gettext = translations(language).gettext
    foreign = foreign_language(pick, language)
    meta = (
        settings.theme_label(pick.theme, language),
        source_label(pick),
        day_label(pick.published_on, language) if pick.published_on else "",
        language_label(foreign, language) if foreign else "",
    )
    return ListedLink(
        title=spaced(pick.title, pick.language, Medium.WEB),
        url=pick.url if is_web_url(pick.url) else "",
        language=foreign,
        meta=tuple(filter(None, meta)),
        dead=dead_link(pick, issue, checks, settings),
        issue=PageLink(
            gettext("{month}, link {number}").format(month=month_label(issue.month, language), number=number),
            f"{issue_path(issue.month)}#{link_anchor(number)}",
        ),
    )


def _issue_line(issue: Issue, settings: Settings) -> PageLine:
    language = settings.digest.language
    number = translations(language).gettext("issue {number}").format(number=issue.number)
    title = typeset(issue.title, language, Medium.WEB)
    return PageLine(
        PageLink(month_label(issue.month, language), issue_path(issue.month)),
        " · ".join(filter(None, (number, title))),
    )


def _theme_lines(shelf: Shelf, settings: Settings) -> tuple[PageLine, ...]:
    language = settings.digest.language
    return _lines(
        (
            (PageLink(settings.theme_label(theme, language), theme_path(theme)), len(links))
            for theme, links in by_theme(shelf).items()
        ),
        language,
    )


def _source_lines(shelf: Shelf, settings: Settings) -> tuple[PageLine, ...]:
    newest = ((links[0].pick, len(links)) for links in by_source(shelf).values())
    return _lines(
        ((PageLink(source_label(pick), source_path(pick.source)), count) for pick, count in newest),
        settings.digest.language,
    )


def _lines(counted: Iterator[tuple[PageLink, int]], language: str) -> tuple[PageLine, ...]:
    """In alphabetical order, accents folded."""
    ngettext = translations(language).ngettext
    return tuple(
        PageLine(page, ngettext("{count} link", "{count} links", count).format(count=count))
        for page, count in sorted(counted, key=lambda line: search_key(line[0].label))
    )
