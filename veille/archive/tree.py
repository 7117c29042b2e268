"""A folder of files, replaced as a whole: readers find the old one or the new one, never a half.

The new folder is made beside the old one, in a workshop of our own, and takes its place in one step where the
system has one, else by renaming. Only a folder that veille made is ever replaced: it carries a marker.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from veille.archive.exchange import exchange
from veille.errors import RuleError, StorageError, reason_of
from veille.i18n import gettext as _

MARKER = ".veille-archive"
_MARKER_TEXT = b"Made by veille: everything in this folder is replaced whenever the archive is built.\n"

_log = logging.getLogger(__name__)


def replace_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold exactly ``files`` (by path from its root, with ``/``) and the marker.

    A file whose bytes did not change is not written again and keeps its date, for the caches and copies that
    go by it; a folder that holds them all already is left alone. A killed run leaves a workshop behind, which
    the next run clears. A ``folder`` that is a link stays one.

    Raises ``RuleError`` when something else than an archive of ours stands there, ``StorageError`` when the
    files cannot be written; what stood there then still stands.
    """
    folder = folder.resolve()
    try:
        with _workshop_beside(folder) as workshop:
            _require_ours(folder)
            wanted = {MARKER: _MARKER_TEXT, **files}
            unchanged = _unchanged(folder, wanted)
            if len(unchanged) == len(wanted) == _count_files(folder):
                return
            _write(workshop / "new", wanted, folder, unchanged)
            _put_in_place(workshop, folder)
    except OSError as error:
        raise StorageError(
            _("The archive could not be written in {path}: {reason}.").format(
                path=folder, reason=reason_of(error)
            ),
            hint=_("What was there is unchanged. Is the disk full, or one of its files open? Try again."),
        ) from error


@contextmanager
def _workshop_beside(folder: Path) -> Iterator[Path]:
    """An empty folder on the same disk as ``folder``, gone at the end, whatever happened in between."""
    workshop = folder.with_name(f".{folder.name}.veille")
    _clear(workshop, folder)
    workshop.mkdir()
    try:
        yield workshop
    finally:
        _clear(workshop, folder)


def _clear(workshop: Path, folder: Path) -> None:
    """Put the old folder back if nothing has taken its place, then remove the workshop."""
    old = workshop / "old"
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(workshop, ignore_errors=True)
    if workshop.exists():
        # Windows keeps a folder while a reader has one of its files open; the site itself is in place.
        _log.warning("archive workshop left behind", extra={"path": str(workshop)})


def _require_ours(folder: Path) -> None:
    if not folder.exists() or (folder / MARKER).is_file():
        return
    if folder.is_dir() and not any(folder.iterdir()):
        return
    raise RuleError(
        _("{path} was not made by veille and is left alone.").format(path=folder),
        hint=_("Move it elsewhere, then build the archive again."),
    )


def _unchanged(folder: Path, files: Mapping[str, bytes]) -> Collection[str]:
    """The paths at which ``folder`` already holds what ``files`` wants there."""
    if not folder.exists():
        return ()
    return {path for path, content in files.items() if _holds(os.path.join(folder, path), content)}  # noqa: PTH118 - thousands of files: a Path each would take as long as reading it


def _holds(file: str, content: bytes) -> bool:
    try:
        with open(file, "rb") as before:  # noqa: PTH123 - as above
            return before.read() == content
    except OSError:
        return False


def _count_files(folder: Path) -> int:
    return sum(len(names) for _folder, _folders, names in os.walk(folder))


def _write(new: Path, files: Mapping[str, bytes], before: Path, unchanged: Collection[str]) -> None:
    folders = set[str]()
    for path, content in files.items():
        file = os.path.join(new, path)  # noqa: PTH118 - as above
        folder = file.rpartition("/")[0]
        if folder not in folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
            folders.add(folder)
        old = os.path.join(before, path)  # noqa: PTH118 - as above
        if path in unchanged and _linked(old, file):
            continue
        with open(file, "wb") as written:  # noqa: PTH123 - as above
            written.write(content)
        if path in unchanged:
            shutil.copystat(old, file)


def _linked(old: str, file: str) -> bool:
    """Whether ``file`` is now another name of ``old``; not every disk knows two names of a file."""
    with suppress(OSError):
        os.link(old, file)
        return True
    return False


def _put_in_place(workshop: Path, folder: Path) -> None:
    """Give the new folder the place of the old one."""
    new = workshop / "new"
    if not folder.exists():
        new.rename(folder)
    elif not exchange(new, folder):
        # A reader who comes between the two finds nothing; a run that dies there is healed by the next.
        folder.rename(workshop / "old")
        new.rename(folder)
