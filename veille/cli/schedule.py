"""``veille schedule`` and ``veille remind``: what happens without being asked for."""

from __future__ import annotations

import logging
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import House, front_of
from veille.cli.output import EXIT_FAILED, Output
from veille.configuration import read_settings
from veille.errors import UsageError
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.delivery import DeliveryState
from veille.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from veille.curate.countdown import Countdown
    from veille.scheduling.jobs import Job

_log = logging.getLogger(__name__)


class Scheduler(StrEnum):
    """Who keeps the schedule."""

    SYSTEMD = "systemd"
    CRON = "cron"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(
        "schedule",
        help=_(
            "Print what collects each morning and reminds you each month; --install sets it up."
            "\n\nNothing is ever sent to readers by itself. Windows: docs/how-to/schedule.md"
            "\n\nExample: veille schedule --install"
        ),
    )(schedule)
    app.command(
        "remind",
        help=_(
            "Say how long until the issue leaves and how far it is, and which months had none."
            "\n\nExample: veille remind --mail"
        ),
    )(remind)


def schedule(
    context: typer.Context,
    install: Annotated[bool, typer.Option("--install", help=_("Set it up for this user."))] = False,
    remove: Annotated[bool, typer.Option("--remove", help=_("Take away what --install set up."))] = False,
    by: Annotated[
        Scheduler | None, typer.Option(help=_("Who keeps it; systemd where it runs, else cron."))
    ] = None,
) -> None:
    from veille.scheduling.jobs import jobs_of

    front = front_of(context)
    workspace = find_workspace(front.workspace_option, os.environ, Path.cwd())
    settings = read_settings(workspace.settings_file, os.environ)
    if install and remove:
        raise UsageError(_("--install and --remove exclude each other."))
    if remove:
        _remove(front.output, workspace)
        return
    jobs = jobs_of(workspace.path, settings.schedule, active_language())
    act = _install if install else _print
    act(front.output, by or _scheduler_here(), jobs, workspace)


def remind(
    context: typer.Context,
    mail: Annotated[
        bool,
        typer.Option("--mail", help=_("Write it to curator.address, once it is time, and print nothing.")),
    ] = False,
) -> None:
    from veille.curate.countdown import countdown
    from veille.store.issues import all_issues

    front = front_of(context)
    with front.house() as house:
        with house.store.transaction() as transaction:
            issues = all_issues(transaction)
        schedule = house.settings.schedule
        stand = countdown(
            issues,
            send_day=schedule.send_day,
            links=house.settings.digest.links,
            now=house.clock.now().astimezone(),
        )
        is_time = stand.days <= schedule.remind_days or bool(stand.missed)
        if mail:
            _log.info("countdown", extra={"month": str(stand.month), "days": stand.days, "mailed": is_time})
        if mail and is_time:
            _mail(front.output, house, stand)
    if not mail:
        front.output.result(_as_json(stand), lambda: front.output.line(_text(stand)))


def _scheduler_here() -> Scheduler:
    from veille.scheduling import crontab, systemd

    if systemd.runs_here(os.environ):
        return Scheduler.SYSTEMD
    if crontab.runs_here():
        return Scheduler.CRON
    raise UsageError(
        _("This machine has neither systemd nor cron for you."),
        hint=_(
            "On Windows, the Task Scheduler does it: docs/how-to/schedule.md. Lines for elsewhere: --by cron"
        ),
    )


def _print(output: Output, scheduler: Scheduler, jobs: tuple[Job, ...], workspace: Workspace) -> None:
    from veille.scheduling import crontab, systemd

    if scheduler is Scheduler.SYSTEMD:
        files = systemd.units_of(jobs, workspace.path)
        text = "\n".join(f"# {name}\n{content}" for name, content in files.items())
    else:
        files, text = {}, crontab.lines_of(jobs, workspace.path)
    document = {"scheduler": scheduler.value, "files": files, "lines": "" if files else text}
    output.result(document, lambda: output.line(text.rstrip("\n")))


def _install(output: Output, scheduler: Scheduler, jobs: tuple[Job, ...], workspace: Workspace) -> None:
    from veille.scheduling import crontab, systemd

    if scheduler is Scheduler.SYSTEMD:
        crontab_too = crontab.runs_here() and crontab.remove(workspace.path)
        systemd.install(systemd.units_of(jobs, workspace.path), os.environ)
    else:
        crontab_too = False
        systemd.remove(workspace.path, os.environ)
        crontab.install(crontab.lines_of(jobs, workspace.path), workspace.path)
    document = {"scheduler": scheduler.value, "installed": True, "replaced": crontab_too}
    output.result(document, lambda: _show_installed(output, scheduler))


def _show_installed(output: Output, scheduler: Scheduler) -> None:
    output.line(_("Installed: feeds are collected each day, and you are reminded before the issue leaves."))
    if scheduler is Scheduler.SYSTEMD:
        output.line(_("To have it run also while you are logged out: loginctl enable-linger"))
    else:
        output.line(_("What falls due while this machine is off is left out; the next run makes up for it."))
    output.line(_("Take it away again: veille schedule --remove"))


def _remove(output: Output, workspace: Workspace) -> None:
    from veille.scheduling import crontab, systemd

    found = bool(systemd.remove(workspace.path, os.environ))
    found = (crontab.runs_here() and crontab.remove(workspace.path)) or found
    said = _("The schedule is taken away.") if found else _("There was no schedule.")
    output.result({"removed": found}, lambda: output.line(said))


def _mail(output: Output, house: House, stand: Countdown) -> None:
    from veille.curate.countdown import countdown_words
    from veille.deliver.reminder import send_reminder
    from veille.deliver.transports import open_mailer

    outgoing = house.workspace.outgoing / "reminders"
    with open_mailer(house.settings, outgoing, os.environ) as mailer:
        outcome = send_reminder(
            mailer,
            house.settings,
            stand.month,
            subject=countdown_words(stand),
            text=_text(stand) + "\n",
            language=active_language(),
            now=house.clock.now(),
        )
    if outcome.state is not DeliveryState.SENT:
        output.notice(_("The reminder was not taken: {reply}").format(reply=outcome.reply))
        raise typer.Exit(EXIT_FAILED)


def _text(stand: Countdown) -> str:
    from veille.curate.countdown import countdown_words, next_step

    lines = [countdown_words(stand), next_step(stand)]
    if stand.missed:
        months = ", ".join(str(month) for month in stand.missed)
        lines.append(_("There was no issue for {months}.").format(months=months))
    return "\n".join(lines)


def _as_json(stand: Countdown) -> dict[str, object]:
    return {
        "month": str(stand.month),
        "leaves_on": stand.leaves_on,
        "days": stand.days,
        "picked": stand.picked,
        "links": stand.links,
        "status": stand.status.value if stand.status else None,
        "missed": [str(month) for month in stand.missed],
    }
