"""Making a workspace: its settings, its starter list of feeds and its database. Never overwrites."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from veille.configuration import read_settings
from veille.errors import ConfigError, reason_of
from veille.i18n import gettext as _
from veille.resources import shipped
from veille.store import open_store, place_of
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Founded:
    """A workspace, and which of its files were made or were there already."""

    workspace: Workspace
    made: tuple[Path, ...]
    kept: tuple[Path, ...]


def found_workspace(folder: Path, language: str, environ: Mapping[str, str]) -> Founded:
    """Make ``folder`` a workspace, its settings commented in ``language``; what is there is left as it is.

    Raises ``ConfigError`` when the folder cannot be written, or its settings have faults.
    """
    workspace = Workspace(folder)
    wanted = [workspace.settings_file, workspace.feeds_file]
    kept = [path for path in wanted if path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy_new(shipped("templates") / "workspace" / f"veille.{language}.toml", workspace.settings_file)
        _copy_new(shipped("feeds.opml"), workspace.feeds_file)
    except OSError as error:
        raise ConfigError(
            _("The workspace {path} could not be made: {reason}.").format(
                path=folder, reason=reason_of(error)
            ),
            hint=_("Choose a folder you may write in."),
        ) from error
    place = place_of(workspace, read_settings(workspace.settings_file, environ), environ)
    if isinstance(place, Path):
        wanted.append(place)
        if place.exists() and place.stat().st_size:
            kept.append(place)
    with open_store(place):
        pass
    return Founded(workspace, tuple(path for path in wanted if path not in kept), tuple(kept))


def _copy_new(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)
