"""A template and its dataclass agree both ways: nothing undeclared is used, nothing declared is unused.

Shipped templates are read as Jinja reads them, following what they extend and include, knowing of every
name which dataclass it holds: each branch counts, whatever a given issue would show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from jinja2 import nodes

from veille.compose.environment import Context, build_environment
from veille.resources import shipped

CONTEXTS = get_args(Context)
# What Jinja and its i18n extension give every template.
GIVEN = {"gettext", "ngettext", "loop"}
NOTHING_KNOWN = None

Scope = Mapping[str, Any]


def names_of(kind: Any) -> set[str]:
    return {item.name for item in fields(kind)}


def held_by(kind: Any) -> Any:
    """The type of what a tuple holds, or of what an optional is when it is not None; else ``kind``."""
    parts = [part for part in get_args(kind) if part not in {NoneType, Ellipsis}]
    return parts[0] if parts else kind


def dataclasses_in(kind: Any) -> Iterator[Any]:
    """Every dataclass that ``kind`` is made of at any depth, itself excepted."""
    for hint in map(held_by, get_type_hints(kind).values()):
        if is_dataclass(hint):
            yield hint
            yield from dataclasses_in(hint)


class Reading:
    """Everything one template says: ``names`` of its context, ``used`` fields, and what is ``wrong``."""

    def __init__(self, context: Any) -> None:
        self.names: set[str] = set()
        self.used: set[tuple[Any, str]] = set()
        self.wrong: set[str] = set()
        self.files: set[str] = set()
        self._environment = build_environment(Path("nowhere"), "en")
        self._macros: dict[str, nodes.Macro] = {}
        self._made: set[str] = set()
        self._context = get_type_hints(context)
        self._read(context.template, {name: self._context[name] for name in names_of(context)})

    def _read(self, name: str, scope: Scope) -> None:
        assert self._environment.loader is not None
        self.files.add(name)
        self._walk(
            self._environment.parse(self._environment.loader.get_source(self._environment, name)[0]), scope
        )

    def _walk(self, node: nodes.Node, scope: Scope) -> None:
        match node:
            case (
                nodes.Extends(template=nodes.Const(value=name))
                | nodes.Include(template=nodes.Const(value=name))
            ):
                self._read(name, scope)
            case nodes.AssignBlock(target=nodes.Name(name=name)):
                self._made.add(name)
                self._walk_all(node.body, scope)
            case nodes.Macro():
                self._macros[node.name] = node
            case nodes.Call(node=nodes.Name(name=name), args=arguments) if name in self._macros:
                kinds = [self._kind(argument, scope) for argument in arguments]
                named = dict(
                    zip((parameter.name for parameter in self._macros[name].args), kinds, strict=True)
                )
                self._walk_all([*arguments], scope)
                self._walk_all(self._macros[name].body, {**scope, **named})
            case nodes.For(target=nodes.Name(name=name)):
                item = held_by(self._kind(node.iter, scope))
                self._walk_all([node.iter, *node.else_], scope)
                self._walk_all(node.body, {**scope, name: item})
            case nodes.Name():
                self._use_name(node.name, scope)
            case nodes.Getattr():
                self._walk(node.node, scope)
                self._use_field(held_by(self._kind(node.node, scope)), node.attr)
            case _:
                self._walk_all(list(node.iter_child_nodes()), scope)

    def _walk_all(self, many: list[nodes.Node] | list[nodes.Expr], scope: Scope) -> None:
        for node in many:
            self._walk(node, scope)

    def _kind(self, node: nodes.Node, scope: Scope) -> Any:
        match node:
            case nodes.Name():
                return scope.get(node.name, NOTHING_KNOWN)
            case nodes.Getattr():
                kind = held_by(self._kind(node.node, scope))
                return get_type_hints(kind).get(node.attr) if is_dataclass(kind) else NOTHING_KNOWN
        return NOTHING_KNOWN

    def _use_name(self, name: str, scope: Scope) -> None:
        if scope.get(name, NOTHING_KNOWN) is self._context.get(name, name):
            self.names.add(name)
        elif name not in scope and name not in GIVEN | self._made:
            self.wrong.add(name)

    def _use_field(self, kind: Any, name: str) -> None:
        if not is_dataclass(kind):
            return
        self.used.add((kind, name))
        if name not in names_of(kind):
            self.wrong.add(f"{kind}.{name}")


@cache
def reading(context: Any) -> Reading:
    return Reading(context)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_a_template_uses_nothing_that_its_context_does_not_declare(context: Any) -> None:
    assert reading(context).wrong == set()


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_a_template_uses_everything_that_its_context_declares(context: Any) -> None:
    assert names_of(context) - reading(context).names == set()


def test_every_field_of_a_shared_value_is_used_by_a_template_that_receives_it() -> None:
    used = set[tuple[Any, str]]().union(*(reading(context).used for context in CONTEXTS))

    shared = {kind for context in CONTEXTS for kind in dataclasses_in(context)}
    declared = {(kind, name) for kind in shared for name in names_of(kind)}

    assert declared - used == set()


def test_every_shipped_template_is_reached_from_a_context() -> None:
    folder = shipped("templates")

    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    reached = set[str]().union(*(reading(context).files for context in CONTEXTS))

    assert {name for name in present if not name.startswith("workspace/")} == reached
