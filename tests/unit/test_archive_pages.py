from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from lxml import html

from builders import NOVEMBER, a_pick, a_tray, an_approved_issue, an_issue
from veille.archive.pages import (
    archive_links,
    home_page,
    issue_page,
    issue_pages,
    published,
)
from veille.compose.addresses import issue_path, public_url
from veille.compose.contexts import PageLink
from veille.compose.environment import build_environment, render
from veille.model.issue import Issue, IssueStatus, Slot, Tray, line_up
from veille.model.month import Month
from veille.settings import ArchiveSettings, DigestSettings, Settings

OCTOBER, JANUARY = Month(2026, 10), Month(2027, 1)


def an_issue_of(month: Month, number: int = 1) -> Issue:
    return an_approved_issue(id=number, month=month, number=number)


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

    first, second, *_others = (link.pick for link in archive_links(an_approved_issue(tray=tray), Settings()))

    assert (first.url, first.host, first.thanks) == ("", "", "proposé par Sacha Roy")
    assert second.thanks == ""


def test_a_page_shows_thanks_and_titles_without_link(tmp_path: Path) -> None:
    tray = Tray((Slot(1, a_pick(1, url="", suggested_by="<b>Sacha")), *a_tray().slots[1:]))
    page = issue_page(an_approved_issue(tray=tray), None, None, Settings())

    shown = html.document_fromstring(render(build_environment(tmp_path, "fr"), page))

    (thanks,) = shown.find_class("thanks")
    assert thanks.text_content() == "proposé par <b>Sacha"
    assert shown.find_class("title")[0].text_content() == "Article 1"
    assert len(shown.xpath("//h2/a")) == len(shown.find_class("host")) == 4


def test_the_archive_shows_the_links_that_a_segment_without_variant_received() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9)))

    shown = archive_links(issue, Settings())

    received = line_up(issue.tray, "collections").picks
    assert [link.pick.url for link in shown] == [pick.url for pick in received]
    assert [link.number for link in shown] == [1, 2, 3, 4, 5]


def test_variants_are_shown_with_the_name_of_their_segment() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9), collections=a_pick(8)))

    shown = archive_links(issue, Settings())[1].variants

    assert [(variant.segment, variant.pick.title) for variant in shown] == [
        ("Collections", "Article 8"),
        ("Publics et médiation", "Article 9"),
    ]


def test_notes_to_a_segment_stay_private() -> None:
    secret = MappingProxyType({"publics": "Entre nous."})
    tray = a_tray(publics=a_pick(9, segment_notes=secret))
    private = Tray((Slot(1, a_pick(1, segment_notes=secret)), *tray.slots[1:]))

    page = issue_page(an_approved_issue(tray=private), None, None, Settings())

    assert "Entre nous" not in repr(page)


def test_a_title_in_the_language_of_the_archive_names_no_language() -> None:
    tray = a_tray(publics=a_pick(9, language="en"))
    issue = an_approved_issue(tray=tray)

    in_french = archive_links(issue, Settings())[1]
    in_english = archive_links(issue, english())[1]

    assert (in_french.pick.language, in_french.variants[0].pick.language) == ("", "en")
    assert (in_english.pick.language, in_english.variants[0].pick.language) == ("fr", "")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example"]
)
def test_an_address_that_is_not_of_the_web_is_not_linked(url: str) -> None:
    tray = Tray((Slot(1, a_pick(url=url)), *a_tray().slots[1:]))

    shown = archive_links(an_approved_issue(tray=tray), Settings())[0].pick

    assert shown.url == ""


def test_the_home_groups_months_by_year() -> None:
    issues = [an_issue_of(month) for month in (JANUARY, NOVEMBER, OCTOBER)]

    home = home_page(issues, Settings())

    assert [(year.year, [month.name for month in year.months]) for year in home.years] == [
        (2027, ["janvier"]),
        (2026, ["novembre", "octobre"]),
    ]


def test_the_home_leads_to_each_link_of_each_issue() -> None:
    home = home_page([an_approved_issue()], Settings())

    (month,) = home.years[0].months
    assert month.page_path == "numeros/2026-11/index.html"
    assert [title.page_path for title in month.titles] == [
        f"numeros/2026-11/index.html#lien-{number}" for number in range(1, 6)
    ]


def test_an_archive_without_issues_has_a_home_without_years() -> None:
    home = home_page([], Settings())

    assert home.years == ()


def test_neighbours_are_named_by_their_month_and_reached_by_relative_paths() -> None:
    issues = [an_issue_of(month) for month in (JANUARY, NOVEMBER, OCTOBER)]

    pages = dict(issue_pages(issues, Settings()))

    middle = pages[issue_path(NOVEMBER)]
    assert middle.earlier == PageLink("octobre 2026", "../2026-10/index.html")
    assert middle.later == PageLink("janvier 2027", "../2027-01/index.html")
    assert pages[issue_path(JANUARY)].later is None
    assert pages[issue_path(OCTOBER)].earlier is None


def test_every_issue_has_a_page_of_its_own() -> None:
    issues = [an_issue_of(month) for month in (JANUARY, NOVEMBER, OCTOBER)]

    pages = dict(issue_pages(issues, Settings()))

    assert list(pages) == [issue_path(issue.month) for issue in issues]


def test_pages_know_the_way_to_the_home_and_the_feed() -> None:
    issue = an_approved_issue()

    home, page = home_page([issue], Settings()), issue_page(issue, None, None, Settings())

    assert home.frame.atom_path == "feed.atom"
    assert (page.home_path, page.frame.atom_path) == ("../../index.html", "../../feed.atom")


@pytest.mark.parametrize("url", ["https://musee.example/veille", "https://musee.example/veille/"])
def test_pages_know_their_public_address_when_there_is_one(url: str) -> None:
    issue = an_approved_issue()

    page = issue_page(issue, None, None, published_at(url))

    assert page.frame.canonical_url == "https://musee.example/veille/numeros/2026-11/index.html"


def test_a_folder_has_no_public_address() -> None:
    assert public_url("index.html", Settings()) == ""


def test_the_archive_speaks_the_language_of_the_digest() -> None:
    page = issue_page(an_approved_issue(), an_issue_of(OCTOBER), None, english())

    assert (page.frame.language, page.month_label) == ("en", "November 2026")
    assert page.earlier is not None
    assert page.earlier.label == "October 2026"
