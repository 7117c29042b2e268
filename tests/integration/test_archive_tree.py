from __future__ import annotations

import os
from pathlib import Path

import pytest

from veille.archive.tree import MARKER, replace_tree
from veille.errors import RuleError, StorageError

YESTERDAY = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


def fail_renaming(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Make the folder called ``name`` refuse to be renamed."""
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name == name:
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)


def test_the_folder_holds_exactly_the_files_given(folder: Path) -> None:
    replace_tree(folder, {"index.html": b"1", "numeros/2026-10/index.html": b"2"})

    replace_tree(folder, {"index.html": b"3", "feed.atom": b"4"})

    assert files_in(folder) == {"index.html": b"3", "feed.atom": b"4"}


def test_nothing_is_left_beside_the_folder(folder: Path) -> None:
    replace_tree(folder, {"index.html": b"1"})
    replace_tree(folder, {"index.html": b"2"})

    assert list(folder.parent.iterdir()) == [folder]


def test_an_unchanged_file_keeps_its_date(folder: Path) -> None:
    replace_tree(folder, {"same.html": b"1", "other.html": b"1"})
    for name in ("same.html", "other.html"):
        os.utime(folder / name, (YESTERDAY, YESTERDAY))

    replace_tree(folder, {"same.html": b"1", "other.html": b"2"})

    assert (folder / "same.html").stat().st_mtime == YESTERDAY
    assert (folder / "other.html").stat().st_mtime > YESTERDAY


def test_an_empty_folder_is_taken_over(folder: Path) -> None:
    folder.mkdir()

    replace_tree(folder, {"index.html": b"1"})

    assert files_in(folder) == {"index.html": b"1"}


def test_a_folder_of_somebody_else_is_refused_and_untouched(folder: Path) -> None:
    folder.mkdir()
    (folder / "thèse.odt").write_bytes(b"dix ans de travail")

    with pytest.raises(RuleError, match="was not made by veille"):
        replace_tree(folder, {"index.html": b"1"})

    assert files_in(folder.parent) == {"archive/thèse.odt": b"dix ans de travail"}
    assert list(folder.parent.iterdir()) == [folder]


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.write_bytes(b"not a folder")

    with pytest.raises(RuleError, match="was not made by veille"):
        replace_tree(folder, {"index.html": b"1"})

    assert folder.read_bytes() == b"not a folder"


@pytest.mark.parametrize("stubborn", ["archive", "new"])
def test_a_rename_that_fails_leaves_the_old_site_and_no_litter(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stubborn: str
) -> None:
    replace_tree(folder, {"index.html": b"old"})
    fail_renaming(monkeypatch, stubborn, PermissionError(13, "A file is open"))

    with pytest.raises(StorageError, match="permission denied"):
        replace_tree(folder, {"index.html": b"new"})

    assert files_in(folder) == {"index.html": b"old"}
    assert list(folder.parent.iterdir()) == [folder]


def test_an_interruption_between_the_renames_leaves_the_old_site(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_tree(folder, {"index.html": b"old"})
    fail_renaming(monkeypatch, "new", KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        replace_tree(folder, {"index.html": b"new"})

    assert files_in(folder) == {"index.html": b"old"}


def test_a_full_disk_leaves_the_old_site_and_no_litter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_tree(folder, {"index.html": b"old"})

    def no_space(_path: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)

    with pytest.raises(StorageError, match="no room is left on the disk"):
        replace_tree(folder, {"index.html": b"new"})

    assert files_in(folder) == {"index.html": b"old"}
    assert list(folder.parent.iterdir()) == [folder]


def test_a_run_killed_while_writing_is_cleaned_up_by_the_next(folder: Path) -> None:
    replace_tree(folder, {"index.html": b"old"})
    half = folder.with_name(".archive.veille") / "new"
    half.mkdir(parents=True)
    (half / "index.html").write_bytes(b"half")

    replace_tree(folder, {"index.html": b"new"})

    assert files_in(folder) == {"index.html": b"new"}
    assert list(folder.parent.iterdir()) == [folder]


def test_a_run_killed_between_the_renames_is_healed_even_by_a_run_that_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_tree(folder, {"index.html": b"old"})
    workshop = folder.with_name(".archive.veille")
    workshop.mkdir()
    folder.rename(workshop / "old")
    fail_renaming(monkeypatch, "new", PermissionError(13, "A file is open"))

    with pytest.raises(StorageError):
        replace_tree(folder, {"index.html": b"new"})

    assert files_in(folder) == {"index.html": b"old"}


def test_a_workshop_that_cannot_be_cleared_is_told_but_does_not_fail_the_build(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("veille.archive.tree.shutil.rmtree", lambda *_args, **_options: None)

    replace_tree(folder, {"index.html": b"1"})

    assert files_in(folder) == {"index.html": b"1"}
    assert [record.message for record in caplog.records] == ["archive workshop left behind"]


def test_a_link_to_a_folder_elsewhere_stays_a_link(folder: Path) -> None:
    elsewhere = folder.with_name("www")
    elsewhere.mkdir()
    folder.symlink_to(elsewhere, target_is_directory=True)

    replace_tree(folder, {"index.html": b"1"})

    assert folder.is_symlink()
    assert files_in(elsewhere) == {"index.html": b"1"}


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be written"):
        replace_tree(tmp_path / "missing" / "archive", {"index.html": b"1"})
