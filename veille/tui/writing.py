"""What the curator writes at the desk: the notes of a slot, the words around the links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from veille.curate.notebook import Section
from veille.curate.session import Session
from veille.curate.slots import slot_numbered
from veille.errors import RuleError
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.issue import Slot
from veille.model.plaintext import one_line
from veille.tui.drafts import Draft
from veille.tui.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Writing:
    """Some sections to write, the file they wait in meanwhile, and what saves them for good.

    ``save`` is given the sections that changed, says what was done, and acts on the session.
    """

    sections: tuple[Section, ...]
    draft: Draft
    save: Callable[[Sequence[Section]], str]

    def finish(self, written: Sequence[Section]) -> str:
        """Save what is new in ``written`` and forget the draft; what was done, empty when nothing."""
        said = self.save(changed) if (changed := self._changed(written)) else ""
        self.draft.discard()
        return said

    def finish_edited(self, exit_code: int) -> str:
        """Save what an editor left in the draft, which stays when the editor failed; says what was done."""
        said = self.save(changed) if (changed := self._changed(self.draft.read(self.sections))) else ""
        if exit_code:
            return _("The editor failed ({code}); what it wrote is saved, and kept in {path}.").format(
                code=exit_code, path=self.draft.file
            )
        self.draft.discard()
        return said or _("Nothing was changed.")

    def _changed(self, written: Sequence[Section]) -> list[Section]:
        return [section for section in written if section not in self.sections]


def notes_of_slot(session: Session, around: Surroundings, number: int) -> Writing:
    """The notes of a slot: everybody's, then each segment's. ``RuleError`` when it holds no link."""
    slot = slot_numbered(session.tray, number)
    if slot.common is None:
        raise RuleError(_("Slot {number} is empty.").format(number=number))
    audiences = {_section_name(segment): segment for segment in (None, *around.settings.segments)}
    sections = tuple(_section(slot, segment, around) for segment in audiences.values())

    def save(changed: Sequence[Section]) -> str:
        for section in changed:
            said = session.note(number, audiences[section.name], section.text)
        return said

    return Writing(sections, draft_of_entry(session, around, slot.common.entry), save)


def words_of_issue(session: Session, around: Surroundings) -> Writing:
    """The subject and the introduction of the issue. ``RuleError`` before the first pick begins it."""
    issue = session.issue
    if issue is None:
        raise RuleError(_("The issue begins with its first link: pick one before."))
    subject, introduction = _("Subject"), _("Introduction")
    sections = (
        Section(subject, _("Of the mail; empty for the usual one"), issue.title),
        Section(introduction, _("Two or three sentences above the links"), issue.intro),
    )

    def save(changed: Sequence[Section]) -> str:
        texts = {section.name: section.text for section in changed}
        title = texts.get(subject)
        return session.edit(title=title and one_line(title), intro=texts.get(introduction))

    return Writing(sections, Draft(around.workspace.path / f"words-{session.month}.txt"), save)


def draft_of_entry(session: Session, around: Surroundings, entry_id: int) -> Draft:
    """Where the notes of an entry wait, whichever slot it moves to."""
    return Draft(around.workspace.draft_of(str(session.month), entry_id))


def slots_left_unsaved(session: Session, around: Surroundings) -> tuple[int, ...]:
    """The slots whose notes were being written when the desk, or an editor, broke off."""
    return tuple(
        slot.number
        for slot in session.tray.slots
        if slot.common is not None and draft_of_entry(session, around, slot.common.entry).exists
    )


def _section_name(segment: str | None) -> str:
    # A capital keeps it apart from the name of any segment.
    return _("Everybody") if segment is None else segment


def _section(slot: Slot, segment: str | None, around: Surroundings) -> Section:
    pick = slot.pick_for(segment)
    assert pick is not None  # noqa: S101 - the common pick is there
    if segment is None:
        return Section(_section_name(segment), pick.title, pick.note)
    label = around.settings.segment_label(segment, active_language())
    about = _("For {segment}: {title}").format(segment=label, title=pick.title)
    text = pick.note if segment in slot.variants else pick.segment_notes.get(segment, "")
    return Section(_section_name(segment), about, text)
