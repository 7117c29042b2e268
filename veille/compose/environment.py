"""Jinja, set up once: the curator's templates before ours, undefined names fail, HTML is escaped."""

from __future__ import annotations

import textwrap
from dataclasses import fields
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)

from veille.compose.contexts import Context
from veille.errors import RenderError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.resources import shipped

# RFC 3676 section 4.2 and habit: replies still fit in 80.
TEXT_COLUMNS = 72


def build_environment(overrides: Path, language: str) -> Environment:
    """An environment that speaks ``language``; a file in ``overrides`` replaces ours of the same name."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(overrides), FileSystemLoader(shipped("templates"))]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",)),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["columns"] = _in_columns
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment


def render(environment: Environment, context: Context) -> str:
    """The template of ``context`` filled with its fields.

    Raises ``RenderError`` naming the template, and the line where one is known.
    """
    try:
        template = environment.get_template(context.template)
        return template.render({item.name: getattr(context, item.name) for item in fields(context)})
    except TemplateError as error:
        where = context.template
        if isinstance(error, TemplateSyntaxError):
            where = f"{error.filename or error.name}:{error.lineno}"
        raise RenderError(
            _("The template {template} could not be filled: {reason}.").format(
                template=where, reason=error.message or type(error).__name__
            ),
            hint=_("If it is yours, compare it with the one veille ships and docs/templates.md."),
        ) from error


def _in_columns(text: str, indent: str = "") -> str:
    """``text`` in lines of at most 72 columns, all but the first indented; addresses are never broken."""
    return textwrap.fill(
        text,
        TEXT_COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ).removeprefix(indent)
