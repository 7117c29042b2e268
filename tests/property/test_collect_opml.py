"""Any list of feeds survives being written and read again; any bytes at all are read without a crash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import a_feed
from veille.collect.opml import read_opml, write_opml
from veille.model.feed import Feed, FeedSource
from veille.model.plaintext import title_from_text
from veille.settings import DEFAULT_THEMES

# A title comes into the store through title_from_text; XML cannot carry the two non-characters.
TITLES = st.text(st.characters(exclude_characters="\ufffe\uffff")).map(title_from_text)
THEMES = st.sampled_from([*DEFAULT_THEMES, "lieux-de-memoire", "папка"])
URLS = st.from_regex(r"https?://[a-z]{1,10}\.example/[!-~]{0,30}", fullmatch=True)


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    return a_feed(
        url=draw(URLS),
        title=draw(TITLES),
        theme=draw(THEMES),
        language=draw(st.sampled_from(["", "fr", "en"])),
    )


@given(st.lists(feeds(), max_size=8), st.text())
def test_a_written_list_is_read_back_whole(followed: list[Feed], title: str) -> None:
    written = write_opml(followed, DEFAULT_THEMES, title)

    opml = read_opml(written, DEFAULT_THEMES)

    expected = {FeedSource(feed.url, feed.title, feed.theme, feed.language) for feed in followed}
    assert set(opml.sources) == expected
    assert len(opml.sources) == len(followed)
    assert opml.faults == ()


@given(st.binary() | st.text(alphabet="<>&;\"'=/ outlinexmlUrl!?[]-\n").map(str.encode))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    opml = read_opml(data, DEFAULT_THEMES)

    assert all(fault.line >= 1 for fault in opml.faults)
