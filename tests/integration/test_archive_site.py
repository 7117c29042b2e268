from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import html

from builders import NOVEMBER, NOW, a_parsed_entry, a_pick, a_source, a_tray
from veille.archive.site import build_site
from veille.clock import StoppedClock
from veille.errors import RenderError
from veille.model.issue import Pick, Slot, Tray, content_hash, line_up
from veille.model.month import Month
from veille.settings import ArchiveSettings, DigestSettings, Settings
from veille.store import Store
from veille.store.arrivals import store_entries
from veille.store.feeds import add_feeds
from veille.store.issues import create_issue, mark_approved, save_text, save_tray
from veille.workspace import Workspace

OCTOBER, DECEMBER = Month(2026, 10), Month(2026, 12)
ISSUE_PAGE = "numeros/2026-11/index.html"
CLOCK = StoppedClock(NOW)
HOSTILE = "</title></style><script src=//evil.example></script>\"'&<img src=x onerror=alert(1)>"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def publish(store: Store) -> Callable[..., None]:
    """Puts an issue in the store, approved unless told otherwise."""
    with store.transaction() as transaction:
        (feed,) = add_feeds(transaction, [a_source()])
        store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 10)], NOW)

    def publish_issue(month: Month, tray: Tray, *, intro: str = "Cinq liens.", approved: bool = True) -> None:
        with store.transaction() as transaction:
            empty = create_issue(transaction, month, links=5, first_number=34)
            issue = replace(empty, tray=tray, intro=intro)
            save_text(transaction, issue)
            save_tray(transaction, issue)
            if approved:
                frozen = content_hash(month, issue.number, "", intro, tray)
                mark_approved(transaction, issue, frozen, NOW)

    return publish_issue


@pytest.fixture
def three_months(publish: Callable[..., None]) -> None:
    publish(OCTOBER, a_tray())
    publish(NOVEMBER, a_tray(publics=a_pick(9, title="Museum labels", language="en")))
    publish(DECEMBER, a_tray(), approved=False)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def pages_in(folder: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), page_at(path)


def page_at(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def in_english(url: str = "") -> Settings:
    return replace(Settings(), digest=DigestSettings(language="en"), archive=ArchiveSettings(url))


def a_tray_with(pick: Pick) -> Tray:
    return Tray((Slot(1, pick), *a_tray().slots[1:]))


@pytest.mark.usefixtures("three_months")
def test_the_site_has_every_page_its_feeds_and_its_data(store: Store, workspace: Workspace) -> None:
    report = build_site(store, in_english("https://musee.example"), workspace, CLOCK)

    assert (report.pages, report.path) == (15, workspace.archive)
    assert sorted(files_in(workspace.archive)) == [
        ".veille-archive",
        "a-propos/index.html",
        "abonnements.opml",
        "accessibilite/index.html",
        "annees/2026/index.html",
        "chiffres/index.html",
        "feed.atom",
        "feed.json",
        "index.html",
        "liens/index.html",
        "numeros/2026-10.json",
        "numeros/2026-10/index.html",
        "numeros/2026-11.json",
        "numeros/2026-11/index.html",
        "numeros/index.html",
        "plan-du-site/index.html",
        "recherche/index.html",
        "sitemap.xml",
        "sources/index.html",
        "sources/le-journal/index.html",
        "themes/index.html",
        "themes/publics/feed.atom",
        "themes/publics/feed.json",
        "themes/publics/index.html",
    ]


@pytest.mark.usefixtures("three_months")
def test_progress_is_told_page_by_page(store: Store, workspace: Workspace) -> None:
    told: list[tuple[int, int, str]] = []

    build_site(store, Settings(), workspace, CLOCK, lambda *step: told.append(step))

    assert told[:3] == [
        (1, 15, "index.html"),
        (2, 15, "numeros/2026-11/index.html"),
        (3, 15, "numeros/2026-10/index.html"),
    ]
    assert [done for done, _total, _path in told] == list(range(1, 16))


@pytest.mark.usefixtures("three_months")
def test_a_page_shows_the_five_links_of_the_line_up_in_order(store: Store, workspace: Workspace) -> None:
    build_site(store, Settings(), workspace, CLOCK)

    page = page_at(workspace.archive / ISSUE_PAGE)
    expected = line_up(a_tray(), "collections").picks
    assert [article.get("id") for article in page.iter("article")] == [f"lien-{n}" for n in range(1, 6)]
    assert [link.get("href") for link in page.findall(".//article/div/h2/a")] == [p.url for p in expected]
    assert [link.text for link in page.findall(".//article/div/h2/a")] == [p.title for p in expected]
    assert [link.text for link in page.findall(".//article/div/div/h3/a")] == ["Museum labels"]


@pytest.mark.usefixtures("three_months")
def test_every_relative_link_leads_to_a_file_and_a_place_in_it(store: Store, workspace: Workspace) -> None:
    build_site(store, Settings(), workspace, CLOCK)

    pages = dict(pages_in(workspace.archive))
    for path, page in pages.items():
        for link in page.xpath("//a/@href | //link/@href"):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
                if parts.path
                else path
            )
            assert (workspace.archive / target).is_file(), f"{path} -> {link}"
            assert not parts.fragment or pages[target].get_element_by_id(parts.fragment) is not None


