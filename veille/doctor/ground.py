"""What everything stands on: the settings, the database, the disk, the templates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from veille.compose.environment import build_environment, template_fault
from veille.doctor.symptom import Symptom, symptom
from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.privacy import is_open_to_others
from veille.resources import shipped
from veille.settings import Settings
from veille.store import Place, revision_of
from veille.store.migrate import HEAD, lost
from veille.store.place import shown
from veille.workspace import Workspace

_MEGABYTE = 1_000_000
_DISK_FULL_BYTES = 50 * _MEGABYTE
_DISK_LOW_BYTES = 500 * _MEGABYTE
_ROOMS = ("email/", "archive/")
# The comment at the head of each template, which a copy keeps.
_VERSION = re.compile(r"\{# version (\d+) #\}")


def database_symptoms(place: Place) -> Iterator[Symptom]:
    """What is wrong with the database; it is read, and neither made nor upgraded."""
    path = shown(place)
    try:
        revision = revision_of(place)
    except StorageError as error:
        code = "database-damaged" if isinstance(place, Path) else "database-unreachable"
        yield symptom(code, error.message, error.hint)
        return
    if revision is None:
        missing = lost(place)
        yield symptom("database-missing", missing.message, missing.hint)
    elif revision > HEAD:
        yield symptom(
            "database-newer",
            _("{path} was written by a newer veille (schema {revision}, this one knows {head}).").format(
                path=path, revision=revision, head=HEAD
            ),
            _("Upgrade veille: pipx upgrade veille"),
        )
    elif revision < HEAD:
        yield symptom(
            "database-older",
            _("{path} still has the schema {revision}; this veille uses {head}.").format(
                path=path, revision=revision, head=HEAD
            ),
            _("The next command upgrades it, after a copy was put beside it. Then ask again: veille doctor")
            if isinstance(place, Path)
            else _(
                "The next command upgrades it, whole or not at all, and for all machines: upgrade veille on"
                " each, and have the server's administrator make a copy before (pg_dump)."
            ),
        )


def privacy_symptoms(workspace: Workspace) -> Iterator[Symptom]:
    """What in the workspace tells other accounts of this machine who reads the digest."""
    beside = workspace.path.glob(f"{workspace.database.name}*")  # its log, and the copies before upgrades
    for path in (*sorted(beside), *sorted(workspace.path.glob("veille.log*")), workspace.outgoing):
        if is_open_to_others(path):
            yield symptom(
                "readable-by-others",
                _("{path} can be read by others than you; it holds names and addresses.").format(path=path),
                _("Close it: chmod go= {path}").format(path=path),
            )


def disk_symptoms(workspace: Workspace) -> Iterator[Symptom]:
    """Whether there is room to go on."""
    free = shutil.disk_usage(workspace.path).free
    # An upgrade copies the database, and a new archive stands beside the old one for a moment.
    needed = 3 * _size_of(workspace.database) + _DISK_FULL_BYTES
    said = _("{path} has {free} MB left on its disk; veille may need {needed}.")
    if free < max(needed, _DISK_LOW_BYTES):
        yield symptom(
            "disk-full" if free < needed else "disk-low",
            said.format(path=workspace.path, free=free // _MEGABYTE, needed=needed // _MEGABYTE),
            _("Make room; old messages in {folder} can go.").format(folder=workspace.outgoing),
        )


def template_symptoms(workspace: Workspace, settings: Settings) -> Iterator[Symptom]:
    """What is wrong with the curator's own templates."""
    environment = build_environment(workspace.templates, settings.digest.language)
    known = {name: path for name, path in _files_in(shipped("templates")).items() if name.startswith(_ROOMS)}
    for name, path in _files_in(workspace.templates).items():
        if name not in known:
            yield symptom(
                "template-unused",
                _("{path} takes the place of no template of veille, and is not used.").format(path=path),
                _("Give it the name of the one it replaces, as docs/how-to/templates.md lists them."),
            )
            continue
        fault = template_fault(environment, name)
        if fault:
            yield symptom(
                "template-broken",
                _("{path} cannot be read as a template: {reason}.").format(path=path, reason=fault),
                _("Compare it with the one veille ships: {path}").format(path=known[name]),
            )
        elif _version_of(path) != _version_of(known[name]):
            yield symptom(
                "template-outdated",
                _("{path} was copied from an older template; veille's has changed since.").format(path=path),
                _("Take over what changed in {path}, its first line too.").format(path=known[name]),
            )


def _files_in(folder: Path) -> Mapping[str, Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path for path in files}


def _version_of(path: Path) -> str:
    """The version in the first line, empty where there is none; a file in any encoding has one or not."""
    with path.open("rb") as file:
        found = _VERSION.match(file.readline().decode("utf-8", errors="replace"))
    return found[1] if found else ""


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
