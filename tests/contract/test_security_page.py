"""The page on security promises nothing that no test shows, and names all that is held about people."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from veille.store.tables import WorkspaceRow

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
SHOWN_BY = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
# What tells one person from another, itself or hashed.
PERSONAL = {"address", "address_hash", "message_hash", "suggested_by"}


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(("path", "name"), SHOWN_BY, ids=lambda part: part)
def test_a_test_that_the_page_names_exists(path: str, name: str) -> None:
    assert name in functions_of(path)


def test_whatever_is_defended_is_shown() -> None:
    defended = PAGE.partition("## What is defended")[2].partition("## What is not defended")[0]
    sections = re.split(r"^### ", defended, flags=re.MULTILINE)[1:]

    rows = [row for row in re.findall(r"^\| .* \|$", defended, re.MULTILINE) if "what s" not in row[:30]]
    assert len(sections) > 5
    assert [section.partition("\n")[0] for section in sections if "::test_" not in section] == []
    assert [row for row in rows if "::test_" not in row and "shown by" not in row] == []


def test_every_table_that_holds_something_about_people_is_named() -> None:
    known = re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
    named = {name for row in known for name in re.findall(r"`(\w+)`", row)}

    tables = WorkspaceRow.metadata.sorted_tables
    personal = {table.name for table in tables if PERSONAL & {column.name for column in table.columns}}
    assert personal - named == set()
