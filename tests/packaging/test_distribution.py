"""What is shipped, what it costs to start, and that the papers agree."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

import veille
from veille.configuration import read_settings
from veille.resources import shipped
from veille.settings import Settings

ROOT = Path(__file__).parents[2]
HEAVY = (
    "sqlalchemy",
    "textual",
    "alembic",
    "httpx",
    "feedparser",
    "premailer",
    "jinja2",
    "lxml",
    "babel",
    "rich",
    "nh3",
)


def loaded_by(code: str) -> set[str]:
    listing = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    finished = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    return set(finished.stdout.splitlines()[-1].split())


def test_the_front_door_pays_for_no_heavy_library() -> None:
    loaded = loaded_by("import veille.cli.app")

    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_the_starter_settings_show_commented_is_the_default(language: str, tmp_path: Path) -> None:
    source = (shipped("templates") / "workspace" / f"veille.{language}.toml").read_text(encoding="utf-8")
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line
        for line in source.splitlines()
    )
    path = tmp_path / "veille.toml"

    for text in (source, uncommented):
        path.write_text(text, encoding="utf-8")
        assert read_settings(path, {}) == Settings()
    assert set(tomllib.loads(uncommented)) == {section.name for section in fields(Settings)}


@pytest.mark.checkout
def test_the_wheel_holds_exactly_what_git_tracks(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "veille", "templates", "alembic", "feeds.opml"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    expected = {name if name.startswith("veille/") else f"veille/_bundled/{name}" for name in tracked}

    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert held == expected


@pytest.mark.checkout
def test_changelog_and_version_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "## [Unreleased]" in changelog or f"## [{veille.__version__}]" in changelog
