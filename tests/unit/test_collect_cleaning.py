"""What publishers write, made plain: text, links, languages, XML."""

from __future__ import annotations

import pytest

from veille.collect.cleaning import (
    character_set,
    declared_encoding,
    is_utf8_after_all,
    language_code,
    person_name,
    plain_paragraphs,
    plain_text,
    utf8_from_utf16,
    web_link,
    with_escaped_ampersands,
)

BASE = "https://journal.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("R&D AT&T", "R&D AT&T"),
        ("R&amp;D", "R&D"),
        ("a < b && c > d", "a < b && c > d"),
        ("x <y and z> w", "x <y and z> w"),
        ("Vec<T> & co", "Vec<T> & co"),
        ("L&#8217;&eacute;t&eacute;", "L’été"),
        ("&lt;b&gt; in HTML", "<b> in HTML"),
        ("<p>Un</p><p>deux<br>trois</p> qua<b>tre</b>", "Un deux trois quatre"),
        ("<ul><li>un</li><li>deux</li></ul>", "un deux"),
        ("<script>alert(1)</script>Titre<style>p {}</style>", "Titre"),
        ("<!-- note -->Titre", "Titre"),
        ("<!-- nothing else", ""),
        ('<img alt="a > b" src=x onerror=alert(1)>Titre', "Titre"),
        ("<svg onload=alert(1)>Titre", "Titre"),
        ("</title><b>Titre", "Titre"),
        ("<unknown x='1'>Titre</unknown>", "Titre"),
        ("deux\nlignes\tet\x00des\u202econtrôles", "deux lignes et descontrôles"),
        ("une\u00a0: deux", "une\u00a0: deux"),
        ("half a pair \ud800 &amp;", "half a pair &"),
        ("<p>un&#27;&#31;</p>deux", "un deux"),
        ("sa<!-- open <b>comment</b> >fe", "sacomment >fe"),
        ("<!-- closed -->sa<!-- open", "sa"),
        ("<p><![if !supportLists]>un<![endif]>", "un"),
        ("<!DOCTYPE html><p>un", "un"),
        ("<p>what <!? of it", "what <!? of it"),
        ("<![CDATA[<b>un</b>", "<![CDATA[un"),
        ("<iframe src='/'><b>un</b></iframe>", "un"),
        ("<xmp><script>alert(1)</script></xmp>un", "un"),
        ("", ""),
    ],
)
def test_text_comes_out_plain_whatever_it_was(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    "piece", ["<div>", "<b><p>", "<!-- ", "<", "<a href=", "<table><b>", '<a "', "&", "&a", "<script>", "</p"]
)
def test_a_hostile_megabyte_of_markup_is_harmless(piece: str) -> None:
    # Quadratic readers need minutes for this; a linear one needs none of the test's patience.
    assert len(plain_text(piece * (1_000_000 // len(piece)))) <= 1_000_000


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://other.example/a", "https://other.example/a"),
        ("/a", "https://journal.example/a"),
        ("a?b=1&c=2#d", "https://journal.example/feeds/a?b=1&c=2#d"),
        ("//cdn.example/a", "https://cdn.example/a"),
        (" https://journal.example/\n  a ", "https://journal.example/%20%20a"),
        ("https://journal.example/a b", "https://journal.example/a%20b"),
        ("https://journal.example/été", "https://journal.example/%C3%A9t%C3%A9"),
        ("https://journal.example/%C3%A9", "https://journal.example/%C3%A9"),
        ("https://journal.example/\x1b[31m\u202e", "https://journal.example/%1B%5B31m%E2%80%AE"),
        ("https://musée.example/", "https://musée.example/"),
    ],
)
def test_links_are_absolute_and_harmless(href: str, url: str) -> None:
    assert web_link(href, BASE) == url


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "mailto:a@journal.example",
        "urn:uuid:1",
        "http://",
        "http://[::1",
        "https://journal.example:port/",
        "https://journal\u202e.example/",
        "https://journal.example/\ud800",
    ],
)
def test_what_does_not_lead_to_the_web_is_no_link(href: str) -> None:
    assert web_link(href, BASE) is None


@pytest.mark.parametrize(
    ("tag", "code"),
    [("fr", "fr"), ("FR-ca", "fr"), ("en_US", "en"), (" de ", "de"), ("fra", ""), ("français", ""), ("", "")],
)
def test_a_language_is_two_letters_or_unknown(tag: str, code: str) -> None:
    assert language_code(tag) == code


