"""What Typer says of a command line, in the user's language.

Typer words its help and its refusals in English, outside gettext but for a few headings. Here its commands
take our words for the help, and its refusals, known by their wording, become ours; one that we do not know
stays as Typer says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from veille.errors import UsageError
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from typer._click import Context
    from typer._click.core import Parameter
    from typer._click.formatting import HelpFormatter
    from typer.core import TyperOption


class _Command(TyperCommand):
    """A command whose help speaks the user's language."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _translate_places(self.params)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, _pieces(self.collect_usage_pieces(ctx)), _("Usage: "))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The arguments as they stand in the usage line, without the names that Python has for their kind."""
        params = self.get_params(ctx)
        for heading, records in (
            (_("Arguments"), [_named(param, ctx) for param in params if param.param_type_name == "argument"]),
            (_("Options"), [_record(param, ctx) for param in params if param.param_type_name == "option"]),
        ):
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        return _worded(super().get_help_option(ctx))


class _Group(TyperGroup):
    """A group of commands whose help speaks the user's language."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.subcommand_metavar = _("COMMAND [ARGS]…")
        _translate_places(self.params)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, _pieces(self.collect_usage_pieces(ctx)), _("Usage: "))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        return _worded(super().get_help_option(ctx))


def _translate_places(params: Iterable[Parameter]) -> None:
    """What stands in a help page for what the user types, such as FILE, in the user's words."""
    words = {
        "ADDRESS": _("ADDRESS"),
        "ADDRESS…": _("ADDRESS…"),
        "DIR": _("DIR"),
        "ENTRY": _("ENTRY"),
        "FEED": _("FEED"),
        "FILE": _("FILE"),
        "FILE|ADDRESS": _("FILE|ADDRESS"),
        "FROM": _("FROM"),
        "MONTH": _("MONTH"),
        "NAME": _("NAME"),
        "SEGMENT": _("SEGMENT"),
        "SLOT": _("SLOT"),
        "TEXT": _("TEXT"),
        "THEME": _("THEME"),
        "TIME": _("TIME"),
        "TO": _("TO"),
        "WORD…": _("WORD…"),
        "YYYY-MM": _("YYYY-MM"),
    }
    for param in params:
        if param.metavar:
            param.metavar = words.get(param.metavar, param.metavar)


def _pieces(pieces: list[str]) -> str:
    """The usage line; what is not optional stands there plainly, as everywhere but in Typer."""
    return re.sub(r"\{(.*?)\}(?:\.\.\.)?", r"\1", " ".join(pieces))


def _named(argument: Parameter, context: Context) -> tuple[str, str]:
    return argument.metavar or str(argument.name), _record(argument, context)[1]


def _record(param: Parameter, context: Context) -> tuple[str, str]:
    return param.get_help_record(context) or ("", "")


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
        (r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", _("That is one word too many: {name}")),
        (r"Missing \w+ '(?P<name>.*?)'\..*", _("{name} is missing.")),
        (r"Option '(?P<name>.*?)' requires an argument\.", _("{name} wants a value after it.")),
        (r"Option '(?P<name>.*?)' does not take a value\.", _("{name} takes no value.")),
        (value + r"Input should be a valid integer.*", _("{name} is a whole number.")),
        (value + r"Input should be greater than or equal to (?P<bound>.*)", _("{name} is at least {bound}.")),
        (value + r"Input should be less than or equal to (?P<bound>.*)", _("{name} is at most {bound}.")),
        (value + r"Value error, .* is not one of (?P<known>.*)\.", _("{name} is one of {known}.")),
    )
    return tuple((re.compile(pattern, re.DOTALL), wording) for pattern, wording in worded)
