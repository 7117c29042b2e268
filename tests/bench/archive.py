"""``PYTHONPATH=tests python -m tests.bench.archive``: an archive built, beside Pelican, and searched.

Pelican, installed in an environment of its own for the occasion, builds pages with the same content: an
article an issue, a category a theme, a tag a source. It makes no search, no figures, no site map and no data.
The links are those of the corpus (``VEILLE_CORPUS``).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import venv
from functools import partial
from pathlib import Path

from programs import program
from ten_years import publish_years
from veille.archive.pages import published
from veille.archive.serve import address_of, archive_server
from veille.model.issue import Issue
from veille.store import open_store
from veille.store.issues import all_issues

from .measure import interleaved, ratio, report

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("VEILLE_CORPUS", HERE.parents[2] / "shared" / "corpus"))
DIGEST = CORPUS / "digests" / "geotribu-revue-de-presse.jsonl"
SIZES = {120: (5, "under 2 s, and Pelican at least 3 times as long"), 1200: (2, "under 12 s")}
PELICAN_SETTINGS = """
SITENAME = "La veille"
PATH = "content"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "fr"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = None
DEFAULT_PAGINATION = False
"""


def quietly(*command: str | Path, folder: Path | None = None) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def workspace_of(folder: Path, months: int) -> list[Issue]:
    """A workspace with so many issues, in ``folder``."""
    quietly(sys.executable, "-m", "veille", "init", folder)
    with open_store(folder / "veille.db") as store:
        publish_years(store, DIGEST, months)
        with store.transaction() as transaction:
            return list(published(all_issues(transaction)))


def write_articles(issues: list[Issue], folder: Path) -> None:
    """The same issues for Pelican, in Markdown, as digests kept with it are written."""
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(PELICAN_SETTINGS, encoding="utf-8")
    for issue in issues:
        picks = [pick for _number, _segment, pick in issue.tray.picks()]
        items = "\n\n".join(
            f"## [{plain(pick.title)}](<{pick.url}>)\n\n{plain(pick.source)}\n\n{plain(pick.note)}"
            for pick in picks
        )
        head = {
            "Title": issue.month,
            "Date": f"{issue.month}-20 09:00",
            "Category": picks[0].theme,
            "Tags": ", ".join(dict.fromkeys(pick.source for pick in picks)),
        }
        lines = "\n".join(f"{name}: {value}" for name, value in head.items())
        (folder / "content" / f"{issue.month}.md").write_text(f"{lines}\n\n{items}\n", encoding="utf-8")


def plain(text: str) -> str:
    return text.replace("[", "(").replace("]", ")").replace("<", "(").replace(">", ")")


def pelican_environment(folder: Path) -> Path:
    """Pelican in an environment of its own; its command."""
    venv.create(folder, with_pip=True)
    quietly(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "pelican[markdown]>=4.11")
    return folder / "bin" / "pelican"


def builds(months: int, pelican: Path, folder: Path) -> str:
    rounds, wanted = SIZES[months]
    issues = workspace_of(folder / "veille", months)
    write_articles(issues, folder / "pelican")
    seconds = interleaved(
        {
            "veille archive build": partial(
                quietly, sys.executable, "-m", "veille", "-w", folder / "veille", "archive", "build"
            ),
            "pelican": partial(quietly, pelican, "-d", "-s", "pelicanconf.py", folder=folder / "pelican"),
        },
        rounds,
    )
    made = {
        name: sum(1 for _file in (folder / name / output).rglob("*.html"))
        for name, output in (("veille", "archive"), ("pelican", "output"))
    }
    told = report(f"An archive of {months} issues", seconds, wanted)
    times = ratio(seconds, "pelican", "veille archive build")
    return f"{told}\n  pages: {made['veille']} and {made['pelican']}; Pelican takes {times:.1f} times as long"


def searches(archive: Path) -> str:
    """How long the script of the search page takes a word, in Chromium."""
    modules = HERE.parent / "rendering" / "node_modules"
    with archive_server(archive, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        driver = HERE.parent / "rendering" / "search.mjs"
        command: list[str | Path] = [
            program("node"),
            driver,
            program("chromium"),
            modules,
            address_of(server),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        server.shutdown()
    times = json.loads(done.stdout)["milliseconds"]
    median, most = statistics.median(times), max(times)
    return (
        f"A search of ten years\n  median {median:.1f} ms, most {most:.1f} ms, over {len(times)} words\n"
        "  wanted: under 50 ms"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pelican = pelican_environment(folder / "environment")
        for months in SIZES:
            sys.stdout.write(f"{builds(months, pelican, folder / str(months))}\n\n")
        sys.stdout.write(f"{searches(folder / '120' / 'veille' / 'archive')}\n")


if __name__ == "__main__":
    main()
