"""What the desk stands in: the workspace, and the ways out of the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from veille.clock import Clock
from veille.settings import Settings
from veille.store import Store
from veille.tui.pen import Pen
from veille.workspace import Workspace

_EDITORS = ("sensible-editor", "nano", "vi", "notepad")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The workspace that the desk is in, and what it may ask of the machine.

    ``pen`` writes with what the terminal can show. ``open_address`` shows an address in the browser and
    says whether it could; ``edit`` lets the curator edit a file and gives the exit code of the editor, or
    raises ``OSError`` when it cannot be started, ``ValueError`` when its command cannot be understood.
    """

    workspace: Workspace
    settings: Settings
    store: Store
    clock: Clock
    pen: Pen
    open_address: Callable[[str], bool]
    edit: Callable[[Path], int]


def browser(address: str) -> bool:
    """Show ``address`` in the curator's browser; whether there was one."""
    return webbrowser.open(address)


def editor(file: Path) -> int:
    """Edit ``file`` in the curator's own editor; its exit code."""
    finished = subprocess.run([*editor_command(os.environ), str(file)], check=False)  # noqa: S603 - his own choice
    return finished.returncode


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """What starts the editor: ``$VISUAL``, else ``$EDITOR``, else the first known one on this machine."""
    chosen = environ.get("VISUAL") or environ.get("EDITOR")
    if chosen:
        return shlex.split(chosen, posix=os.name == "posix")
    return [next((name for name in _EDITORS if shutil.which(name)), _EDITORS[-1])]
