from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

import mf2py
import pytest
from lxml import etree, html

from builders import NOVEMBER, a_pick, a_tray, an_approved_issue, an_issue
from veille.archive.figures import figures_of
from veille.archive.frame import frame_of
from veille.archive.issue_text import Checks, archive_links, issue_texts
from veille.archive.pages import published, site_pages
from veille.archive.paths import slug, source_path
from veille.compose.addresses import issue_path, public_url
from veille.compose.environment import build_environment, render
from veille.compose.page_contexts import (
    AccessibilityPage,
    DeadLink,
    HomePage,
    IndexPage,
    IssuePage,
    LinksPage,
    Page,
    PageLink,
    YearPage,
)
from veille.errors import ConfigError
from veille.model.issue import Issue, IssueStatus, Slot, Tray, line_up
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.month import Month
from veille.settings import (
    AccessibilitySettings,
    ArchiveSettings,
    DigestSettings,
    LookSettings,
    Settings,
)

OCTOBER, JANUARY = Month(2026, 10), Month(2027, 1)
SETTINGS = Settings()
NO_FIGURES = figures_of((), (), {})


def an_issue_of(month: Month, number: int = 1) -> Issue:
    return an_approved_issue(id=number, month=month, number=number)


def pages_of(
    *issues: Issue, settings: Settings = SETTINGS, checks: Checks = MappingProxyType({})
) -> dict[str, Page]:
    return dict(site_pages(issues, issue_texts(issues, {}, checks, settings), checks, NO_FIGURES, settings))


def page_of(issue: Issue, settings: Settings = SETTINGS) -> IssuePage:
    page = pages_of(issue, settings=settings)[issue_path(issue.month)]
    assert isinstance(page, IssuePage)
    return page


def home_of(*issues: Issue) -> HomePage:
    page = pages_of(*issues)["index.html"]
    assert isinstance(page, HomePage)
    return page


def english() -> Settings:
    return replace(Settings(), digest=DigestSettings(language="en"))


def published_at(url: str) -> Settings:
    return replace(Settings(), archive=ArchiveSettings(url))


def test_drafts_are_never_published() -> None:
    approved = an_approved_issue()
    sent = replace(approved, id=2, month=OCTOBER, status=IssueStatus.SENT)

    shown = published([an_issue(month=JANUARY), approved, sent])

    assert shown == (approved, sent)


def test_issues_are_published_newest_first_whatever_their_order() -> None:
    months = [OCTOBER, JANUARY, NOVEMBER]

    shown = published([an_issue_of(month) for month in months])

    assert [issue.month for issue in shown] == [JANUARY, NOVEMBER, OCTOBER]


def test_a_pick_thanks_who_suggested_it_and_may_have_no_page() -> None:
    tray = Tray((Slot(1, a_pick(1, url="", suggested_by="Sacha Roy")), *a_tray().slots[1:]))

    first, second, *_others = (
        link.pick for link in archive_links(an_approved_issue(tray=tray), {}, Settings())
    )

    assert (first.url, first.host, first.thanks) == ("", "", "proposé par Sacha Roy")
    assert second.thanks == ""


def test_a_page_shows_thanks_and_titles_without_link(tmp_path: Path) -> None:
    tray = Tray((Slot(1, a_pick(1, url="", suggested_by="<b>Sacha")), *a_tray().slots[1:]))
    page = page_of(an_approved_issue(tray=tray))

    shown = html.document_fromstring(render(build_environment(tmp_path, "fr"), page))

    (thanks,) = shown.find_class("thanks")
    assert thanks.text_content() == "proposé par <b>Sacha"
    assert shown.find_class("title")[0].text_content() == "Article 1"
    assert len(shown.xpath("//h2/a")) == len(shown.find_class("host")) == 4


def test_the_archive_shows_the_links_that_a_segment_without_variant_received() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9)))

    shown = archive_links(issue, {}, Settings())

    received = line_up(issue.tray, "collections").picks
    assert [link.pick.url for link in shown] == [pick.url for pick in received]
    assert [link.number for link in shown] == [1, 2, 3, 4, 5]


