"""Whatever arrives in the mailbox, reading it never fails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import a_letter, a_notice
from veille.deliver.notices import Bounce, Leave, Other, Proposal, notice_from_mail

SAMPLES = [
    a_notice(),
    a_letter("https://journal.example/article", Subject="=?utf-8?q?=5Bveille=5D?="),
    a_letter('<a href="https://a.example/1">x</a>', **{"Content-Type": 'text/html; charset="x"; name*0*=a'}),
]
NOTICES = (Bounce, Leave, Proposal, Other)


@given(st.binary(max_size=500))
def test_any_bytes_say_something(content: bytes) -> None:
    assert isinstance(notice_from_mail(content), NOTICES)


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12), st.integers(0, 30)), max_size=5),
)
def test_a_message_damaged_anywhere_says_something(
    content: bytes, damages: list[tuple[float, bytes, int]]
) -> None:
    for place, put_in, left_out in damages:
        at = int(place * len(content))
        content = content[:at] + put_in + content[at + left_out :]

    assert isinstance(notice_from_mail(content), NOTICES)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_words_in_a_header_or_a_text_say_something(sender: str, subject: str, text: str) -> None:
    letter = f"From: {sender}\nSubject: {subject}\nContent-Type: {text}\n\n{text} https://a.example/{text}"

    assert isinstance(notice_from_mail(letter.encode("utf-8", "surrogatepass")), NOTICES)
