"""The code blocks of the documentation, and a shell small enough to run those that are for one.

A block that cannot be run says why in a comment right before it: ``<!-- not run: needs a mail server -->``. A
line whose comment names one leaves with that exit code: ``veille doctor  # exit code 4``.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"
PAGES = (README, *sorted(DOCS.rglob("*.md")))

_FENCE = re.compile(
    r"(?:<!-- not run: (?P<reason>[^\n]+) -->\s*\n)?^(?P<margin> *)```(?P<language>\w*)(?P<info>[^\n]*)\n"
    r"(?P<text>.*?)\n(?P=margin)```$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="([^"]+)"')
_EXIT_CODE = re.compile(r"# .*\bexit code (\d+)")
_VARIABLE = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. ``title`` is the file it shows, ``reason`` why it is not run; both may be empty."""

    page: str
    line: int
    language: str
    title: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_run(self) -> bool:
        return self.language == "sh" and not self.reason


def blocks_of(page: Path) -> Iterator[Block]:
    """The code blocks of ``page``, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        title = _TITLE.search(found["info"])
        yield Block(
            page=page.relative_to(DOCS.parent).as_posix(),
            line=text.count("\n", 0, found.start("language")) + 1,
            language=found["language"],
            title=title[1] if title else "",
            text=re.sub(rf"^{found['margin']}", "", found["text"], flags=re.MULTILINE),
            reason=found["reason"] or "",
        )


class Shell:
    """Runs ``veille`` here, with ``cd``, ``&&``, variables and ``<``; leaves ``openssl`` to bash."""

    def __init__(self, run: Callable[[Sequence[str]], int], monkeypatch: pytest.MonkeyPatch) -> None:
        self._run = run
        self._patch = monkeypatch

    def __call__(self, block: Block) -> None:
        """Run the lines of ``block``; fails on one that leaves with another code than it says."""
        for line in re.sub(r"\\\n\s*", "", block.text).splitlines():
            if line.startswith("openssl "):
                subprocess.run(["bash", "-c", line], check=True, capture_output=True)
                continue
            said = _EXIT_CODE.search(line)
            words = shlex.split(line, comments=True)
            while words:
                end = words.index("&&") if "&&" in words else len(words)
                code = self._command(words[:end], f"{block}: {line}")
                words = words[end + 1 :]
                assert code == (int(said[1]) if said and not words else 0), f"{block}: {line}: {code}"

    def _command(self, words: list[str], where: str) -> int:
        with pytest.MonkeyPatch.context() as patch:
            while (variable := _VARIABLE.fullmatch(words[0])) is not None:
                patch.setenv(variable[1], variable[2])
                words = words[1:]
            if "<" in words:
                words, (_sign, source) = words[:-2], words[-2:]
                patch.setattr("sys.stdin", TextIOWrapper(BytesIO(Path(source).read_bytes())))
            program, *arguments = words
            if program == "cd":
                self._patch.chdir(os.path.expandvars(arguments[0]))
                return 0
            assert program == "veille", f"{where}: only veille is run; mark what is not"
            return self._run(arguments)
