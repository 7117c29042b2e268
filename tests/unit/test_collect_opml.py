"""Lists of feeds: read whatever is wrong with them, every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import a_feed
from veille.collect.opml import OpmlList, read_opml, write_opml
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


@pytest.mark.parametrize("data", [b"", b" ", b"url,title\nhttps://journal.example/feed,x", b"\0\0\0\0"])
def test_what_is_no_list_gives_a_fault_and_nothing_else(data: bytes) -> None:
    opml = read_opml(data, DEFAULT_THEMES)

    assert opml.sources == ()
    assert [fault.line for fault in opml.faults] == [1]


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


def test_a_list_is_written_with_themes_as_folders() -> None:
    feeds = [a_feed(title="R&D <b>", theme="outils"), a_feed(url="https://b.example/?a=1&b=2", theme="lieux")]

    written = write_opml(feeds, DEFAULT_THEMES, "La veille").decode()

    assert "<title>La veille</title>" in written
    assert '<outline text="Tools" title="Tools">' in written
    assert '<outline text="lieux" title="lieux">' in written
    assert 'text="R&amp;D &lt;b&gt;"' in written
    assert 'xmlUrl="https://b.example/?a=1&amp;b=2"' in written


def test_a_theme_named_like_another_comes_back_as_itself() -> None:
    themes = {"a": Label({"fr": "b"}), "b": Label({"fr": "Autre"})}

    opml = read_opml(write_opml([a_feed(theme="a")], themes, ""), themes)

    assert opml.sources[0].theme == "a"
