"""Where each page of the archive stands, from its root. Addresses never change, whatever is published later.

Paths lead down to ``index.html``, so that a copied folder works without a server; they are in French, and
without accents, whatever the language of the pages.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from veille.model.month import Month
from veille.model.plaintext import search_key

HOME_PATH = "index.html"
ISSUES_PATH = "numeros/index.html"
THEMES_PATH = "themes/index.html"
SOURCES_PATH = "sources/index.html"
LINKS_PATH = "liens/index.html"
SEARCH_PATH = "recherche/index.html"
FIGURES_PATH = "chiffres/index.html"
SITE_MAP_PATH = "plan-du-site/index.html"
ABOUT_PATH = "a-propos/index.html"
ACCESSIBILITY_PATH = "accessibilite/index.html"
OPML_PATH = "abonnements.opml"
SITEMAP_PATH = "sitemap.xml"
FEED_STEM = "feed"
LOGO_STEM = "logo"

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_MAX_CHARACTERS = 60
# A source is named by each of its links, on several pages.
_NAMES_KEPT = 10_000
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
# Names of devices, which no folder may have on Windows.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


def link_anchor(number: int) -> str:
    """The name of a numbered link within the page of its issue."""
    return f"lien-{number}"


def year_path(year: int) -> str:
    """The page of a year's issues."""
    return f"annees/{year}/index.html"


def theme_path(theme: str) -> str:
    """The page of the theme with that identifier."""
    return f"themes/{slug(theme)}/index.html"


def source_path(source: str) -> str:
    """The page of the source with that name."""
    return f"sources/{slug(source)}/index.html"


def theme_feed_stem(theme: str) -> str:
    """Where the feeds of the theme with that identifier stand, without what their formats add."""
    return f"themes/{slug(theme)}/{FEED_STEM}"


def record_path(month: Month) -> str:
    """A month's issue for programs."""
    return f"numeros/{month}.json"


def root_from(path: str) -> str:
    """The way from the page at ``path`` up to the root: ``../../``, or nothing at the root."""
    return "../" * path.count("/")


@lru_cache(maxsize=_NAMES_KEPT)
def slug(name: str) -> str:
    """``name`` for a folder: the same for ever, whatever other names there are.

    Names that differ in case, accents or signs only share one. What a slug cannot say, such as a name in
    another script, is told apart by a hash.
    """
    key = search_key(name).translate(_LIGATURES)
    plain = _NOT_IN_A_SLUG.sub("-", key).strip("-")
    said = all(character.isascii() or not character.isalnum() for character in key)
    if plain and said and plain not in _DEVICES and len(plain) <= _SLUG_MAX_CHARACTERS:
        return plain
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return "-".join(filter(None, (plain[:_SLUG_MAX_CHARACTERS].strip("-"), mark)))
