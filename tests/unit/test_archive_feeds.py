from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import feedparser
from lxml import etree, html

from builders import NOVEMBER, NOW, a_pick, a_tray, an_approved_issue
from veille.archive.feeds import atom_feed, feed_uuid, issue_uuid
from veille.model.issue import Issue, Slot, Tray
from veille.model.month import Month
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, Settings

FEED = feed_uuid("0123456789abcdef0123456789abcdef")
OCTOBER = Month(2026, 10)
AT_HOME = replace(Settings(), archive=ArchiveSettings("https://musee.example/veille"))


def two_issues() -> list[Issue]:
    return [an_approved_issue(), an_approved_issue(id=2, month=OCTOBER, number=33)]


def read(feed: bytes) -> Any:
    return feedparser.parse(io.BytesIO(feed), resolve_relative_uris=False, sanitize_html=False)


def content_of(feed: bytes) -> html.HtmlElement:
    return html.fromstring(read(feed).entries[0].content[0].value)


def feed_with(**changes: Any) -> bytes:
    """The feed of one issue whose first pick is changed."""
    tray = Tray((Slot(1, a_pick(**changes)), *a_tray().slots[1:]))
    return atom_feed([an_approved_issue(tray=tray)], Settings(), FEED)


def test_a_feed_reader_finds_every_issue_in_order() -> None:
    settings = replace(AT_HOME, digest=DigestSettings(name="La veille", institution="Musée du Fleuve"))

    parsed = read(atom_feed(two_issues(), settings, FEED))

    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert (parsed.feed.title, parsed.feed.subtitle, parsed.feed.language) == (
        "La veille",
        "Musée du Fleuve",
        "fr",
    )
    assert [(entry.id, entry.title, entry.link, entry.updated) for entry in parsed.entries] == [
        (
            issue_uuid(FEED, month).urn,
            label,
            f"https://musee.example/veille/numeros/{month}/index.html",
            "2026-11-24T09:30:00Z",
        )
        for month, label in ((NOVEMBER, "novembre 2026"), (OCTOBER, "octobre 2026"))
    ]


def test_an_entry_holds_the_whole_issue() -> None:
    issue = an_approved_issue(tray=a_tray(publics=a_pick(9)))

    content = content_of(atom_feed([issue], Settings(), FEED))

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
    feed = atom_feed([an_approved_issue(title="Tarifs et files")], Settings(), FEED)

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

    feed = atom_feed([an_approved_issue(tray=tray)], AT_HOME, FEED)

    (title,) = content_of(feed).iter("span")
    assert (title.text, title.tail) == ("Article 1", None)
    assert read(feed).entries[0].link == "https://musee.example/veille/numeros/2026-11/index.html"


def test_the_same_issues_give_the_same_bytes() -> None:
    assert atom_feed(two_issues(), AT_HOME, FEED) == atom_feed(two_issues(), AT_HOME, FEED)


def test_the_feed_is_as_recent_as_its_latest_approval() -> None:
    early, late = two_issues()
    late = replace(late, approved_at=NOW + timedelta(days=2))

    parsed = read(atom_feed([early, late], Settings(), FEED))

    assert parsed.feed.updated == "2026-11-26T09:30:00Z"


def test_dates_are_written_in_utc() -> None:
    paris = datetime(2026, 11, 24, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    issue = replace(an_approved_issue(), approved_at=paris)

    parsed = read(atom_feed([issue], Settings(), FEED))

    assert parsed.entries[0].updated == paris.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_identities_do_not_depend_on_address_approval_or_content() -> None:
    issue = an_approved_issue()
    moved = replace(Settings(), archive=ArchiveSettings("https://elsewhere.example"))
    again = replace(issue, intro="Autre chose.", approved_at=NOW + timedelta(days=1))

    first, second = (
        read(atom_feed([one], settings, FEED)) for one, settings in ((issue, Settings()), (again, moved))
    )

    assert (first.feed.id, first.entries[0].id) == (second.feed.id, second.entries[0].id)


def test_the_identity_of_the_feed_does_not_show_the_salt() -> None:
    salt = "0123456789abcdef0123456789abcdef"

    assert salt[:8] not in feed_uuid(salt).hex
    assert feed_uuid(salt) != feed_uuid(salt.replace("0", "1"))


def test_links_are_relative_while_the_archive_is_a_folder() -> None:
    feed = etree.fromstring(atom_feed(two_issues(), Settings(), FEED))

    links = [link.get("href") for link in feed.iter("{*}link")]
    assert links == ["index.html", "numeros/2026-11/index.html", "numeros/2026-10/index.html"]


def test_the_feed_names_itself_once_it_has_an_address() -> None:
    parsed = read(atom_feed(two_issues(), AT_HOME, FEED))

    assert {link.rel: link.href for link in parsed.feed.links} == {
        "alternate": "https://musee.example/veille/index.html",
        "self": "https://musee.example/veille/feed.atom",
    }


def test_the_author_is_the_curator_else_the_institution_else_the_digest() -> None:
    house = DigestSettings(name="La veille", institution="Musée du Fleuve")
    signed = replace(Settings(), digest=house, curator=CuratorSettings(name="Camille Élan"))
    variants = (signed, replace(Settings(), digest=house), Settings())

    authors = [read(atom_feed([], settings, FEED)).feed.author for settings in variants]

    assert authors == ["Camille Élan", "Musée du Fleuve", "La veille"]


def test_an_empty_archive_still_has_a_valid_feed() -> None:
    parsed = read(atom_feed([], Settings(), FEED))

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
