"""The site of the documentation: built without a warning, fetching nothing from elsewhere, for all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from rendering.conftest import inspected

ROOT = Path(__file__).parents[2]
EXAMINED = ("index.html", "tutorial.html", "reference/settings.html")

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, newly built; a warning ends the build."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def site_views(site: Path, node_modules: Path) -> Mapping[str, Any]:
    """What Chromium made of a page of each kind."""
    return inspected({name.replace("/", "-"): (site / name).as_uri() for name in EXAMINED}, node_modules)


def test_no_page_of_the_site_names_a_file_of_elsewhere(site: Path) -> None:
    pages = {path: html.parse(path).getroot() for path in site.rglob("*.html")}

    needed = {
        address
        for page in pages.values()
        for address in page.xpath(
            "//@src | //@srcset | //@poster | //@data | //link[@rel!='canonical']/@href"
        )
    }
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))

    assert len(pages) > 30
    assert {address for address in needed if re.match(r"(https?:)?//", address)} == set()
    assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*|@import[^;]*", styles) == []


def test_the_man_page_stands_beside_the_site(site: Path) -> None:
    assert (site / "veille.1").read_text(encoding="utf-8").startswith(".TH VEILLE 1 ")


def test_opening_a_page_fetches_only_what_stands_beside_it(site: Path, site_views: Mapping[str, Any]) -> None:
    fetched = {address for report in site_views.values() for address in report["fetched"]}

    assert {address for address in fetched if not address.startswith((site.as_uri(), "data:"))} == set()
    assert fetched


def test_axe_finds_no_violation_on_the_site_in_any_view(site_views: Mapping[str, Any]) -> None:
    found = {
        f"{page} {view}: {violation}"
        for page, report in site_views.items()
        for view, seen in report["views"].items()
        for violation in seen.get("violations", ())
    }

    assert found == set()


def test_no_page_of_the_site_runs_over_the_side(site_views: Mapping[str, Any]) -> None:
    overflows = {
        f"{page} {view}": seen["overflow"]
        for page, report in site_views.items()
        for view, seen in report["views"].items()
    }

    assert {where: pixels for where, pixels in overflows.items() if pixels} == {}
