"""The command line as Typer knows it, for the page of the commands and for the man page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typer
from typer.core import TyperCommand, TyperGroup

from veille import i18n

EXIT_CODES = (
    ("0", "done"),
    ("1", "failed; also when the feed, entry, issue or person that you name is not there"),
    ("2", "the command line is not understood: an unknown command, option, segment, theme or file"),
    ("3", "refused by a rule"),
    ("4", "partly done: some feeds, people or links failed"),
    ("5", "configuration"),
    ("70", "a fault in veille; the log file it names has the details"),
    ("130", "interrupted; what was done is kept"),
)
_MARKDOWN_SIGNS = re.compile(r"([\\`*_<>\[\]|])")


@dataclass(frozen=True, slots=True)
class Command:
    """What a command's help says. ``parameters`` are pairs: how it is written, what it does.

    ``words`` are those to type, from "veille" on; ``paragraphs`` is not empty; ``is_group`` when it only, or
    also, leads to others.
    """

    words: tuple[str, ...]
    usage: str
    paragraphs: Sequence[str]
    examples: Sequence[str]
    parameters: Sequence[tuple[str, str]]
    is_group: bool

    @property
    def name(self) -> str:
        return " ".join(self.words)


def commands() -> tuple[Command, ...]:
    """``veille`` itself, then every command in the order of its help, each before those it leads to."""
    i18n.activate("en")
    # Commands word their help while they are imported: the language comes first.
    from veille.cli.app import app

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return tuple(_walk(root, typer.Context(root, info_name="veille")))


def _walk(command: TyperCommand | TyperGroup, context: typer.Context) -> Iterator[Command]:
    paragraphs = (command.help or "").split("\n\n")
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    yield Command(
        words=tuple(context.command_path.split()),
        usage=" ".join([context.command_path, *command.collect_usage_pieces(context)]),
        paragraphs=[text for text in paragraphs if not text.startswith("Example")],
        examples=[text.partition(": ")[2] for text in paragraphs if text.startswith("Example")],
        # "--help" is everywhere, and says so itself.
        parameters=[record for record in records if record and record[0] != "--help"],
        is_group=isinstance(command, TyperGroup),
    )
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            assert isinstance(child, TyperCommand | TyperGroup)
            yield from _walk(child, typer.Context(child, info_name=name, parent=context))


def as_markdown(known: Sequence[Command]) -> str:
    """The commands as sections of a page: those of the first rank, and below them those they lead to."""
    return "\n\n".join(_section(command) for command in known[1:])


def general_options(known: Sequence[Command]) -> str:
    """The options of ``veille`` itself, as a table."""
    return _table(known[0].parameters)


def _section(command: Command) -> str:
    parts = [f"{'#' * len(command.words)} `{command.name}`", *map(_prose, command.paragraphs)]
    if command.parameters or not command.is_group:
        parts.append(f"```text\n{command.usage}\n```")
    if command.parameters:
        parts.append(_table(command.parameters))
    parts += [f"For instance: `{example}`" for example in command.examples]
    return "\n\n".join(parts)


def _table(parameters: Sequence[tuple[str, str]]) -> str:
    rows = [f"| `{spelled}` | {_prose(said)} |" for spelled, said in parameters]
    return "\n".join(["| option | what it does |", "|---|---|", *rows])


def _prose(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\1", text)


def exit_codes() -> str:
    """The exit codes, as a table."""
    return "\n".join(
        ["| code | meaning |", "|---|---|", *(f"| {code} | {said} |" for code, said in EXIT_CODES)]
    )
