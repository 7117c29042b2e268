"""What each template of the archive may use: one dataclass a template, compared with it both ways by a test.

Every text is plain (the templates escape), already worded in the language of the page, and may be shown
as it is. ``*_url`` fields are absolute addresses; ``*_path`` fields are from the root of the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from veille.compose.contexts import Look


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the archive: its name in words and its path from the root."""

    label: str
    page_path: str


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A page in the menu; ``is_current`` on that page and on those below it."""

    label: str
    page_path: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Logo:
    """The institution's logo: a file of the archive, and what it shows in words.

    ``public_url`` is empty while the archive is only a folder.
    """

    image_path: str
    alt: str
    public_url: str


@dataclass(frozen=True, slots=True)
class ArchiveFrame:
    """What every page of the archive stands in. ``*_path`` fields follow ``root``, the way up to the root.

    ``institution`` may be empty. ``links`` is how many an issue has. ``heading`` names the page;
    ``description`` says what it holds. ``feed_stem`` is the path of the page's feeds without ``.atom`` or
    ``.json``. ``accessibility`` is the mention that RGAA 4.1 wants on every page. ``canonical_url`` is the
    page's public address, empty while the archive is only a folder.
    """

    language: str
    look: Look
    digest_name: str
    institution: str
    links: int
    heading: str
    description: str
    logo: Logo | None
    root: str
    menu: tuple[MenuLink, ...]
    site_map: PageLink
    accessibility: PageLink
    feed_stem: str
    canonical_url: str


@dataclass(frozen=True, slots=True)
class SegmentNote:
    """What was said to one segment alone; ``segment`` is its name."""

    segment: str
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeadLink:
    """That a page was not there any more: the day of the last check in words, and where it may be found."""

    checked_on: str
    web_archive_url: str


@dataclass(frozen=True, slots=True)
class ArchivePick:
    """A link of a past issue; fields as in ``MailLink``.

    ``url`` is empty when there is no page that may be linked to. ``segment_notes`` is empty unless the
    curator lets the archive show them. ``dead`` is None while the page is there, as far as is known.
    """

    meta: tuple[str, ...]
    title: str
    url: str
    host: str
    language: str
    note: tuple[str, ...]
    segment_notes: tuple[SegmentNote, ...]
    thanks: str
    dead: DeadLink | None


@dataclass(frozen=True, slots=True)
class ArchiveVariant:
    """What one segment received in place of the common pick; ``segment`` is its name."""

    segment: str
    pick: ArchivePick


@dataclass(frozen=True, slots=True)
class ArchiveLink:
    """One of the numbered links of a past issue; variants by segment, often none."""

    number: int
    pick: ArchivePick
    variants: tuple[ArchiveVariant, ...]


@dataclass(frozen=True, slots=True)
class ErratumNote:
    """A correction of a published issue: the day in words, and its paragraphs."""

    day: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueText:
    """All that a past issue says. ``title`` is often empty, ``published_on`` a date as RFC 3339 has it."""

    month_label: str
    number: int
    title: str
    intro: tuple[str, ...]
    links: tuple[ArchiveLink, ...]
    errata: tuple[ErratumNote, ...]
    published_on: str
    page_path: str


@dataclass(frozen=True, slots=True)
class ArchiveTitle:
    """A title in the table of contents; ``language`` as in ``MailLink``, ``page_path`` leads to the link."""

    title: str
    language: str
    page_path: str


@dataclass(frozen=True, slots=True)
class ArchiveMonth:
    """A past issue in the table of contents; ``name`` is the bare month, ``title`` may be empty."""

    name: str
    number: int
    title: str
    page_path: str
    titles: tuple[ArchiveTitle, ...]


@dataclass(frozen=True, slots=True)
class ArchiveYear:
    """The issues of a year, newest first."""

    year: int
    page_path: str
    months: tuple[ArchiveMonth, ...]


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link in a list over many issues. ``url`` may be empty; ``issue`` leads to it within its issue."""

    title: str
    url: str
    language: str
    meta: tuple[str, ...]
    dead: DeadLink | None
    issue: PageLink


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under one heading, newest first."""

    heading: str
    links: tuple[ListedLink, ...]


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page in an index, and a remark such as how many links it lists; the remark may be empty."""

    page: PageLink
    remark: str


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages under one heading, which is empty when the page's own says enough.

    ``heading_path`` leads to the page of the heading itself, empty when it has none.
    """

    heading: str
    heading_path: str
    pages: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class SearchChoice:
    """What a search may be limited to: the value it has in the index, and its name."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A number and what it counts; ``percent`` of the longest bar of its chart."""

    label: str
    count: int
    percent: float
    is_longest: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one heading, in order; ``unit`` says what they count, ``others`` how many more there are."""

    heading: str
    unit: str
    bars: tuple[Bar, ...]
    others: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """The archive's home: the newest issue, None before there is one, then a table of contents.

    ``years`` are the latest ones, newest first; ``earlier_years`` have pages of their own.
    """

    template: ClassVar[str] = "archive/home.html"

    frame: ArchiveFrame
    issue: IssueText | None
    years: tuple[ArchiveYear, ...]
    earlier_years: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One past issue. ``record_path`` leads to it as data; ``earlier`` and ``later`` are None at the ends."""

    template: ClassVar[str] = "archive/issue.html"

    frame: ArchiveFrame
    issue: IssueText
    record_path: str
    earlier: PageLink | None
    later: PageLink | None


