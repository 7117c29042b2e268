"""The archive's templates use what their contexts offer: all of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from jinja2 import Environment, FileSystemLoader, meta

from veille.compose.contexts import HomePage, IssuePage
from veille.resources import shipped

PAGES = [HomePage, IssuePage]
WORDS = {"gettext", "ngettext", "_"}


def sources(name: str) -> Iterator[str]:
    """The text of a template and of everything it is made of."""
    text = (shipped("templates") / name).read_text(encoding="utf-8")
    yield text
    for other in meta.find_referenced_templates(environment().parse(text)):
        assert other is not None
        yield from sources(other)


def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(shipped("templates")), extensions=["jinja2.ext.i18n"], autoescape=True
    )


def contexts_within(kind: Any) -> Iterator[type]:
    """``kind`` and the dataclasses that its fields are made of."""
    if get_origin(kind) in {tuple, UnionType}:
        for part in get_args(kind):
            yield from contexts_within(part)
    elif is_dataclass(kind) and isinstance(kind, type):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from contexts_within(hint)


@pytest.mark.parametrize("page", PAGES)
def test_a_template_names_exactly_the_fields_of_its_context(page: type[HomePage | IssuePage]) -> None:
    named = set[str]()

    for text in sources(page.template):
        named |= meta.find_undeclared_variables(environment().parse(text))

    assert named - WORDS == {field.name for field in fields(page)}


@pytest.mark.parametrize("page", PAGES)
def test_no_field_of_a_context_is_left_unused(page: type[HomePage | IssuePage]) -> None:
    text = "\n".join(sources(page.template))

    offered = {field.name for kind in contexts_within(page) if kind is not page for field in fields(kind)}

    assert {name for name in offered if not re.search(rf"\.{name}\b", text)} == set()
