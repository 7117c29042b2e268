"""``veille archive``: past issues as a static site."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.front import Front, House, front_of
from veille.cli.output import EXIT_FAILED, EXIT_PARTLY, Output
from veille.errors import NotFoundError, RuleError
from veille.i18n import decimal
from veille.i18n import gettext as _

if TYPE_CHECKING:
    from veille.curate.dead_links import GoneLink, RoundReport
    from veille.model.link import LinkCheck
    from veille.model.month import Month

app = typer.Typer(
    name="archive",
    help=_("Build the archive of past issues, look at it, print it and publish it."),
    no_args_is_help=True,
)


@app.command("build", help=_("Build the site of past issues.\n\nExample: veille archive build"))
def build(context: typer.Context) -> None:
    front = front_of(context)
    with front.house() as house:
        document, said = _build(front, house)
    front.output.result(document, lambda: front.output.line(said))


@app.command("open", help=_("Open the archive in your browser.\n\nExample: veille archive open"))
def open_archive(context: typer.Context) -> None:
    front = front_of(context)
    with front.house() as house:
        home = _page(house, "index.html")
    typer.launch(home.as_uri())
    front.output.result({"path": home}, lambda: front.output.line(str(home)))


@app.command(
    "serve",
    help=_("Look at the archive through a server of this machine alone.\n\nExample: veille archive serve"),
)
def serve(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help=_("Its port; 0 is any free one."))
    ] = 8000,
) -> None:
    from veille.archive.serve import address_of, archive_server

    front = front_of(context)
    with front.house() as house:
        folder = _page(house, "index.html").parent
    with archive_server(folder, port) as server:
        address = address_of(server)
        front.output.result({"url": address, "path": folder}, lambda: front.output.line(address))
        front.output.notice(_("Ctrl-C ends it."))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            front.output.notice(_("Ended."))


@app.command(
    "pdf",
    help=_("Print an issue to PDF, with a browser of this machine.\n\nExample: veille archive pdf 2026-11"),
)
def print_issue(
    context: typer.Context,
    month: Annotated[str, typer.Argument(metavar="MONTH", help=_("The issue's month: 2026-10."))],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help=_("Where to; veille-MONTH.pdf by default."))
    ] = None,
) -> None:
    from veille.archive.paper import print_page

    front = front_of(context)
    with front.house() as house:
        named = house.month(month)
        page = _page_of_issue(house, named)
    target = file or Path(f"veille-{named}.pdf")
    print_page(page, target, os.environ)
    front.output.result({"path": target}, lambda: front.output.line(str(target)))


@app.command(
    "check",
    help=_(
        "Try the links of past issues again; the archive marks those that are dead."
        "\n\nA link whose page is gone is doubtful, and called dead when it is gone on another day too."
        "\n\nExit code 4 when some sites did not answer; the same command tries them again another day."
        "\n\nExample: veille archive check"
    ),
)
def check(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help=_("Also those that were tried less than a month ago."))
    ] = False,
) -> None:
    from veille.curate.dead_links import check_past_links

    front = front_of(context)
    with front.house() as house, front.output.progress(_("Trying the links")) as progress:
        report = check_past_links(
            house.store, house.settings, house.clock, everything=everything, on_progress=progress
        )
    document = {
        "links": [_check_as_json(check) for check in report.tried],
        "fresh": report.fresh,
        "untold": report.untold,
        "offline": report.offline,
        "dead": [_as_json(gone) for gone in report.dead],
        "doubtful": [_as_json(gone) for gone in report.doubtful],
    }
    front.output.result(document, lambda: _show_links(front.output, report))
    if report.untold:
        raise typer.Exit(EXIT_FAILED if report.offline else EXIT_PARTLY)


@app.command(
    "publish",
    help=_(
        "Build the site, then run the command that takes it to its readers (archive.publish_command)."
        "\n\nExample: veille archive publish --dry-run"
    ),
)
def publish(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Show the command; build and run nothing."))
    ] = False,
) -> None:
    from veille.archive.publish import publish_command, run_publishing

    front = front_of(context)
    with front.house() as house:
        command = publish_command(house.settings, house.workspace.archive)
        if dry_run:
            document = {"command": command, "published": False}
            front.output.result(document, lambda: front.output.line(shlex.join(command)))
            return
        built, words = _build(front, house)
    published = run_publishing(command)
    front.output.result(
        built | {"command": command, "published": True, "said": published.said},
        lambda: front.output.line("\n".join((words, published.said or _("Published.")))),
    )


def _build(front: Front, house: House) -> tuple[dict[str, object], str]:
    """Build the site; what was built, for programs and in words."""
    from veille.archive.site import build_site

    with front.output.progress(_("Building")) as progress:
        report = build_site(house.store, house.settings, house.workspace, house.clock, progress)
    said = _("{pages} pages built in {seconds} s: {path}").format(
        pages=report.pages, seconds=decimal(report.seconds), path=report.path / "index.html"
    )
    return {"pages": report.pages, "path": report.path, "seconds": report.seconds}, said


def _show_links(output: Output, report: RoundReport) -> None:
    for label, gone in ((_("dead"), report.dead), (_("doubtful"), report.doubtful)):
        for link in (one.link for one in gone):
            output.line(f"{label}  {link.month}/{link.number}  {link.title}  {link.url}")
    if report.offline:
        output.notice(
            _("No site answered: this machine seems to be offline. Nothing was noted of the links.")
        )
        return
    said = _("Links tried: {tried}; tried lately: {fresh}; that told nothing: {untold}.")
    output.line(said.format(tried=len(report.tried), fresh=report.fresh, untold=report.untold))
    said = _("Of all past links, dead: {dead}; doubtful: {doubtful}.")
    output.line(said.format(dead=len(report.dead), doubtful=len(report.doubtful)))
    if report.dead:
        output.notice(_("Their pages say so from the next build on: veille archive build"))


def _as_json(gone: GoneLink) -> dict[str, object]:
    return {
        "month": str(gone.link.month),
        "number": gone.link.number,
        "title": gone.link.title,
        **_check_as_json(gone.check),
    }


def _check_as_json(check: LinkCheck) -> dict[str, object]:
    return {
        "url": check.url,
        "outcome": check.outcome,
        "status": check.status,
        "checked_at": check.checked_at,
        "gone_since": check.gone_since,
        "gone_at": check.gone_at,
        "dead": check.is_dead,
    }


def _page_of_issue(house: House, month: Month) -> Path:
    """The page of the issue of ``month``; why there is none, when there is none."""
    from veille.compose.addresses import issue_path
    from veille.model.issue import IssueStatus
    from veille.store.issues import require_issue

    with house.store.transaction() as transaction:
        issue = require_issue(transaction, month)
    if issue.status is IssueStatus.DRAFT:
        raise RuleError(
            _("The issue of {month} is a draft; the archive holds only what was approved.").format(
                month=month
            ),
            hint=_("Approve it, then build the archive: veille issue approve --month {month}").format(
                month=month
            ),
        )
    return _page(house, issue_path(month))


def _page(house: House, path: str) -> Path:
    """The file of the archive at ``path``; ``NotFoundError`` when it was not built."""
    page = house.workspace.archive / path
    if not page.is_file():
        raise NotFoundError(
            _("There is no {path} in the archive.").format(path=page),
            hint=_("Build it: veille archive build"),
        )
    return page
