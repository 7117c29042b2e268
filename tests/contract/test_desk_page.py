"""docs/how-to/desk.md lists every key of the desk, as the help of the desk does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veille.settings import Settings
from veille.tui.glyphs import glyphs_for
from veille.tui.keys import chapters, labels, meaning

pytestmark = pytest.mark.checkout

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "desk.md"


def test_every_key_is_listed_with_what_it_does() -> None:
    page = PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| (.+) \| (.+) \|$", page.partition("## The keys")[2], re.MULTILINE)

    glyphs = glyphs_for("utf-8")
    known = [
        (labels(key, glyphs), meaning(key.action))
        for _heading, keys in chapters(Settings().digest.links)
        for key in keys
    ]
    assert [row for row in listed if row != ("key", "what it does")] == known