@dataclass(frozen=True, slots=True)
class YearPage:
    """The issues of a year as a table of contents, and the years around it."""

    template: ClassVar[str] = "archive/year.html"

    frame: ArchiveFrame
    year: ArchiveYear
    earlier: PageLink | None
    later: PageLink | None


@dataclass(frozen=True, slots=True)
class LinksPage:
    """The links of a theme, of a source, or all of them, by year."""

    template: ClassVar[str] = "archive/links.html"

    frame: ArchiveFrame
    groups: tuple[LinkGroup, ...]


@dataclass(frozen=True, slots=True)
class IndexPage:
    """Pages of one kind: issues, themes, sources, or all of them in the site map."""

    template: ClassVar[str] = "archive/index.html"

    frame: ArchiveFrame
    groups: tuple[PageGroup, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search. ``index`` is JSON for the script, safe within its element; without it, ``all_links``."""

    template: ClassVar[str] = "archive/search.html"

    frame: ArchiveFrame
    themes: tuple[SearchChoice, ...]
    years: tuple[SearchChoice, ...]
    index: str
    all_links: PageLink


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """What was picked and from where, counted over ``issues`` and their ``picks``."""

    template: ClassVar[str] = "archive/figures.html"

    frame: ArchiveFrame
    issues: int
    picks: int
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What the digest is, by which rules it is made, and what becomes of personal data.

    ``curator`` and the two addresses to write to may be empty. ``rules`` are sentences.
    """

    template: ClassVar[str] = "archive/about.html"

    frame: ArchiveFrame
    curator: str
    rules: tuple[str, ...]
    propose_url: str
    leave_url: str


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """The accessibility statement (RGAA 4.1): how far the archive conforms, who found so, whom to tell.

    ``conformity`` is the sentence that the model statement wants. ``auditor``, ``audited_on`` in words and
    ``percent`` are empty without an audit; so is ``contact_url`` without a curator to write to.
    """

    template: ClassVar[str] = "archive/accessibility.html"

    frame: ArchiveFrame
    conformity: str
    auditor: str
    audited_on: str
    percent: str
    contact_url: str


Page = (
    HomePage
    | IssuePage
    | YearPage
    | LinksPage
    | IndexPage
    | SearchPage
    | FiguresPage
    | AboutPage
    | AccessibilityPage
)