def test_variants_are_shown_with_the_name_of_their_segment() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9), collections=a_pick(8)))

    shown = archive_links(issue, {}, Settings())[1].variants

    assert [(variant.segment, variant.pick.title) for variant in shown] == [
        ("Collections", "Article 8"),
        ("Publics et médiation", "Article 9"),
    ]


def test_notes_to_a_segment_stay_private() -> None:
    secret = MappingProxyType({"publics": "Entre nous."})
    tray = a_tray(publics=a_pick(9, segment_notes=secret))
    private = Tray((Slot(1, a_pick(1, segment_notes=secret)), *tray.slots[1:]))

    page = page_of(an_approved_issue(tray=private))

    assert "Entre nous" not in repr(page)


def test_a_title_in_the_language_of_the_archive_names_no_language() -> None:
    tray = a_tray(publics=a_pick(9, language="en"))
    issue = an_approved_issue(tray=tray)

    in_french = archive_links(issue, {}, Settings())[1]
    in_english = archive_links(issue, {}, english())[1]

    assert (in_french.pick.language, in_french.variants[0].pick.language) == ("", "en")
    assert (in_english.pick.language, in_english.variants[0].pick.language) == ("fr", "")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example"]
)
def test_an_address_that_is_not_of_the_web_is_not_linked(url: str) -> None:
    tray = Tray((Slot(1, a_pick(url=url)), *a_tray().slots[1:]))

    shown = archive_links(an_approved_issue(tray=tray), {}, Settings())[0].pick

    assert shown.url == ""


def test_notes_to_segments_are_shown_when_the_curator_says_so() -> None:
    note = MappingProxyType({"publics": "Pour vos ateliers.", "ailleurs": "Et vous."})
    tray = Tray((Slot(1, a_pick(1, segment_notes=note)), *a_tray().slots[1:]))
    settings = replace(Settings(), archive=ArchiveSettings(segment_notes=True))

    shown = archive_links(an_approved_issue(tray=tray), {}, settings)[0].pick.segment_notes

    assert [(said.segment, said.note) for said in shown] == [
        ("ailleurs", ("Et vous.",)),
        ("Publics et médiation", ("Pour vos ateliers.",)),
    ]


def test_the_home_holds_the_newest_issue_and_the_months_of_the_latest_years() -> None:
    issues = [an_issue_of(month) for month in (JANUARY, NOVEMBER, OCTOBER, Month(2024, 5))]

    home = home_of(*issues)

    assert home.issue is not None
    assert home.issue.month_label == "janvier 2027"
    assert [(year.year, [month.name for month in year.months]) for year in home.years] == [
        (2027, ["janvier"]),
        (2026, ["novembre", "octobre"]),
    ]
    assert home.earlier_years == (PageLink("2024", "annees/2024/index.html"),)


def test_the_home_leads_to_each_link_of_each_issue() -> None:
    (month,) = home_of(an_approved_issue()).years[0].months

    assert month.page_path == "numeros/2026-11/index.html"
    assert [title.page_path for title in month.titles] == [
        f"numeros/2026-11/index.html#lien-{number}" for number in range(1, 6)
    ]


def test_an_archive_without_issues_has_every_page_that_needs_none() -> None:
    pages = pages_of()

    assert home_of().issue is None
    assert set(pages) == {
        "index.html", "numeros/index.html", "themes/index.html", "sources/index.html", "liens/index.html",
        "recherche/index.html", "chiffres/index.html",
        "plan-du-site/index.html", "a-propos/index.html", "accessibilite/index.html",
    }  # fmt: skip


def test_neighbours_are_named_by_their_month() -> None:
    pages = pages_of(*(an_issue_of(month) for month in (JANUARY, NOVEMBER, OCTOBER)))

    first, middle, last = (pages[issue_path(month)] for month in (OCTOBER, NOVEMBER, JANUARY))
    assert isinstance(first, IssuePage)
    assert isinstance(middle, IssuePage)
    assert isinstance(last, IssuePage)
    assert middle.earlier == PageLink("octobre 2026", "numeros/2026-10/index.html")
    assert middle.later == PageLink("janvier 2027", "numeros/2027-01/index.html")
    assert last.later is None
    assert first.earlier is None


