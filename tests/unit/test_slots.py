"""Five slots by construction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import a_pick, a_tray, an_entry
from veille.curate import slots
from veille.errors import RuleError, UsageError
from veille.model.issue import LineUp, Slot, Tray, empty_tray, line_up, pick_from_entry


def test_picks_fill_the_slots_in_order() -> None:
    tray = empty_tray(5)

    for number in (1, 2):
        tray = slots.place_pick(tray, a_pick(number), None, None).tray

    assert [slot.common.entry if slot.common else None for slot in tray.slots] == [1, 2, None, None, None]


def test_sixth_pick_is_refused_with_the_list_of_what_could_be_replaced() -> None:
    with pytest.raises(RuleError) as refusal:
        slots.place_pick(a_tray(), a_pick(6), None, None)

    assert all(f"Article {number}" in refusal.value.hint for number in range(1, 6))


def test_a_named_slot_gives_way_and_says_what_stood_there() -> None:
    placement = slots.place_pick(a_tray(), a_pick(6), 3, None)

    assert placement.replaced == a_pick(3)
    assert placement.tray.slots[2].common == a_pick(6)


def test_a_variant_needs_its_slot() -> None:
    with pytest.raises(UsageError):
        slots.place_pick(a_tray(), a_pick(6), None, "publics")


def test_a_variant_changes_one_segment_only() -> None:
    tray = slots.place_pick(a_tray(), a_pick(6), 2, "publics").tray

    assert [pick.entry for pick in line_up(tray, "publics").picks] == [1, 6, 3, 4, 5]
    assert [pick.entry for pick in line_up(tray, "collections").picks] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("number", "segment"), [(4, None), (4, "publics")])
def test_an_entry_never_stands_twice_in_one_digest(number: int, segment: str | None) -> None:
    with pytest.raises(RuleError, match="twice"):
        slots.place_pick(a_tray(), a_pick(1), number, segment)


def test_a_common_pick_may_not_repeat_what_a_variant_shows() -> None:
    tray = slots.remove_pick(a_tray(publics=a_pick(6)), 5, None).tray

    with pytest.raises(RuleError, match="twice"):
        slots.place_pick(tray, a_pick(6), 5, None)


def test_putting_a_pick_back_in_its_own_slot_is_no_repeat() -> None:
    placement = slots.place_pick(a_tray(), a_pick(3), 3, None)

    assert placement.tray == a_tray()


def test_removing_what_is_not_there_is_refused() -> None:
    with pytest.raises(RuleError, match="empty"):
        slots.remove_pick(empty_tray(5), 1, None)
    with pytest.raises(RuleError, match="publics"):
        slots.remove_pick(a_tray(), 2, "publics")


def test_swapping_twice_restores_the_tray_with_notes_and_variants() -> None:
    tray = slots.write_note(a_tray(publics=a_pick(6)), 2, "numerique", "Pour vous.")

    swapped = slots.swap_slots(tray, 2, 5)

    assert swapped.slots[4] == replace(tray.slots[1], number=5)
    assert slots.swap_slots(swapped, 2, 5) == tray


@pytest.mark.parametrize("number", [0, 6, -1])
def test_a_slot_that_does_not_exist_is_a_usage_error(number: int) -> None:
    with pytest.raises(UsageError):
        slots.swap_slots(a_tray(), 1, number)


def test_a_note_for_everybody_leaves_the_segment_notes() -> None:
    tray = slots.write_note(a_tray(), 1, "publics", "Pour vous.")

    tray = slots.write_note(tray, 1, None, " Pour tous. ")

    common = tray.slots[0].common
    assert common is not None
    assert common.note == "Pour tous."
    assert dict(common.segment_notes) == {"publics": "Pour vous."}


def test_an_empty_segment_note_erases_it() -> None:
    tray = slots.write_note(a_tray(), 1, "publics", "Pour vous.")

    assert slots.write_note(tray, 1, "publics", "  ") == a_tray()


def test_the_note_for_a_segment_with_a_variant_is_that_variants() -> None:
    tray = slots.write_note(a_tray(publics=a_pick(6)), 2, "publics", "Votre lien.")

    assert tray.slots[1].variants["publics"].note == "Votre lien."
    assert tray.slots[1].common == a_pick(2)


def test_a_theme_is_that_of_every_pick_of_its_entry_and_of_no_other() -> None:
    tray = slots.with_theme(a_tray(publics=a_pick(7), numerique=a_pick(8)), 7, "outils")

    assert {pick.entry for _slot, _segment, pick in tray.picks() if pick.theme == "outils"} == {7}


def test_an_empty_slot_has_nothing_to_note() -> None:
    with pytest.raises(RuleError):
        slots.write_note(empty_tray(5), 1, None, "Pourquoi ?")


def test_a_line_up_with_a_hole_cannot_be_made() -> None:
    tray = slots.remove_pick(a_tray(), 3, None).tray

    with pytest.raises(RuleError, match="slot 3"):
        line_up(tray, "publics")


@pytest.mark.parametrize("count", [4, 6])
def test_a_line_up_of_five_links_holds_exactly_five(count: int) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        LineUp("publics", tuple(a_pick(number) for number in range(count)), 5)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 4), (2, 3, 4), tuple(range(1, 9))])
def test_a_tray_has_three_to_seven_slots_without_a_gap(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="slots"):
        Tray(tuple(Slot(number) for number in numbers))


def test_a_pick_shows_its_entry_as_it_was_when_picked() -> None:
    entry = an_entry(words=690, published_at=None)

    pick = pick_from_entry(entry)

    assert (pick.title, pick.url, pick.source) == (entry.title, entry.url, "Le Journal")
    assert (pick.published_on, pick.reading_minutes) == (None, 3)
