"""Feeds into entries: tolerant of damage, believing nothing, losing nothing that can be opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest

from veille.collect.parse import SUMMARY_MAX_CHARACTERS, ParsedFeed, parse_feed
from veille.errors import ParseError
from veille.model.entry import ParsedEntry

URL = "https://journal.example/feed"


def rss(*items: str, channel: str = "") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Le Journal</title>"
        f"{channel}{body}</channel></rss>"
    ).encode()


def atom(*entries: str, feed: str = "") -> bytes:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Le Journal</title>{feed}{body}</feed>".encode()


def parsed(body: bytes, content_type: str = "application/xml") -> ParsedFeed:
    return parse_feed(body, content_type, URL)


def the_entry(body: bytes) -> ParsedEntry:
    (entry,) = parsed(body).entries
    return entry


LINK = "<link>https://journal.example/1</link>"


def test_an_item_becomes_an_entry() -> None:
    body = rss(
        f"<title>Titre</title>{LINK}<guid>un</guid><description>&lt;p&gt;Le résumé.&lt;/p&gt;</description>"
        "<pubDate>Mon, 29 Jun 2026 15:07:41 CEST</pubDate>",
        channel="<language>fr-FR</language>",
    )

    feed = parsed(body)

    (entry,) = feed.entries
    assert (feed.title, feed.language) == ("Le Journal", "fr")
    assert (entry.identity, entry.title, entry.url) == ("un", "Titre", "https://journal.example/1")
    assert (entry.summary, entry.words, entry.language) == ("Le résumé.", 2, "fr")
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-06-29T13:07:41+00:00"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("R&D AT&T", "R&D AT&T"),
        ("R&amp;D AT&amp;T", "R&D AT&T"),
        ("R&amp;amp;D", "R&D"),
        ("<![CDATA[R&D AT&T]]>", "R&D AT&T"),
        ("<![CDATA[<b>Gras</b> &eacute;]]>", "Gras é"),
        ("a &lt; b", "a < b"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Titre", "Titre"),
        ("deux\nlignes", "deux lignes"),
        ("droite\u202egauche", "droitegauche"),
        ("é" * 400, "é" * 299 + "…"),
    ],
)
def test_titles_are_plain_text(written: str, title: str) -> None:
    assert the_entry(rss(f"<title>{written}</title>{LINK}")).title == title


def test_html_titles_of_atom_are_plain_text() -> None:
    link = "<link href='https://journal.example/1'/>"

    assert the_entry(atom(f"<title type='html'>&lt;i&gt;Titre&lt;/i&gt;</title>{link}")).title == "Titre"


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<description>&lt;p&gt;Un billet court.&lt;/p&gt;</description>", "Un billet court."),
        (f"<description>{'mot ' * 40}</description>", ("mot " * 22).strip() + "…"),
        ("<title> </title>", "journal.example/1"),
    ],
)
def test_an_entry_without_title_is_named_by_what_there_is(item: str, title: str) -> None:
    assert the_entry(rss(item + LINK)).title == title


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/relative?a=1&amp;b=2</link>", "https://journal.example/relative?a=1&b=2"),
        ("<link>https://journal.example/?a=1&b=2</link>", "https://journal.example/?a=1&b=2"),
        ("<guid>https://journal.example/guid</guid>", "https://journal.example/guid"),
        (
            "<guid isPermaLink='false'>https://journal.example/guid</guid>",
            "https://journal.example/guid",
        ),
        (
            "<link>javascript:alert(1)</link><guid>https://journal.example/g</guid>",
            "https://journal.example/g",
        ),
        ("<enclosure url='/sound.mp3' type='audio/mpeg'/>", "https://journal.example/sound.mp3"),
    ],
)
def test_the_best_address_on_the_web_is_taken(item: str, url: str) -> None:
    assert the_entry(rss(f"<title>Titre</title>{item}")).url == url


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<link rel='alternate' type='application/pdf' href='/a.pdf'/>", "https://journal.example/a.pdf"),
        ("<link href=''/><id>https://journal.example/?p=1</id>", "https://journal.example/?p=1"),
        ("<link rel='self' href='https://journal.example/entry/1'/>", "https://journal.example/entry/1"),
        ("<link href='https://journal.example/'/><id>urn:1</id>", "https://journal.example/"),
    ],
)
def test_an_atom_entry_is_not_taken_for_its_feed(entry: str, url: str) -> None:
    body = atom(f"<title>Titre</title>{entry}", feed="<link href='https://journal.example/'/>")

    assert the_entry(body).url == url


@pytest.mark.parametrize(
    "item", ["", "<link>javascript:alert(1)</link>", "<guid>urn:1</guid>", "<link>http://[</link>"]
)
def test_an_entry_that_cannot_be_opened_is_left_out(item: str) -> None:
    assert parsed(rss(f"<title>Titre</title>{item}")).entries == ()


def test_a_summary_is_shortened_and_the_longest_text_is_counted() -> None:
    body = rss(
        f"<title>Titre</title>{LINK}<description>{'mot ' * 300}</description>"
        f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{'mot ' * 1000}"
        "</content:encoded>"
    )

    entry = the_entry(body)

    assert len(entry.summary) <= SUMMARY_MAX_CHARACTERS
    assert entry.summary.endswith("…")
    assert entry.words == 1000


def test_a_content_stands_in_for_a_missing_summary() -> None:
    body = atom(
        "<link href='https://journal.example/1'/><content type='html'>&lt;p&gt;Oui.&lt;/p&gt;</content>"
    )

    assert the_entry(body).summary == "Oui."


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (rss(LINK, channel="<language>en-GB</language>"), "en"),
        (rss(LINK, channel="<language>english</language>"), ""),
        (rss(LINK), ""),
        (rss(f"{LINK}<dc:language xmlns:dc='http://purl.org/dc/elements/1.1/'>de</dc:language>"), "de"),
        (atom("<title xml:lang='fr'>Titre</title><link href='https://journal.example/1'/>"), "fr"),
    ],
)
def test_a_language_is_two_letters_or_unknown(body: bytes, language: str) -> None:
    assert the_entry(body).language == language


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<pubDate>2026/6/29 15:07:41</pubDate>", "2026-06-29"),
        ("<pubDate>hier</pubDate><updated>2026-06-30</updated>", "2026-06-30"),
        ("<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2026-06-28</dc:date>", "2026-06-28"),
    ],
)
def test_the_first_date_that_means_something_is_taken(dates: str, day: str) -> None:
    moment = the_entry(rss(LINK + dates)).published_at

    assert moment is not None
    assert moment.date().isoformat() == day


@pytest.mark.parametrize("guid", ["1559104147038", "/t3_42tizy", "unique string per item"])
def test_a_guid_stays_as_it_is_wherever_the_feed_came_from(guid: str) -> None:
    assert the_entry(rss(f"<guid>{guid}</guid>{LINK}")).identity == guid


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://other.example/b/", "https://other.example/b/1"),
        ("/b/", "https://journal.example/b/1"),
        ("", "https://journal.example/1"),
    ],
)
def test_links_are_resolved_against_the_base_that_a_feed_declares(base: str, url: str) -> None:
    body = atom("<link href='1'/>").replace(b"<feed ", f"<feed xml:base='{base}' ".encode())

    assert the_entry(body).url == url


def test_an_entry_without_guid_is_known_by_its_page() -> None:
    body = rss("<link>http://journal.example/1?utm_source=rss</link>")

    assert the_entry(body).identity == "https://journal.example/1"


def test_entries_that_share_a_guid_stay_distinct() -> None:
    items = [
        f"<guid isPermaLink='false'>same</guid><link>https://journal.example/{n}</link>" for n in (1, 2, 3)
    ]

    entries = parsed(rss(*items)).entries

    assert len(entries) == len({entry.identity for entry in entries}) == 3
    assert entries[0].identity == "same"


def test_an_item_carried_twice_is_one_entry() -> None:
    item = f"<title>Titre</title><guid isPermaLink='false'>same</guid>{LINK}"
    other = item.replace("Titre", "Autre")

    assert [entry.title for entry in parsed(rss(item, item, other, other)).entries] == ["Titre", "Autre"]


@pytest.mark.parametrize(
    "body", [rss(LINK)[:-12], rss(LINK) + b"<<<", rss(LINK).replace(b"</item>", b"</itm>")]
)
def test_a_damaged_feed_gives_what_can_be_read(body: bytes) -> None:
    assert [entry.url for entry in parsed(body).entries] == ["https://journal.example/1"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/xml", "text/html", "application/rss+xml; charset=utf-8", "text/xml; charset=iso-8859-1", "x"],
)
def test_a_wrong_content_type_spoils_no_letter(content_type: str) -> None:
    body = rss(f"<title>L’été à Sète</title>{LINK}")

    assert parsed(body, content_type).entries[0].title == "L’été à Sète"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding.removesuffix('-be').removesuffix('-le')}'?>"
    body = rss(f"<title>été R&D</title>{LINK}").decode().partition("?>")[2]

    assert parsed((declared + body).encode(encoding), "application/rss+xml").entries[0].title == "été R&D"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answered with nothing"),
        (b" \r\n", "answered with nothing"),
        (b"<!DOCTYPE html><html><head><title>Accueil</title></head></html>", "a web page, not a feed"),
        (b"<html><body><p>Bonjour</p></body></html>", "a web page, not a feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', "answered with JSON"),
        (b"Bonjour", "is not a feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not a feed"),
        (b"<sitemap><url>https://journal.example/</url></sitemap>", "is not a feed"),
    ],
)
def test_what_is_not_a_feed_is_said_to_be_none(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parsed(body)


def test_an_empty_feed_is_a_feed() -> None:
    assert parsed(rss()) == ParsedFeed("Le Journal", "", ())


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss(LINK))

    with pytest.raises(ParseError):
        parsed(str(secret).encode())


def test_entities_neither_explode_nor_read_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'ha' * 50}'>" for n in range(12))
    body = (
        f"<?xml version='1.0'?><!DOCTYPE rss [{bomb}<!ENTITY file SYSTEM '{secret.as_uri()}'>]>"
        f"<rss version='2.0'><channel><item><title>Titre &e11; &file;</title>{LINK}</item></channel></rss>"
    ).encode()

    entry = the_entry(body)

    assert "secret" not in entry.title
    assert len(entry.title) <= 300


@pytest.mark.parametrize("piece", ["<!-- ", "<![CDATA[", "<div>", "&", "<a ", "]]>", "<b/>"])
def test_a_hostile_description_is_read_in_reasonable_time(piece: str) -> None:
    body = rss(f"<title>Titre</title>{LINK}<description>{piece * (100_000 // len(piece))}")

    parsed(body)


def test_a_stumbling_parser_is_a_damaged_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_arguments: Any, **_options: Any) -> Any:
        raise ValueError("chr() arg not in range(0x110000)")

    monkeypatch.setattr(feedparser, "parse", stumble)

    with pytest.raises(ParseError, match="too damaged"):
        parsed(rss(LINK))