def test_years_have_pages_with_neighbours() -> None:
    pages = pages_of(*(an_issue_of(month) for month in (JANUARY, NOVEMBER)))

    year = pages["annees/2026/index.html"]
    assert isinstance(year, YearPage)
    assert (year.earlier, year.later) == (None, PageLink("2027", "annees/2027/index.html"))
    assert year.frame.heading == "Numéros de 2026"


def test_a_theme_lists_its_links_by_year_and_says_where_they_are() -> None:
    tray = a_tray(publics=a_pick(9, theme="outils", language="en"))

    page = pages_of(an_issue_of(JANUARY), an_approved_issue(tray=tray))["themes/outils/index.html"]

    assert isinstance(page, LinksPage)
    assert page.frame.heading == "Outils"
    assert page.frame.feed_stem == "themes/outils/feed"
    newest = page.groups[-1].links[-1]
    assert (newest.title, newest.language, newest.issue) == (
        "Article 9",
        "en",
        PageLink("novembre 2026, lien 2", "numeros/2026-11/index.html#lien-2"),
    )
    assert newest.meta[-1] == "en\u00a0anglais"


def test_sources_of_the_same_slug_share_a_page_under_the_latest_name() -> None:
    old = Tray((Slot(1, a_pick(1, source="Le Journal !")), *a_tray().slots[1:]))
    new = Tray((Slot(1, a_pick(1, source="le journal")), *a_tray().slots[1:]))

    pages = pages_of(an_approved_issue(month=JANUARY, tray=new), an_approved_issue(month=OCTOBER, tray=old))

    page = pages["sources/le-journal/index.html"]
    assert isinstance(page, LinksPage)
    assert page.frame.heading == "le journal"
    assert [group.heading for group in page.groups] == ["2027", "2026"]


def test_a_pick_without_source_is_on_no_page_of_a_source() -> None:
    tray = Tray(tuple(Slot(number, a_pick(number, source="")) for number in range(1, 6)))

    pages = pages_of(an_approved_issue(tray=tray))

    assert not [path for path in pages if path.startswith("sources/") and path != "sources/index.html"]


def test_indexes_are_in_alphabetical_order_with_accents_folded() -> None:
    names = ("Zoom", "Écran", "Fil", "abeille", "Dôme")
    tray = Tray(tuple(Slot(number, a_pick(number, source=name)) for number, name in enumerate(names, 1)))

    page = pages_of(an_approved_issue(tray=tray))["sources/index.html"]

    assert isinstance(page, IndexPage)
    assert [line.page.label for line in page.groups[0].pages] == ["abeille", "Dôme", "Écran", "Fil", "Zoom"]
    assert {line.remark for line in page.groups[0].pages} == {"1 lien"}


