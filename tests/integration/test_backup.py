"""A workspace in one file and back: the same, or nothing at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Veille
from databases import query
from veille.backup import restore
from veille.errors import StorageError
from veille.store import open_store
from veille.store.migrate import HEAD
from veille.store.snapshot import take_snapshot

Members = dict[str, bytes]


@pytest.fixture
def file(approved_veille: Veille, tmp_path: Path) -> Path:
    """The backup of a workspace with an approved issue, a template, a logo and things that need no backup."""
    folder = approved_veille.folder
    (folder / "templates" / "archive").mkdir(parents=True)
    (folder / "templates" / "archive" / "home.html").write_text("Chez nous", encoding="utf-8")
    (folder / "templates" / ".env").write_text("VEILLE_SMTP_PASSWORD=secret", encoding="utf-8")
    (folder / ".env").write_text("VEILLE_SMTP_PASSWORD=secret", encoding="utf-8")
    (folder / "dkim.pem").write_text("PRIVATE KEY", encoding="utf-8")
    (folder / "notes-2026-11-3.txt").write_text("== Tous ==\nÀ finir", encoding="utf-8")
    (folder / "logo.svg").write_text("<svg/>", encoding="utf-8")
    with (folder / "veille.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[look]\nlogo = "logo.svg"\n')
    approved_veille("archive", "build")
    approved_veille("preview")
    target = tmp_path / "veille.zip"
    approved_veille("backup", str(target))
    return target


def members_of(file: Path) -> Members:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(file: Path, members: Members, **changes: Any) -> None:
    """A backup of ``members`` whose manifest is right about them, but for the ``changes``."""
    manifest = json.loads(members.pop("manifest.json"))
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest | changes))
        for name, content in members.items():
            archive.writestr(name, content)


def issue_of(store: Path) -> tuple[Any, ...]:
    with closing(sqlite3.connect(store)) as connection:
        return tuple(connection.execute("SELECT month, number, content_hash FROM issues").fetchall())


def test_a_backup_holds_what_cannot_be_made_again_and_nothing_else(file: Path) -> None:
    assert sorted(members_of(file)) == [
        "feeds.opml", "logo.svg", "manifest.json", "notes-2026-11-3.txt", "templates/archive/home.html",
        "veille.db", "veille.toml",
    ]  # fmt: skip
    assert not [path for path in file.parent.iterdir() if path.name.endswith(".part")]


def test_what_is_restored_is_the_workspace_that_was_backed_up(
    approved_veille: Veille, file: Path, tmp_path: Path
) -> None:
    there = tmp_path / "là-bas"

    document = approved_veille.json("restore", str(file), str(there))

    assert document["workspace"] == str(there)
    issues = query(approved_veille.folder, "SELECT month, number, content_hash FROM issues")
    assert issue_of(there / "veille.db") == tuple(issues)
    for name in ("veille.toml", "feeds.opml", "logo.svg", "templates/archive/home.html"):
        assert (there / name).read_bytes() == (approved_veille.folder / name).read_bytes()
    assert Veille(there, approved_veille._capsys).json("issue", "list")["issues"]


def test_who_restores_is_told_what_it_does_not_know(
    approved_veille: Veille, file: Path, tmp_path: Path
) -> None:
    approved_veille("restore", str(file), str(tmp_path / "there"))

    assert "veille send status" in approved_veille.said


@pytest.mark.sqlite
def test_what_stands_in_the_write_ahead_log_is_in_the_backup(approved_veille: Veille, tmp_path: Path) -> None:
    with closing(sqlite3.connect(approved_veille.folder / "veille.db")) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE issues SET title = 'Tarifs'")
        writer.commit()

        approved_veille("backup", str(tmp_path / "b.zip"))

    restore(tmp_path / "b.zip", tmp_path / "there")
    with closing(sqlite3.connect(tmp_path / "there" / "veille.db")) as store:
        assert store.execute("SELECT title FROM issues").fetchone() == ("Tarifs",)


@pytest.mark.sqlite
def test_a_backup_amid_writing_is_of_one_moment(approved_veille: Veille, tmp_path: Path) -> None:
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(approved_veille.folder / "veille.db", timeout=10)) as writer:
            number = 0
            while not done.is_set():
                number += 1
                with writer:  # both or neither
                    writer.execute("UPDATE issues SET title = ?", (number,))
                    writer.execute("UPDATE feeds SET title = ?", (number,))
                begun.set()

    writing = threading.Thread(target=write)
    writing.start()
    begun.wait(10)
    try:
        for number in range(2):
            approved_veille("backup", str(tmp_path / f"{number}.zip"))
    finally:
        done.set()
        writing.join()

    for number in range(2):
        restore(tmp_path / f"{number}.zip", tmp_path / f"there-{number}")
        with closing(sqlite3.connect(tmp_path / f"there-{number}" / "veille.db")) as store:
            (issue,) = store.execute("SELECT title FROM issues").fetchall()
            (feed,) = store.execute("SELECT title FROM feeds").fetchall()
        assert issue == feed != ("",)


@pytest.mark.skipif(os.name == "nt", reason="links want rights there")
def test_a_link_in_a_backup_is_only_a_file_that_is_wrong(file: Path, tmp_path: Path) -> None:
    """A zip can say of a member that it is a symbolic link; what it points at would be written through."""
    hostile, members = tmp_path / "hostile.zip", members_of(file)
    link = zipfile.ZipInfo("templates/archive/home.html")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members["templates/archive/home.html"] = b"/etc/passwd"
    write(hostile, members)
    with zipfile.ZipFile(hostile) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(hostile, "w") as archive:
        for name, written in content.items():
            archive.writestr(link if name == link.filename else name, written)

    restore(hostile, tmp_path / "there")

    unpacked = tmp_path / "there" / "templates" / "archive" / "home.html"
    assert not unpacked.is_symlink()
    assert unpacked.read_bytes() == b"/etc/passwd"


@pytest.mark.sqlite
@pytest.mark.skipif(os.name == "nt", reason="Windows has rights of another kind")
def test_only_its_owner_reads_the_store_the_backup_and_what_is_restored(
    approved_veille: Veille, file: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    restore(file, there)

    with open_store(there / "veille.db") as store, store.transaction() as transaction:
        transaction.connection().exec_driver_sql("UPDATE issues SET title = 'x'")
        transaction.flush()
        beside = [path for path in there.iterdir() if path.name.startswith("veille.db")]
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [*beside, file]}

    assert set(rights) >= {"veille.db", "veille.db-wal", "veille.db-shm", "veille.zip"}
    assert set(rights.values()) == {0o600}
    assert stat.S_IMODE((approved_veille.folder / "veille.db").stat().st_mode) == 0o600


def test_a_folder_that_holds_something_is_left_alone(approved_veille: Veille, file: Path) -> None:
    before = sorted(approved_veille.folder.rglob("*"))

    approved_veille("restore", str(file), str(approved_veille.folder), code=3)

    assert sorted(approved_veille.folder.rglob("*")) == before


def test_an_empty_folder_is_filled(file: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()

    restore(file, there)

    assert (there / "veille.db").is_file()


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/outside", "a/../../outside", "C:\\outside", "nul\0", "..\\outside"]
)
def test_a_hostile_name_is_refused_and_nothing_is_written(file: Path, tmp_path: Path, name: str) -> None:
    hostile = tmp_path / "hostile.zip"
    members = members_of(file)
    manifest = json.loads(members["manifest.json"])
    write(hostile, members, files=manifest["files"] | {name: "0" * 64})
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(StorageError, match="no file of a workspace"):
        restore(hostile, tmp_path / "there")

    assert sorted(tmp_path.rglob("*")) == before


def test_what_the_manifest_does_not_name_is_not_unpacked(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../outside", "x")
        archive.writestr("autorun.sh", "x")

    restore(file, tmp_path / "there")

    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "there" / "autorun.sh").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": 2}, "newer veille"),
        ({"database": "9999"}, "newer veille"),
        ({"database": "../x"}, "newer veille"),
        ({"database": "0001"}, "veille.db is damaged"),
        ({"files": {"veille.toml": "0"}}, "no file of a workspace"),
        ({"files": {"veille.db": "0"}}, "veille.db is damaged"),
        ({"files": {"veille.db": "0", "gone.toml": "0"}}, "gone.toml is missing"),
        ({"files": 3}, "no manifest"),
        ({"made_at": "hier"}, "no manifest"),
    ],
)
def test_a_manifest_that_is_wrong_restores_nothing(
    file: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    other = tmp_path / "other.zip"
    write(other, members_of(file), **changes)

    with pytest.raises(StorageError, match=said):
        restore(other, tmp_path / "there")

    assert not (tmp_path / "there").exists()
    assert not (tmp_path / ".there.restoring").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_backup_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)

    with pytest.raises(StorageError, match=r"x\.zip is no backup"):
        restore(file, tmp_path / "there")


def test_a_zip_without_a_manifest_is_none_of_ours(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("veille.db", "x")

    with pytest.raises(StorageError, match="no manifest"):
        restore(tmp_path / "x.zip", tmp_path / "there")


def test_a_database_that_is_damaged_is_refused_though_its_sum_is_right(file: Path, tmp_path: Path) -> None:
    members = members_of(file)
    members["veille.db"] = members["veille.db"][:4096] + b"\xff" * (len(members["veille.db"]) - 4096)
    write(tmp_path / "x.zip", members)

    with pytest.raises(StorageError, match="not a sound database"):
        restore(tmp_path / "x.zip", tmp_path / "there")


def test_a_bomb_is_stopped_before_the_disk_is_full(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.backup._MAX_BYTES", 1000)

    with pytest.raises(StorageError, match="more than a workspace can"):
        restore(file, tmp_path / "there")

    assert not (tmp_path / ".there.restoring").exists()


@pytest.mark.sqlite
def test_an_unsound_store_is_not_backed_up_and_the_former_backup_stays(
    approved_veille: Veille, file: Path
) -> None:
    before = file.read_bytes()
    store = approved_veille.folder / "veille.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'people'")
        connection.commit()

    approved_veille("backup", str(file), code=1)

    assert file.read_bytes() == before


def test_a_store_that_is_no_database_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "veille.db").write_bytes(b"no database at all, and longer than its header" * 20)

    with pytest.raises(StorageError, match="not a sound database"):
        take_snapshot(tmp_path / "veille.db", tmp_path / "copy.db")


def test_a_place_that_cannot_be_written_is_named(approved_veille: Veille, tmp_path: Path) -> None:
    approved_veille("backup", str(tmp_path / "nowhere" / "x.zip"), code=1)

    assert "nowhere" in approved_veille.said


@pytest.mark.sqlite
def test_five_copies_of_older_schemas_are_kept(approved_veille: Veille) -> None:
    folder = approved_veille.folder
    for number in range(7):
        shutil.copy(folder / "veille.db", folder / f"veille.db.before-000{number}-from-0000")
    with closing(sqlite3.connect(folder / "veille.db")) as store, store:
        store.execute("DROP TABLE leases")
        store.execute("ALTER TABLE feeds DROP COLUMN lease_id")
        store.execute("ALTER TABLE deliveries DROP COLUMN lease_id")
        store.execute("DROP TABLE errata")
        store.execute("ALTER TABLE link_checks DROP COLUMN gone_at")
        store.execute("ALTER TABLE link_checks DROP COLUMN gone_since")
        store.execute("UPDATE alembic_version SET version_num = '0004'")

    approved_veille("issue", "list")

    kept = sorted(path.name for path in folder.glob("veille.db.before-*"))
    assert len(kept) == 5
    assert f"veille.db.before-{HEAD}-from-0004" in kept
