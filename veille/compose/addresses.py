"""Where the pages of the archive stand: the mail links to them, the archive builds them."""

from __future__ import annotations

from veille.model.month import Month
from veille.settings import Settings


def issue_path(month: Month) -> str:
    """Where the page of a month's issue stands, from the root of the archive."""
    return f"numeros/{month}/index.html"


def public_url(path: str, settings: Settings) -> str:
    """The address readers reach ``path`` at; empty while the archive is only a folder."""
    root = settings.archive.url.rstrip("/")
    return f"{root}/{path}" if root else ""
