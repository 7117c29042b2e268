"""The page of the settings names each, its variable and its default, and its example is accepted."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from veille.configuration import read_settings
from veille.settings import Settings

pytestmark = pytest.mark.checkout

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_is_on_the_page_with_its_variable() -> None:
    page = PAGE.read_text(encoding="utf-8")

    missing = [
        name
        for section in fields(Settings)
        if is_dataclass(value := getattr(Settings(), section.name))
        for item in fields(value)
        for name in (f"`{item.name}`", f"`VEILLE_{section.name}_{item.name}`".upper())
        if name not in page
    ]

    assert missing == []
    assert all(f"[{section.name}]" in page for section in fields(Settings))


def test_the_example_is_accepted(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "veille.toml"

    for example in examples:
        path.write_text(example, encoding="utf-8")
        read_settings(path, {})

    assert examples
