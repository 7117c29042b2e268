"""The five slots: putting, removing, moving and noting picks. Pure; each function gives a new tray."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _
from veille.model.issue import Pick, Slot, Tray

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Placement:
    """A tray after a pick was put in ``slot``; ``replaced`` is what stood there before."""

    tray: Tray
    slot: int
    replaced: Pick | None


def place_pick(tray: Tray, pick: Pick, number: int | None, segment: str | None) -> Placement:
    """Put ``pick`` in slot ``number``, replacing what is there, or in the first free slot.

    With a ``segment`` it becomes that segment's variant, and ``number`` must say of which slot.
    Raises ``RuleError`` when every slot is taken, or the entry would stand twice in one digest.
    """
    if number is None:
        number = _free_slot(tray, segment)
    slot = slot_numbered(tray, number)
    replaced = slot.common if segment is None else slot.variants.get(segment)
    changed = _with_slot(tray, _with_pick(slot, segment, pick))
    _refuse_twice(changed, pick)
    return Placement(changed, number, replaced)


def remove_pick(tray: Tray, number: int, segment: str | None) -> Placement:
    """Empty a slot: its common pick, or one segment's variant. ``RuleError`` when nothing is there."""
    slot = slot_numbered(tray, number)
    removed = slot.common if segment is None else slot.variants.get(segment)
    if removed is None:
        raise _nothing_in(number, segment)
    return Placement(_with_slot(tray, _with_pick(slot, segment, None)), number, removed)


def swap_slots(tray: Tray, first: int, second: int) -> Tray:
    """Exchange two slots with everything in them, variants and notes included."""
    one, other = slot_numbered(tray, first), slot_numbered(tray, second)
    changed = _with_slot(tray, replace(one, number=second))
    return _with_slot(changed, replace(other, number=first))


def write_note(tray: Tray, number: int, segment: str | None, text: str) -> Tray:
    """Say why the pick in slot ``number`` matters: to everybody, or to one segment ("Pour vous").

    For a segment that has its own variant, the text becomes that variant's note. An empty text erases.
    Raises ``RuleError`` when there is nothing to note.
    """
    slot = slot_numbered(tray, number)
    text = text.strip()
    if segment is not None and segment in slot.variants:
        return _with_slot(tray, _with_pick(slot, segment, replace(slot.variants[segment], note=text)))
    if slot.common is None:
        raise _nothing_in(number, segment)
    if segment is None:
        return _with_slot(tray, replace(slot, common=replace(slot.common, note=text)))
    notes = _with_entry(slot.common.segment_notes, segment, text or None)
    return _with_slot(tray, replace(slot, common=replace(slot.common, segment_notes=notes)))


def with_theme(tray: Tray, entry_id: int, theme: str) -> Tray:
    """The tray with every pick of the entry filed under ``theme``."""
    for number, segment, pick in tuple(tray.picks()):
        if pick.entry == entry_id:
            slot = slot_numbered(tray, number)
            tray = _with_slot(tray, _with_pick(slot, segment, replace(pick, theme=theme)))
    return tray


def slot_numbered(tray: Tray, number: int) -> Slot:
    """The slot ``number``; ``UsageError`` when the issue has no such slot."""
    if not 1 <= number <= len(tray.slots):
        raise UsageError(
            _("There is no slot {number}: this issue has slots 1 to {last}.").format(
                number=number, last=len(tray.slots)
            )
        )
    return tray.slots[number - 1]


def _free_slot(tray: Tray, segment: str | None) -> int:
    if segment is not None:
        raise UsageError(
            _("A variant needs --slot: which link does it replace for “{segment}”?").format(segment=segment),
            hint=_contents(tray),
        )
    for slot in tray.slots:
        if slot.common is None:
            return slot.number
    raise RuleError(
        _("The {count} slots are taken.").format(count=len(tray.slots)),
        hint=_("Add --slot N to replace one of them:\n{slots}").format(slots=_contents(tray)),
    )


def _contents(tray: Tray) -> str:
    empty = _("(empty)")
    return "\n".join(f"  {slot.number}  {slot.common.title if slot.common else empty}" for slot in tray.slots)


def _refuse_twice(tray: Tray, pick: Pick) -> None:
    segments: set[str | None] = {None, *(segment for _number, segment, _pick in tray.picks())}
    for segment in segments:
        here = [
            slot.number
            for slot in tray.slots
            if (standing := slot.pick_for(segment)) is not None and standing.entry == pick.entry
        ]
        if len(here) > 1:
            raise RuleError(
                _("“{title}” would stand twice in one digest: slots {first} and {second}.").format(
                    title=pick.title, first=here[0], second=here[1]
                ),
                hint=_("Move it instead: veille pick move {first} {second}").format(
                    first=here[0], second=here[1]
                ),
            )


def _nothing_in(number: int, segment: str | None) -> RuleError:
    hint = _("See the slots: veille pick list")
    if segment is None:
        return RuleError(_("Slot {number} is empty.").format(number=number), hint=hint)
    return RuleError(
        _("Slot {number} holds nothing for “{segment}”.").format(number=number, segment=segment), hint=hint
    )


def _with_slot(tray: Tray, changed: Slot) -> Tray:
    return Tray(tuple(changed if slot.number == changed.number else slot for slot in tray.slots))


def _with_pick(slot: Slot, segment: str | None, pick: Pick | None) -> Slot:
    if segment is None:
        return replace(slot, common=pick)
    return replace(slot, variants=_with_entry(slot.variants, segment, pick))


def _with_entry(mapping: Mapping[str, _T], key: str, value: _T | None) -> Mapping[str, _T]:
    kept = {name: held for name, held in mapping.items() if name != key}
    return MappingProxyType(kept if value is None else kept | {key: value})
