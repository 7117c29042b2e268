"""The version in a template's first line rises when the template changes: copies of it are about.

``VEILLE_UPDATE_GOLDEN=1`` takes down the new versions, once they have been raised.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from veille.resources import shipped

KNOWN = Path(__file__).with_name("template_versions.json")
TEMPLATES = shipped("templates")


def versions() -> dict[str, dict[str, str]]:
    """By name, each template's version and what it says, hashed."""
    found = {}
    for path in sorted([*TEMPLATES.glob("email/*"), *TEMPLATES.glob("archive/*")]):
        head, _newline, rest = path.read_text(encoding="utf-8").partition("\n")
        written = re.fullmatch(r"\{# version (\d+) #\}", head)
        assert written, f"{path} does not begin with its version"
        sha256 = hashlib.sha256(rest.encode()).hexdigest()
        found[path.relative_to(TEMPLATES).as_posix()] = {"version": written[1], "sha256": sha256}
    return found


def test_a_template_that_changed_has_a_new_version() -> None:
    now, known = versions(), json.loads(KNOWN.read_text(encoding="utf-8"))
    if os.environ.get("VEILLE_UPDATE_GOLDEN"):
        KNOWN.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")

    changed = [name for name in now.keys() & known.keys() if now[name]["sha256"] != known[name]["sha256"]]

    assert [name for name in changed if now[name]["version"] == known[name]["version"]] == []
    if not os.environ.get("VEILLE_UPDATE_GOLDEN"):
        assert now == known, "VEILLE_UPDATE_GOLDEN=1 takes the new versions down"


def test_a_version_makes_no_line_of_its_own() -> None:
    from veille.compose.environment import build_environment

    environment = build_environment(Path("nowhere"), "fr")

    assert environment.from_string("{# version 1 #}\n<p>").render() == "<p>"
