"""The house keeps its rules: sizes, rooms, languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import veille
from veille.resources import shipped

PACKAGE = Path(veille.__file__).parent
MODULE_LINES = 400
FUNCTION_LINES = 40
COMMAND_LINES = 25

# In a wheel the migrations travel inside the package; a migration is as long as its tables.
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.body[0].lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_stays_under_its_limits(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    longest = {node.name: lines_of_body(node) for node in functions(path)}

    assert lines <= MODULE_LINES
    assert {name: length for name, length in longest.items() if length > FUNCTION_LINES} == {}


def test_a_command_only_opens_the_house_calls_its_recipe_and_gives_the_result() -> None:
    long = {
        f"{path.stem}.{node.name}": lines_of_body(node)
        for path in MODULES
        if path.parent.name == "cli"
        for node in functions(path)
        if any(argument.arg == "context" for argument in node.args.args)
        and lines_of_body(node) > COMMAND_LINES
    }

    assert long == {}


def test_alembic_folder_never_hides_the_library() -> None:
    assert not (shipped("alembic") / "__init__.py").exists()


def test_only_output_prints() -> None:
    speaking = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"stdout", "stderr"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    }

    # Alembic is given standard error, and the streams are given their encoding: neither prints.
    assert speaking - {"store/migrate.py", "__main__.py"} == {"cli/output.py"}


def test_no_translation_hides_in_an_f_string() -> None:
    """Python before 3.12 does not let tools see into an f-string: the catalogue would lack the message."""
    hidden = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in {"_", "gettext", "ngettext"}
    }

    assert hidden == set()


def test_broad_except_stands_only_where_the_conventions_allow() -> None:
    broad = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }

    assert broad <= {"cli/app.py", "collect/storing.py", "collect/visits.py"}
