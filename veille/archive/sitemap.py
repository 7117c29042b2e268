"""The site map for search engines (sitemaps.org), which knows absolute addresses only."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from veille.archive.paths import SITEMAP_PATH
from veille.compose.addresses import public_url
from veille.settings import Settings

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap_file(paths: Iterable[str], settings: Settings) -> dict[str, bytes]:
    """The site map of the pages at ``paths``, in their order; none while the archive is only a folder."""
    if not settings.archive.url:
        return {}
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})
    for path in paths:
        page = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(page, f"{{{_SITEMAP}}}loc").text = public_url(path, settings)
    return {SITEMAP_PATH: etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)}
