"""``veille preview``: the mail as each segment will see it."""

from __future__ import annotations

from typing import Annotated

import typer

from veille.cli.front import front_of
from veille.cli.pick import MonthOption, SegmentOption
from veille.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "preview",
        help=_(
            "Write the mail as each segment will see it, as files to open."
            "\n\nExample: veille preview --segment publics --open"
        ),
    )(preview)


def preview(
    context: typer.Context,
    segment: SegmentOption = None,
    text: Annotated[
        bool, typer.Option("--text", help=_("Print the plain text instead of writing HTML."))
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help=_("Open the pages in your browser."))] = False,
    month: MonthOption = None,
) -> None:
    from veille.deliver.preview import write_previews

    front = front_of(context)
    with front.house() as house:
        previews = write_previews(
            house.store,
            house.settings,
            house.workspace,
            house.month(month),
            segment=house.any_segment(segment),
        )

    def show() -> None:
        for shown in previews:
            front.output.line(shown.text if text else str(shown.html_file))

    front.output.result(
        {"files": [file for shown in previews for file in (shown.html_file, shown.text_file)]}, show
    )
    if open_:
        for shown in previews:
            typer.launch(shown.html_file.as_uri())
