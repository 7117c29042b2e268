"""Feeds into entries: tolerant of damage, believing nothing, losing nothing that can be opened."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import feedparser
import pytest

from veille.collect.parse import parse_feed
from veille.errors import ParseError
from veille.model.entry import ParsedEntry
from veille.model.feed import ParsedFeed

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
PERIOD = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
FREQUENCY = "<sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
CREATOR = "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>"
MEDIA = "xmlns:media='http://search.yahoo.com/mrss/'"


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
        ("<guid>un</guid>", "https://journal.example/feed"),
        ("<link>/un</link><guid>/un</guid>", "https://journal.example/un"),
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


@pytest.mark.parametrize(
    "body", [rss(LINK)[:-12], rss(LINK) + b"<<<", rss(LINK).replace(b"</item>", b"</itm>")]
)
def test_a_damaged_feed_gives_what_can_be_read(body: bytes) -> None:
    feed = parsed(body)

    assert [entry.url for entry in feed.entries] == ["https://journal.example/1"]
    assert "not-well-formed" in feed.repairs


@pytest.mark.parametrize("damage", ["</descriptio'n>", "</descripti/>on>"])
def test_items_that_feedparser_loses_are_recovered(damage: str) -> None:
    items = [f"<link>https://journal.example/{n}</link><description>Texte</description>" for n in (1, 2, 3)]
    body = rss(*items).replace(b"</description>", damage.encode(), 1)

    feed = parsed(body)

    assert [entry.url for entry in feed.entries] == [f"https://journal.example/{n}" for n in (1, 2, 3)]
    assert "recovered" in feed.repairs


def test_a_healthy_feed_is_parsed_once_and_repaired_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = feedparser.parse
    calls = []

    def counted(*arguments: Any, **options: Any) -> Any:
        calls.append(options)
        return whole(*arguments, **options)

    monkeypatch.setattr(feedparser, "parse", counted)

    feed = parsed(rss(f"<title>Titre</title>{LINK}<guid>un</guid><pubDate>29 Jun 2026</pubDate>"), "text/xml")

    assert len(calls) == 1
    assert feed.repairs == ()


@pytest.mark.parametrize(
    ("body", "content_type", "repairs"),
    [
        (rss(f"<title>R&D</title>{LINK}"), "", {"bare-ampersand"}),
        (rss(f"<title>R&amp;D<!-- R&D --></title>{LINK}"), "", set()),
        (rss(f"<title>été</title>{LINK}").decode().encode("cp1252"), "", {"encoding"}),
        (rss(f"<title>été</title>{LINK}"), "text/xml; charset=us-ascii", {"encoding"}),
        (rss(f"<title>été</title>{LINK}"), "text/xml; charset=UTF-8", set()),
        (rss(f"<title>ete</title>{LINK}").replace(b"utf-8", b"gb2312"), "", set()),
        (
            rss(f"<title>été</title>{LINK}").decode().encode("cp1252")[:-9],
            "",
            {"encoding", "not-well-formed"},
        ),
        (
            rss(f"<title>été</title>{LINK}")[:-9].replace(b"utf-8", b"ascii"),
            "",
            {"encoding", "not-well-formed"},
        ),
    ],
)
def test_what_is_put_right_in_a_document_is_named(body: bytes, content_type: str, repairs: set[str]) -> None:
    of_documents = {"bare-ampersand", "encoding", "not-well-formed", "recovered"}

    assert of_documents.intersection(parsed(body, content_type).repairs) == repairs


@pytest.mark.parametrize("padding", ["", "!"])
def test_utf_8_that_claims_to_be_utf_16_is_read(padding: str) -> None:
    body = rss(f"<title>été{padding}</title>{LINK}").replace(b"utf-8", b"utf-16")

    feed = parsed(body, "text/xml")

    assert [entry.title for entry in feed.entries] == [f"été{padding}"]
    assert "encoding" in feed.repairs


@pytest.mark.parametrize("encoding", ["idna", "undefined", "base64", "unknown-8bit"])
def test_a_strange_encoding_does_not_end_the_reading(encoding: str) -> None:
    body = rss(f"<title>Titre</title>{LINK}")[:-12]

    assert parsed(body, f"text/xml; charset={encoding}").entries[0].title == "Titre"


def test_a_byte_order_mark_is_right_against_everybody() -> None:
    body = b"\xef\xbb\xbf" + rss(f"<title>L’été</title>{LINK}").replace(b"utf-8", b"windows-1252")

    assert parsed(body, "text/xml; charset=windows-1252").entries[0].title == "L’été"


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("", None),
        ("<ttl>60</ttl>", 60),
        ("<ttl> 90 </ttl>", 90),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>une heure</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        (f"{PERIOD}hourly</sy:updatePeriod>", 60),
        (f"{PERIOD}Daily</sy:updatePeriod>{FREQUENCY}2</sy:updateFrequency>", 720),
        (f"{PERIOD}weekly</sy:updatePeriod>{FREQUENCY}0</sy:updateFrequency>", 10_080),
        (f"{PERIOD}hourly</sy:updatePeriod>{FREQUENCY}1000</sy:updateFrequency>", 1),
        (f"{PERIOD}sometimes</sy:updatePeriod>", None),
        (f"<ttl>30</ttl>{PERIOD}hourly</sy:updatePeriod>", 30),
    ],
)
def test_how_long_a_publisher_asks_to_be_left_alone_is_kept(channel: str, minutes: int | None) -> None:
    assert parsed(rss(channel=channel)).ttl_minutes == minutes


@pytest.mark.parametrize(
    ("item", "author"),
    [
        ("<author>jane@journal.example (Jane Doe)</author>", "Jane Doe"),
        ("<author>jane@journal.example</author>", ""),
        (f"{CREATOR}Jane Doe</dc:creator>", "Jane Doe"),
        (f"{CREATOR}Jane Doe</dc:creator>{CREATOR}Zoé &amp;amp; Co</dc:creator>", "Jane Doe, Zoé & Co"),
        (f"{CREATOR}Jane Doe</dc:creator>{CREATOR}Jane Doe</dc:creator>", "Jane Doe"),
        (f"{CREATOR}{'Jane ' * 100}</dc:creator>", "Jane " * 22 + "Jane…"),
        ("", ""),
    ],
)
def test_an_author_is_a_name_on_one_line(item: str, author: str) -> None:
    assert the_entry(rss(LINK + item)).author == author


@pytest.mark.parametrize(
    ("entry", "author"),
    [
        ("<author><name>Jane</name><email>j@journal.example</email></author>", "Jane"),
        ("<source><author><name>Zoé</name></author></source>", "Zoé"),
        ("", "La rédaction"),
    ],
)
def test_an_atom_entry_inherits_its_author(entry: str, author: str) -> None:
    body = atom(
        f"<link href='https://journal.example/1'/>{entry}", feed="<author><name>La rédaction</name></author>"
    )

    assert the_entry(body).author == author


def test_an_entry_without_address_leads_to_the_site_of_its_feed() -> None:
    site = "https://journal.example/"
    body = atom(
        "<title>Titre</title>", feed=f"<link href='{site}'/><id>{site}</id><link rel='self' href='/feed'/>"
    )

    assert the_entry(body).url == site


def test_an_rss_item_does_not_take_its_editor_for_its_author() -> None:
    channel = "<managingEditor>editor@journal.example (Edith Or)</managingEditor>"

    assert the_entry(rss(LINK, channel=channel)).author == ""


@pytest.mark.parametrize(
    ("item", "image", "enclosure"),
    [
        (f"<media:thumbnail {MEDIA} url='/t.jpg'/>", "https://journal.example/t.jpg", ""),
        (f"<media:content {MEDIA} url='/c.jpg' medium='image'/>", "https://journal.example/c.jpg", ""),
        (f"<media:content {MEDIA} url='/c.png' type='image/png'/>", "https://journal.example/c.png", ""),
        (f"<media:content {MEDIA} url='/c.mp4' type='video/mp4'/>", "", ""),
        (
            "<itunes:image xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' href='/i.jpg'/>",
            "https://journal.example/i.jpg",
            "",
        ),
        ("<enclosure url='/s.mp3' type='audio/mpeg'/>", "", "https://journal.example/s.mp3"),
        (
            "<enclosure url='/p.jpg' type='image/jpeg'/>",
            "https://journal.example/p.jpg",
            "https://journal.example/p.jpg",
        ),
        ("<enclosure url='javascript:alert(1)' type='image/jpeg'/>", "", ""),
    ],
)
def test_the_image_and_the_enclosure_are_kept(item: str, image: str, enclosure: str) -> None:
    entry = the_entry(rss(LINK + item))

    assert (entry.image_url, entry.enclosure_url) == (image, enclosure)


def test_what_was_read_travels_between_processes() -> None:
    feed = parsed(rss(f"<title>Titre</title>{LINK}"))

    assert pickle.loads(pickle.dumps(feed)) == feed  # noqa: S301 - our own bytes


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
        (b"Bonjour", "is not a feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not a feed"),
        (b"<sitemap><url>https://journal.example/</url></sitemap>", "is not a feed"),
    ],
)
def test_what_is_not_a_feed_is_said_to_be_none(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parsed(body)


def test_an_empty_feed_is_a_feed() -> None:
    assert parsed(rss()) == ParsedFeed("Le Journal", "", None, (), ())


def test_an_empty_channel_without_version_is_a_feed() -> None:
    assert parsed(b"<channel><title>Le Journal</title></channel>").title == "Le Journal"


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


def test_a_parser_that_stumbles_over_broken_xml_is_given_it_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = feedparser.parse
    bodies: list[bytes] = []

    def stumble_once(stream: Any, **options: Any) -> Any:
        bodies.append(stream.read())
        stream.seek(0)
        if len(bodies) == 1:
            raise ValueError("chr() arg not in range(0x110000)")
        return whole(stream, **options)

    monkeypatch.setattr(feedparser, "parse", stumble_once)

    feed = parsed(rss(LINK)[:-12])

    assert [entry.url for entry in feed.entries] == ["https://journal.example/1"]
    assert {"not-well-formed", "recovered"} <= set(feed.repairs)
