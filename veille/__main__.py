"""The ``veille`` command: choose the language, then open the front door."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys

_EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Memory goes back to the system as it is: to look through it for cycles first would be in vain.
    atexit.register(gc.freeze)
    try:
        sys.exit(_run())
    except KeyboardInterrupt:  # before the front door stands, which has its own answer
        sys.exit(_EXIT_INTERRUPTED)


def _run() -> int:
    # Imported here, where a Ctrl-C is heard: these are the first hundred milliseconds.
    from veille import i18n
    from veille.language import spoken_language

    _speak_unicode()
    i18n.activate(spoken_language(sys.argv[1:], os.environ))
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


if __name__ == "__main__":
    main()