def test_a_count_stays_behind_a_source_that_is_written_from_right_to_left() -> None:
    name = "متحف الفن"
    tray = Tray(tuple(Slot(number, a_pick(number, source=name)) for number in range(1, 6)))

    pages = pages_of(an_approved_issue(tray=tray))

    index = pages["sources/index.html"]
    assert isinstance(index, IndexPage)
    assert index.groups[0].pages[0].page == PageLink(f"{name}\u200e", source_path(name))
    assert source_path(name) in pages


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Médiation & Musées", "mediation-musees"),
        ("Œuvres", "oeuvres"),
        ("publics", "publics"),
        ("CON", "con-1143da2b"),
        ("日本の博物館", "ef505903"),
        ("Musée 日本", "musee-1e7ecf96"),
        ("", "e3b0c442"),
        ("../..", "0cfd1c96"),
    ],
)
def test_a_slug_is_a_harmless_folder_for_ever(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_names_that_a_slug_cannot_say_do_not_share_one() -> None:
    names = ["日本", "中国", "x" * 200, "x" * 201, "nul", "Nul !", "Musée 日本", "Musée 中国"]

    assert len({source_path(name) for name in names}) == len(names)
    assert all(len(source_path(name)) < 100 for name in names)


@pytest.mark.parametrize("url", ["https://musee.example/veille", "https://musee.example/veille/"])
def test_pages_know_their_public_address_when_there_is_one(url: str) -> None:
    page = page_of(an_approved_issue(), published_at(url))

    assert page.frame.canonical_url == "https://musee.example/veille/numeros/2026-11/index.html"


def test_a_folder_has_no_public_address() -> None:
    assert public_url("index.html", Settings()) == ""


def test_the_archive_speaks_the_language_of_the_digest() -> None:
    page = page_of(an_approved_issue(), english())

    assert (page.frame.language, page.issue.month_label) == ("en", "November 2026")
    assert [link.label for link in page.frame.menu][:2] == ["Home page", "Issues"]


def shown(page: Page) -> html.HtmlElement:
    return html.document_fromstring(render(build_environment(Path("nowhere"), "fr"), page))


def in_public() -> Settings:
    """An archive with an address, a logo and three links an issue."""
    return replace(
        Settings(),
        digest=DigestSettings(institution="Musée du Fleuve", links=3),
        archive=ArchiveSettings("https://musee.example/veille"),
        look=LookSettings(logo="marque.PNG", logo_alt="Le fleuve, vu du pont"),
    )


def test_a_page_that_is_shared_says_what_it_is() -> None:
    page = shown(page_of(an_approved_issue(), in_public()))

    said = {
        meta.get("property"): meta.get("content")
        for meta in page.iter("meta")
        if ":" in meta.get("property", "")
    }
    assert said == {
        "og:type": "article",
        "og:title": "La veille · novembre 2026",
        "og:site_name": "La veille",
        "og:description": "Article 1 · Article 2 · Article 3 · Article 4 · Article 5",
        "og:url": "https://musee.example/veille/numeros/2026-11/index.html",
        "og:image": "https://musee.example/veille/logo.png",
        "og:image:alt": "Le fleuve, vu du pont",
        "article:published_time": "2026-11-24",
    }


def test_a_page_of_a_folder_names_no_address() -> None:
    page = shown(page_of(an_approved_issue()))

    assert page.xpath("//meta[@property='og:url' or @property='og:image']") == []


def test_the_icon_is_the_number_of_links_and_stands_in_the_page() -> None:
    (icon,) = shown(page_of(an_approved_issue(), in_public())).xpath("//link[@rel='icon']/@href")

    drawing = etree.fromstring(unquote(icon.removeprefix("data:image/svg+xml,")))
    assert drawing.xpath("string()") == "3"
    assert drawing.xpath("string(//@fill[starts-with(., '#9')])") == Settings().look.accent


def test_an_issue_is_read_as_microformats() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9, title="Museum labels")))

    page = render(build_environment(Path("nowhere"), "fr"), page_of(issue, in_public()))

    (feed,) = mf2py.parse(doc=page, url="https://musee.example/veille/numeros/2026-11/index.html")["items"]
    assert feed["type"] == ["h-feed"]
    assert feed["properties"]["name"] == ["La veille novembre 2026"]
    assert [entry["type"] for entry in feed["children"]] == [["h-entry"]] * 5
    for number, entry in enumerate(feed["children"], 1):
        said = entry["properties"]
        assert said["name"] == [f"Article {number}"]
        assert said["bookmark-of"] == [f"https://journal.example/articles/{number}"]
        assert said["url"] == [f"https://musee.example/veille/numeros/2026-11/index.html#lien-{number}"]
        assert said["published"] == ["2026-11-24"]
        assert said["content"][0]["value"].strip() == f"Pourquoi l’article {number} compte."
    (variant,) = feed["children"][1]["children"]
    assert variant["properties"]["bookmark-of"] == ["https://journal.example/articles/9"]


def test_the_site_map_leads_to_every_feed_and_to_the_sources() -> None:
    page = pages_of(an_approved_issue())["plan-du-site/index.html"]

    assert isinstance(page, IndexPage)
    assert [(line.page.label, line.page.page_path) for line in page.groups[-1].pages] == [
        ("Tous les numéros (Atom)", "feed.atom"),
        ("Tous les numéros (JSON)", "feed.json"),
        ("Publics (Atom)", "themes/publics/feed.atom"),
        ("Publics (JSON)", "themes/publics/feed.json"),
        ("Les sources que nous suivons, pour votre lecteur de flux (OPML)", "abonnements.opml"),
    ]


