"""The demonstration: collect, pick, check, approve, send to files, archive; nothing leaves the machine."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from veille.archive.site import build_site
from veille.clock import StoppedClock
from veille.collect.collector import collect_feeds
from veille.collect.opml import read_opml
from veille.configuration import read_settings
from veille.curate import approval
from veille.curate.desk import Desk, start_issue
from veille.deliver.eml import EmlMailer
from veille.deliver.preview import write_previews
from veille.deliver.roster import import_roster, read_roster
from veille.deliver.sender import send_issue
from veille.demo.loopback import serving
from veille.errors import ConfigError, RuleError, reason_of
from veille.founding import found_workspace
from veille.i18n import gettext as _
from veille.model.charter import Severity
from veille.model.month import Month
from veille.store import Store, open_store
from veille.store.entries import EntryFilter, find_entries
from veille.store.feeds import add_feeds
from veille.workspace import Workspace

MATERIAL = Path(__file__).parent
MONTH = Month(2026, 11)
# The sample feeds end on the day before: the demonstration always happens on this day.
CLOCK = StoppedClock(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
_MARKER = ".veille-demo"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration did, and the files worth opening."""

    workspace: Workspace
    month: Month
    feeds: int
    entries: int
    picks: int
    warnings: int
    messages: tuple[Path, ...]
    previews: tuple[Path, ...]
    pages: int
    home: Path


def run_demo(folder: Path) -> DemoReport:
    """Play a whole month in ``folder``, anew each time.

    Raises ``RuleError`` when the folder holds anything but an earlier demonstration.
    """
    try:
        workspace = _fresh_workspace(folder)
    except OSError as error:
        said = _("The workspace {path} could not be made: {reason}.")
        raise ConfigError(
            said.format(path=folder, reason=reason_of(error)),
            hint=_("Choose a folder you may write in."),
        ) from error
    settings = read_settings(workspace.settings_file, {})
    with open_store(workspace.database) as store:
        with serving(MATERIAL / "feeds") as address:
            _follow(store, address, settings.themes)
            collected = collect_feeds(store, settings, CLOCK)
        picks = _pick(store, settings, tomllib.loads((MATERIAL / "issue.toml").read_text(encoding="utf-8")))
        import_roster(store, read_roster((MATERIAL / "people.csv").read_bytes(), settings))
        findings = approval.check_issue(store, settings, workspace, MONTH, CLOCK.now())
        invented = _("The links of the demonstration are invented: there is nothing to try.")
        approval.approve_issue(
            store, settings, workspace, MONTH, CLOCK.now(), reasons={"link-unchecked": invented}
        )
        previews = write_previews(store, settings, workspace, MONTH, segment=None)
        mailer = EmlMailer(workspace.outgoing / str(MONTH))
        send_issue(store, settings, workspace, MONTH, clock=CLOCK, connect=lambda: mailer)
        site = build_site(store, settings, workspace, CLOCK)
    return DemoReport(
        workspace=workspace,
        month=MONTH,
        feeds=collected.feeds,
        entries=collected.entries_new,
        picks=picks,
        warnings=sum(finding.severity is Severity.WARNING for finding in findings),
        messages=tuple(sorted(workspace.outgoing.rglob("*.eml"))),
        previews=tuple(preview.html_file for preview in previews),
        pages=site.pages,
        home=site.path / "index.html",
    )


def _fresh_workspace(folder: Path) -> Workspace:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARKER).is_file():
            raise RuleError(
                _("{path} is not empty and not an earlier demonstration; it was left alone.").format(
                    path=folder
                ),
                hint=_("Name another folder: veille demo my-demo"),
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARKER).touch()
    shutil.copyfile(MATERIAL / "veille.toml", folder / "veille.toml")
    return found_workspace(folder, "fr", {}).workspace


def _follow(store: Store, address: str, themes: Mapping[str, Any]) -> None:
    listed = (MATERIAL / "feeds.opml").read_text(encoding="utf-8").replace("http://127.0.0.1:PORT", address)
    with store.transaction() as transaction:
        add_feeds(transaction, read_opml(listed.encode(), themes).sources)


def _pick(store: Store, settings: Any, chosen: Mapping[str, Any]) -> int:
    """Do what the sample issue says with the acts of the desk; how many picks were made."""
    with store.transaction() as transaction:
        numbers = {entry.url: entry.id for entry in find_entries(transaction, EntryFilter())}
    start_issue(store, settings, MONTH, None)
    desk = Desk(store, settings, MONTH, CLOCK)
    desk.edit(title=chosen["title"], intro=chosen["intro"])
    for pick in (*chosen["pick"], *chosen["variant"]):
        slot, segment = pick["slot"], pick.get("segment")
        desk.pick(numbers[pick["url"]], slot, segment)
        desk.note(slot, segment, pick["note"])
        for name, note in pick.get("segment_notes", {}).items():
            desk.note(slot, name, note)
    return len(chosen["pick"]) + len(chosen["variant"])
