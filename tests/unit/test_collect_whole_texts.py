"""The parser that feedparser is given tells each text at once."""

from __future__ import annotations

import io
import xml.sax

import pytest

from veille.collect import whole_texts
from veille.collect.parse import parse_feed
from veille.collect.whole_texts import WholeTextParser, create_parser


class Listener(xml.sax.ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def characters(self, content: str) -> None:
        self.texts.append(content)


def test_lines_references_and_sections_are_one_text() -> None:
    listener = Listener()
    parser = create_parser()
    parser.setContentHandler(listener)

    parser.parse(io.BytesIO(b"<t>un &amp;\n<![CDATA[deux\n& ]]>trois<b/>quatre\n</t>"))

    assert listener.texts == ["un &\ndeux\n& trois", "quatre\n"]


def test_feedparser_reads_with_this_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    created: list[WholeTextParser] = []

    def remembered() -> WholeTextParser:
        created.append(WholeTextParser())
        return created[-1]

    monkeypatch.setattr(whole_texts, "create_parser", remembered)

    parse_feed(
        b"<rss version='2.0'><channel><title>T</title></channel></rss>", "", "https://journal.example/"
    )

    assert len(created) == 1
