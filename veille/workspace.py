"""The folder a curator works in: where it is, and where each thing in it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from veille.errors import ConfigError
from veille.i18n import gettext as _

SETTINGS_FILE = "veille.toml"
DATABASE_FILE = "veille.db"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace folder; nothing here creates or reads anything."""

    path: Path

    @property
    def settings_file(self) -> Path:
        return self.path / SETTINGS_FILE

    @property
    def feeds_file(self) -> Path:
        return self.path / "feeds.opml"

    @property
    def database(self) -> Path:
        return self.path / DATABASE_FILE

    @property
    def outgoing(self) -> Path:
        """Where the ``eml`` transport puts messages."""
        return self.path / "outgoing"

    @property
    def previews(self) -> Path:
        return self.path / "preview"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def templates(self) -> Path:
        """The curator's own templates; the folder need not exist."""
        return self.path / "templates"

    def draft_of(self, month: str, entry: int | str) -> Path:
        """Where the notes on an entry wait until they are saved."""
        return self.path / f"notes-{month}-{entry}.txt"

    @property
    def log_file(self) -> Path:
        return self.path / "veille.log"

    @property
    def exists(self) -> bool:
        """Whether the folder is a workspace: it holds a veille.toml or a database."""
        return self.settings_file.is_file() or self.database.is_file()


def find_workspace(option: Path | None, environ: Mapping[str, str], start: Path) -> Workspace:
    """The workspace named by the option, else by ``VEILLE_WORKSPACE``, else found upwards from ``start``.

    Raises ``ConfigError`` when the named folder is not a workspace, or none is found on the way up.
    """
    named = option or (Path(environ["VEILLE_WORKSPACE"]) if environ.get("VEILLE_WORKSPACE") else None)
    if named is not None:
        workspace = Workspace(named.expanduser().absolute())
        if workspace.exists:
            return workspace
        raise ConfigError(
            _("{path} is not a veille workspace: it holds neither {settings} nor {database}.").format(
                path=workspace.path, settings=SETTINGS_FILE, database=DATABASE_FILE
            ),
            hint=_("Make one: veille init {path}").format(path=named),
        )
    for folder in (start, *start.parents):
        if Workspace(folder).exists:
            return Workspace(folder)
    raise ConfigError(
        _("No veille workspace in {path} or above it.").format(path=start),
        hint=_("Make one with “veille init my-veille”, then work from that folder or add -w my-veille."),
    )
