"""No sentence reaches a person but through gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import veille

HOUSE = Path(veille.__file__).parent
# The demonstration's invented month is written in both languages where it stands; SQL is no prose.
ROOMS = [
    path for path in sorted(HOUSE.rglob("*.py")) if path.relative_to(HOUSE).parts[0] not in {"demo", "store"}
]

PROSE = re.compile(r"[^\W\d_]{2,}[ \u00a0][^\W\d_“{]")
# What the curator types, and how Typer's own words are recognised, are not ours to translate.
NO_PROSE = re.compile(r"[\s#]*veille [a-z]|.*\(\?P<|Input should be ")
TRANSLATING = {"_", "gettext", "ngettext"}
# Not for reading: patterns of text and of dates, names that settings give, the log, and
# the errors of a caller who breaks a contract.
NOT_READ = {
    "SSLError",
    "field",
    "compile",
    "format_date",
    "_labels",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "ValueError",
    "TypeError",
    "AssertionError",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name, node


def sentences(source: str) -> list[str]:
    """The prose that functions of ``source`` say past gettext, as "line: text"."""
    tree = ast.parse(source)
    passed_over = {
        id(inner)
        for name, call in calls(tree)
        if name in TRANSLATING | NOT_READ
        for argument in [*call.args, *(keyword.value for keyword in call.keywords if name in NOT_READ)]
        for inner in ast.walk(argument)
    }
    passed_over |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    return [
        f"{text.lineno}: {text.value}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Call)
        for text in ast.walk(function)
        if isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and id(text) not in passed_over
        and PROSE.search(text.value)
        and not NO_PROSE.match(text.value)
    ]


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_sentence_bypasses_gettext(path: Path) -> None:
    assert sentences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise RuleError("This cannot be done.")',
        'raise RuleError(_("So"), hint="Try it again.")',
        'def f():\n    output.line(f"{number} feeds were read")',
        'def f():\n    """What it says."""\n    title = "The desk"\n    return title',
        'app = typer.Typer(help="Choose five links.")',
    ],
)
def test_a_sentence_past_gettext_is_noticed(source: str) -> None:
    assert sentences(source)
