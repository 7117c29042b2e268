"""Where a workspace is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from veille.errors import ConfigError
from veille.workspace import Workspace, find_workspace


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "my-veille"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "veille.toml").touch()
    return folder


def test_it_is_found_upwards(made: Path) -> None:
    assert find_workspace(None, {}, made / "deep" / "er").path == made


def test_the_option_wins_over_the_environment(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "veille.db").touch()

    assert find_workspace(other, {"VEILLE_WORKSPACE": str(made)}, tmp_path).path == other
    assert find_workspace(None, {"VEILLE_WORKSPACE": str(made)}, tmp_path).path == made


def test_a_missing_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        find_workspace(None, {}, tmp_path)

    assert "veille init" in refusal.value.hint


def test_a_named_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a veille workspace"):
        find_workspace(tmp_path, {}, tmp_path)


def test_every_part_has_its_place() -> None:
    workspace = Workspace(Path("w"))

    assert {
        path.name
        for path in (
            workspace.outgoing,
            workspace.previews,
            workspace.archive,
            workspace.templates,
            workspace.log_file,
        )
    } == {"outgoing", "preview", "archive", "templates", "veille.log"}
