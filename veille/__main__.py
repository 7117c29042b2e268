"""The ``veille`` command: choose the language, then open the front door."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence

_EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        sys.exit(_run())
    except KeyboardInterrupt:  # before the front door stands, which has its own answer
        sys.exit(_EXIT_INTERRUPTED)


def _run() -> int:
    # Imported here, where a Ctrl-C is heard: these are the first hundred milliseconds.
    from veille import i18n

    _speak_unicode()
    i18n.activate(chosen_language(sys.argv[1:], os.environ))
    # Commands word their help while they are imported: the language comes first.
    from veille.cli.app import run

    return run(sys.argv[1:])


def _speak_unicode() -> None:
    """Write UTF-8 into files and pipes, and never fail on a character that a terminal lacks.

    A redirected output takes the encoding of the machine otherwise, which on Windows has no room for
    half of the titles of the web. A stream that the caller closed swallows what it is given.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def chosen_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language of a ``--lang`` before the command, else of ``VEILLE_LANG``, else French.

    An unknown language is passed over here; the command line refuses it afterwards. (``entries list
    --lang``, after the command, is a filter.)
    """
    from veille import i18n

    chosen = environ.get("VEILLE_LANG", "")
    remaining = iter(arguments)
    for argument in remaining:
        if argument.startswith("--lang="):
            chosen = argument.removeprefix("--lang=")
        elif argument == "--lang":
            chosen = next(remaining, "")
        elif argument in {"-w", "--workspace"}:
            next(remaining, "")
        elif not argument.startswith("-"):
            break
    return chosen if chosen in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


if __name__ == "__main__":
    main()
