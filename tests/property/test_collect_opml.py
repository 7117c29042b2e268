"""Any list of feeds survives being written and read again; any bytes at all are read without a crash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import a_feed
from veille.collect.opml import OpmlList, read_opml, write_opml
from veille.errors import ParseError
from veille.model.feed import Feed, FeedSource, FeedStatus, Outline
from veille.model.plaintext import title_from_text
from veille.settings import DEFAULT_THEMES

# XML cannot carry the two non-characters, nor most controls.
TEXTS = st.text(
    st.characters(exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"]) | st.just("\n")
)
# A title comes into the store through title_from_text.
TITLES = TEXTS.map(title_from_text)
THEMES = st.sampled_from([*DEFAULT_THEMES, "lieux-de-memoire", "папка"])
URLS = st.from_regex(r"https?://[a-z]{1,10}\.example/[!-~]{0,30}", fullmatch=True)
FOLDERS = st.lists(st.sampled_from(["", "Presse", "Tools", "outils"]) | TEXTS, max_size=3).map(tuple)
NAMES = st.sampled_from(
    ["type", "text", "title", "htmlUrl", "description", "category", "created", "{urn:x}priority", "{urn:y}x"]
)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    attributes = draw(st.dictionaries(NAMES, TEXTS))
    return Outline(draw(FOLDERS), tuple(attributes.items()))


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    return a_feed(
        url=draw(URLS),
        title=draw(TITLES),
        theme=draw(THEMES),
        language=draw(st.sampled_from(["", "fr", "en"])),
        status=draw(st.sampled_from(FeedStatus)),
        outline=draw(outlines()),
    )


def followed_from(source: FeedSource) -> Feed:
    return a_feed(
        url=source.url,
        title=source.title,
        theme=source.theme,
        language=source.language,
        status=source.status,
        outline=source.outline,
    )


def read_again(opml: OpmlList) -> OpmlList:
    written = write_opml([followed_from(source) for source in opml.sources], DEFAULT_THEMES, "")
    return read_opml(written, DEFAULT_THEMES)


@given(st.lists(feeds(), max_size=8), st.text())
def test_a_written_list_is_read_back_whole(followed: list[Feed], title: str) -> None:
    opml = read_opml(write_opml(followed, DEFAULT_THEMES, title), DEFAULT_THEMES)

    told = {(feed.url, feed.title, feed.theme, feed.language, feed.status) for feed in opml.sources}
    assert told == {(feed.url, feed.title, feed.theme, feed.language, feed.status) for feed in followed}
    assert {feed.outline.folders for feed in opml.sources} == {feed.outline.folders for feed in followed}
    assert len(opml.sources) == len(followed)
    assert opml.faults == ()


@given(st.lists(feeds(), max_size=8))
def test_what_was_read_is_written_without_loss(followed: list[Feed]) -> None:
    opml = read_opml(write_opml(followed, DEFAULT_THEMES, ""), DEFAULT_THEMES)

    assert read_again(opml) == opml


@given(feeds())
def test_attributes_nobody_changed_are_written_as_they_came(feed: Feed) -> None:
    (source,) = read_opml(write_opml([feed], DEFAULT_THEMES, ""), DEFAULT_THEMES).sources

    kept = dict(source.outline.attributes)
    for name, value in feed.outline.attributes:
        assert name in {"text", "title"} or kept[name] == value


@given(st.binary() | st.text(alphabet="<>&;\"'=/: outlinexmlUrlhttp?[]-\n").map(str.encode))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    try:
        opml = read_opml(data, DEFAULT_THEMES)
    except ParseError:
        return

    assert all(fault.line is None or fault.line >= 1 for fault in opml.faults)


@given(st.text(alphabet="<>&;#0:\"'=/ abx\n\ufffe\x01"), st.binary(max_size=4))
def test_a_damaged_outline_survives_being_written(damage: str, more: bytes) -> None:
    data = (
        f"<opml xmlns:a='urn:a'><outline a:x='1' {damage} xmlUrl='http://a.example/' ".encode() + more + b"/>"
    )

    try:
        opml = read_opml(data, DEFAULT_THEMES)
    except ParseError:
        return

    assert read_again(opml).sources == opml.sources
