"""``PYTHONPATH=tests python -m tests.bench.archive``: an archive built, beside Pelican, and searched.

Pelican, installed in an environment of its own for the occasion, builds pages with the same content from the
theme in ``pelican/``: an article a link, which needs no page of its own; the archives of a month are its
issue, a category is a theme and a tag a source. It makes no search, no figures, no site map and no data.
The links are those of the corpus (``VEILLE_CORPUS``).
"""

from __future__ import annotations

import json
import os
import shutil
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
from veille.archive.frame import menu_pages
from veille.archive.pages import published
from veille.archive.serve import address_of, archive_server
from veille.model.issue import Issue
from veille.resources import shipped
from veille.settings import Settings
from veille.store import open_store
from veille.store.issues import all_issues

from .measure import interleaved, ratio, report

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("VEILLE_CORPUS", HERE.parents[2] / "shared" / "corpus"))
DIGEST = CORPUS / "digests" / "geotribu-revue-de-presse.jsonl"
SIZES = {
    120: (5, "under 2 s"),
    1200: (3, "under 12 s, and Pelican at least 3 times as long"),
}
PELICAN_SETTINGS = f"""
SITENAME = "La veille"
PATH = "content"
THEME = "theme"
STATIC_PATHS = []
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "fr"
RELATIVE_URLS = True
DEFAULT_PAGINATION = False
MENUITEMS = {[(page.label, page.page_path) for page in menu_pages("fr")]}
DIRECT_TEMPLATES = ["index", "archives", "categories", "tags"]
ARTICLE_SAVE_AS = AUTHOR_SAVE_AS = ""
MONTH_ARCHIVE_SAVE_AS = "numeros/{{date:%Y}}-{{date:%m}}/index.html"
YEAR_ARCHIVE_SAVE_AS = "annees/{{date:%Y}}/index.html"
CATEGORY_URL = CATEGORY_SAVE_AS = "themes/{{slug}}/index.html"
TAG_URL = TAG_SAVE_AS = "sources/{{slug}}/index.html"
ARCHIVES_SAVE_AS, CATEGORIES_SAVE_AS = "liens/index.html", "themes/index.html"
TAGS_SAVE_AS = "sources/index.html"
FEED_ALL_ATOM, CATEGORY_FEED_ATOM = "feed.atom", "themes/{{slug}}/feed.atom"
FEED_MAX_ITEMS = 100000
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
    """The same links for Pelican, in Markdown, and the theme of the same pages in the same style."""
    content, theme = folder / "content", folder / "theme"
    content.mkdir(parents=True)
    shutil.copytree(HERE / "pelican", theme)
    look = Settings().look
    style = (shipped("templates") / "archive" / "style.css").read_text(encoding="utf-8")
    for name, colour in (("accent", look.accent), ("accent_dark", look.accent_dark)):
        style = style.replace(f"{{{{ frame.look.{name} }}}}", colour)
    (theme / "templates" / "style.css").write_text(style, encoding="utf-8")
    (folder / "pelicanconf.py").write_text(PELICAN_SETTINGS, encoding="utf-8")
    for issue in issues:
        for place, (number, _segment, pick) in enumerate(issue.tray.picks()):
            head = {
                "Title": pick.title,
                "Date": f"{issue.month}-20 09:{place:02}",
                "Slug": f"{issue.month}-{place}",
                "Category": pick.theme,
                "Tags": pick.source,
                "Issue": issue.month,
                "Number": number,
                "Link": pick.url,
            }
            lines = "\n".join(f"{name}: {value}" for name, value in head.items())
            (content / f"{issue.month}-{place}.md").write_text(f"{lines}\n\n{pick.note}\n", encoding="utf-8")


def pelican_environment(folder: Path) -> Path:
    """Pelican in an environment of its own; its command."""
    venv.create(folder, with_pip=True)
    quietly(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "pelican[markdown]>=4.11")
    return folder / "bin" / "pelican"


class Builds:
    """Whole builds of an archive of so many issues, none of them finding anything built before."""

    def __init__(self, months: int, pelican: Path, folder: Path) -> None:
        self._commands: dict[str, list[str | Path]] = {
            "veille": [sys.executable, "-m", "veille", "-w", folder / "veille", "archive", "build"],
            "pelican": [pelican, "-s", "pelicanconf.py"],
        }
        self._made = {"veille": folder / "veille" / "archive", "pelican": folder / "pelican" / "output"}
        self._folder = folder
        self.months = months
        self.processor: dict[str, list[float]] = {name: [] for name in self._commands}
        self.seconds: dict[str, list[float]] = {}
        write_articles(workspace_of(folder / "veille", months), folder / "pelican")

    def run(self, rounds: int) -> None:
        """Let the two take turns."""
        self.seconds = interleaved({name: partial(self._build, name) for name in self._commands}, rounds)

    def _build(self, name: str) -> None:
        made = self._made[name]
        if made.exists():
            made.rename(self._folder / f"{name}-{len(self.processor[name])}")
        before = os.times()
        quietly(*self._commands[name], folder=self._folder / name)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        self.processor[name].append(spent)

    def told(self, wanted: str) -> str:
        pages = {name: sum(1 for _file in made.rglob("*.html")) for name, made in self._made.items()}
        seconds = report(f"An archive of {self.months} issues", self.seconds, wanted)
        spent = ", ".join(f"{name} {statistics.median(of):.2f} s" for name, of in self.processor.items())
        return (
            f"{seconds}\n  processor, medians: {spent}\n"
            f"  pages: {pages['veille']} and {pages['pelican']}; Pelican takes"
            f" {ratio(self.seconds, 'pelican', 'veille'):.1f} times as long,"
            f" {ratio(self.processor, 'pelican', 'veille'):.1f} times by the processor's clock"
        )

    def further(self, smaller: Builds, name: str) -> float:
        """Seconds of the processor for each issue more than ``smaller`` has: starting cancels out."""
        more = statistics.median(self.processor[name]) - statistics.median(smaller.processor[name])
        return more / (self.months - smaller.months)


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
        few, many = (Builds(months, pelican, folder / str(months)) for months in SIZES)
        for builds in (few, many):
            rounds, wanted = SIZES[builds.months]
            builds.run(rounds)
            sys.stdout.write(f"{builds.told(wanted)}\n\n")
        ours, theirs = (1000 * many.further(few, name) for name in ("veille", "pelican"))
        sys.stdout.write(
            f"Each further issue, by the processor's clock\n"
            f"  veille {ours:.1f} ms, Pelican {theirs:.1f} ms: {theirs / ours:.1f} times as much\n\n"
        )
        sys.stdout.write(f"{searches(folder / '120' / 'veille' / 'archive')}\n")


if __name__ == "__main__":
    main()