@pytest.mark.parametrize(
    ("document", "escaped"),
    [
        (b"<t>R&D AT&T</t>", b"<t>R&amp;D AT&amp;T</t>"),
        (b"<t>R & D</t>", b"<t>R &amp; D</t>"),
        (b"<l>?a=1&b=2&amp;c=3</l>", b"<l>?a=1&amp;b=2&amp;c=3</l>"),
        (b"<t>&eacute; &#233; &#xe9;</t>", b"<t>&eacute; &#233; &#xe9;</t>"),
        (b"<t>&#; &;</t>", b"<t>&amp;#; &amp;;</t>"),
        (b"<t><![CDATA[R&D]]> R&D</t>", b"<t><![CDATA[R&D]]> R&amp;D</t>"),
        (b"<![CDATA[R&D", b"<![CDATA[R&D"),
        ("<t>R&D é</t>".encode("utf-16"), "<t>R&D é</t>".encode("utf-16")),
        ("<t>R&D é</t>".encode("utf-16-be"), "<t>R&D é</t>".encode("utf-16-be")),
        ("<t>日本語</t>".encode("iso2022_jp"), "<t>日本語</t>".encode("iso2022_jp")),
        ("<t>日本語&é</t>".encode("euc_jp", "replace"), b"<t>\xc6\xfc\xcb\xdc\xb8\xec&amp;\x8f\xab\xb1</t>"),
    ],
)
def test_only_bare_ampersands_are_escaped(document: bytes, escaped: bytes) -> None:
    assert with_escaped_ampersands(document) == escaped


def test_unfinished_sections_are_looked_at_once() -> None:
    hostile = b"<![CDATA[" * 200_000

    assert with_escaped_ampersands(hostile) == hostile


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_becomes_utf_8(encoding: str) -> None:
    document = "<rss><title>été</title></rss>".encode(encoding)

    assert utf8_from_utf16(document) == ("<rss><title>été</title></rss>".encode(), True)


def test_a_declared_utf_16_no_longer_declares_it() -> None:
    document = "<?xml version='1.0' encoding='utf-16'?><rss/>".encode("utf-16")

    assert utf8_from_utf16(document) == (b"<rss/>", True)


@pytest.mark.parametrize(
    "document", [b"", b"<rss/>", "<rss>é</rss>".encode("latin-1"), b"\xef\xbb\xbf<rss/>"]
)
def test_other_encodings_are_left_alone(document: bytes) -> None:
    assert utf8_from_utf16(document) == (document, False)


@pytest.mark.parametrize(
    ("document", "said", "is_utf8"),
    [
        ("<rss>été</rss>", "", False),
        ("<rss>été</rss>", "UTF-8", False),
        ("<rss>été</rss>", "us-ascii", True),
        ("<rss>été</rss>", "x-unknown", True),
        ("<rss>été</rss>", "idna", True),
        ("<rss>even</rss>!", "utf-16", True),
        ("<rss>odd</rss>!", "utf-16", True),
        ("<rss>ete</rss>", "iso-8859-1", False),
        # feedparser tells these by each element.
        ("<rss>été</rss>", "iso-8859-1", False),
    ],
)
def test_utf_8_is_known_under_a_label_that_cannot_be(document: str, said: str, is_utf8: bool) -> None:
    assert is_utf8_after_all(document.encode(), said) == is_utf8


def test_what_is_neither_as_said_nor_utf_8_is_not_taken_for_it() -> None:
    assert not is_utf8_after_all("<rss>été</rss>".encode("latin-1"), "us-ascii")


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (
            "<p>Un <b>deux</b>\n trois</p>\n<p></p><p>quatre<br/>cinq</p>six",
            ["Un deux trois", "quatre", "cinq", "six"],
        ),
        (
            "<div><div><h2>Un</h2>deux</div></div><ul><li>trois<li>quatre</ul>",
            ["Un", "deux", "trois", "quatre"],
        ),
        ("un\ndeux\r\n \r\ntrois", ["un deux", "trois"]),
        ("", []),
        ("<p> </p>", []),
    ],
)
def test_a_text_is_told_in_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert plain_paragraphs(text) == paragraphs


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Doe", "Jane Doe"),
        ("jane@journal.example (Jane Doe)", "Jane Doe"),
        ("Jane Doe (jane@journal.example)", "Jane Doe"),
        ("Jane Doe <jane@journal.example>", "Jane Doe"),
        ("mailto:jane@journal.example?subject=RSS, Jane", "Jane"),
        ("jane@journal.example", ""),
        ("(Jane Doe)", "Jane Doe"),
        ("Jane (Paris) Doe (Lyon)", "Jane (Paris) Doe (Lyon)"),
        ("@jane", "@jane"),
        ("Jane\n<b>Doe</b> &amp; co", "Jane Doe & co"),
        ("", ""),
    ],
)
def test_a_name_has_no_address_in_it(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize("piece", ["a@", "(", "()", "a", "<", "@ "])
def test_a_hostile_name_is_harmless(piece: str) -> None:
    assert len(person_name(piece * 500_000)) <= 1000


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('application/rss+xml;Charset = "ISO-8859-1"', "ISO-8859-1"),
        ("text/xml", ""),
        ("text/xml; charset=", ""),
        ("", ""),
    ],
)
def test_a_content_type_may_name_an_encoding(content_type: str, encoding: str) -> None:
    assert character_set(content_type) == encoding


@pytest.mark.parametrize(
    ("document", "encoding"),
    [
        (b"<?xml version='1.0' encoding='utf-8'?><rss/>", "utf-8"),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding = "ISO-8859-1" ?><rss/>', "ISO-8859-1"),
        (b"<?xml version='1.0'?><rss encoding='utf-8'/>", ""),
        (b"<rss/>", ""),
        (b"", ""),
    ],
)
def test_an_xml_declaration_may_name_an_encoding(document: bytes, encoding: str) -> None:
    assert declared_encoding(document) == encoding
