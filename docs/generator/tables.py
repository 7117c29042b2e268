"""What the tables of the reference take from the code, so that no page can be behind it.

A page names each setting, field or code and says in words what it means; type, default and weight are put in
here. ``complete`` refuses a page that names one too few or one too many.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from veille.compose.environment import Context
from veille.doctor.symptom import GRAVITIES
from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES
from veille.settings import Label, Settings
from veille.tui.glyphs import glyphs_for
from veille.tui.keys import chapters, labels, meaning

_HEADING = re.compile(r"^(#+ .+)$", re.MULTILINE)
_HEAD = re.compile(r"^\| (\w+) \| (.+) \|\n\|---\|---\|$", re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)` \| (.*) \|$", re.MULTILINE)
_CODE = re.compile(r"`[^`]*`")

# What a value has to be, by the check that it must pass; checks with bounds are described by them.
_WANTED = {
    "one_line": "text, one line",
    "address": "e-mail address, or empty",
    "web_url": "http or https address, or empty",
    "secure_url": "https address, or empty",
    "one_click_url": "https address with `{id}`, or empty",
    "database_url": "`postgresql+psycopg://USER@HOST/DATABASE`, or empty",
    "image_file": "name of an `.svg`, `.png`, `.jpg`, `.jpeg` or `.webp` file of the workspace, or empty",
    "iso_date": "date, `2026-11-30`, or empty",
    "time_of_day": "time of day, `HH:MM`",
    "dns_label": "name, or empty",
    "language_or_none": '`"fr"`, `"en"`, or empty',
    "networks": "list of address ranges",
    "slow_hosts": "list of texts",
    "rules": "texts by name",
}


class StalePageError(Exception):
    """A page of the reference and the code do not name the same things."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the code knows of the names that one section of a page lists.

    ``columns`` are the heads that stand between the name and what it means, ``cells`` those of each name, and
    ``remarks`` what ends its meaning.
    """

    columns: Sequence[str]
    cells: Mapping[str, Sequence[str]]
    remarks: Mapping[str, str]


def complete(page: str, tables: Mapping[str, Table]) -> str:
    """``page`` with what ``tables`` know, by the heading of the section, put into its tables.

    Raises ``StalePageError`` when a section or a name is missing, or one is there that nobody knows.
    """
    waiting = dict(tables)
    parts = _HEADING.split(page)
    for place in range(1, len(parts), 2):
        heading = parts[place].lstrip("# ")
        if heading in waiting:
            parts[place + 1] = _completed(heading, parts[place + 1], waiting.pop(heading))
    if waiting:
        raise StalePageError(f"no section: {', '.join(waiting)}")
    return "".join(parts)


def _completed(heading: str, section: str, table: Table) -> str:
    rows = dict(_ROW.findall(section))
    if odd := set(rows) ^ set(table.cells):
        raise StalePageError(f"{heading}: the page and the code do not both name {', '.join(sorted(odd))}")
    if wide := [name for name, meaning in rows.items() if "|" in _CODE.sub("", meaning)]:
        raise StalePageError(f"{heading}: write name and meaning only, the rest is put in: {', '.join(wide)}")

    def wider(row: re.Match[str]) -> str:
        name, meaning = row.groups()
        return _line((f"`{name}`", *table.cells[name], meaning + table.remarks.get(name, "")))

    def wider_head(head: re.Match[str]) -> str:
        names = (head[1], *table.columns, head[2])
        return f"{_line(names)}\n{'|---' * len(names)}|"

    return _ROW.sub(wider, _HEAD.sub(wider_head, section))


def settings_tables() -> dict[str, Table]:
    """Type and default of each setting, and its variable, by section."""
    defaults = Settings()
    return {
        f"`[{section.name}]`": Table(
            ("type", "default"),
            {item.name: (_wanted(item), f"`{_as_toml(getattr(part, item.name))}`") for item in fields(part)},
            {item.name: f"<br>`VEILLE_{section.name}_{item.name}`".upper() for item in fields(part)},
        )
        for section in fields(defaults)
        if is_dataclass(part := getattr(defaults, section.name))
    }


def _wanted(item: Field[Any]) -> str:
    check = item.metadata.get("check")
    if check is None:
        return {"bool": "`true` or `false`", "tuple[str, ...]": "list of words"}[str(item.type)]
    bounds = inspect.getclosurevars(check).nonlocals
    if "lowest" in bounds:
        return f"whole number, {bounds['lowest']} to {bounds['highest']}"
    if "allowed" in bounds:
        *others, last = (f'`"{value}"`' for value in bounds["allowed"])
        return f"{', '.join(others)} or {last}"
    return "colour, `#RRGGBB`" if "paper" in bounds else _WANTED[check.__name__]


def _as_toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_as_toml, value))}]"
        case Label():
            texts = (f"{language} = {_as_toml(text)}" for language, text in value.texts.items())
            return f"{{ {', '.join(texts)} }}"
        case Mapping():
            return "{}" if not value else str(value)
    return str(value)


def default_names(section: str) -> str:
    """The themes or segments there are unless veille.toml names others, as a table."""
    labels_by_name: Mapping[str, Label] = getattr(Settings(), section)
    return _plain_table(
        ("key", "default"), ((f"`{n}`", f"`{_as_toml(t)}`") for n, t in labels_by_name.items())
    )


def template_tables() -> dict[str, Table]:
    """The type of each field that a template may use, by its dataclass."""
    return {
        f"`{kind.__name__}`": Table(
            ("type",), {name: (_in_words(hint),) for name, hint in _hints(kind).items()}, {}
        )
        for kind in contexts()
    }


def contexts() -> tuple[Any, ...]:
    """The dataclasses that templates are given, then those inside of them, each once."""
    found: dict[Any, None] = dict.fromkeys(get_args(Context))
    waiting = list(found)
    for kind in waiting:
        inner = [
            part for hint in _hints(kind).values() for part in (hint, *get_args(hint)) if is_dataclass(part)
        ]
        waiting += [part for part in inner if part not in found]
        found |= dict.fromkeys(inner)
    return tuple(found)


def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}


def _in_words(hint: Any) -> str:
    if hint in {str, int, bool}:
        return {str: "text", int: "number", bool: "yes or no"}[hint]
    if isinstance(hint, type):
        return f"`{hint.__name__}`"
    first, other = get_args(hint)
    if other is NoneType:
        return f"{_in_words(first)} or none"
    return "list of texts" if first is str else f"list of {_in_words(first)}"


def charter_tables() -> dict[str, Table]:
    """What each rule of the charter weighs."""
    weights = {**dict.fromkeys(ABSOLUTE_RULES, "always blocks"), **DEFAULT_SEVERITIES}
    return {"The rules": Table(("weighs",), {code: (weight,) for code, weight in weights.items()}, {})}


def doctor_tables() -> dict[str, Table]:
    """How grave each finding of the doctor is."""
    return {"The findings": Table(("gravity",), {code: (found,) for code, found in GRAVITIES.items()}, {})}


def desk_keys() -> str:
    """The keys of the desk, under the headings of its own help."""
    glyphs = glyphs_for("utf-8")
    return "\n\n".join(
        f"### {heading}\n\n"
        + _plain_table(("key", "what it does"), ((labels(key, glyphs), meaning(key.action)) for key in keys))
        for heading, keys in chapters(Settings().digest.links)
    )


def _plain_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join((_line(head), "|---" * len(head) + "|", *map(_line, rows)))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
