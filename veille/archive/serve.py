"""A look at the archive through a server of this machine alone."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from veille.errors import StorageError, reason_of
from veille.i18n import gettext as _

_ADDRESS = "127.0.0.1"


class _Quiet(SimpleHTTPRequestHandler):
    # Feeds are shown by what they are, not by what a machine happens to know of their suffixes.
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".atom": "application/atom+xml",
        ".opml": "text/x-opml",
        ".json": "application/json",
    }

    def log_message(self, *_said: object) -> None:
        """Nobody is measured, and the terminal belongs to the curator."""


def archive_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of ``folder``, reached from this machine only; 0 is any free port.

    Raises ``StorageError`` when the port is taken.
    """
    try:
        return ThreadingHTTPServer((_ADDRESS, port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        raise StorageError(
            _("Port {port} of this machine cannot be used: {reason}.").format(
                port=port, reason=reason_of(error)
            ),
            hint=_("Another one: veille archive serve --port 8010"),
        ) from error


def address_of(server: ThreadingHTTPServer) -> str:
    """What to type in a browser."""
    return f"http://{_ADDRESS}:{server.server_port}/"
