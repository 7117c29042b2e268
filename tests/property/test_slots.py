"""Whatever the curator does, a digest has five different links or is not made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import a_pick
from veille.curate import slots
from veille.errors import VeilleError
from veille.model.issue import Tray, empty_tray, line_up

SEGMENTS = ("publics", "collections", "numerique")

number = st.integers(1, 5)
segment = st.sampled_from((None, *SEGMENTS))
act = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 9), st.one_of(st.none(), number), segment),
    st.tuples(st.just("remove"), number, segment),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("note"), number, segment, st.text(max_size=5)),
)


def after(tray: Tray, step: tuple[object, ...]) -> Tray:
    match step:
        case ("add", int(entry), None | int() as slot, None | str() as name):
            return slots.place_pick(tray, a_pick(entry), slot, name).tray
        case ("remove", int(slot), None | str() as name):
            return slots.remove_pick(tray, slot, name).tray
        case ("move", int(first), int(second)):
            return slots.swap_slots(tray, first, second)
        case ("note", int(slot), None | str() as name, str(text)):
            return slots.write_note(tray, slot, name, text)
    raise AssertionError(step)


@given(st.lists(act, max_size=30))
def test_a_digest_has_five_different_links_or_is_not_made(steps: list[tuple[object, ...]]) -> None:
    tray = empty_tray(5)
    for step in steps:
        try:
            tray = after(tray, step)
        except VeilleError:
            continue

    for name in SEGMENTS:
        if tray.holes_for(name):
            continue
        entries = [pick.entry for pick in line_up(tray, name).picks]
        assert len(entries) == len(set(entries)) == 5
