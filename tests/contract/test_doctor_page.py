"""docs/doctor.md describes every symptom, and says how grave it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veille.doctor.symptom import GRAVITIES

pytestmark = pytest.mark.checkout

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def test_every_symptom_is_described_as_grave_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    described = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (fault|warning|note) \|", page, re.MULTILINE))

    assert described == {code: gravity.value for code, gravity in GRAVITIES.items()}


def test_every_symptom_is_found_by_somebody() -> None:
    rooms = PAGE.parents[1] / "veille" / "doctor"
    source = "".join(
        path.read_text(encoding="utf-8") for path in rooms.glob("*.py") if path.name != "symptom.py"
    )

    assert [code for code in GRAVITIES if f'"{code}"' not in source] == []


def test_every_symptom_appears_in_a_test() -> None:
    tests = (PAGE.parents[1] / "tests" / "integration" / "test_doctor.py").read_text(encoding="utf-8")

    assert [code for code in GRAVITIES if f'"{code}"' not in tests] == []
