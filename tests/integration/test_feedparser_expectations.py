"""feedparser's own test files: what they expect of a field that veille stores is what veille stores.

They come with feedparser's source distribution, which is fetched once into ``.cache``, never committed.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from veille.collect.cleaning import language_code, person_name, plain_paragraphs, plain_text, web_link
from veille.collect.entries import SUMMARY_MAX_CHARACTERS
from veille.collect.parse import parse_feed
from veille.collect.written import Repair
from veille.errors import ParseError
from veille.model.entry import ParsedEntry
from veille.model.feed import ParsedFeed
from veille.model.plaintext import one_line, shortened, title_from_text
from veille.model.urls import is_web_url

CACHE = Path(__file__).parents[2] / ".cache"
SITE = "http://127.0.0.1:8097/"
ENOUGH = 0.999

# What feedparser calls bozo.
DAMAGES = {Repair.NOT_WELL_FORMED, Repair.ENCODING, Repair.BARE_AMPERSAND}

GUID_AS_WRITTEN = "a guid stays as it is, wherever the feed was fetched from: it must outlive a move"
EXCEPTIONS = {
    "encoding/bozo_linenoise.xml: entries.0.summary": "bytes of no encoding; a plain '<>' is text here",
    "wellformed/base/http_entry_id_base_content_location.xml: entries.0.id": GUID_AS_WRITTEN,
    "wellformed/base/http_entry_id_base_docuri.xml: entries.0.id": GUID_AS_WRITTEN,
}

_EXPECTATION = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
_NEEDED_CODEC = re.compile(r"SkipUnless:.*lookup\('([^']+)'\)")
_HEADER = re.compile(r"^Header:\s+([^:\n]+):(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One test file: its bytes, the type and address it is served with, and what is expected of it."""

    name: str
    body: bytes
    content_type: str
    url: str
    expected: str


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """All of feedparser's test files."""
    with tarfile.open(_source_distribution()) as archive:
        return [
            _example(name, file.read())
            for member in archive
            if (name := member.name.partition("/tests/")[2]) and not name.endswith(".py")
            if (file := archive.extractfile(member)) is not None
        ]


def _source_distribution() -> Path:
    name = f"feedparser-{version('feedparser')}"
    path = CACHE / f"{name}.tar.gz"
    if not path.exists():
        options = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(CACHE))
        command = (sys.executable, "-m", "pip", "download", *options, name.replace("-", "=="))
        pip = subprocess.run(command, capture_output=True, text=True, check=False)
        if pip.returncode:
            message = f"left out: pip could not fetch feedparser's own tests ({pip.stderr.strip()[-200:]})"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
    return path


def _example(name: str, body: bytes) -> Example:
    text = _readable(body)
    expected = _EXPECTATION.search(text)
    headers = {field.lower(): value.strip() for field, value in _HEADER.findall(text)}
    # The reader is told a document's type and address, and no other header.
    is_for_us = "content-language" not in headers and all(map(_is_known, _NEEDED_CODEC.findall(text)))
    return Example(
        name=name,
        body=body,
        content_type=headers.get("content-type", ""),
        url=urljoin(f"{SITE}tests/{name}", headers.get("content-location", "")),
        expected=expected[1] if expected and is_for_us else "",
    )


def _readable(body: bytes) -> str:
    """The file as far as its comment can be read."""
    wide = (f"utf-{bits}{order}" for bits in (32, 16) for order in ("", "-be", "-le"))
    for encoding in ("utf-8", *wide, "cp037"):
        text = body.decode(encoding, "replace")
        if "Expect:" in text:
            return text
    return body.decode("latin-1")


def _is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _clauses(expected: str) -> Iterator[tuple[str, Any]]:
    """The parts of an expectation that say what one field is, as path and value; ``bozo`` stands alone."""
    tree = ast.parse(expected, mode="eval").body
    for clause in tree.values if isinstance(tree, ast.BoolOp) else [tree]:
        if isinstance(clause, ast.Compare) and isinstance(clause.ops[0], ast.Eq):
            with contextlib.suppress(ValueError):  # a call, or a comparison of two fields
                yield _path(clause.left), ast.literal_eval(clause.comparators[0])
        elif isinstance(clause, ast.UnaryOp) and isinstance(clause.op, ast.Not):
            with contextlib.suppress(ValueError):
                yield _path(clause.operand), False
        elif isinstance(clause, ast.Name):
            yield clause.id, True


