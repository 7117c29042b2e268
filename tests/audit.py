"""``python -m tests.audit REPORT``: what pip-audit knows against the libraries that come with the wheel.

An index that knows nothing of weaknesses, as a mirror may, makes pip-audit leave with success: here it is
said that nothing was examined.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from programs import LEFT_OUT

EXAMINED, WEAK = 0, 1


def verdict(report: str) -> tuple[int, str]:
    """The exit code, and what to say; ``report`` is pip-audit's JSON, or nothing when it had no answer."""
    try:
        known: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        known = []
    examined = [library for library in known if "vulns" in library]
    weak = list(_weaknesses(examined))
    if weak:
        return WEAK, "\n".join(weak)
    if not examined:
        return EXAMINED, f"{LEFT_OUT}the audit of libraries: the package index tells of no weaknesses here"
    skipped = [str(library["name"]) for library in known if "vulns" not in library]
    beside = f"; {LEFT_OUT}{', '.join(skipped)}" if skipped else ""
    return EXAMINED, f"{len(examined)} libraries, and nothing known against them{beside}"


def _weaknesses(examined: list[dict[str, Any]]) -> Iterator[str]:
    for library in examined:
        for weakness in library["vulns"]:
            mended = ", ".join(weakness.get("fix_versions", ())) or "no version yet"
            yield f"{library['name']} {library['version']}: {weakness['id']}, mended in {mended}"


def main() -> None:
    code, said = verdict(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(said + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
