"""Building the archive: read the issues, fill the pages, put the new site in the place of the old one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from veille.archive.feeds import atom_feed, feed_uuid
from veille.archive.pages import ATOM_PATH, HOME_PATH, home_page, issue_pages, published
from veille.archive.tree import replace_tree
from veille.clock import Clock
from veille.compose.contexts import Context
from veille.compose.environment import build_environment, render
from veille.model.issue import Issue
from veille.settings import Settings
from veille.store import Store
from veille.store.issues import all_issues
from veille.store.people import salt
from veille.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was built: how many pages, the folder they are in, and how long it took."""

    pages: int
    path: Path
    seconds: float


def _silently(_done: int, _total: int, _path: str) -> None:
    """Nobody is watching."""


def build_site(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    clock: Clock,
    on_progress: Callable[[int, int, str], None] = _silently,
) -> SiteReport:
    """Build the archive of every published issue; the same store and settings give the same bytes.

    ``on_progress`` is told after each page how many are done, of how many, and its path. Everything is
    rendered before anything is written. Raises ``RenderError`` when a template fails, and what
    ``replace_tree`` raises; the site that was there is then still there, whole.
    """
    started = clock.elapsed_seconds()
    with store.transaction() as transaction:
        issues = published(all_issues(transaction))
        identity = feed_uuid(salt(transaction))
    pages = _render_pages(issues, settings, workspace.templates, on_progress)
    replace_tree(workspace.archive, {**pages, ATOM_PATH: atom_feed(issues, settings, identity)})
    report = SiteReport(len(pages), workspace.archive, clock.elapsed_seconds() - started)
    _log.info("archive built", extra={"pages": report.pages, "seconds": report.seconds})
    return report


def _render_pages(
    issues: Sequence[Issue],
    settings: Settings,
    overrides: Path,
    on_progress: Callable[[int, int, str], None],
) -> dict[str, bytes]:
    environment = build_environment(overrides, settings.digest.language)
    contexts: dict[str, Context] = {HOME_PATH: home_page(issues, settings)}
    contexts.update(issue_pages(issues, settings))
    pages: dict[str, bytes] = {}
    for path, context in contexts.items():
        pages[path] = render(environment, context).encode()
        on_progress(len(pages), len(contexts), path)
    return pages
