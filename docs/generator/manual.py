"""The man page: ``python docs/generator/manual.py`` writes it to standard output."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from commands import EXIT_CODES, Command, commands

from veille import __version__

_FILES = (
    ("veille.toml", "the settings of a workspace"),
    ("feeds.opml", "a list of feeds to begin with"),
    ("veille.db", "the store: entries, issues, people, the ledger; cannot be made again"),
    ("outgoing/", "messages as files, as long as no mail server is configured"),
    ("archive/", "the site of past issues"),
    ("templates/", "templates of yours, in place of those that veille brings"),
)
_VARIABLES = (
    ("VEILLE_WORKSPACE", "the workspace, when -w is not given"),
    ("VEILLE_LANG", "the language the tool speaks, fr or en"),
    ("VEILLE_SECTION_KEY", "any setting: VEILLE_SMTP_HOST is host in the section [smtp] of veille.toml"),
    ("VEILLE_SMTP_PASSWORD", "the password of the mail server; also _FILE and _COMMAND"),
)


def man_page(known: Sequence[Command]) -> str:
    """The page of section 1, as man(7) macros."""
    return "\n".join(_lines(known)) + "\n"


def _lines(known: Sequence[Command]) -> Iterator[str]:
    yield f'.TH VEILLE 1 "" "veille {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"veille \- five links a month, chosen by a person, told to each department"
    yield ".SH SYNOPSIS"
    yield rf".B {_roff('veille [-w FOLDER] [--json] [--lang fr|en] COMMAND')}"
    yield ".SH OPTIONS"
    yield from _items(known[0].parameters)
    yield ".SH COMMANDS"
    for command in known[1:]:
        yield f'.SS "{_roff(command.usage)}"'
        for paragraph in command.paragraphs:
            yield from (".PP", _roff(paragraph))
        yield from _items(command.parameters)
        for example in command.examples:
            yield from (".PP", ".EX", _roff(example), ".EE")
    for heading, pairs in (("FILES", _FILES), ("ENVIRONMENT", _VARIABLES), ("EXIT STATUS", EXIT_CODES)):
        yield f".SH {heading}"
        yield from _items(pairs)


def _items(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, meaning in pairs:
        yield from (".TP", rf".B {_roff(name)}", _roff(meaning))


def _roff(text: str) -> str:
    """``text`` with nothing that roff takes for an order: hyphens as typed, no leading dot or quote."""
    escaped = re.sub(r"\s+", " ", text).replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    sys.stdout.write(man_page(commands()))