def _path(node: ast.expr) -> str:
    """``entries[0]['title']`` and ``entries[0].title`` as ``entries.0.title``."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return f"{_path(node.value)}.{node.slice.value!s}"
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError(ast.dump(node))


def _paragraphs(html: str) -> list[str]:
    """What a reader sees of a value that feedparser calls HTML."""
    return plain_paragraphs(f"{html}<br>")


def _is_title(title: str, value: str) -> bool:
    return title in {title_from_text(plain_text(value)), title_from_text(" ".join(_paragraphs(value)))}


def _is_entry_title(entry: ParsedEntry, value: str, _url: str) -> bool:
    # Without a title an entry is named by its text or address.
    return _is_title(entry.title, value) or (not _paragraphs(value) and bool(entry.title))


def _is_link(link: str, value: str, url: str) -> bool:
    return link == ((value and web_link(value, url)) or "")


def _is_page(entry: ParsedEntry, value: str, url: str) -> bool:
    # What does not lead to the web is no address; the entry then has the next best one.
    return entry.url == web_link(value, url) if web_link(value, url) else is_web_url(entry.url)


def _is_summary(entry: ParsedEntry, value: str, _url: str) -> bool:
    plain = (plain_text(value), " ".join(_paragraphs(value)))
    return entry.summary in {shortened(text, SUMMARY_MAX_CHARACTERS) for text in plain}


def _is_text(entry: ParsedEntry, value: str, _url: str) -> bool:
    # The text is the fullest body, so that a shorter one may be what is expected here.
    plain = {"\n".join(plain_paragraphs(value)), "\n".join(_paragraphs(value))}
    return entry.text in plain or entry.words > max(len(text.split()) for text in plain)


def _is_moment(entry: ParsedEntry, value: tuple[int, ...], _url: str) -> bool:
    return entry.published_at is not None and entry.published_at.utctimetuple()[:6] == value[:6]


def _is_author(entry: ParsedEntry, value: str, _url: str) -> bool:
    return person_name(value) in entry.author.split(", ")


def _is_identity(entry: ParsedEntry, value: str, _url: str) -> bool:
    return entry.identity == one_line(value)


def _is_language(entry: ParsedEntry, value: str | None, _url: str) -> bool:
    # A title in no language is that of an entry in the language of its feed.
    return entry.language == language_code(value or "") or value is None


def _is_enclosure(entry: ParsedEntry, value: str, url: str) -> bool:
    return _is_link(entry.enclosure_url, value, url)


def _is_image(entry: ParsedEntry, value: str, url: str) -> bool:
    return _is_link(entry.image_url, value, url)


ENTRY_FIELDS: dict[str, Callable[[ParsedEntry, Any, str], bool]] = {
    "title": _is_entry_title,
    "title_detail.value": _is_entry_title,
    "title_detail.language": _is_language,
    "language": _is_language,
    "link": _is_page,
    "id": _is_identity,
    "guid": _is_identity,
    "description": _is_summary,
    "summary": _is_summary,
    "summary_detail.value": _is_summary,
    "content.0.value": _is_text,
    "author": _is_author,
    "author_detail.name": _is_author,
    "authors.0.name": _is_author,
    "authors.1.name": _is_author,
    "published_parsed": _is_moment,
    "created_parsed": _is_moment,
    "updated_parsed": _is_moment,
    "enclosures.0.href": _is_enclosure,
    "enclosures.0.url": _is_enclosure,
    "image.href": _is_image,
    "media_thumbnail.0.url": _is_image,
}
FEED_FIELDS: dict[str, Callable[[ParsedFeed, Any], bool]] = {
    "title": lambda feed, value: _is_title(feed.title, value),
    "title_detail.value": lambda feed, value: _is_title(feed.title, value),
    "language": lambda feed, value: feed.language == language_code(value or ""),
    "ttl": lambda feed, value: feed.ttl_minutes == int(value),
}


def _judged(example: Example) -> Iterator[tuple[str, bool]]:
    """Every stored field that is expected to be something, and whether it is."""
    for path, value in _clauses(example.expected):
        root, _, field = path.partition(".")
        position, _, entry_field = field.partition(".")
        if root == "feed" and field in FEED_FIELDS:
            feed = _read(example)
            yield path, feed is not None and FEED_FIELDS[field](feed, value)
        elif root == "entries" and entry_field in ENTRY_FIELDS:
            entry = _entry(_read(example), int(position))
            yield path, entry is not None and ENTRY_FIELDS[entry_field](entry, value, example.url)
        elif root == "bozo" and not (value and example.content_type):  # never for its type (RFC 7303)
            feed = _read(example)
            yield path, feed is None or (not DAMAGES.isdisjoint(feed.repairs)) == value


def _entry(feed: ParsedFeed | None, position: int) -> ParsedEntry | None:
    return feed.entries[position] if feed is not None and position < len(feed.entries) else None


@cache
def _read(example: Example) -> ParsedFeed | None:
    """The feed; its items are given an address when without one they would say nothing and be left out."""
    try:
        feed = parse_feed(example.body, example.content_type, example.url)
        if Repair.EMPTY_ITEM not in feed.repairs:
            return feed
        address = rb"<link href='https://journal.example/1'/>"
        linked = re.sub(rb"(?i)(?=</(item|entry)>)", address, example.body)
        return parse_feed(linked, example.content_type, example.url)
    except ParseError:
        return None


def test_no_file_of_feedparsers_breaks_the_reader(examples: list[Example]) -> None:
    unread = []
    for example in examples:
        try:
            parse_feed(example.body, example.content_type, example.url)
        except ParseError:
            unread.append(example.name)

    assert len(examples) > 2200
    assert [name for name in unread if name.startswith("wellformed")] == []


def test_what_feedparser_expects_is_what_is_stored(
    examples: list[Example], capsys: pytest.CaptureFixture[str]
) -> None:
    judged = [
        (f"{example.name}: {path}", holds)
        for example in examples
        if example.expected
        for path, holds in _judged(example)
    ]

    failed = {name for name, holds in judged if not holds}
    kept = len(judged) - len(failed)
    content = sum(not name.endswith(": bozo") for name, _holds in judged)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(judged)} expectations of stored fields ({content} of content), {kept} kept\n"
        )
    assert failed == EXCEPTIONS.keys()
    assert kept / len(judged) >= ENOUGH
