"""The search page: every link of the archive as data for a script that asks nobody."""

from __future__ import annotations

import json
from typing import Any

from veille.archive.frame import frame_of
from veille.archive.lists import Shelf, Shelved
from veille.archive.paths import LINKS_PATH, SEARCH_PATH, link_anchor
from veille.compose.addresses import issue_path
from veille.compose.page_contexts import PageLink, SearchChoice, SearchPage
from veille.compose.typography import Medium
from veille.compose.wording import in_type, language_label, month_label
from veille.i18n import translations
from veille.model.plaintext import search_key
from veille.settings import Settings

# What could end the element that holds the data; JSON takes the escapes, HTML knows none there.
_NOT_IN_A_SCRIPT = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))


def search_page(shelf: Shelf, settings: Settings) -> SearchPage:
    """The page that searches all links of ``shelf``; themes and years are those that have some."""
    language = settings.digest.language
    gettext = translations(language).gettext
    themes = {pick.theme: settings.theme_label(pick.theme, language) for pick in (one.pick for one in shelf)}
    years = dict.fromkeys(one.issue.month.year for one in shelf)
    return SearchPage(
        frame=frame_of(SEARCH_PATH, gettext("Search"), settings),
        themes=tuple(
            SearchChoice(theme, label)
            for theme, label in sorted(themes.items(), key=lambda item: search_key(item[1]))
            if theme
        ),
        years=tuple(SearchChoice(str(year), str(year)) for year in years),
        index=search_index(shelf, settings),
        all_links=PageLink(gettext("All links"), LINKS_PATH),
    )


def search_index(shelf: Shelf, settings: Settings) -> str:
    """``shelf`` as JSON that may stand within a script element of HTML.

    ``links`` hold title, address, language, theme, source, month and number, note; what repeats stands once,
    under its place in ``themes``, ``sources`` and ``months``.
    """
    gettext = translations(settings.digest.language).gettext
    ngettext = translations(settings.digest.language).ngettext
    themes, sources, months = _Repeated(), _Repeated(), _Repeated()
    links = [_link(shelved, settings, themes, sources, months) for shelved in shelf]
    document = {
        "themes": [[theme, settings.theme_label(theme, settings.digest.language)] for theme in themes.values],
        "sources": sources.values,
        "months": [json.loads(month) for month in months.values],
        "links": links,
        "words": {
            # Each language has its own number of nought.
            "counts": [ngettext("{count} link", "{count} links", count) for count in (0, 1, 2)],
            "cut": gettext("; the first {count} are shown"),
            "place": gettext("{month}, link {number}"),
        },
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in _NOT_IN_A_SCRIPT:  # str.translate would look each character of ten years up
        text = text.replace(sign, escape)
    return text


class _Repeated:
    """Values, each once, and the place of each."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def values(self) -> list[str]:
        return list(self._places)

    def place_of(self, value: str) -> int:
        return self._places.setdefault(value, len(self._places))


def _link(
    shelved: Shelved, settings: Settings, themes: _Repeated, sources: _Repeated, months: _Repeated
) -> list[Any]:
    language, pick, month = settings.digest.language, shelved.pick, shelved.issue.month
    foreign = shelved.listed.language
    place = f"{issue_path(month)}#{link_anchor(0)}".removesuffix("0")
    return [
        shelved.listed.title,
        shelved.listed.url,
        [foreign, language_label(foreign, language)] if foreign else 0,
        themes.place_of(pick.theme),
        sources.place_of(pick.source),
        months.place_of(json.dumps([month.year, month_label(month, language), place])),
        shelved.number,
        " ".join(in_type(pick.note, settings, Medium.WEB)),
    ]
