"""``veille import-issues``: the digests of before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.files import read_text
from veille.cli.front import Front, front_of
from veille.cli.output import EXIT_PARTLY, Output
from veille.i18n import gettext as _
from veille.i18n import ngettext

if TYPE_CHECKING:
    from veille.curate.importing import Imported

_LINES_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "import-issues",
        help=_(
            "Take in the links of earlier digests: they are found again, not repeated, and learnt from."
            "\n\nThe file is JSON Lines, one link a line, each with a date, a title and a url;"
            " theme (or section), source (or domain) and note (or blurb) where there are any."
            "\n\nOr it is what veille export issues wrote: its issues are taken in whole."
            "\n\nA link that is known of the same day is left as it is. Exit code 4 when a line is refused."
            "\n\nExample: veille import-issues past.jsonl --dry-run"
        ),
    )(import_past)


def import_past(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("JSON Lines; - for standard input."))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would be taken in, no more."))
    ] = False,
) -> None:
    from veille.curate.importing import import_issues
    from veille.curate.taking_in import is_export

    front = front_of(context)
    text = read_text(file)
    if is_export(text):
        _import_whole(front, text, dry_run=dry_run)
        return
    with front.house() as house:
        found = import_issues(house.store, text, house.clock.now().date(), dry_run=dry_run)
    document = {
        "imported": found.imported,
        "known": found.known,
        "refused": [{"line": refusal.line, "reason": refusal.reason} for refusal in found.refused],
        "dry_run": dry_run,
    }
    front.output.result(document, lambda: _show(front.output, found, dry_run=dry_run))
    if found.refused:
        raise typer.Exit(EXIT_PARTLY)


def _import_whole(front: Front, text: str, *, dry_run: bool) -> None:
    from veille.curate.taking_in import import_whole_issues

    with front.house() as house:
        found = import_whole_issues(house.store, text, house.clock.now(), dry_run=dry_run)
    document = {
        "imported": [str(month) for month in found.imported],
        "known": [str(month) for month in found.known],
        "refused": list(found.refused),
        "dry_run": dry_run,
    }
    count = len(found.imported)
    taken = ngettext("{count} issue taken in", "{count} issues taken in", count)
    if dry_run:
        taken = ngettext("{count} issue would be taken in", "{count} issues would be taken in", count)
    known = ngettext("{count} there already", "{count} there already", len(found.known))
    refused = ngettext("{count} refused", "{count} refused", len(found.refused))
    said = _counts((taken, count), (known, len(found.known)), (refused, len(found.refused)))
    front.output.result(document, lambda: front.output.line("\n".join((said, *found.refused))))
    if found.refused:
        raise typer.Exit(EXIT_PARTLY)


def _counts(*counted: tuple[str, int]) -> str:
    """Words with their numbers, as one sentence."""
    return ", ".join(words.format(count=count) for words, count in counted) + "."


def _show(output: Output, found: Imported, *, dry_run: bool) -> None:
    taken = ngettext("{count} link taken in", "{count} links taken in", found.imported)
    if dry_run:
        taken = ngettext("{count} link would be taken in", "{count} links would be taken in", found.imported)
    known = ngettext("{count} known already", "{count} known already", found.known)
    refused = ngettext("{count} line refused", "{count} lines refused", len(found.refused))
    output.line(_counts((taken, found.imported), (known, found.known), (refused, len(found.refused))))
    for refusal in found.refused[:_LINES_SHOWN]:
        output.line(_("  line {line}: {reason}").format(line=refusal.line, reason=refusal.reason))
    if len(found.refused) > _LINES_SHOWN:
        output.line(_("  and more: --json lists them all"))
