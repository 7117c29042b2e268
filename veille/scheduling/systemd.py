"""User timers of systemd, which also make up for what a sleeping machine missed (systemd.timer(5))."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from veille.i18n import gettext as _
from veille.scheduling.jobs import Job
from veille.scheduling.programs import run_program


def runs_here(environ: Mapping[str, str]) -> bool:
    """Whether systemd looks after this user's services (sd_booted(3))."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and (Path(runtime) / "systemd").is_dir()


def units_of(jobs: Iterable[Job], workspace: Path) -> dict[str, str]:
    """The unit files by name: for each job a service and the timer that starts it."""
    units: dict[str, str] = {}
    for job in jobs:
        stem = f"{_prefix(workspace)}-{job.name}"
        units[f"{stem}.service"] = _service(job, workspace)
        units[f"{stem}.timer"] = _timer(job)
    return units


def install(units: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Write ``units``, in the place of earlier ones, and start their timers; the files written.

    Raises ``VeilleError`` when systemd refuses; what was written is then taken away again.
    """
    folder = _folder(environ)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in units.items():
        (folder / name).write_text(text, encoding="utf-8")
    try:
        run_program(("systemctl", "--user", "daemon-reload"))
        timers = [name for name in units if name.endswith(".timer")]
        run_program(("systemctl", "--user", "enable", "--now", *timers))
    except BaseException:
        for name in units:
            (folder / name).unlink(missing_ok=True)
        raise
    return tuple(folder / name for name in units)


def remove(workspace: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Stop the timers of ``workspace`` and delete their files; the files that were there."""
    installed = installed_units(workspace, environ)
    timers = [path.name for path in installed if path.suffix == ".timer"]
    if timers:
        run_program(("systemctl", "--user", "disable", "--now", *timers))
    for path in installed:
        path.unlink()
    if installed:
        run_program(("systemctl", "--user", "daemon-reload"))
    return installed


def installed_units(workspace: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The unit files of ``workspace`` that are installed."""
    return tuple(sorted(_folder(environ).glob(f"{_prefix(workspace)}-*")))


def _folder(environ: Mapping[str, str]) -> Path:
    """Where a user's own units stand (systemd.unit(5))."""
    configured = environ.get("XDG_CONFIG_HOME")
    home = Path(configured) if configured else Path.home() / ".config"
    return home / "systemd" / "user"


def _prefix(workspace: Path) -> str:
    """A name of its own for each workspace, safe in a file name and in a glob."""
    return "veille-" + hashlib.sha256(os.fsencode(workspace)).hexdigest()[:8]


def _head() -> str:
    return "# " + _("Made by veille schedule --install, taken away by veille schedule --remove.")


def _service(job: Job, workspace: Path) -> str:
    command = " ".join(_quoted(word) for word in job.command)
    return (
        f"{_head()}\n[Unit]\nDescription=veille {job.name} {_escaped(str(workspace))}\n\n"
        # A feed that fails is told in the log; the unit did its work.
        f"[Service]\nType=oneshot\nExecStart={command}\nSuccessExitStatus=4\n"
    )


def _timer(job: Job) -> str:
    day = "*" if job.day is None else f"{job.day:02d}"
    return (
        f"{_head()}\n[Unit]\nDescription=veille {job.name}\n\n"
        f"[Timer]\nOnCalendar=*-*-{day} {job.hour:02d}:{job.minute:02d}:00\nPersistent=true\n"
        "RandomizedDelaySec=300\n\n[Install]\nWantedBy=timers.target\n"
    )


def _quoted(word: str) -> str:
    """``word`` as one argument of a command line (systemd.service(5), "Command lines")."""
    inner = _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{inner}"'


def _escaped(text: str) -> str:
    """``text`` without specifiers (systemd.unit(5)) and on one line."""
    return " ".join(text.replace("%", "%%").splitlines())
