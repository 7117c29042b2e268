"""Reading veille.toml and the environment into ``Settings``: all of it or, every fault named, nothing."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_origin, get_type_hints

from veille.errors import ConfigError, reason_of
from veille.i18n import LANGUAGES, labelled
from veille.i18n import gettext as _
from veille.settings import Label, Settings

_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_TOML_PLACE = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)")
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Fault:
    line: int | None
    message: str


class _InvalidValueError(Exception):
    """A value that a setting cannot take; the text says why."""


def read_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of the file at ``path`` (all defaults when there is none), then of ``VEILLE_…`` variables.

    Raises ``ConfigError`` naming every faulty line and variable; nothing of a faulty file is used.
    """
    source = _source(path)
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        said = _("{path}, line {line}, column {column}: this is not valid TOML.")
        raise ConfigError(
            said.format(path=path, line=place["line"], column=place["column"])
            if place
            else _("{path} is not valid TOML: {reason}.").format(path=path, reason=error),
            hint=_(
                "Is a bracket or a quotation mark missing, or is something said twice?"
                " Correct it; nothing of the file was used."
            ),
        ) from error
    faults: list[_Fault] = []
    settings = _settings_from_document(document, _line_index(source), faults)
    if faults:
        raise _config_error(str(path), faults)
    settings = _with_environment(settings, environ, faults)
    if faults:
        raise _config_error(_("The environment"), faults)
    return settings


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(
            _("{path} is not UTF-8 text (byte {position}).").format(path=path, position=error.start),
            hint=_("Save it again as UTF-8."),
        ) from error
    except OSError as error:
        raise ConfigError(
            _("{path} could not be read: {reason}.").format(path=path, reason=reason_of(error))
        ) from error


def _settings_from_document(
    document: Mapping[str, Any], lines: Mapping[tuple[str, ...], int], faults: list[_Fault]
) -> Settings:
    known = {section.name: section for section in fields(Settings)}
    values: dict[str, Any] = {}
    for name, content in document.items():
        line = lines.get((name,))
        if name not in known:
            faults.append(_Fault(line, _unknown(_("section [{name}]").format(name=name), name, list(known))))
        elif not isinstance(content, dict):
            faults.append(_Fault(line, _("“{name}” must be a section: [{name}]").format(name=name)))
        else:
            default = getattr(Settings(), name)
            if is_dataclass(default):
                values[name] = _section(name, default, content, lines, faults)
            else:
                values[name] = _labels(known[name], content, lines, faults)
    return replace(Settings(), **values)


def _section(
    section: str,
    default: Any,
    content: Mapping[str, Any],
    lines: Mapping[tuple[str, ...], int],
    faults: list[_Fault],
) -> Any:
    known = {item.name: item for item in fields(default)}
    hints = get_type_hints(type(default))
    values: dict[str, Any] = {}
    for key, raw in content.items():
        line = lines.get((section, key))
        if key not in known:
            faults.append(_Fault(line, _unknown(_("key “{name}”").format(name=key), key, list(known))))
            continue
        try:
            values[key] = _checked(known[key], _typed(hints[key], raw))
        except _InvalidValueError as error:
            faults.append(_Fault(line, labelled(f"{section}.{key}", error)))
    return replace(default, **values)


def _labels(
    section: Field[Any],
    content: Mapping[str, Any],
    lines: Mapping[tuple[str, ...], int],
    faults: list[_Fault],
) -> Mapping[str, Label]:
    labels: dict[str, Label] = {}
    for key, raw in content.items():
        texts = {"fr": raw} if isinstance(raw, str) else raw
        if (
            not isinstance(texts, dict)
            or not texts
            or not all(language in LANGUAGES and isinstance(text, str) for language, text in texts.items())
        ):
            wanted = _("a name in quotes, or one by language: {example}").format(
                example='{ fr = "…", en = "…" }'
            )
            faults.append(_Fault(lines.get((section.name, key)), labelled(f"{section.name}.{key}", wanted)))
            continue
        labels[key] = Label(texts)
    try:
        _checked(section, labels)
    except _InvalidValueError as error:
        faults.append(_Fault(lines.get((section.name,)), labelled(f"[{section.name}]", error)))
    return labels


