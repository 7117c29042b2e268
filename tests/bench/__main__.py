"""``make bench``: every measurement of the issue in hand, printed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from builders import a_pick, a_tray, an_issue
from veille.compose.digest import compose_digest
from veille.compose.environment import build_environment
from veille.settings import Settings

from .measure import interleaved, ratio, report

BARE_TYPER = """
import typer
app = typer.Typer()
@app.command()
def first() -> None:
    "Do one thing."
@app.command()
def second() -> None:
    "Do another."
app()
"""
COLD_RENDERING = """
import sys, time
sys.path[:0] = {paths!r}
start = time.perf_counter()
from tests.bench.__main__ import render
import babel.dates, premailer
loaded = time.perf_counter()
render()
print(loaded - start, time.perf_counter() - loaded)
"""
ROOT = Path(__file__).parents[2]


def quietly(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def render() -> None:
    """One segment's mail, HTML and text."""
    environment = build_environment(Path("nowhere"), "fr")
    compose_digest(an_issue(tray=a_tray(publics=a_pick(9))), "publics", "fr", Settings(), environment)


def help_beside_a_bare_typer() -> str:
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE_TYPER, encoding="utf-8")
        seconds = interleaved(
            {
                "veille --help": lambda: quietly(sys.executable, "-m", "veille", "--help"),
                "a bare Typer program --help": lambda: quietly(sys.executable, str(bare), "--help"),
            },
            rounds=9,
        )
    times = ratio(seconds, "veille --help", "a bare Typer program --help")
    text = report("Start-up", seconds, "under 250 ms, and under 2 times the bare program")
    return f"{text}\n  measured: {times:.2f} times the bare program"


def demo() -> str:
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "demo")
        seconds = interleaved(
            {"veille demo": lambda: quietly(sys.executable, "-m", "veille", "demo", target)}, rounds=3
        )
    return report("The whole month", seconds, "under 20 s after installation")


def rendering() -> str:
    def cold() -> None:
        code = COLD_RENDERING.format(paths=[str(ROOT), str(ROOT / "tests")])
        finished = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        loading, first = map(float, finished.stdout.split())
        loads.append(loading)
        firsts.append(first)

    loads: list[float] = []
    firsts: list[float] = []
    for _round in range(5):
        cold()
    render()
    warm = interleaved({"one segment, warm": render}, rounds=9)
    measured = {
        "loading the libraries, once a process": loads,
        "one segment, the first of a process": firsts,
        **warm,
    }
    return report("Rendering", measured, "one segment under 150 ms")


if __name__ == "__main__":
    for measurement in (help_beside_a_bare_typer, demo, rendering):
        sys.stdout.write(measurement() + "\n\n")
