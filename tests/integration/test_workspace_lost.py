"""A workspace that lost a part of itself says so; it never begins anew behind the curator's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Veille
from veille.configuration import read_settings
from veille.errors import ConfigError, StorageError
from veille.store import open_store


@pytest.mark.sqlite
def test_a_missing_database_is_not_begun_anew(veille: Veille) -> None:
    database = veille.folder / "veille.db"
    database.unlink()

    veille("people", "list", code=1)

    assert f"{database} is missing or empty" in veille.said
    assert "unsubscribed" in veille.said
    assert "backup" in veille.said
    assert f"veille init {veille.folder}" in veille.said
    assert not database.exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("settings", ["kept", "lost"])
def test_a_database_without_a_byte_counts_as_missing(veille: Veille, settings: str) -> None:
    database = veille.folder / "veille.db"
    database.write_bytes(b"")
    if settings == "lost":
        (veille.folder / "veille.toml").unlink()

    veille("people", "list", code=1)

    assert "is missing or empty" in veille.said
    assert database.stat().st_size == 0


@pytest.mark.sqlite
def test_a_database_without_a_table_counts_as_missing(tmp_path: Path) -> None:
    database = tmp_path / "veille.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")

    with pytest.raises(StorageError, match="is missing or empty"):
        open_store(database, create=False)


@pytest.mark.sqlite
@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_init_begins_an_empty_database_and_keeps_the_settings(veille: Veille, left: str) -> None:
    settings = (veille.folder / "veille.toml").read_bytes()
    database = veille.folder / "veille.db"
    database.unlink()
    if left == "an empty file":
        database.touch()

    made = veille.json("init", str(veille.folder))["made"]

    assert made == [str(database)]
    assert (veille.folder / "veille.toml").read_bytes() == settings
    assert veille.json("people", "list")["people"] == []


@pytest.mark.sqlite
def test_without_veille_toml_the_defaults_are_used_and_said_to_be(veille: Veille) -> None:
    (veille.folder / "veille.toml").unlink()

    veille("people", "list")

    assert f"{veille.folder / 'veille.toml'} was not found; defaults are used." in veille.said


def test_with_veille_toml_nothing_is_said_about_defaults(veille: Veille) -> None:
    veille("people", "list")

    assert veille.said == ""


@pytest.mark.sqlite
def test_a_veille_toml_that_is_a_folder_is_a_configuration_error(veille: Veille) -> None:
    (veille.folder / "veille.toml").unlink()
    (veille.folder / "veille.toml").mkdir()

    veille("people", "list", code=5)

    assert "veille.toml could not be read" in veille.said


def test_a_veille_toml_that_may_not_be_read_is_a_configuration_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_arguments: object, **_options: object) -> str:
        raise PermissionError(13, "Permission denied")

    # Not by chmod: root, who runs the tests in containers, may read everything.
    monkeypatch.setattr(Path, "read_text", forbidden)

    with pytest.raises(ConfigError, match="could not be read: permission denied"):
        read_settings(tmp_path / "veille.toml", {})