@pytest.mark.usefixtures("three_months")
def test_every_published_page_can_be_reached_from_the_home(store: Store, workspace: Workspace) -> None:
    build_site(store, Settings(), workspace, CLOCK)

    pages = dict(pages_in(workspace.archive))
    reached, waiting = set[str](), {"index.html"}
    while waiting:
        path = waiting.pop()
        reached.add(path)
        for href in pages[path].xpath("//a/@href"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href.partition("#")[0]))
            if "://" not in href and target in pages and target not in reached:
                waiting.add(target)
    assert reached == set(pages)


@pytest.mark.usefixtures("three_months")
def test_pages_ask_nothing_of_anybody(store: Store, workspace: Workspace) -> None:
    build_site(store, in_english("https://musee.example/veille"), workspace, CLOCK)

    for path, page in pages_in(workspace.archive):
        assert page.xpath("//img | //iframe | //object | //embed | //base") == []
        assert bool(page.xpath("//script | //form")) == (path == "recherche/index.html")
        assert page.xpath("//@src | //@srcset | //@style | //@ping | //@onclick") == []
        assert set(page.xpath("//link/@rel")) == {"alternate", "canonical", "icon"}
        style = "".join(page.xpath("//style/text()"))
        assert not re.search(r"url\(|@import|@font-face", style)
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;")
        assert "'unsafe-eval'" not in policy


@pytest.mark.usefixtures("three_months")
def test_every_page_has_its_landmarks_its_language_and_says_what_it_is(
    store: Store, workspace: Workspace
) -> None:
    build_site(store, Settings(), workspace, CLOCK)

    for _path, page in pages_in(workspace.archive):
        assert page.get("lang") == "fr"
        assert [len(list(page.iter(name))) for name in ("header", "main", "footer", "h1", "title")] == [1] * 5
        assert page.xpath("/html/body/*[1]/@href") == ["#contenu"]
        assert page.xpath("//main/@id") == ["contenu"]
        footer = page.xpath("string(//footer)")
        assert "Accessibilité\u00a0: non conforme" in footer
        assert "Aucun traceur" in footer


@pytest.mark.usefixtures("three_months")
def test_foreign_titles_carry_their_language(store: Store, workspace: Workspace) -> None:
    build_site(store, in_english(), workspace, CLOCK)

    page = page_at(workspace.archive / ISSUE_PAGE)
    home = page_at(workspace.archive / "index.html")
    assert page.get("lang") == "en"
    assert set(page.xpath("//h2/@lang | //h2/a/@hreflang")) == {"fr"}
    assert page.xpath("//h3/@lang") == []
    assert home.xpath("//main//section//li/a/@lang") == ["fr"] * 10


@pytest.mark.usefixtures("three_months")
def test_neighbours_are_linked_in_words(store: Store, workspace: Workspace) -> None:
    build_site(store, in_english(), workspace, CLOCK)

    page = page_at(workspace.archive / ISSUE_PAGE)
    assert [(a.get("rel"), a.text) for a in page.xpath("//nav[@class='around']//a")] == [
        ("prev", "October 2026")
    ]


@pytest.mark.usefixtures("three_months")
def test_a_page_names_its_public_address_only_when_there_is_one(store: Store, workspace: Workspace) -> None:
    build_site(store, Settings(), workspace, CLOCK)
    as_folder = page_at(workspace.archive / ISSUE_PAGE).xpath("//link[@rel='canonical']/@href")

    build_site(store, in_english("https://musee.example/veille/"), workspace, CLOCK)
    published = page_at(workspace.archive / ISSUE_PAGE).xpath("//link[@rel='canonical']/@href")

    assert as_folder == []
    assert published == [f"https://musee.example/veille/{ISSUE_PAGE}"]


def test_an_empty_archive_says_so(store: Store, workspace: Workspace) -> None:
    report = build_site(store, in_english(), workspace, CLOCK)

    home = page_at(workspace.archive / "index.html")
    assert report.pages == 10
    assert home.xpath("normalize-space(//main)") == "La veille No issue has come out yet."


@pytest.mark.usefixtures("three_months")
def test_the_same_store_gives_the_same_bytes_in_any_folder(store: Store, tmp_path: Path) -> None:
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    here.path.mkdir()
    there.path.mkdir()

    build_site(store, Settings(), here, CLOCK)
    build_site(store, Settings(), there, CLOCK)
    build_site(store, Settings(), here, CLOCK)

    assert files_in(here.archive) == files_in(there.archive)


