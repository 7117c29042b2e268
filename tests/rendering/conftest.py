"""The mails under examination, once: composed, written to files, and looked at in a browser."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from builders import NOW, a_pick
from programs import leave_out, program
from sample_mails import mails
from ten_years import LINKS, publish, publish_years
from veille.archive.site import build_site
from veille.clock import SystemClock
from veille.compose.digest import Digest
from veille.model.issue import Erratum, Slot
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.month import Month
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, LookSettings, Settings
from veille.store import Transaction, errata, issues, links, open_store
from veille.workspace import Workspace

HERE = Path(__file__).parent
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30">
<path d="M0 15h120" stroke="#9A3412"/></svg>
"""
PAGE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "home": "index.html",
        "issue": "numeros/2019-06/index.html",
        "full-issue": "numeros/2026-12/index.html",
        "year": "annees/2019/index.html",
        "theme": "themes/publics/index.html",
        "source": "sources/github-com/index.html",
        "issues": "numeros/index.html",
        "themes": "themes/index.html",
        "sources": "sources/index.html",
        "all-links": "liens/index.html",
        "search": "recherche/index.html#q=donn%C3%A9es",
        "figures": "chiffres/index.html",
        "site-map": "plan-du-site/index.html",
        "about": "a-propos/index.html",
        "accessibility": "accessibilite/index.html",
    }
)


@pytest.fixture(scope="session")
def digests() -> Mapping[str, Digest]:
    """One mail of each kind by its name."""
    return mails()


@pytest.fixture(scope="session")
def pages(digests: Mapping[str, Digest], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The HTML part of each, in a file that bears its name."""
    folder = tmp_path_factory.mktemp("pages")
    files = [(folder / f"{name}.html", digest) for name, digest in digests.items()]
    for file, digest in files:
        file.write_text(digest.html, encoding="utf-8")
    return tuple(file for file, _digest in files)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Where the packages of ``package.json`` stand; without them the test is left out, and fails in CI."""
    folder = Path(os.environ.get("VEILLE_NODE_MODULES", HERE / "node_modules"))
    if not folder.is_dir():
        leave_out(f"no {folder} (npm ci --ignore-scripts --prefix tests/rendering)")
    return folder


@pytest.fixture(scope="session")
def views(pages: tuple[Path, ...], node_modules: Path) -> Mapping[str, Any]:
    """What Chromium made of each mail."""
    return inspected({file.stem: file.as_uri() for file in pages}, node_modules)


@pytest.fixture(scope="session")
def archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of ten years of issues, whose links are real ones, and of one that holds all it may."""
    workspace = Workspace(tmp_path_factory.mktemp("ten-years"))
    (workspace.path / "logo.svg").write_text(LOGO, encoding="utf-8")
    settings = replace(
        Settings(),
        digest=DigestSettings(institution="Musée du Fleuve"),
        curator=CuratorSettings("Camille Élan", "camille@musee.example"),
        look=LookSettings(logo="logo.svg", logo_alt="Musée du Fleuve"),
        archive=ArchiveSettings(segment_notes=True),
    )
    with open_store(workspace.path / "veille.db") as store:
        publish_years(store, corpus / "digests" / "geotribu-revue-de-presse.jsonl", 120)
        with store.transaction() as transaction:
            publish_full_issue(transaction)
        build_site(store, settings, workspace, SystemClock())
    return workspace.archive


def publish_full_issue(transaction: Transaction) -> None:
    """Notes, titles and an intro as long as the charter lets them be, and whatever else an issue may say."""
    note = "Nos cartels, relus par quarante visiteurs : ce qui a été compris, et ce qui ne l’a pas été. " * 4
    title = "How forty visitors read the labels of a small museum, and what its curators made of it " * 2
    slots = [
        Slot(
            place,
            a_pick(
                place,
                title=title[: 150 if place % 2 else 60].strip(),
                language="en",
                url=f"https://journal.example/articles/{place}/{'lire-les-cartels-' * 6}",
                note=note[:320],
                segment_notes=MappingProxyType({"publics": note[:160]} if place == 1 else {}),
                suggested_by="Sacha Roy" if place == 3 else "",
            ),
            MappingProxyType({"collections": a_pick(9, note=note[:200])} if place == 2 else {}),
        )
        for place in range(1, LINKS + 1)
    ]
    month = Month(2026, 12)
    publish(transaction, month, slots, note)
    issue = issues.require_issue(transaction, month)
    errata.add_erratum(transaction, issue, Erratum("Le lien 4 est de Camille Roy, non de Sacha Roy.", NOW))
    gone = slots[3].common
    assert gone is not None
    for moment in (NOW - timedelta(days=9), NOW):
        check = LinkCheck(gone.url, moment, LinkOutcome.DEAD, 404, gone.url, "", moment, moment)
        links.save_checks(transaction, [check])


@pytest.fixture(scope="session")
def archive_views(archive: Path, node_modules: Path) -> Mapping[str, Any]:
    """What Chromium made of a page of each type."""
    return inspected({name: page_url(archive, path) for name, path in PAGE_TYPES.items()}, node_modules)


def page_url(archive: Path, path: str) -> str:
    """Where the page at ``path``, which may say what it searches, stands on this machine."""
    file, hash_sign, search = path.partition("#")
    return (archive / file).as_uri() + hash_sign + search


def inspected(urls: Mapping[str, str], node_modules: Path) -> Mapping[str, Any]:
    """What ``inspect.mjs`` tells of each address by its name; screenshots go to ``VEILLE_PICTURES``."""
    pictures = os.environ.get("VEILLE_PICTURES", "")
    command: list[str | Path] = [
        program("node"),
        HERE / "inspect.mjs",
        program("chromium"),
        node_modules,
        pictures,
        *(f"{name}={url}" for name, url in urls.items()),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report
