"""What programs that read mail and HTML say of ours: the Nu HTML checker, caniemail and SpamAssassin."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from builders import NOW, a_pick, an_approved_issue
from programs import program
from rendering.conftest import PAGE_TYPES
from sample_mails import SETTINGS, a_digest
from veille.archive.figures import figures_of
from veille.archive.issue_text import issue_texts
from veille.archive.pages import site_pages
from veille.collect.parse import parse_feed
from veille.compose.digest import Digest
from veille.compose.environment import build_environment, render
from veille.deliver.message import Mark, letter_from_digest, message_for
from veille.model.entry import ParsedEntry
from veille.model.issue import Issue, Slot, Tray
from veille.model.month import Month
from veille.settings import Settings

HERE = Path(__file__).parent
ALLOWED = tomllib.loads((HERE / "allowed.toml").read_text(encoding="utf-8"))
READERS = "gmail.*,outlook.*,apple-mail.*"


def nu_errors(node_modules: Path, files: list[Path]) -> set[str]:
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command: list[str | Path] = [
        program("java"),
        "-jar",
        jar,
        "--format",
        "json",
        "--errors-only",
        "--exit-zero-always",
        *files,
    ]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=True)
    return {message["message"] for message in json.loads(done.stderr)["messages"]}


def test_the_nu_html_checker_finds_no_error_but_those_allowed(
    pages: tuple[Path, ...], node_modules: Path
) -> None:
    assert nu_errors(node_modules, [*pages]) == set(ALLOWED["nu"])


@pytest.mark.corpus
def test_the_nu_html_checker_finds_no_error_in_any_page_of_the_archive(
    archive: Path, node_modules: Path
) -> None:
    pages = {archive / path.partition("#")[0] for path in PAGE_TYPES.values()}

    assert nu_errors(node_modules, sorted(pages)) == set()


def real_entries(corpus: Path) -> list[ParsedEntry]:
    """The first entries of every real feed."""
    return [
        entry
        for file in sorted((corpus / "feeds").iterdir())
        if file.suffix in (".rss", ".atom", ".xml")
        for entry in parse_feed(file.read_bytes(), "", f"https://feeds.example/{file.name}").entries[:3]
    ]


@pytest.mark.corpus
def test_titles_of_real_feeds_are_only_text_in_the_archive(
    corpus: Path, node_modules: Path, tmp_path: Path
) -> None:
    entries = real_entries(corpus)
    issues = [
        an_issue_of(number, five) for number, five in enumerate(zip(*[iter(entries)] * 5, strict=False))
    ]
    texts = issue_texts(issues, {}, {}, Settings())
    environment = build_environment(Path("nowhere"), "fr")
    files = []
    for number, (_path, page) in enumerate(site_pages(issues, texts, {}, figures_of((), (), {}), Settings())):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(render(environment, page), encoding="utf-8")

    assert len(issues) >= 20
    assert nu_errors(node_modules, files) == set()
    for file in files:
        tree = html.parse(str(file))
        assert tree.xpath("//img | //iframe | //object | //@onerror | //@onload | //@onclick") == []
        assert {script.get("type") for script in tree.xpath("//script")} <= {None, "application/json"}
        assert {urlsplit(url).scheme for url in tree.xpath("//a/@href")} <= {"", "http", "https", "mailto"}


def an_issue_of(number: int, entries: Sequence[ParsedEntry]) -> Issue:
    picks = (a_pick(title=entry.title, url=entry.url, note=entry.summary[:320]) for entry in entries)
    return an_approved_issue(
        id=number,
        month=Month(2026 - number // 12, 12 - number % 12),
        number=1000 - number,
        tray=Tray(tuple(Slot(place, pick) for place, pick in enumerate(picks, 1))),
    )


@pytest.mark.corpus
def test_titles_of_real_feeds_make_no_error_either(corpus: Path, node_modules: Path, tmp_path: Path) -> None:
    entries = real_entries(corpus)
    digests = [
        a_digest(tuple(a_pick(title=entry.title, url=entry.url, note=entry.summary[:320]) for entry in five))
        for five in zip(*[iter(entries)] * 5, strict=False)
    ]
    files = [tmp_path / f"{number}.html" for number in range(len(digests))]
    for file, digest in zip(files, digests, strict=True):
        file.write_text(digest.html, encoding="utf-8")

    assert len(files) >= 20
    assert nu_errors(node_modules, files) == set(ALLOWED["nu"])


def test_what_mail_readers_ignore_is_known_and_borne(pages: tuple[Path, ...], node_modules: Path) -> None:
    command: list[str | Path] = [program("node"), HERE / "caniemail.mjs", node_modules, READERS, *pages]

    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)

    report = json.loads(done.stdout)
    assert set(report["errors"]) == set(ALLOWED["caniemail"]["ignored"])
    assert set(report["warnings"]) == set(ALLOWED["caniemail"]["partly"])
    readers = {reader for ignored in report["errors"].values() for reader in ignored}
    assert not {reader for reader in readers if reader.startswith("apple-mail")}


@pytest.mark.parametrize(
    ("name", "to_list", "mark"),
    [
        ("usual", True, None),
        ("usual", False, Mark.TRIAL),
        ("in-english", True, None),
        ("long", False, Mark.PROOF),
        ("hostile", True, None),
        ("share", False, None),
    ],
)
def test_spamassassin_has_nothing_against_it(
    digests: Mapping[str, Digest], name: str, to_list: bool, mark: Mark | None, tmp_path: Path
) -> None:
    message = message_for(
        letter_from_digest(digests[name], "fr", mark),
        name="Élise Noël",
        address="elise@musee.example",
        message_id="<5a0d4b1c9e7f4d6f8a2b3c4d5e6f7a8b@musee.example>",
        settings=replace(SETTINGS, mail=replace(SETTINGS.mail, from_address="veille@musee.example")),
        now=NOW,
        to_list=to_list,
    )
    command: list[str | Path] = [
        program("spamassassin"),
        "--local",
        "--test-mode",
        f"--prefspath={tmp_path / 'prefs'}",
    ]

    done = subprocess.run(command, input=message.content, stdout=subprocess.PIPE, check=True)

    score = re.search(rb"^X-Spam-Status: \w+, score=(-?[0-9.]+)", done.stdout, re.MULTILINE)
    assert score
    assert float(score[1]) <= 0, done.stdout.decode()
