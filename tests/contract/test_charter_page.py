"""docs/reference/charter.md describes every rule, and says what it weighs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES

pytestmark = pytest.mark.checkout

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "charter.md"


def test_every_rule_is_described_as_it_weighs() -> None:
    page = PAGE.read_text(encoding="utf-8")
    described = dict(
        re.findall(r"^\| `([a-z0-9-]+)` \| (always blocks|blocker|warning) \|", page, re.MULTILINE)
    )

    rules = {code: severity.value for code, severity in DEFAULT_SEVERITIES.items()}
    assert described == rules | dict.fromkeys(ABSOLUTE_RULES, "always blocks")
