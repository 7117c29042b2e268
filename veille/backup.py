"""Backups of a workspace in one file, and a workspace put back from it.

A backup holds what cannot be made again: the database, the settings, the list of feeds, the curator's own
templates, the logo and notes that were left unsaved. Messages, previews and the archive can be made again,
and secrets stand in none of it. It is a zip archive with a manifest; a file in it that the manifest does not
name is never touched.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from veille import __version__
from veille.errors import RuleError, StorageError, reason_of
from veille.i18n import gettext as _
from veille.privacy import make_private
from veille.resources import shipped
from veille.store import Place
from veille.store.copying import copy_store
from veille.store.snapshot import examine_snapshot, take_snapshot
from veille.workspace import DATABASE_FILE, Workspace

MANIFEST = "manifest.json"
_SCHEMA = 1
# A store of ten years weighs a few hundred megabytes; more in one file is an attack on the disk.
_MAX_BYTES = 20_000_000_000
_MANIFEST_MAX_BYTES = 1_000_000
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: where it stands, when it was made (UTC), and the files in it by name with their SHA-256."""

    path: Path
    made_at: datetime
    files: Mapping[str, str]


def back_up(workspace: Workspace, place: Place, logo: str, target: Path, now: datetime) -> Backup:
    """Write ``workspace`` and its store at ``place`` to ``target``, which is replaced whole or not at all.

    A store on a server is copied to a file of SQLite's, as ``veille database copy`` does.
    It is read back before it counts. Raises ``StorageError`` when the store is not sound, or the file cannot
    be written.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            snapshot = Path(folder) / DATABASE_FILE
            if isinstance(place, Path):
                take_snapshot(place, snapshot)
            else:
                copy_store(place, snapshot)
            members = {DATABASE_FILE: snapshot, **dict(_other_files(workspace, logo))}
            files = {name: _digest(path) for name, path in members.items()}
            make_private(draft)
            _write(draft, members, _manifest(files, examine_snapshot(snapshot), now))
        _read_back(draft)
        draft.replace(target)
    except OSError as error:
        raise StorageError(
            _("The backup {path} could not be written: {reason}.").format(
                path=target, reason=reason_of(error)
            ),
            hint=_("Choose a place with room for it, where you may write."),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return Backup(target, now, files)


def restore(file: Path, folder: Path) -> Backup:
    """Make ``folder``, which is empty or not there yet, the workspace that ``file`` holds.

    It stands there whole or not at all. Raises ``RuleError`` when the folder holds something,
    ``StorageError`` when the file is no sound backup, was made by a newer veille, or the folder cannot be
    written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RuleError(
            _("{path} is not empty; nothing was restored.").format(path=folder),
            hint=_("Name a new folder: veille restore FILE DIR"),
        )
    workshop = folder.with_name(f".{folder.name}.restoring")
    try:
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(parents=True)
        backup = _unpack(file, workshop)
        if folder.exists():
            folder.rmdir()
        workshop.rename(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise _unusable(
            file, reason_of(error) if isinstance(error, OSError) else _("it is no whole zip file")
        ) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return backup


def _other_files(workspace: Workspace, logo: str) -> Iterator[tuple[str, Path]]:
    wanted = [workspace.settings_file, workspace.feeds_file]
    wanted += [workspace.path / logo] if logo else []
    wanted += sorted(workspace.templates.rglob("*"))
    wanted += sorted(workspace.path.glob(workspace.draft_of("*", "*").name))
    for path in wanted:
        # What begins with a dot is some program's own, such as .env: secrets stand in such files.
        is_hidden = any(part.startswith(".") for part in path.relative_to(workspace.path).parts)
        if path.is_file() and not is_hidden and path.resolve().is_relative_to(workspace.path.resolve()):
            yield path.relative_to(workspace.path).as_posix(), path


def _manifest(files: Mapping[str, str], revision: str, now: datetime) -> bytes:
    document = {
        "schema": _SCHEMA,
        "veille": __version__,
        "database": revision,
        "made_at": now.isoformat(),
        "files": dict(files),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _write(draft: Path, members: Mapping[str, Path], manifest: bytes) -> None:
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest)
        for name, path in members.items():
            archive.write(path, name)


def _read_back(draft: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _unpack(draft, Path(folder))


def _unpack(file: Path, folder: Path) -> Backup:
    """Unpack what the manifest names into ``folder``, and examine it."""
    with zipfile.ZipFile(file) as archive:
        backup, revision = _read_manifest(archive, file)
        room = _MAX_BYTES
        for name, digest in backup.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            room -= _unpack_member(archive, name, target, room, file)
            if _digest(target) != digest:
                raise _unusable(file, _("{name} is damaged").format(name=name))
    found = examine_snapshot(folder / DATABASE_FILE)
    if found != revision:
        raise _unusable(file, _("{name} is damaged").format(name=DATABASE_FILE))
    return backup


def _unpack_member(archive: zipfile.ZipFile, name: str, target: Path, room: int, file: Path) -> int:
    """Unpack one file, private as the store is; its size, which may not be more than ``room``."""
    size = 0
    make_private(target)
    with archive.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > room:
                raise _unusable(file, _("it holds more than a workspace can"))
            copy.write(chunk)
    return size


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> tuple[Backup, str]:
    try:
        with archive.open(MANIFEST) as source:
            document: Any = json.loads(source.read(_MANIFEST_MAX_BYTES))
        files = {str(name): str(digest) for name, digest in document["files"].items()}
        made_at = datetime.fromisoformat(document["made_at"])
        schema, revision = document["schema"], str(document["database"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unusable(file, _("it has no manifest of veille")) from error
    known = revision.isalnum() and any(shipped("alembic").glob(f"versions/{revision}_*.py"))
    if schema != _SCHEMA or not known:
        raise StorageError(
            _("{path} was made by a newer veille.").format(path=file),
            hint=_("Upgrade veille: pipx upgrade veille"),
        )
    if DATABASE_FILE not in files or not all(map(_is_harmless, files)):
        raise _unusable(file, _("its manifest names what is no file of a workspace"))
    if missing := set(files) - set(archive.namelist()):
        raise _unusable(file, _("{name} is missing").format(name=min(missing)))
    return Backup(file, made_at, files), revision


def _is_harmless(name: str) -> bool:
    """Whether ``name`` leads to a file within the folder, on every system."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and not path.is_absolute()
        and ".." not in path.parts
        and not any(sign in name for sign in '\\:*?"<>|\0')
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unusable(file: Path, reason: str) -> StorageError:
    return StorageError(
        _("{path} is no backup that can be restored: {reason}.").format(path=file, reason=reason.rstrip(".")),
        hint=_("Nothing was changed. Is it the whole file, as veille backup wrote it?"),
    )
