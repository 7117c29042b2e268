"""What Typer says of a command line, in the user's language.

Typer words its help and its refusals in English, outside gettext but for a few headings. Here its commands
take our words for the help, and its refusals, known by their wording, become ours; one that we do not know
stays as Typer says it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup

from veille.errors import UsageError
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from typer._click import Context
    from typer._click.formatting import HelpFormatter
    from typer.core import TyperOption


class _Command(TyperCommand):
    """A command whose help speaks the user's language."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _("Usage: "))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        return _worded(super().get_help_option(ctx))


class _Group(TyperGroup):
    """A group of commands whose help speaks the user's language."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _("Usage: "))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        return _worded(super().get_help_option(ctx))


def _worded(help_option: TyperOption | None) -> TyperOption | None:
    if help_option is not None:
        help_option.help = _("Show this help and leave.")
    return help_option


def speak(app: typer.Typer) -> None:
    """Have every command of ``app`` word its help in the user's language, and list it by a whole sentence."""
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
        command.short_help = (command.help or "").partition("\n")[0]
    for group in app.registered_groups:
        assert group.typer_instance is not None  # noqa: S101 - Typer registers a group by its instance
        group.short_help = str(group.typer_instance.info.help).partition("\n")[0]
        speak(group.typer_instance)


def usage_error(refusal: typer.TyperException) -> UsageError:
    """What Typer refused, as an error like any other."""
    said = refusal.format_message()
    for pattern, wording in _refusals():
        found = pattern.fullmatch(said)
        if found:
            parts = found.groupdict()
            return UsageError(wording.format(**parts), hint=_hint(refusal, parts.get("near")))
    return UsageError(said, hint="" if "\n" in said else _hint(refusal, None))  # a page of help needs none


def _hint(refusal: typer.TyperException, near: str | None) -> str:
    if near:
        return _("Did you mean {near}?").format(near=near)
    context: Context | None = getattr(refusal, "ctx", None)
    command = context.command_path if context else "veille"
    return _("See: {command}").format(command=f"{command} --help")


def _refusals() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Typer's refusals, and what each says here; ``near`` is what the user may have meant."""
    value = r"Invalid value for '(?P<name>.*?)': "
    worded = (
        (
            r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.*)\))?",
            _("There is no option {name}."),
        ),
        (r"(?P<said>.*\.) Did you mean (?P<near>.*)\?", "{said}"),
        (r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", _("There is no place for: {name}")),
        (r"Missing \w+ '(?P<name>.*?)'\..*", _("{name} is missing.")),
        (r"Option '(?P<name>.*?)' requires an argument\.", _("{name} wants a value after it.")),
        (r"Option '(?P<name>.*?)' does not take a value\.", _("{name} takes no value.")),
        (value + r"Input should be a valid integer.*", _("{name} is a whole number.")),
        (value + r"Input should be greater than or equal to (?P<bound>.*)", _("{name} is at least {bound}.")),
        (value + r"Input should be less than or equal to (?P<bound>.*)", _("{name} is at most {bound}.")),
        (value + r"Value error, .* is not one of (?P<known>.*)\.", _("{name} is one of {known}.")),
    )
    return tuple((re.compile(pattern, re.DOTALL), wording) for pattern, wording in worded)
