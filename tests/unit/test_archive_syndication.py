from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import feedparser
from lxml import etree, html

from builders import NOVEMBER, NOW, a_pick, a_tray, an_approved_issue
from veille.archive.issue_text import Errata, issue_texts
from veille.archive.syndication import archive_uuid, entry_uuid, feed_files
from veille.model.issue import Erratum, Issue, Slot, Tray
from veille.model.month import Month
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, Settings

SETTINGS = Settings()
FEED = archive_uuid("0123456789abcdef0123456789abcdef")
OCTOBER = Month(2026, 10)
AT_HOME = replace(Settings(), archive=ArchiveSettings("https://musee.example/veille"))


def two_issues() -> list[Issue]:
    return [an_approved_issue(), an_approved_issue(id=2, month=OCTOBER, number=33)]


def files_of(
    issues: Sequence[Issue], settings: Settings = SETTINGS, errata: Errata = MappingProxyType({})
) -> dict[str, bytes]:
    return feed_files(issues, issue_texts(issues, errata, settings), errata, settings, FEED)


def atom(issues: Sequence[Issue], settings: Settings) -> bytes:
    return files_of(issues, settings)["feed.atom"]


def read(feed: bytes) -> Any:
    return feedparser.parse(io.BytesIO(feed), resolve_relative_uris=False, sanitize_html=False)


def content_of(feed: bytes) -> html.HtmlElement:
    return html.fromstring(read(feed).entries[0].content[0].value)


def feed_with(**changes: Any) -> bytes:
    """The feed of one issue whose first pick is changed."""
    tray = Tray((Slot(1, a_pick(**changes)), *a_tray().slots[1:]))
    return atom([an_approved_issue(tray=tray)], Settings())


def test_a_feed_reader_finds_every_issue_in_order() -> None:
    settings = replace(AT_HOME, digest=DigestSettings(name="La veille", institution="Musée du Fleuve"))

    parsed = read(atom(two_issues(), settings))

    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert (parsed.feed.title, parsed.feed.subtitle, parsed.feed.language) == (
        "La veille",
        "Musée du Fleuve",
        "fr",
    )
    assert [(entry.id, entry.title, entry.link, entry.updated) for entry in parsed.entries] == [
        (
            entry_uuid(FEED, month).urn,
            label,
            f"https://musee.example/veille/numeros/{month}/index.html",
            "2026-11-24T09:30:00Z",
        )
        for month, label in ((NOVEMBER, "novembre 2026"), (OCTOBER, "octobre 2026"))
    ]


def test_an_entry_holds_the_whole_issue() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9)))

    content = content_of(atom([issue], Settings()))

    assert content.findtext("p") == "Cinq liens ce mois-ci."
    assert [link.get("href") for link in content.findall("ol/li/p/a")] == [
        f"https://journal.example/articles/{number}" for number in range(1, 6)
    ]
    assert "Pourquoi l’article 1 compte." in content.text_content()
    (variant,) = content.findall("ol/li/blockquote")
    assert variant.text_content().startswith("Pour Publics et médiation")
    assert [link.get("href") for link in variant.iter("a")] == ["https://journal.example/articles/9"]


def test_a_note_to_a_segment_is_not_fed_to_the_world() -> None:
    feed = feed_with(segment_notes=MappingProxyType({"publics": "Entre nous."}))

    assert "Entre nous" not in feed.decode()


def test_the_title_of_an_issue_follows_its_month() -> None:
    feed = atom([an_approved_issue(title="Tarifs et files")], Settings())

    assert read(feed).entries[0].title == "novembre 2026 · Tarifs et files"


def test_a_foreign_title_names_its_language() -> None:
    content = content_of(feed_with(title="Small museums", language="en"))

    first = next(iter(content.iter("a")))
    assert (first.text, first.get("lang")) == ("Small museums", "en")


def test_a_feed_thanks_who_suggested_a_link() -> None:
    content = content_of(feed_with(suggested_by="Sacha <Roy>"))

    assert [thanks.text for thanks in content.iter("small")] == ["proposé par Sacha <Roy>"]


def test_what_is_not_on_the_web_leads_to_the_page_of_its_issue_alone() -> None:
    tray = Tray((Slot(1, a_pick(1, url="", source="La Lettre")), *a_tray().slots[1:]))

    feed = atom([an_approved_issue(tray=tray)], AT_HOME)

    (title,) = content_of(feed).iter("span")
    assert (title.text, title.tail) == ("Article 1", None)
    assert read(feed).entries[0].link == "https://musee.example/veille/numeros/2026-11/index.html"


def test_the_same_issues_give_the_same_bytes() -> None:
    assert atom(two_issues(), AT_HOME) == atom(two_issues(), AT_HOME)


def test_the_feed_is_as_recent_as_its_latest_approval() -> None:
    early, late = two_issues()
    late = replace(late, approved_at=NOW + timedelta(days=2))

    parsed = read(atom([early, late], Settings()))

    assert parsed.feed.updated == "2026-11-26T09:30:00Z"


