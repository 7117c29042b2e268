"""The archive, file by file. ``VEILLE_UPDATE_GOLDEN=1 make test`` rewrites them; read, then commit."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from builders import NOVEMBER, NOW, an_approved_issue
from golden.test_digest import SETTINGS, november
from veille.archive.figures import figures_of
from veille.archive.issue_text import issue_texts
from veille.archive.pages import site_pages
from veille.archive.records import issue_files
from veille.archive.sitemap import sitemap_file
from veille.archive.syndication import archive_uuid, feed_files
from veille.compose.environment import build_environment, render
from veille.model.issue import Erratum, Issue, IssueStatus
from veille.model.month import Month
from veille.store.statistics import ToldPick

FILES = Path(__file__).with_name("archive")
# Others say the same with fewer words.
READ_WHOLE = (
    "accessibilite/index.html", "a-propos/index.html", "chiffres/index.html", "feed.atom", "feed.json",
    "index.html", "liens/index.html", "numeros/2026-11.json", "numeros/2026-11/index.html",
    "plan-du-site/index.html", "recherche/index.html", "sitemap.xml", "themes/outils/index.html",
)  # fmt: skip


def two_issues() -> list[Issue]:
    sent = replace(november(), status=IssueStatus.SENT, content_hash="0" * 64, approved_at=NOW)
    return [sent, an_approved_issue(id=2, month=Month(2025, 12), number=33)]


def site() -> dict[str, str]:
    """Every file of an archive, its pages without the style that all of them share."""
    issues = two_issues()
    errata = {NOVEMBER: (Erratum("Le lien 4 est de Camille Roy, non de Sacha Roy.", NOW),)}
    texts = issue_texts(issues, errata, {}, SETTINGS)
    told = [
        ToldPick(issue.month, segment, pick.theme, pick.source, pick.language)
        for issue in issues
        for _number, segment, pick in issue.tray.picks()
    ]
    figures = figures_of(told, (), {})
    environment = build_environment(Path("nowhere"), "fr")
    pages = {
        path: re.sub(r"(?s)<style>.*</style>", "<style>…</style>", render(environment, page))
        for path, page in site_pages(issues, texts, {}, figures, SETTINGS)
    }
    others = (
        feed_files(issues, texts, errata, SETTINGS, archive_uuid("salt"))
        | issue_files(issues, errata, SETTINGS)
        | sitemap_file(pages, SETTINGS)
    )
    return pages | {path: content.decode() for path, content in others.items()}


def test_the_archive_is_the_one_that_was_read_and_approved() -> None:
    files = site()
    expected = {"tree.txt": "".join(f"{path}\n" for path in sorted(files))}
    expected |= {path.replace("/", "--"): files[path] for path in READ_WHOLE}

    for name, content in expected.items():
        file = FILES / name
        if os.environ.get("VEILLE_UPDATE_GOLDEN"):
            FILES.mkdir(exist_ok=True)
            file.write_text(content, encoding="utf-8", newline="\n")
        assert content == file.read_text(encoding="utf-8")
    assert {path.name for path in FILES.iterdir()} == set(expected)
