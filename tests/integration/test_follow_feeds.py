"""Following feeds from the command line: each once, however its address is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Veille
from veille.model.feed import feed_key
from web_server import Answer, WebServer

SETTINGS = '\n[collect]\nallow_private = ["127.0.0.0/8"]\n'


def listed(folder: Path, *outlines: str) -> str:
    """The path of a list of ``outlines``, each on a line of its own from line 2 on."""
    path = folder / "list.opml"
    path.write_text(
        "<opml version='2.0'><body>\n" + "\n".join(outlines) + "\n</body></opml>", encoding="utf-8"
    )
    return str(path)


@pytest.mark.parametrize(
    "twin",
    [
        "http://journal.example/feed",
        "https://journal.example/feed/",
        "https://journal.example/feed#actualites",
        "https://Journal.example:443/feed?utm_source=x",
    ],
)
def test_a_followed_feed_is_known_however_it_is_written(veille: Veille, tmp_path: Path, twin: str) -> None:
    first = '<outline text="A" xmlUrl="https://journal.example/feed"/>'
    veille("feeds", "import", listed(tmp_path, first))

    report = veille.json("feeds", "import", listed(tmp_path, f'<outline text="B" xmlUrl="{twin}"/>'))

    assert (report["added"], report["already"]) == (0, 1)
    assert [feed["title"] for feed in veille.json("feeds", "list")["feeds"]] == ["A"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/feed", "https://a.example/feed2"),
        ("https://a.example/?feed=rss2", "https://a.example/?feed=atom"),
        ("https://a.example/?url=b/", "https://a.example/?url=b"),
        ("https://a.example/feed", "https://b.example/feed"),
        ("https://a.example:8443/feed", "https://a.example/feed"),
    ],
)
def test_different_feeds_have_different_keys(one: str, other: str) -> None:
    assert feed_key(one) != feed_key(other)


def test_what_was_exported_comes_back_whole(veille: Veille, tmp_path: Path) -> None:
    veille(
        *("feeds", "import"),
        listed(
            tmp_path,
            '<outline text="Presse"><outline text="Musées">',
            '<outline text="Court" title="Le titre entier" category="/fr" xmlUrl="https://a.example/feed"/>',
            "</outline></outline>",
            '<outline text="Seul" xmlUrl="https://b.example/feed"/>',
        ),
    )
    veille("feeds", "pause", "1")
    before = veille.json("feeds", "list")["feeds"]
    exported = tmp_path / "mine.opml"
    veille("feeds", "export", str(exported))
    first = exported.read_bytes()
    veille("feeds", "remove", "1")
    veille("feeds", "remove", "2")

    veille("feeds", "import", str(exported))
    veille("feeds", "export", str(exported))

    told = ("url", "title", "theme", "language", "status")
    after = veille.json("feeds", "list")["feeds"]
    assert [[feed[name] for name in told] for feed in after] == [
        [feed[name] for name in told] for feed in before
    ]
    assert exported.read_bytes() == first
    assert b'text="Court" title="Le titre entier" category="/fr"' in first


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"<!doctype html><html></html>", b"<rss version='2.0'/>"]
)
def test_what_is_no_list_is_refused(veille: Veille, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.opml"
    path.write_bytes(content)

    veille("feeds", "import", str(path), code=1)

    assert "no list of feeds" in veille.said


def test_each_fault_is_named_with_its_line_where_it_is_known(veille: Veille, tmp_path: Path) -> None:
    path = listed(tmp_path, '<outline xmlUrl="x"/>', "\n" * 70_000, '<outline xmlUrl="y"/>')

    veille("feeds", "import", path, code=4)

    assert f"{path}, line 2: “x” is not a web address" in veille.said.replace("\n", " ")
    assert f"{path}: “y” is not a web address" in veille.said.replace("\n", " ")


@pytest.mark.parametrize("language", ["fre", "f", "français", "42", "fr-FR", " "])
def test_a_language_is_two_letters(veille: Veille, language: str) -> None:
    veille("feeds", "add", "https://journal.example/feed", "--language", language, code=2)

    assert "not the code of a language" in veille.said
    assert veille.json("feeds", "list")["feeds"] == []


def test_a_site_is_followed_by_its_best_feed(veille: Veille) -> None:
    settings = veille.folder / "veille.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    with WebServer() as server:
        server.give("/", Answer(b"<link rel=alternate type=application/rss+xml href=/fil>"))
        feed = server.give("/fil", Answer(b"<rss version='2.0'><channel><title>Fil</title></channel></rss>"))

        (added,) = veille.json("feeds", "add", server.url("/"), "--language", "FR")["feeds"]
        said = veille("feeds", "add", f"{feed}#top")

    assert (added["url"], added["title"], added["language"]) == (feed, "Fil", "fr")
    assert said == f"Already followed: {feed}\n"
