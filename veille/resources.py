"""Where the files shipped beside the code are, from a checkout as from a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of ``templates``, ``alembic`` or ``feeds.opml``.

    In a checkout (or an editable install) they stand beside the package; a wheel carries them in
    ``_bundled``, because three such common names must not land in site-packages.
    """
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        return _PACKAGE.parent / name
    return _PACKAGE / "_bundled" / name
