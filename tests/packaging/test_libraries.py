"""What comes with veille: free, and audited honestly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

import pytest
from packaging.requirements import Requirement

from audit import EXAMINED, WEAK, verdict

# Licences that let an institution use and pass on what it installs.
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|MPL|Mozilla|LGPL|Lesser|0BSD|CC0|CNRI)",
    re.IGNORECASE,
)


def comes_with(name: str, seen: dict[str, PackageMetadata]) -> Iterator[str]:
    """The names of what ``name`` brings, itself included, with all of veille's extras."""
    if name in seen:
        return
    try:
        seen[name] = metadata(name)
    except PackageNotFoundError:  # of another system
        return
    yield name
    extras = ["dkim", "dns", "postgres"] if name == "veille" else [""]
    for written in seen[name].get_all("Requires-Dist") or ():
        requirement = Requirement(written)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield from comes_with(re.sub(r"[-_.]+", "-", requirement.name).lower(), seen)


def licence(of: PackageMetadata) -> str:
    named = [text for field in ("License-Expression", "License") for text in of.get_all(field) or ()]
    classified = [text for text in of.get_all("Classifier") or () if text.startswith("License ::")]
    return " ".join(text.partition("\n")[0] for text in [*named, *classified])


def test_everything_that_comes_with_veille_is_free() -> None:
    seen: dict[str, PackageMetadata] = {}
    brought = list(comes_with("veille", seen))

    assert len(brought) > 20
    assert {name: licence(seen[name]) for name in brought if not FREE.search(licence(seen[name]))} == {}


WEAKNESS = {"id": "PYSEC-2026-1", "fix_versions": ["3.2"], "description": "…"}


@pytest.mark.parametrize(
    ("libraries", "code", "said"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], EXAMINED, "1 libraries, and nothing known"),
        ([{"name": "a", "version": "1", "vulns": [WEAKNESS]}], WEAK, "a 1: PYSEC-2026-1, mended in 3.2"),
        ([{"name": "a", "skip_reason": "not found"}], EXAMINED, "the package index tells of no weaknesses"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            EXAMINED,
            "nothing known against them; left out: b",
        ),
    ],
)
def test_an_audit_says_what_it_examined(libraries: list[object], code: int, said: str) -> None:
    found = verdict(json.dumps({"dependencies": libraries, "fixes": []}))

    assert found[0] == code
    assert said in found[1]


def test_an_audit_without_an_answer_is_left_out() -> None:
    assert "left out" in verdict("")[1]
