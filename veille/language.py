"""Which language the tool speaks: asked for, else the curator's own, else the machine's, else French."""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from veille.errors import ConfigError
from veille.i18n import DEFAULT_LANGUAGE, LANGUAGES
from veille.workspace import find_workspace

# As gettext reads them, the first that is set.
_LOCALE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def spoken_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The first known of ``--lang``, ``VEILLE_LANG``, ``curator.language`` and the locale, else French.

    An unknown language, or a veille.toml that cannot be read, is passed over here; the command refuses it
    afterwards, in the language found.
    """
    for language in _wishes(arguments, environ):
        if language in LANGUAGES:
            return language
    return DEFAULT_LANGUAGE


def _wishes(arguments: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    asked, folder = _general_options(arguments)
    yield asked
    yield environ.get("VEILLE_LANG", "")
    yield environ.get("VEILLE_CURATOR_LANGUAGE", "")
    yield _language_of_workspace(folder, environ)
    yield _language_of_machine(environ)


def _general_options(arguments: Sequence[str]) -> tuple[str, Path | None]:
    """``--lang`` before the command (``entries list --lang``, after it, is a filter), and ``-w`` anywhere."""
    language = ""
    folder: Path | None = None
    before_command = True
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            break
        if argument in {"-w", "--workspace"}:
            folder = Path(next(remaining, "."))
        elif argument.startswith("--workspace="):
            folder = Path(argument.removeprefix("--workspace="))
        elif before_command and argument == "--lang":
            language = next(remaining, "")
        elif before_command and argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        elif not argument.startswith("-"):
            before_command = False
    return language, folder


def _language_of_workspace(folder: Path | None, environ: Mapping[str, str]) -> str:
    try:
        path = find_workspace(folder, environ, Path.cwd()).settings_file
        curator = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("curator")
    except (ConfigError, OSError, ValueError):
        return ""
    return str(curator.get("language", "")) if isinstance(curator, dict) else ""


def _language_of_machine(environ: Mapping[str, str]) -> str:
    """``fr`` for ``fr_FR.UTF-8``, for the list ``fr:en`` and for Windows's ``French_France``."""
    names = (environ[variable] for variable in _LOCALE_VARIABLES if environ.get(variable))
    name = next(names, None) or locale.getlocale()[0] or ""
    return name[:2].lower()
