"""A build of the archive killed at random moments: readers find the old site or the new one, whole."""

from __future__ import annotations

import os
import random  # noqa: TID251 - seeded
import subprocess
import sys
import time  # the moments of the kills are those of the real clock
from pathlib import Path

import pytest

from ten_years import publish_years
from veille.founding import found_workspace
from veille.store import open_store
from veille.workspace import Workspace

COMMAND = Path(sys.executable).with_name("veille")
KILLS = 40
MONTHS = 36
SEED = 20261124

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
]

Files = dict[str, bytes]


def files_in(folder: Path) -> Files:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def build(folder: Path) -> None:
    subprocess.run([COMMAND, "-w", folder, "archive", "build"], check=True, stdout=subprocess.DEVNULL)


def kill_while_building(folder: Path, seconds: float) -> None:
    building = subprocess.Popen(
        [COMMAND, "-w", folder, "archive", "build"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    workshop = folder / ".archive.veille"
    try:
        # Before the workshop there is nothing to break: most kills come while files are written and renamed.
        while not workshop.exists() and building.poll() is None:
            time.sleep(0.001)
        time.sleep(seconds)
    finally:
        building.kill()
        building.wait()


def test_a_killed_build_leaves_the_old_site_or_the_new_one(corpus: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "veille")
    found_workspace(workspace.path, "fr", {})
    with open_store(workspace.path / "veille.db") as store:
        publish_years(store, corpus / "digests" / "geotribu-revue-de-presse.jsonl", MONTHS)
    look = workspace.path / "veille.toml"
    looks = [f'[look]\naccent = "{accent}"\n' for accent in ("#9A3412", "#1F4E79")]
    whole = []
    for written in looks:
        look.write_text(written, encoding="utf-8")
        build(workspace.path)
        whole.append(files_in(workspace.archive))
    moments = random.Random(SEED)  # noqa: S311 - of test data
    found, between, cut_short = [0, 0], 0, 0

    for number in range(KILLS):
        look.write_text(looks[number % 2], encoding="utf-8")
        kill_while_building(workspace.path, moments.uniform(0, 0.12))
        cut_short += (workspace.path / ".archive.veille").exists()
        if workspace.archive.exists():
            found[whole.index(files_in(workspace.archive))] += 1
        else:  # between two renamings, where folders are not exchanged: the next build heals it
            between += 1
            assert files_in(workspace.path / ".archive.veille" / "old") in whole

    assert whole[0] != whole[1]
    assert cut_short >= KILLS // 4
    assert sum(found) + between == KILLS
    assert between <= (0 if sys.platform in ("linux", "darwin") else 1)
    look.write_text(looks[0], encoding="utf-8")
    build(workspace.path)
    assert files_in(workspace.archive) == whole[0]
    assert not (workspace.path / ".archive.veille").exists()
