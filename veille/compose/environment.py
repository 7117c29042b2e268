"""Jinja, set up once: the curator's templates before ours, undefined names fail, HTML is escaped."""

from __future__ import annotations

import hashlib
import textwrap
import traceback
from base64 import b64encode
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

from veille.compose.contexts import MailContext
from veille.compose.page_contexts import Page
from veille.errors import RenderError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.resources import shipped

Context = MailContext | Page

# RFC 3676 section 4.2 and habit: replies still fit in 80.
TEXT_COLUMNS = 72
# What filling a template may raise: it is written by people, in a language with arithmetic and look-ups,
# and read from a file that may be in any encoding.
_TEMPLATE_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, OSError)


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
        auto_reload=False,  # a build asks for the same templates thousands of times
    )
    environment.filters["columns"] = _in_columns
    environment.filters["sha256"] = _sha256
    # Old style: what varies is put in by str.format, and a sentence is escaped like any other text.
    environment.install_gettext_translations(translations(language), newstyle=False)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment


def render(environment: Environment, context: Context) -> str:
    """The template of ``context`` filled with its fields.

    Raises ``RenderError`` naming the file and the line at fault where they are known.
    """
    try:
        template = environment.get_template(context.template)
        return template.render({item.name: getattr(context, item.name) for item in fields(context)})
    except _TEMPLATE_FAULTS as error:
        reason = error.message if isinstance(error, TemplateError) else str(error)
        raise RenderError(
            _("The template {template} could not be filled: {reason}.").format(
                template=_place_of(error) or context.template, reason=reason or type(error).__name__
            ),
            hint=_("If it is yours, compare it with the one veille ships and docs/how-to/templates.md."),
        ) from error


def template_fault(environment: Environment, name: str) -> str:
    """Why the template ``name`` cannot be read as one, empty when it can; it is not filled."""
    try:
        environment.get_template(name)
    except _TEMPLATE_FAULTS as error:
        return (error.message if isinstance(error, TemplateError) else str(error)) or type(error).__name__
    return ""


def _place_of(error: Exception) -> str:
    """The file and line of a template at which ``error`` was raised, empty when it never got that far."""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return f"{Path(error.filename)}:{error.lineno}"
    # Jinja makes the lines of a template look like frames of their own, between those of Python.
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.endswith((".py", ">")):
            return f"{Path(frame.filename)}:{frame.lineno}"
    return ""


def _sha256(script: str) -> str:
    """What a Content-Security-Policy calls ``script`` by (CSP level 3, section 2.3.1)."""
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _in_columns(text: str, margin: str = "") -> str:
    """``text`` in lines of at most 72 columns, each after ``margin``; addresses are never broken.

    The margin of the first line is the template's to write, because a number may stand in it.
    """
    lines = textwrap.wrap(text, TEXT_COLUMNS - len(margin), break_long_words=False, break_on_hyphens=False)
    return f"\n{margin}".join(lines)
