"""A feed of the archive as JSON Feed 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from typing import Any

from veille.archive.feed import ArchiveFeed, FeedEntry
from veille.compose.addresses import public_url
from veille.settings import Settings


def json_feed(feed: ArchiveFeed, settings: Settings) -> bytes:
    """``feed`` in full; the same bytes for the same input.

    It names no address while the archive has no public one: the format knows no relative ones.
    """
    digest = settings.digest
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": public_url(feed.page_path, settings),
        "feed_url": public_url(f"{feed.stem}.json", settings),
        "description": digest.institution,
        "authors": [{"name": settings.curator.name or digest.institution or digest.name}],
        "language": digest.language,
        "items": [_item(entry, settings) for entry in feed.entries],
    }
    # Not indented: Python would write the whole history ten times as slowly.
    return f"{json.dumps(_said(document), ensure_ascii=False)}\n".encode()


def _item(entry: FeedEntry, settings: Settings) -> dict[str, Any]:
    return _said(
        {
            "id": entry.identity.urn,
            "url": public_url(entry.page_path, settings),
            "title": entry.title,
            "content_html": entry.content,
            "date_published": entry.published_at.isoformat(),
            "date_modified": entry.updated_at.isoformat(),
        }
    )


def _said(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: the format would have an address there, or nothing."""
    return {name: value for name, value in document.items() if value != ""}
