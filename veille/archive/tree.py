"""A folder of files, replaced as a whole: readers find the old one or the new one, never a half.

The new folder is written beside the old one, in a workshop of our own, and takes its place by renaming.
Only a folder that veille made is ever replaced: it carries a marker.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from veille.errors import RuleError, StorageError, reason_of
from veille.i18n import gettext as _

MARKER = ".veille-archive"
_MARKER_TEXT = b"Made by veille: everything in this folder is replaced whenever the archive is built.\n"

_log = logging.getLogger(__name__)


def replace_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold exactly ``files`` (by path from its root, with ``/``) and the marker.

    A file whose bytes did not change keeps its date, for the caches and copies that go by it. A killed run
    leaves a workshop behind, which the next run clears. A ``folder`` that is a link stays one.

    Raises ``RuleError`` when something else than an archive of ours stands there, ``StorageError`` when the
    files cannot be written; what stood there then still stands.
    """
    folder = folder.resolve()
    try:
        with _workshop_beside(folder) as workshop:
            _require_ours(folder)
            _write(workshop / "new", files, folder)
            if folder.exists():
                folder.rename(workshop / "old")
            (workshop / "new").rename(folder)
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


def _write(new: Path, files: Mapping[str, bytes], before: Path) -> None:
    for path, content in {MARKER: _MARKER_TEXT, **files}.items():
        file, old = new / path, before / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if old.is_file() and old.read_bytes() == content:
            shutil.copystat(old, file)