def test_a_long_list_leads_to_each_of_its_years() -> None:
    pages = pages_of(*(an_issue_of(month) for month in (JANUARY, NOVEMBER)))

    page = shown(pages["themes/publics/index.html"])

    assert page.xpath("//nav[@aria-label='Années']//a/@href") == ["#annee-2027", "#annee-2026"]
    assert page.xpath("//h2/@id") == ["annee-2027", "annee-2026"]


def test_the_menu_says_where_one_is() -> None:
    for path, expected in (
        ("index.html", ["Accueil"]),
        ("numeros/2026-11/index.html", ["Numéros"]),
        ("themes/publics/index.html", ["Thèmes"]),
        ("plan-du-site/index.html", []),
    ):
        menu = frame_of(path, "x", Settings()).menu
        assert [link.label for link in menu if link.is_current] == expected


def statement(**declared: object) -> AccessibilityPage:
    settings = replace(Settings(), accessibility=AccessibilitySettings(**declared))  # type: ignore[arg-type]  # each case gives its own
    page = pages_of(settings=settings)["accessibilite/index.html"]
    assert isinstance(page, AccessibilityPage)
    return page


def test_without_an_audit_nothing_conforms() -> None:
    page = statement()

    assert page.frame.accessibility.label == "Accessibilité\u00a0: non conforme"
    assert page.conformity == "Cette archive n’est pas en conformité avec le RGAA 4.1."
    assert (page.auditor, page.audited_on, page.percent) == ("", "", "")


@pytest.mark.parametrize(
    ("percent", "mention"),
    [
        (49, "non conforme"),
        (50, "partiellement conforme"),
        (99, "partiellement conforme"),
        (100, "totalement conforme"),
    ],
)
def test_the_mention_follows_from_what_the_audit_found(percent: int, mention: str) -> None:
    page = statement(percent=percent, auditor="Cabinet Clair", audited_on="2026-10-01")

    assert page.frame.accessibility.label == f"Accessibilité\u00a0: {mention}"
    assert page.audited_on == "1er\u00a0octobre\u00a02026"
    assert str(percent) in page.percent


@pytest.mark.parametrize(
    "declared", [{"percent": 100}, {"auditor": "Nous"}, {"percent": 80, "auditor": "Cabinet Clair"}]
)
def test_an_audit_declared_by_halves_claims_nothing(declared: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="not complete"):
        statement(**declared)


def a_check(
    outcome: LinkOutcome, days_gone: int, url: str = "https://journal.example/articles/1"
) -> LinkCheck:
    gone_at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    gone_since, checked_at = gone_at - timedelta(days=days_gone), gone_at + timedelta(days=30)
    return LinkCheck(url, checked_at, outcome, None, url, "", gone_since, gone_at)


@pytest.mark.parametrize(
    ("outcome", "days", "dead"),
    [
        (LinkOutcome.DEAD, 0, False),
        (LinkOutcome.DEAD, 1, True),
        (LinkOutcome.SOFT_404, 1, True),
        (LinkOutcome.TIMED_OUT, 1, True),
    ],
)
def test_a_link_is_marked_dead_once_it_was_gone_on_two_days(
    outcome: LinkOutcome, days: int, dead: bool
) -> None:
    check = a_check(outcome, days)

    pages = pages_of(an_approved_issue(), checks={check.url: check})

    issue, listed = pages[issue_path(NOVEMBER)], pages["liens/index.html"]
    assert isinstance(issue, IssuePage)
    assert isinstance(listed, LinksPage)
    marks = [issue.issue.links[0].pick.dead, listed.groups[0].links[0].dead]
    expected = DeadLink(
        "1er\u00a0mars\u00a02027", "https://web.archive.org/web/20261101/https://journal.example/articles/1"
    )
    assert marks == ([expected] * 2 if dead else [None] * 2)
    assert issue.issue.links[1].pick.dead is None
