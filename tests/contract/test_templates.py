"""A template and its dataclass agree both ways: nothing undeclared is used, nothing declared is unused."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from jinja2 import Environment, meta, nodes

from veille.compose import contexts
from veille.compose.environment import build_environment
from veille.resources import shipped

CONTEXTS = get_args(contexts.Context)
# What Jinja's i18n extension and its loops give every template.
GIVEN = {"gettext", "ngettext", "loop"}


def sources_of(name: str, environment: Environment) -> Iterator[nodes.Template]:
    """The template ``name`` and every template it extends, includes or imports."""
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    yield tree
    for other in meta.find_referenced_templates(tree):
        assert other is not None, f"{name} names a template that only run time knows"
        yield from sources_of(other, environment)


def nested(context: Any) -> dict[str, set[str]]:
    """Every dataclass that ``context`` holds at any depth, with the names of its fields."""
    found: dict[str, set[str]] = {}
    waiting = list(get_type_hints(context).values())
    while waiting:
        kind = waiting.pop()
        if is_dataclass(kind) and isinstance(kind, type) and kind.__name__ not in found:
            found[kind.__name__] = {item.name for item in fields(kind)}
            waiting += get_type_hints(kind).values()
        elif isinstance(kind, types.UnionType | types.GenericAlias):
            waiting += get_args(kind)
    return found


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_template_and_dataclass_agree_both_ways(context: Any) -> None:
    environment = build_environment(Path("nowhere"), "en")
    trees = list(sources_of(context.template, environment))

    used = set[str]().union(*(meta.find_undeclared_variables(tree) for tree in trees)) - GIVEN
    attributes = {node.attr for tree in trees for node in tree.find_all(nodes.Getattr)} - {"format"}
    declared = nested(context)

    macro_arguments = {
        argument.name for tree in trees for macro in tree.find_all(nodes.Macro) for argument in macro.args
    } | {macro.name for tree in trees for macro in tree.find_all(nodes.Macro)}
    assert used - macro_arguments == {item.name for item in fields(context)}
    assert attributes <= set[str]().union(*declared.values()), "a field that no dataclass declares"


def test_every_field_of_a_shared_value_is_used_by_some_template() -> None:
    environment = build_environment(Path("nowhere"), "en")
    unused: dict[str, set[str]] = {}
    for context in CONTEXTS:
        trees = list(sources_of(context.template, environment))
        attributes = {node.attr for tree in trees for node in tree.find_all(nodes.Getattr)}
        for name, names in nested(context).items():
            unused[name] = unused.get(name, names) - attributes

    assert {name: left for name, left in unused.items() if left} == {}


def test_every_shipped_template_is_reached_from_a_context() -> None:
    environment = build_environment(Path("nowhere"), "en")
    folder = shipped("templates")
    reached: set[str] = set()
    waiting = [context.template for context in CONTEXTS]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        assert environment.loader is not None
        tree = environment.parse(environment.loader.get_source(environment, name)[0])
        waiting += [other for other in meta.find_referenced_templates(tree) if other is not None]

    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert {name for name in present if not name.startswith("workspace/")} == reached


@pytest.mark.checkout
def test_every_field_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")

    for context in CONTEXTS:
        assert f"`{context.template}`" in page
        for name, names in {
            context.__name__: {item.name for item in fields(context)},
            **nested(context),
        }.items():
            section = page.partition(f"`{name}`")[2].partition("\n## ")[0].partition("\n### ")[0]
            assert {field for field in names if f"`{field}`" not in section} == set(), name
