"""What the desk says of an act, in words."""

from __future__ import annotations

from veille.i18n import gettext as _
from veille.model.decision import Act, Decision


def words_of_act(decision: Decision) -> str:
    """What was done to what, such as “kept: Title”."""
    sentences = {
        Act.KEEP: _("kept: {subject}"),
        Act.DISMISS: _("set aside: {subject}"),
        Act.UNMARK: _("back among the undecided: {subject}"),
        Act.THEME: _("filed under another theme: {subject}"),
        Act.GROUP: _("grouped: {subject}"),
        Act.UNGROUP: _("taken apart: {subject}"),
        Act.PICK: _("picked: {subject}"),
        Act.REMOVE: _("taken out: {subject}"),
        Act.MOVE: _("slots exchanged: {subject}"),
        Act.NOTE: _("noted: {subject}"),
        Act.EDIT: _("words of the issue changed: {subject}"),
    }
    return sentences[decision.act].format(subject=decision.subject)
