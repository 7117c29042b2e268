"""Lists of feeds: read whatever is wrong with them, every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import a_feed
from veille.collect.opml import OpmlList, read_opml, write_opml
from veille.errors import ParseError
from veille.model.feed import FeedStatus, Outline
from veille.settings import DEFAULT_THEMES, Label


def read(*outlines: str) -> OpmlList:
    body = "\n".join(outlines)
    return read_opml(f"<opml version='2.0'><body>\n{body}\n</body></opml>".encode(), DEFAULT_THEMES)


def outline(number: int = 1, **attributes: str) -> str:
    values = {"text": f"Journal {number}", "xmlUrl": f"https://journal{number}.example/feed"} | attributes
    written = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f"<outline {written}/>"


def folder(text: str, *outlines: str) -> str:
    return f'<outline text="{text}">{"".join(outlines)}</outline>'


def urls(opml: OpmlList) -> list[str]:
    return [source.url for source in opml.sources]


def test_an_outline_becomes_a_source() -> None:
    opml = read(folder("Outils", outline(language="fr-FR")))

    (source,) = opml.sources
    assert (source.url, source.title) == ("https://journal1.example/feed", "Journal 1")
    assert (source.theme, source.language) == ("outils", "fr")
    assert opml.faults == ()


@pytest.mark.parametrize("name", ["methodes", "Méthodes", "METHODES", "méthodes ", "Methods"])
def test_a_folder_named_like_a_theme_is_that_theme(name: str) -> None:
    assert read(folder(name, outline())).sources[0].theme == "methodes"


def test_the_nearest_folder_named_like_a_theme_wins() -> None:
    nested = folder("Outils", folder("Divers", outline(1)), folder("Secteur", outline(2)))

    assert [source.theme for source in read(nested).sources] == ["outils", "secteur"]


@pytest.mark.parametrize(
    ("name", "theme"),
    [("Lieux & Musées", "lieux-musees"), ("Папка", "папка"), ("☃", "publics"), ("x" * 50, "x" * 31)],
)
def test_an_unknown_folder_makes_a_theme_of_its_own_name(name: str, theme: str) -> None:
    assert read(folder(name.replace("&", "&amp;"), outline())).sources[0].theme == theme


def test_a_feed_without_folder_has_the_first_theme() -> None:
    assert read(outline()).sources[0].theme == "publics"


def test_names_are_on_one_line_and_may_be_missing() -> None:
    opml = read(outline(1, text="deux&#10;lignes"), outline(2, text="", title="Titre"), outline(3, text=""))

    assert [source.title for source in opml.sources] == ["deux lignes", "Titre", ""]


def test_attributes_are_found_whatever_their_case() -> None:
    opml = read('<outline TEXT="Journal" XMLURL="https://journal.example/feed"/>')

    assert opml.sources[0].title == "Journal"


@pytest.mark.parametrize("url", ["|~/fetch.py", "exec:rm -rf", "file:///etc/passwd", "feed", "http://"])
def test_what_is_no_web_address_is_a_fault_with_its_line(url: str) -> None:
    opml = read(outline(1), outline(2, xmlUrl=url), outline(3))

    assert len(opml.sources) == 2
    assert [(fault.line, fault.message) for fault in opml.faults] == [
        (3, f"“{url}” is not a web address"),
    ]


def test_a_line_that_the_parser_no_longer_counts_is_not_named() -> None:
    opml = read("\n" * 70_000, outline(1, xmlUrl="x"), outline(2, text="R&D"))

    assert [fault.line for fault in opml.faults] == [70_004, None]


def test_an_outline_that_is_neither_feed_nor_folder_is_nothing() -> None:
    assert read('<outline text="TechCrunch" type="link" url="http://tech.example/x.opml"/>') == OpmlList(
        (), ()
    )


def test_bare_ampersands_lose_nothing_and_are_named() -> None:
    opml = read(outline(1), outline(2, text="R&D", xmlUrl="https://journal.example/?page=feed&lang=fr"))

    assert opml.sources[1].title == "R&D"
    assert opml.sources[1].url == "https://journal.example/?page=feed&lang=fr"
    assert [fault.line for fault in opml.faults] == [3]
    assert "not well-formed XML" in opml.faults[0].message


def test_a_broken_line_costs_itself_only() -> None:
    opml = read(outline(1), '<outline text="x" xmlUrl=https://x.example/ />', outline(3))

    assert "https://journal1.example/feed" in urls(opml)
    assert "https://journal3.example/feed" in urls(opml)
    assert {fault.line for fault in opml.faults} == {3}


def test_faults_come_in_the_order_of_their_lines() -> None:
    opml = read(outline(1, xmlUrl="x"), outline(2, text="R&D"), outline(3, xmlUrl="y"))

    assert [fault.line for fault in opml.faults] == [2, 3, 4]


@pytest.mark.parametrize(
    "data",
    [
        b"<outline xmlUrl='https://journal.example/feed'/>",
        b"<list><outline xmlUrl='https://journal.example/feed'/></list>",
        b"<opml><outline xmlUrl='https://journal.example/feed'/></opml>",
        b"<opml xmlns='http://opml.example/'><body><outline xmlUrl='https://journal.example/feed'/></body></opml>",
        b"<opml><body><outline xmlUrl='https://journal.example/feed'>",
        "<opml><outline text='été' xmlUrl='https://journal.example/feed'/></opml>".encode("utf-16"),
    ],
)
def test_a_list_without_the_proper_frame_still_gives_its_feeds(data: bytes) -> None:
    assert urls(read_opml(data, DEFAULT_THEMES)) == ["https://journal.example/feed"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"url,title\nhttps://journal.example/feed,x", "no outline"),
        (b"\0\0\0\0", "no outline"),
        (b"PK\x03\x04\x14\0<outline", "no outline"),
        (b"<urlset><url/></urlset>", "no outline"),
        (b"<:/>", "no outline"),
        (b"<!doctype html><html><body><p>404</body></html>", "a web page"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "a web page"),
        (b"<p>caf\xe9 <html>", "a web page"),
        (b"<rss version='2.0'><channel/></rss>", "a feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "a feed"),
        (b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "a feed"),
    ],
)
def test_what_is_no_list_is_refused_with_what_it_is(data: bytes, found: str) -> None:
    with pytest.raises(ParseError, match=found):
        read_opml(data, DEFAULT_THEMES)


@pytest.mark.parametrize("data", [b"<opml/>", b"<OPML><body></body></OPML>", b"<opml version='2.0'><head/>"])
def test_an_empty_list_is_a_list(data: bytes) -> None:
    assert read_opml(data, DEFAULT_THEMES).sources == ()


def test_entities_neither_read_files_nor_explode(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'ha' * 50}'>" for n in range(12))
    data = (
        f"<!DOCTYPE opml [{bomb}<!ENTITY file SYSTEM '{secret.as_uri()}'>]>"
        f"<opml><outline text='&file;' xmlUrl='https://a.example/'/>"
        f"<outline text='&e11;' xmlUrl='https://b.example/'/></opml>"
    ).encode()

    opml = read_opml(data, DEFAULT_THEMES)

    assert all("secret" not in source.title and len(source.title) <= 300 for source in opml.sources)


def test_folders_are_kept_from_the_outermost_in() -> None:
    opml = read(folder("Presse", folder("Musées", outline(1)), outline(2)), outline(3))

    assert [source.outline.folders for source in opml.sources] == [("Presse", "Musées"), ("Presse",), ()]


def test_an_outline_keeps_its_attributes_as_written() -> None:
    opml = read_opml(
        b"""<opml xmlns:frss="https://freshrss.example/opml"><body>
        <outline text="Court" title="Le titre entier" type="RSS"
        xmlUrl="https://a.example/" HTMLURL="https://b.example/" description="a&#10;b"
        category="/art,/fr" frss:priority="main" unknown:x="1" language="fr-CA"/></body></opml>""",
        DEFAULT_THEMES,
    )

    assert opml.sources[0].title == "Court"
    assert opml.sources[0].outline.attributes == (
        ("text", "Court"),
        ("title", "Le titre entier"),
        ("type", "RSS"),
        ("htmlUrl", "https://b.example/"),
        ("description", "a\nb"),
        ("category", "/art,/fr"),
        ("{https://freshrss.example/opml}priority", "main"),
        ("language", "fr-CA"),
    )


def test_what_opml_demands_is_there() -> None:
    (source,) = read_opml(b"<outline title='Titre' xmlUrl='https://a.example/'/>", DEFAULT_THEMES).sources

    assert dict(source.outline.attributes) == {"type": "rss", "text": "Titre", "title": "Titre"}


@pytest.mark.parametrize(
    ("written", "theme", "status"),
    [
        ("veille:theme='methodes' veille:status='paused'", "methodes", FeedStatus.PAUSED),
        ("veille:theme='lieux-de-memoire' veille:status='retired'", "lieux-de-memoire", FeedStatus.RETIRED),
        ("veille:theme='../x y' veille:status='asleep' veille:other='x'", "outils", FeedStatus.ACTIVE),
        ("", "outils", FeedStatus.ACTIVE),
    ],
)
def test_attributes_of_veilles_own_say_theme_and_status(written: str, theme: str, status: FeedStatus) -> None:
    data = f"""<opml xmlns:veille="urn:veille:opml"><outline text="Outils">
        <outline type="rss" text="x" xmlUrl="https://a.example/" {written}/></outline></opml>"""

    (source,) = read_opml(data.encode(), DEFAULT_THEMES).sources

    assert (source.theme, source.status) == (theme, status)
    assert source.outline == Outline(("Outils",), (("type", "rss"), ("text", "x")))


def test_feeds_without_folder_are_written_into_that_of_their_theme() -> None:
    feeds = [a_feed(title="R&D <b>", theme="outils"), a_feed(url="https://b.example/?a=1&b=2", theme="lieux")]

    written = write_opml(feeds, DEFAULT_THEMES, "La veille").decode()

    assert "<title>La veille</title>" in written
    assert '<outline text="Tools" title="Tools">' in written
    assert '<outline text="lieux" title="lieux">' in written
    assert 'type="rss" text="R&amp;D &lt;b&gt;" title="R&amp;D &lt;b&gt;"' in written
    assert 'xmlUrl="https://b.example/?a=1&amp;b=2"' in written


def test_feeds_of_one_folder_are_written_together() -> None:
    places = [("A", "B"), ("C",), ("A",), ("A", "B")]
    feeds = [
        a_feed(url=f"https://journal{number}.example/feed", outline=Outline(folders, ()))
        for number, folders in enumerate(places)
    ]

    opml = read_opml(write_opml(feeds, DEFAULT_THEMES, ""), DEFAULT_THEMES)

    assert [source.outline.folders for source in opml.sources] == [("A", "B"), ("A", "B"), ("A",), ("C",)]


def test_a_new_feed_joins_the_folder_named_like_its_theme_and_still_has_none() -> None:
    feeds = [
        a_feed(theme="outils", outline=Outline(("Tools",), ())),
        a_feed(url="https://new.example/feed", theme="outils"),
    ]

    written = write_opml(feeds, DEFAULT_THEMES, "")

    assert written.count(b'text="Tools"') == 1
    assert [source.outline.folders for source in read_opml(written, DEFAULT_THEMES).sources] == [
        ("Tools",),
        (),
    ]


def test_a_name_and_a_language_are_written_as_they_came_unless_they_changed() -> None:
    came = Outline((), (("text", " Court"), ("title", "Le titre entier"), ("language", "fr-CA")))
    feeds = [
        a_feed(title="Court", language="fr", outline=came),
        a_feed(title="À moi", language="en", outline=came),
    ]

    as_it_came, changed = read_opml(write_opml(feeds, DEFAULT_THEMES, ""), DEFAULT_THEMES).sources

    assert as_it_came.outline.attributes == (("type", "rss"), *came.attributes)
    assert dict(changed.outline.attributes) == {
        "type": "rss",
        "text": "À moi",
        "title": "À moi",
        "language": "en",
    }


def test_a_theme_named_like_another_comes_back_as_itself() -> None:
    themes = {"a": Label({"fr": "b"}), "b": Label({"fr": "Autre"})}

    opml = read_opml(write_opml([a_feed(theme="a")], themes, ""), themes)

    assert opml.sources[0].theme == "a"
