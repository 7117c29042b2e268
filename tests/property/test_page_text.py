"""Whatever a page holds, what it says of itself is short plain text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from veille.curate.page import page_from_html
from veille.model.plaintext import TITLE_MAX_CHARACTERS, has_control_characters

PIECES = st.sampled_from(
    [
        *("<html lang=fr>", "<title>", "</title>", "<meta property=og:title content='", "'>", "<!--", "-->"),
        *(
            "<svg>",
            "<script>",
            "&#0;",
            "&#x202e;",
            "\u202e",
            "\x1b",
            "\n",
            "é",
            "a b ",
            "<body>",
            "<![CDATA[",
        ),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES).map(lambda pieces: "".join(pieces).encode())))
@example(b"<title>" + b"\xe9" * 400)
@example(b"\xff\xfe<\x00t\x00")
def test_a_page_never_says_more_than_plain_text(document: bytes) -> None:
    page = page_from_html(document, "https://musee.example/")

    assert not has_control_characters(page.title + page.summary)
    assert "\u202e" not in page.title
    assert len(page.title) <= TITLE_MAX_CHARACTERS
    assert len(page.language) in {0, 2}
