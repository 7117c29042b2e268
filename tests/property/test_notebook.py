"""Whatever is typed in a note comes back, and a file cut short costs the section it is cut in at most."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from veille.curate.notebook import Section, notes_from_text, text_from_notes

# What could be taken for a line of the notebook's own, beside any text.
scraps = st.sampled_from(
    ["== Everybody ==", "==publics ==", "# About", "\\", "\\\\== publics ==", "# ", "#", " ", "\n", "==", "x"]
)
lines = st.text() | st.lists(scraps, max_size=6).map("".join)
names = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), unique=True, max_size=4)


@st.composite
def notebooks(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[Section, ...]:
    """Everybody's section, then those of any segments; their texts as they are saved."""
    about = st.sampled_from(["", "About", "== publics ==", "# x"])
    segments = draw(st.just(["everybody", "publics"]) | names)
    return tuple(Section(name, draw(about), _saved(draw(texts))) for name in ("Everybody", *segments))


def _saved(text: str) -> str:
    return text.replace("\r", "").strip()


@given(notebooks(lines))
def test_what_is_written_reads_back_equal(sections: tuple[Section, ...]) -> None:
    blank = tuple(replace(section, text="") for section in sections)

    assert notes_from_text(text_from_notes(sections), blank) == sections


@given(notebooks(st.text("aé \n")), st.data())
def test_a_file_cut_short_changes_one_section_at_most(
    sections: tuple[Section, ...], data: st.DataObject
) -> None:
    whole = text_from_notes(sections)

    read = notes_from_text(whole[: data.draw(st.integers(0, len(whole)))], sections)

    assert sum(one != other for one, other in zip(read, sections, strict=True)) <= 1
