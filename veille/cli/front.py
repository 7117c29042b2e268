"""What a command is given: where to speak, and the way into the workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from veille.cli.output import Output
from veille.clock import Clock, SystemClock
from veille.errors import UsageError
from veille.i18n import LANGUAGES
from veille.i18n import gettext as _
from veille.model.month import Month, month_from_text
from veille.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from veille.curate.desk import Desk
    from veille.settings import Settings
    from veille.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """An open workspace."""

    workspace: Workspace
    settings: Settings
    store: Store
    clock: Clock

    def month(self, text: str | None) -> Month:
        """The month named ``YYYY-MM``, else the one in progress."""
        if text is None:
            from veille.curate.desk import month_in_progress

            return month_in_progress(self.store, self.clock.now())
        return month_named(text)

    def desk(self, month: str | None) -> Desk:
        """The desk of that month; see ``month``."""
        from veille.curate.desk import Desk

        return Desk(self.store, self.settings, self.month(month), self.clock)

    def language(self, code: str) -> str:
        """``code`` when a digest can be written in it; ``UsageError`` otherwise."""
        if code in LANGUAGES:
            return code
        raise UsageError(
            _("A digest is written in {known}, not in “{code}”.").format(
                known=", ".join(LANGUAGES), code=code
            )
        )

    def segment(self, name: str) -> str:
        """``name`` when it is a configured segment; ``UsageError`` listing them otherwise."""
        if name in self.settings.segments:
            return name
        raise UsageError(
            _("There is no segment “{name}” in veille.toml.").format(name=name),
            hint=_("Segments: {known}").format(known=", ".join(self.settings.segments)),
        )

    def theme(self, name: str) -> str:
        """``name`` when it is a configured theme; ``UsageError`` listing them otherwise."""
        if name in self.settings.themes:
            return name
        raise UsageError(
            _("There is no theme “{name}” in veille.toml.").format(name=name),
            hint=_("Themes: {known}").format(known=", ".join(self.settings.themes)),
        )

    def any_segment(self, name: str | None) -> str | None:
        """``name`` as ``segment`` takes it, or None for everybody."""
        return None if name is None else self.segment(name)

    def month_sent(self, text: str | None) -> Month:
        """The month named ``YYYY-MM``, else the newest one that has a ledger to look at."""
        if text is not None:
            return month_named(text)
        from veille.store.issues import newest_sent_month

        with self.store.transaction() as transaction:
            newest = newest_sent_month(transaction)
        return newest or self.month(None)


@dataclass(frozen=True, slots=True)
class Front:
    """The options that stand before every command."""

    workspace_option: Path | None
    output: Output

    @contextmanager
    def house(self) -> Iterator[House]:
        """The workspace, its settings and its store, open while the block runs."""
        from veille.configuration import read_settings
        from veille.logs import log_to
        from veille.store import open_store, place_of

        workspace = find_workspace(self.workspace_option, os.environ, Path.cwd())
        if not workspace.settings_file.exists():
            said = _("{path} was not found; defaults are used.")
            self.output.notice(said.format(path=workspace.settings_file))
        settings = read_settings(workspace.settings_file, os.environ)
        log_to(workspace.log_file)
        with open_store(place_of(workspace, settings, os.environ), create=False) as store:
            yield House(workspace, settings, store, SystemClock())


def front_of(context: typer.Context) -> Front:
    """The options that stood before the command."""
    front = context.find_root().obj
    assert isinstance(front, Front)  # noqa: S101 - the root callback always sets it
    return front


def month_named(text: str) -> Month:
    """The month written ``YYYY-MM``; ``UsageError`` for anything else."""
    month = month_from_text(text)
    if month is None:
        raise UsageError(_("“{text}” is not a month.").format(text=text), hint=_("Write it so: 2026-11"))
    return month
