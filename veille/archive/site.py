"""Building the archive: read the issues, fill the pages, put the new site in the place of the old one."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from veille.archive.figures import read_figures
from veille.archive.frame import logo_path
from veille.archive.issue_text import issue_texts
from veille.archive.pages import published, site_pages
from veille.archive.paths import OPML_PATH
from veille.archive.records import issue_files
from veille.archive.sitemap import sitemap_file
from veille.archive.sources import sources_opml
from veille.archive.syndication import archive_uuid, feed_files
from veille.archive.tree import replace_tree
from veille.clock import Clock
from veille.compose.environment import build_environment, render
from veille.compose.page_contexts import Page
from veille.errors import ConfigError, reason_of
from veille.i18n import gettext as _
from veille.settings import Settings
from veille.store import Store
from veille.store.errata import errata_by_month
from veille.store.feeds import all_feeds
from veille.store.issues import all_issues
from veille.store.links import all_checks
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


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Everything made meanwhile is needed to the end: looking for what is not takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collecting()
def build_site(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    clock: Clock,
    on_progress: Callable[[int, int, str], None] = _silently,
) -> SiteReport:
    """Build the archive of every published issue; the same store and settings give the same bytes.

    ``on_progress`` is told after each page how many are done, of how many, and its path. Everything is
    rendered before anything is written. Raises ``RenderError`` when a template fails, ``ConfigError`` for a
    logo that cannot be read or an audit declared by halves, and what ``replace_tree`` raises; the site that
    was there is then still there, whole.
    """
    started = clock.elapsed_seconds()
    with store.transaction() as transaction:
        issues = published(all_issues(transaction))
        errata = errata_by_month(transaction)
        checks = all_checks(transaction)
        identity = archive_uuid(salt(transaction))
        sources = all_feeds(transaction)
        figures = read_figures(transaction)
    texts = issue_texts(issues, errata, checks, settings)
    contexts = dict(site_pages(issues, texts, checks, figures, settings))
    pages = _render_pages(contexts, settings, workspace.templates, on_progress)
    files = (
        feed_files(issues, texts, errata, settings, identity)
        | issue_files(issues, errata, settings)
        | {OPML_PATH: sources_opml(sources, settings)}
        | sitemap_file(pages, settings)
        | _logo(settings, workspace)
    )
    replace_tree(workspace.archive, pages | files)
    report = SiteReport(len(pages), workspace.archive, clock.elapsed_seconds() - started)
    _log.info("archive built", extra={"pages": report.pages, "seconds": report.seconds})
    return report


def _render_pages(
    contexts: Mapping[str, Page],
    settings: Settings,
    overrides: Path,
    on_progress: Callable[[int, int, str], None],
) -> dict[str, bytes]:
    environment = build_environment(overrides, settings.digest.language)
    pages: dict[str, bytes] = {}
    for path, context in contexts.items():
        pages[path] = render(environment, context).encode()
        on_progress(len(pages), len(contexts), path)
    return pages


def _logo(settings: Settings, workspace: Workspace) -> dict[str, bytes]:
    """The institution's logo, where there is one."""
    if not settings.look.logo:
        return {}
    file = workspace.path / settings.look.logo
    try:
        return {logo_path(settings): file.read_bytes()}
    except OSError as error:
        raise ConfigError(
            _("The logo {path} could not be read: {reason}.").format(path=file, reason=reason_of(error)),
            hint=_("look.logo is the name of a file in the workspace; leave it empty to have none."),
        ) from error
