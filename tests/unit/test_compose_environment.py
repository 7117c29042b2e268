"""Templates: the curator's before ours, one file at a time; what is wrong in them is said with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment

from veille.archive.frame import frame_of
from veille.compose.environment import build_environment, render
from veille.compose.page_contexts import HomePage
from veille.errors import RenderError
from veille.settings import DigestSettings, Settings

HOME = HomePage(
    frame_of("index.html", "x", replace(Settings(), digest=DigestSettings(name="La veille <34>"))),
    issue=None,
    years=(),
    earlier_years=(),
)


@pytest.fixture
def overrides(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path


def write(overrides: Path, source: str | bytes) -> Path:
    path = overrides / "archive" / "home.html"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    return path


def fault_of(overrides: Path) -> RenderError:
    with pytest.raises(RenderError) as caught:
        render(build_environment(overrides, "en"), HOME)
    return caught.value


def test_a_file_of_the_workspace_replaces_ours_and_only_that_one(overrides: Path) -> None:
    write(overrides, '{% extends "archive/base.html" %}{% block main %}Chez nous.{% endblock %}')

    page = render(build_environment(overrides, "fr"), HOME)

    assert "Chez nous." in page
    assert "Aller au contenu" in page


def test_text_is_escaped_in_html(overrides: Path) -> None:
    write(overrides, "{{ frame.digest_name }}")

    assert render(build_environment(overrides, "fr"), HOME) == "La veille &lt;34&gt;"


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("\n\n{% if %}", 3, "Expected an expression, got 'end of statement block'"),
        ("\n{{ frame.nothing }}", 2, "has no attribute 'nothing'"),
        ("\n\n\n{{ masthead }}", 4, "'masthead' is undefined"),
        ("\n{{ 1 / 0 }}", 2, "division by zero"),
        ('\n{% include "archive/none.html" %}', 2, "archive/none.html"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    overrides: Path, source: str, line: int, reason: str
) -> None:
    path = write(overrides, source)

    fault = fault_of(overrides)

    assert f"{path}:{line}" in fault.message
    assert reason in fault.message
    assert "docs/how-to/templates.md" in fault.hint


def test_a_fault_in_an_included_file_is_named_there(overrides: Path) -> None:
    write(overrides, '{% include "archive/style.css" %}')
    style = overrides / "archive" / "style.css"
    style.write_text("\n{{ nothing }}", encoding="utf-8")

    assert f"{style}:2" in fault_of(overrides).message


def test_a_template_in_another_encoding_is_refused(overrides: Path) -> None:
    write(overrides, "Désolé".encode("cp1252"))

    assert "archive/home.html" in fault_of(overrides).message


@pytest.fixture
def columns() -> Environment:
    return build_environment(Path("nowhere"), "fr")


def in_columns(environment: Environment, text: str, margin: str) -> str:
    return str(
        environment.from_string(margin + "{{ text | columns(margin) }}").render(text=text, margin=margin)
    )


@pytest.mark.parametrize("margin", ["", "   ", "   | "])
def test_lines_stay_within_72_columns_behind_their_margin(columns: Environment, margin: str) -> None:
    lines = in_columns(columns, "mots et encore des mots " * 20, margin).splitlines()

    assert len(lines) > 5
    assert all(line.startswith(margin) and len(line) <= 72 for line in lines)


def test_an_address_is_never_broken(columns: Environment) -> None:
    url = "https://journal.example/" + "un-long-chemin/" * 10

    lines = in_columns(columns, f"Voir {url} pour la suite.", "   ").splitlines()

    assert lines == ["   Voir", f"   {url}", "   pour la suite."]


def test_no_line_begins_with_french_punctuation(columns: Environment) -> None:
    text = "Une question posée longuement\u00a0? " * 12

    lines = in_columns(columns, text, "").splitlines()

    assert not any(line.startswith(("?", "\u00a0")) for line in lines)