def test_dates_are_written_in_utc() -> None:
    paris = datetime(2026, 11, 24, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    issue = replace(an_approved_issue(), approved_at=paris)

    parsed = read(atom([issue], Settings()))

    assert parsed.entries[0].updated == paris.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_identities_do_not_depend_on_address_approval_or_content() -> None:
    issue = an_approved_issue()
    moved = replace(Settings(), archive=ArchiveSettings("https://elsewhere.example"))
    again = replace(issue, intro="Autre chose.", approved_at=NOW + timedelta(days=1))

    first, second = (read(atom([one], settings)) for one, settings in ((issue, Settings()), (again, moved)))

    assert (first.feed.id, first.entries[0].id) == (second.feed.id, second.entries[0].id)


def test_the_identity_of_the_feed_does_not_show_the_salt() -> None:
    salt = "0123456789abcdef0123456789abcdef"

    assert salt[:8] not in archive_uuid(salt).hex
    assert archive_uuid(salt) != archive_uuid(salt.replace("0", "1"))


def test_links_are_relative_while_the_archive_is_a_folder() -> None:
    feed = etree.fromstring(atom(two_issues(), Settings()))

    links = [link.get("href") for link in feed.iter("{*}link")]
    assert links == ["index.html", "numeros/2026-11/index.html", "numeros/2026-10/index.html"]


def test_the_feed_names_itself_once_it_has_an_address() -> None:
    parsed = read(atom(two_issues(), AT_HOME))

    assert {link.rel: link.href for link in parsed.feed.links} == {
        "alternate": "https://musee.example/veille/index.html",
        "self": "https://musee.example/veille/feed.atom",
    }


def test_the_author_is_the_curator_else_the_institution_else_the_digest() -> None:
    house = DigestSettings(name="La veille", institution="Musée du Fleuve")
    signed = replace(Settings(), digest=house, curator=CuratorSettings(name="Camille Élan"))
    variants = (signed, replace(Settings(), digest=house), Settings())

    authors = [read(atom([], settings)).feed.author for settings in variants]

    assert authors == ["Camille Élan", "Musée du Fleuve", "La veille"]


def test_an_empty_archive_still_has_a_valid_feed() -> None:
    parsed = read(atom([], Settings()))

    assert not parsed.bozo
    assert parsed.entries == []
    assert parsed.feed.updated == "1970-01-01T00:00:00Z"


def test_markup_in_a_title_stays_text() -> None:
    hostile = "]]></content><script>alert(1)</script>"

    content = content_of(feed_with(title=hostile, source=hostile, note=hostile))

    assert list(content.iter("script")) == []
    assert next(iter(content.iter("a"))).text == hostile


def test_an_address_that_is_not_of_the_web_is_not_linked() -> None:
    content = content_of(feed_with(url="javascript:alert(1)", title="Un piège"))

    assert "Un piège" in content.text_content()
    assert all((link.get("href") or "").startswith("https:") for link in content.iter("a"))


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    content = content_of(feed_with(note="Un\x00 saut\x0b de\ufffe page"))

    assert "Un saut de page" in content.text_content()


def test_each_theme_has_a_feed_of_its_links_alone() -> None:
    tray = Tray((*a_tray().slots[:4], Slot(5, a_pick(5, theme="outils"))))
    issues = [an_approved_issue(intro="Cinq liens.", tray=tray), *two_issues()[1:]]

    files = files_of(issues, AT_HOME)

    tools = read(files["themes/outils/feed.atom"])
    assert (tools.feed.title, len(tools.entries)) == ("La veille · Outils", 1)
    assert tools.feed.link == "https://musee.example/veille/themes/outils/index.html"
    content = content_of(files["themes/outils/feed.atom"])
    assert [(item.get("value"), item.findtext("p/a")) for item in content.iter("li")] == [("5", "Article 5")]
    assert "Cinq liens" not in content.text_content()
    ids = {read(content).entries[0].id for path, content in files.items() if path.endswith(".atom")}
    assert len(ids) == sum(path.endswith(".atom") for path in files)


def test_links_of_a_theme_lead_up_to_the_root_while_the_archive_is_a_folder() -> None:
    feed = etree.fromstring(files_of(two_issues())["themes/publics/feed.atom"])

    links = [link.get("href") for link in feed.iter("{*}link")]
    assert links[:2] == ["../../themes/publics/index.html", "../../numeros/2026-11/index.html"]


def test_an_erratum_is_fed_and_makes_the_entry_newer() -> None:
    noted_at = NOW + timedelta(days=9)

    files = files_of(two_issues(), errata={OCTOBER: (Erratum("Le lien 2 est de Camille Roy.", noted_at),)})

    newest, corrected = read(files["feed.atom"]).entries
    assert (newest.updated, corrected.updated) == ("2026-11-24T09:30:00Z", "2026-12-03T09:30:00Z")
    assert corrected.published == "2026-11-24T09:30:00Z"
    assert "Le lien 2 est de Camille Roy." in corrected.content[0].value
    assert read(files["feed.atom"]).feed.updated == "2026-12-03T09:30:00Z"


def test_both_formats_say_the_same() -> None:
    files = files_of(two_issues(), AT_HOME)

    for path in ("feed", "themes/publics/feed"):
        atom_entries = read(files[f"{path}.atom"]).entries
        document = json.loads(files[f"{path}.json"])
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert document["feed_url"] == f"https://musee.example/veille/{path}.json"
        assert [
            (item["id"], item["title"], item["url"], item["content_html"]) for item in document["items"]
        ] == [(entry.id, entry.title, entry.link, entry.content[0].value) for entry in atom_entries]


def test_a_json_feed_of_a_folder_names_no_address() -> None:
    document = json.loads(files_of(two_issues())["feed.json"])

    assert not {"feed_url", "home_page_url"} & set(document)
    assert "url" not in document["items"][0]
