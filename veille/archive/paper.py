"""An issue on paper: its page printed to PDF by a browser of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from veille.errors import NotFoundError, StorageError, reason_of
from veille.i18n import gettext as _

_TIMEOUT_SECONDS = 120
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge", "brave-browser",
)  # fmt: skip
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_WINDOWS_PROGRAMS = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")


def find_browser(environ: Mapping[str, str]) -> str:
    """A browser that can print, one made from Chromium. Raises ``NotFoundError`` when there is none."""
    for browser in _candidates(environ):
        if found := shutil.which(browser, path=environ.get("PATH")):
            return found
    raise NotFoundError(
        _("No browser that can print was found: Chromium, Chrome, Edge or Brave."),
        hint=_("Install one of them, or open the page and print it from your own browser."),
    )


def print_page(page: Path, target: Path, environ: Mapping[str, str]) -> None:
    """Print ``page`` to ``target``, which is replaced whole or not at all.

    Raises ``NotFoundError`` without a browser, ``StorageError`` when it prints nothing, or when ``target``
    cannot be written.
    """
    browser = find_browser(environ)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        printed = Path(profile) / "page.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={printed}",
            *(["--no-sandbox"] if _is_root() else []),
            page.as_uri(),
        ]
        reason = _run(command)
        try:
            content = printed.read_bytes()
        except OSError as error:
            raise StorageError(
                _("{browser} could not print {page}: {reason}.").format(
                    browser=browser, page=page, reason=reason or reason_of(error)
                ),
                hint=_("Open the page and print it from your own browser."),
            ) from error
    _put(content, target)


def _put(content: bytes, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        raise StorageError(
            _("The issue was printed, but {target} could not be written: {reason}.").format(
                target=target, reason=reason_of(error)
            ),
            hint=_("Name a file in a folder that exists and is yours: veille archive pdf MONTH FILE"),
        ) from error


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    yield from _COMMANDS
    yield from _APPLICATIONS
    for variable in _WINDOWS_FOLDERS:
        if folder := environ.get(variable):
            yield from (str(Path(folder) / program) for program in _WINDOWS_PROGRAMS)


def _run(command: list[str]) -> str:
    """Why the browser could not be run to its end, else nothing."""
    try:
        subprocess.run(  # noqa: S603 - a browser that was found, and a page of ours
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    return ""


def _is_root() -> bool:
    # Chromium's sandbox refuses to run as root, which happens in containers.
    return hasattr(os, "geteuid") and os.geteuid() == 0
