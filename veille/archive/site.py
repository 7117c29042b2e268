"""Building the archive: read the issues, fill the pages, put the new site in the place of the old one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from veille.archive.feeds import atom_feed, feed_uuid
from veille.archive.pages import ATOM_PATH, HOME_PATH, home_page, issue_pages, published
from veille.archive.tree import replace_tree
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
    """What was built: how many pages, and the folder they are in."""

    pages: int
    path: Path


def build_site(store: Store, settings: Settings, workspace: Workspace) -> SiteReport:
    """Build the archive of every published issue; the same store and settings give the same bytes.

    Everything is rendered before anything is written. Raises ``RenderError`` when a template fails, and
    what ``replace_tree`` raises; the site that was there is then still there, whole.
    """
    with store.transaction() as transaction:
        issues = published(all_issues(transaction))
        identity = feed_uuid(salt(transaction))
    files = site_files(issues, settings, workspace.templates, identity)
    replace_tree(workspace.archive, files)
    report = SiteReport(pages=1 + len(issues), path=workspace.archive)
    _log.info("archive built", extra={"pages": report.pages, "path": str(report.path)})
    return report


def site_files(
    issues: tuple[Issue, ...], settings: Settings, overrides: Path, identity: UUID
) -> dict[str, bytes]:
    """Every file of the site by its path from the root; ``issues`` are published and newest first."""
    environment = build_environment(overrides, settings.digest.language)
    files = {HOME_PATH: render(environment, home_page(issues, settings)).encode()}
    for path, page in issue_pages(issues, settings):
        files[path] = render(environment, page).encode()
    files[ATOM_PATH] = atom_feed(issues, settings, identity)
    return files
