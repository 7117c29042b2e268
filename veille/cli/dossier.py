"""What ``veille people export ADDRESS`` gives: everything held about one person."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from veille.cli.output import Output, moment_label
from veille.cli.share import share_as_json
from veille.cli.suggest import suggestion_as_json
from veille.i18n import gettext as _
from veille.i18n import labelled
from veille.model.delivery import state_label
from veille.model.person import status_label

if TYPE_CHECKING:
    from veille.deliver.dossier import Dossier


def give_dossier(output: Output, dossier: Dossier) -> None:
    """Give the dossier as the result."""
    output.result(_as_json(dossier), lambda: _show(output, dossier))


def _as_json(dossier: Dossier) -> dict[str, Any]:
    return {
        "address": dossier.address,
        "person": asdict(dossier.person) if dossier.person else None,
        "deliveries": [{"month": str(month)} | asdict(row) for month, row in dossier.deliveries],
        "suggestions": [suggestion_as_json(suggestion) for suggestion in dossier.suggestions],
        "shares": [{"entry": share.entry} | share_as_json(share) for share in dossier.shares],
        "bounces": [asdict(bounce) for bounce in dossier.bounces],
        "thanked_in": [str(month) for month in dossier.thanked_in],
        "messages": list(dossier.messages),
    }


def _show(output: Output, dossier: Dossier) -> None:
    person = dossier.person
    if person:
        status = status_label(person.status)
        output.line(f"{person.address}  {person.name}  {person.segment}  {person.language}  {status}")
    else:
        said = _("{address} is nobody's here, but it is known.")
        output.line(said.format(address=dossier.address))
    lists = {
        _("Deliveries"): [
            f"{month}  {state_label(row.state)}  {moment_label(row.updated_at)}  {row.reply}"
            for month, row in dossier.deliveries
        ],
        _("Suggestions"): [
            f"{moment_label(suggestion.suggested_at)}  {suggestion.title}  {suggestion.message}"
            for suggestion in dossier.suggestions
        ],
        _("Links sent to them"): [
            f"{moment_label(share.shared_at)}  {share.entry}  {state_label(share.state)}  {share.note}"
            for share in dossier.shares
        ],
        _("Bounces"): [
            f"{moment_label(bounce.bounced_at)}  {bounce.status}  {bounce.reply}"
            for bounce in dossier.bounces
        ],
        _("Issues that thank them"): [str(month) for month in dossier.thanked_in],
        _("Messages kept as files"): [str(path) for path in dossier.messages],
    }
    for title, lines in lists.items():
        output.line(labelled(title, len(lines)))
        for line in lines:
            output.line(f"  {line}")