@pytest.mark.usefixtures("three_months")
def test_a_month_more_writes_the_pages_that_it_changed_and_no_other(
    store: Store, workspace: Workspace, publish: Callable[..., None]
) -> None:
    publish(Month(2025, 1), a_tray())
    build_site(store, Settings(), workspace, CLOCK)
    before = {path: path.stat().st_ino for path in workspace.archive.rglob("*.*")}

    publish(
        Month(2027, 1), Tray(tuple(Slot(n, a_pick(n, theme="outils", source="Zoom")) for n in range(1, 6)))
    )
    build_site(store, Settings(), workspace, CLOCK)

    kept = {
        path.relative_to(workspace.archive).as_posix()
        for path, inode in before.items()
        if path.stat().st_ino == inode
    }
    # The newest issue changes too: it has a next one now.
    assert kept == {
        ".veille-archive",
        "a-propos/index.html",
        "abonnements.opml",
        "accessibilite/index.html",
        "annees/2025/index.html",
        "numeros/2025-01.json",
        "numeros/2025-01/index.html",
        "numeros/2026-10.json",
        "numeros/2026-10/index.html",
        "numeros/2026-11.json",
        "sources/le-journal/index.html",
        "themes/publics/feed.atom",
        "themes/publics/feed.json",
        "themes/publics/index.html",
    }


def test_hostile_text_and_addresses_are_only_text(
    store: Store, workspace: Workspace, publish: Callable[..., None]
) -> None:
    trap = a_pick(
        title=HOSTILE, source=HOSTILE, note=HOSTILE, url='https://x.example/"><script>', language='"'
    )
    publish(NOVEMBER, a_tray_with(trap), intro=HOSTILE)

    build_site(store, Settings(), workspace, CLOCK)

    for _path, page in pages_in(workspace.archive):
        assert page.xpath("//img | //@onerror") == []
        assert len(page.xpath("//script")) in {0, 2}
    page = page_at(workspace.archive / ISSUE_PAGE)
    assert [(a.text, a.get("href")) for a in page.iter("a") if "x.example" in a.get("href", "")] == [
        (HOSTILE, 'https://x.example/"><script>')
    ]


def test_a_hostile_scheme_leaves_a_title_without_a_link(
    store: Store, workspace: Workspace, publish: Callable[..., None]
) -> None:
    publish(NOVEMBER, a_tray_with(a_pick(title="Un piège", url="javascript:alert(1)")))

    build_site(store, Settings(), workspace, CLOCK)

    assert b"javascript:" not in b"".join(files_in(workspace.archive).values())
    assert page_at(workspace.archive / ISSUE_PAGE).findtext(".//article/div/h2") == "Un piège"


@pytest.mark.usefixtures("three_months")
def test_a_template_of_the_workspace_replaces_ours(store: Store, workspace: Workspace) -> None:
    own = workspace.templates / "archive" / "home.html"
    own.parent.mkdir(parents=True)
    own.write_text("<h1>{{ frame.digest_name }}, chez nous</h1>", encoding="utf-8")

    build_site(store, Settings(), workspace, CLOCK)

    assert (workspace.archive / "index.html").read_text(encoding="utf-8") == "<h1>La veille, chez nous</h1>"
    assert len(list(page_at(workspace.archive / ISSUE_PAGE).iter("article"))) == 5


@pytest.mark.usefixtures("three_months")
def test_a_template_that_fails_leaves_the_old_site(store: Store, workspace: Workspace) -> None:
    build_site(store, Settings(), workspace, CLOCK)
    before = files_in(workspace.archive)
    own = workspace.templates / "archive" / "issue.html"
    own.parent.mkdir(parents=True)
    own.write_text("{{ no_such_thing }}", encoding="utf-8")

    with pytest.raises(RenderError, match="no_such_thing"):
        build_site(store, Settings(), workspace, CLOCK)

    assert files_in(workspace.archive) == before
    assert {path.name for path in workspace.path.iterdir() if path.is_dir()} == {"archive", "templates"}


def test_a_full_issue_stays_within_its_budget(
    store: Store, workspace: Workspace, publish: Callable[..., None]
) -> None:
    # Notes as long as the charter allows, long titles, and a variant in every slot.
    long = {"title": "é" * 150, "note": "é" * 320, "source": "s" * 40, "language": "en"}
    slots = [Slot(n, a_pick(n, **long), {"publics": a_pick(9, **long)}) for n in range(1, 6)]
    publish(NOVEMBER, Tray(tuple(slots)), intro="é" * 600)

    build_site(store, Settings(), workspace, CLOCK)

    page = workspace.archive / ISSUE_PAGE
    style = "".join(page_at(page).xpath("//style/text()"))
    assert len(style.encode()) <= 6 * 1024
    assert page.stat().st_size <= 25 * 1024


@pytest.mark.usefixtures("three_months")
def test_the_feed_holds_the_same_issues_as_the_site(store: Store, workspace: Workspace) -> None:
    build_site(store, in_english("https://musee.example/veille"), workspace, CLOCK)

    feed = feedparser.parse(io.BytesIO((workspace.archive / "feed.atom").read_bytes()))
    assert not feed.bozo
    assert [entry.link.removeprefix("https://musee.example/veille/") for entry in feed.entries] == [
        "numeros/2026-11/index.html",
        "numeros/2026-10/index.html",
    ]
