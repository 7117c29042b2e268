"""``veille archive``: past issues as a static site."""

from __future__ import annotations

import typer

from veille.cli.front import front_of
from veille.errors import NotFoundError
from veille.i18n import gettext as _

app = typer.Typer(name="archive", help=_("Build and open the archive of past issues."), no_args_is_help=True)


@app.command("build", help=_("Build the site of past issues.\n\nExample: veille archive build"))
def build(context: typer.Context) -> None:
    from veille.archive.site import build_site

    front = front_of(context)
    with front.house() as house, front.output.progress(_("Building")) as progress:
        report = build_site(house.store, house.settings, house.workspace, house.clock, progress)
    front.output.result(
        {"pages": report.pages, "path": report.path, "seconds": report.seconds},
        lambda: front.output.line(
            _("{pages} pages built in {seconds:.1f} s: {path}").format(
                pages=report.pages, seconds=report.seconds, path=report.path / "index.html"
            )
        ),
    )


@app.command("open", help=_("Open the archive in your browser.\n\nExample: veille archive open"))
def open_archive(context: typer.Context) -> None:
    front = front_of(context)
    with front.house() as house:
        home = house.workspace.archive / "index.html"
    if not home.is_file():
        raise NotFoundError(
            _("There is no archive yet in {path}.").format(path=home.parent),
            hint=_("Build it: veille archive build"),
        )
    typer.launch(home.as_uri())
    front.output.result({"path": home}, lambda: front.output.line(str(home)))
