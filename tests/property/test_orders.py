"""Whatever is typed at the linear desk is an order or is refused in words."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from veille.cli.linear.manual import WORDS, Command
from veille.cli.linear.orders import order_from_text
from veille.errors import UsageError

ARGUMENTS = st.lists(
    st.one_of(
        st.integers(0, 10**12).map(str),
        st.sampled_from(["#3", "slot", "place", "for", "pour", "publics", "-", ",", ":", ".", "3-9", "et"]),
        st.text(max_size=12),
    ),
    max_size=6,
).map(" ".join)


@given(st.text())
def test_no_line_is_beyond_words(typed: str) -> None:
    with suppress(UsageError):
        order_from_text(typed, ["publics"])


@given(st.sampled_from(sorted(WORDS)), ARGUMENTS)
def test_an_order_is_never_taken_for_another(word: str, arguments: str) -> None:
    with suppress(UsageError):
        assert order_from_text(f"{word} {arguments}", ["publics"]).command is WORDS[word]


@given(st.integers(1, 7), st.text().filter(lambda text: text.strip()))
def test_a_note_is_taken_down_whole(slot: int, words: str) -> None:
    order = order_from_text(f"note {slot}: .{words}.", ["publics"])

    assert order.command is Command.NOTE
    assert order.text[0] == order.text[-1] == "."
