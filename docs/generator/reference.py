"""The pages of the site as they are shown: what they say, and what they take from the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from commands import as_markdown, commands, exit_codes, general_options
from tables import (
    Table,
    charter_tables,
    complete,
    default_names,
    desk_keys,
    doctor_tables,
    settings_tables,
    template_tables,
)

from veille import i18n

_README = Path(__file__).parents[2] / "README.md"
_PLACE = re.compile(r"^<!-- from the (?:code|README): ([a-z ]+) -->$", re.MULTILINE)


def _words() -> str:
    """The glossary, which stands in the README, as a list."""
    section = _README.read_text(encoding="utf-8").partition("\n## Words\n")[2].partition("\n## ")[0]
    return "\n".join(f"- {' '.join(word.split()).rstrip('.')}" for word in section.split(" · "))


_PARTS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "general options": lambda: general_options(commands()),
        "commands": lambda: as_markdown(commands()),
        "themes": partial(default_names, "themes"),
        "segments": partial(default_names, "segments"),
        "keys": desk_keys,
        "exit codes": exit_codes,
        "words": _words,
    }
)
COMPLETED: Mapping[str, Callable[[], Mapping[str, Table]]] = MappingProxyType(
    {
        "reference/settings.md": settings_tables,
        "reference/templates.md": template_tables,
        "reference/charter.md": charter_tables,
        "reference/doctor.md": doctor_tables,
    }
)


def whole_page(path: str, page: str) -> str:
    """``page``, which stands at ``path`` in docs/, with all that it takes from the code.

    Raises ``StalePageError`` when the two disagree, ``KeyError`` when it asks for what there is not.
    """
    i18n.activate("en")
    if path in COMPLETED:
        page = complete(page, COMPLETED[path]())
    return _PLACE.sub(lambda place: _PARTS[place[1]](), page)
