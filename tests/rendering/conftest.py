"""The mails under examination, once: composed, written to files, and looked at in a browser."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from programs import leave_out, program
from sample_mails import mails
from veille.compose.digest import Digest

HERE = Path(__file__).parent


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
    """What Chromium made of each mail, as ``inspect.mjs`` tells; screenshots go to ``VEILLE_PICTURES``."""
    pictures = os.environ.get("VEILLE_PICTURES", "")
    command: list[str | Path] = [
        program("node"),
        HERE / "inspect.mjs",
        program("chromium"),
        node_modules,
        pictures,
        *pages,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report