def _typed(wanted: Any, raw: Any) -> Any:
    if wanted in {str, int, bool}:
        if type(raw) is wanted:
            return raw
    elif _is_mapping(wanted):
        if isinstance(raw, dict) and all(isinstance(item, str) for item in raw.values()):
            return MappingProxyType(raw)
    elif isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    raise _InvalidValueError(_kind_wanted(wanted))


def _is_mapping(wanted: Any) -> bool:
    return get_origin(wanted) is Mapping


def _kind_wanted(wanted: Any) -> str:
    if wanted is str:
        return _("it must be a text in quotes")
    if _is_mapping(wanted):
        return _("it must be texts by name: {example}").format(example='{ same-source = "blocker" }')
    if wanted is bool:
        return _("it must be true or false")
    return _("it must be a whole number") if wanted is int else _("it must be a list of texts in quotes")


def _checked(item: Field[Any], value: Any) -> Any:
    check = item.metadata.get("check")
    complaint = check(value) if check else ""
    if complaint:
        raise _InvalidValueError(complaint)
    return value


def _with_environment(settings: Settings, environ: Mapping[str, str], faults: list[_Fault]) -> Settings:
    sections: dict[str, Any] = {}
    for section, item, hint in _scalar_fields(settings):
        variable = f"VEILLE_{section}_{item.name}".upper()
        if variable not in environ:
            continue
        try:
            value = _checked(item, _from_text(hint, environ[variable]))
        except _InvalidValueError as error:
            faults.append(_Fault(None, labelled(variable, error)))
            continue
        sections[section] = replace(sections.get(section, getattr(settings, section)), **{item.name: value})
    return replace(settings, **sections)


def _scalar_fields(settings: Settings) -> Iterator[tuple[str, Field[Any], Any]]:
    for section in fields(settings):
        value = getattr(settings, section.name)
        if is_dataclass(value):
            hints = get_type_hints(type(value))
            yield from ((section.name, item, hints[item.name]) for item in fields(value))


def _from_text(wanted: Any, text: str) -> Any:
    if wanted is bool:
        if text not in _TRUTHS:
            raise _InvalidValueError(_kind_wanted(bool))
        return _TRUTHS[text]
    if wanted is int:
        if not text.strip().isdecimal():
            raise _InvalidValueError(_kind_wanted(int))
        return int(text)
    if wanted is str:
        return text
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not _is_mapping(wanted):
        return parts
    return MappingProxyType({name: value for name, _equals, value in (part.partition("=") for part in parts)})


def _unknown(what: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return _("unknown {what}; did you mean “{near}”?").format(what=what, near=near[0])
    return _("unknown {what}; known here: {known}").format(what=what, known=", ".join(known))


def _line_index(source: str) -> dict[tuple[str, ...], int]:
    """Where each section and key of a TOML text stands, for naming the line of a fault."""
    index: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(source.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = tuple(header[1].split("."))
            index.setdefault(section[:1], number)
            index.setdefault(section[:2], number)
        elif key := _KEY.match(line):
            index.setdefault((*section[:1], key[1]) if len(section) < 2 else section[:2], number)
    return index


def _config_error(where: str, faults: list[_Fault]) -> ConfigError:
    described = [
        _("line {line}: {message}").format(line=fault.line, message=fault.message)
        if fault.line
        else fault.message
        for fault in sorted(faults, key=lambda fault: fault.line or 0)
    ]
    return ConfigError(
        _("{where} has faults; nothing of it was used:").format(where=where)
        + "".join(f"\n  {line}" for line in described),
        hint=_("Correct them; each setting is described in docs/reference/settings.md."),
    )
