"""What the command line prints, on a terminal that is narrow."""

from __future__ import annotations

import io
import re
import sys

import pytest

from veille.cli.output import Output

ADDRESS = "eglantine.rivoire@musee-du-fleuve.example"


class NarrowTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_address_is_cut_by_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = NarrowTerminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "60")

    Output(as_json=False).table(
        ("Address", "Name", "Segment"), [(ADDRESS, "Églantine Rivoire de la Roseraie", "publics")]
    )

    lines = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue()).splitlines()
    assert max(map(len, lines)) <= 60
    width = lines[0].index("Name")
    assert "".join(line[:width].strip() for line in lines[1:]) == ADDRESS
