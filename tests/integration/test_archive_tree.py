from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path

import pytest

from veille.archive.exchange import exchange
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
    """Make the folder called ``name`` refuse to be renamed, where folders cannot be exchanged."""
    monkeypatch.setattr("veille.archive.tree.exchange", lambda *_folders: False)
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


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk, such as a stick, on which a file has one name."""

    def refusing(_old: Path, _new: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("veille.archive.tree.os.link", refusing)


def test_an_unchanged_file_is_not_written_again(folder: Path) -> None:
    replace_tree(folder, {"a/same.html": b"1", "other.html": b"1"})
    before = (folder / "a/same.html").stat()

    replace_tree(folder, {"a/same.html": b"1", "other.html": b"2"})

    after = (folder / "a/same.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert after.st_nlink == 1


def test_a_folder_that_holds_everything_already_is_left_alone(folder: Path) -> None:
    replace_tree(folder, {"a/index.html": b"1"})
    before = folder.stat(), (folder / "a").stat()

    replace_tree(folder, {"a/index.html": b"1"})

    assert (folder.stat(), (folder / "a").stat()) == before


def test_a_file_that_is_not_ours_any_more_goes_even_when_nothing_else_changed(folder: Path) -> None:
    replace_tree(folder, {"index.html": b"1"})
    (folder / "left-behind.html").write_bytes(b"old")

    replace_tree(folder, {"index.html": b"1"})

    assert files_in(folder) == {"index.html": b"1"}


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system exchanges no folders")
def test_a_reader_always_finds_the_site_while_it_is_replaced(folder: Path) -> None:
    replace_tree(folder, {"index.html": b"0"})
    missed, done = [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                (folder / "index.html").read_bytes()
            except FileNotFoundError:
                missed.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 200):
        replace_tree(folder, {"index.html": str(number).encode()})
    done.set()
    reader.join()

    assert missed == []


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system exchanges no folders")
def test_two_folders_change_places(folder: Path) -> None:
    other = folder.with_name("other")
    for path in (folder, other):
        path.mkdir()
        (path / "name").write_text(path.name, encoding="utf-8")

    assert exchange(folder, other)

    assert [(path / "name").read_text(encoding="utf-8") for path in (folder, other)] == ["other", "archive"]


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system exchanges no folders")
def test_a_folder_that_is_not_there_is_not_exchanged(folder: Path) -> None:
    folder.mkdir()

    with pytest.raises(FileNotFoundError):
        exchange(folder, folder.with_name("nowhere"))


@pytest.mark.parametrize("can_link", [True, False])
def test_where_folders_cannot_be_exchanged_they_are_renamed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    monkeypatch.setattr("veille.archive.exchange._called", lambda *_arguments: errno.ENOSYS)
    if not can_link:
        without_links(monkeypatch)
    replace_tree(folder, {"same.html": b"1", "index.html": b"1"})

    replace_tree(folder, {"same.html": b"1", "index.html": b"2"})

    assert files_in(folder) == {"same.html": b"1", "index.html": b"2"}
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("can_link", [True, False])
def test_an_unchanged_file_keeps_its_date(
    folder: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    if not can_link:
        without_links(monkeypatch)
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


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no files")
def test_a_disk_that_takes_no_more_leaves_the_old_site_and_no_litter(folder: Path) -> None:
    import resource  # Windows has none

    replace_tree(folder, {"index.html": b"old"})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))

    try:
        with pytest.raises(StorageError, match="File too large"):
            replace_tree(folder, {"feed.atom": b"new", "index.html": b"new" * 1000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

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
