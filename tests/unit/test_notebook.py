"""The notes of a pick as one text: whatever an editor leaves of it is read, and nothing else is lost."""

from __future__ import annotations

import pytest

from veille.curate.notebook import Section, notes_from_text, text_from_notes

SECTIONS = (
    Section("Everybody", "Article 1", "For all"),
    Section("publics", "For Audiences: Article 1", "For you"),
    Section("numerique", "For Digital: Article 1", ""),
)


def texts(text: str, sections: tuple[Section, ...] = SECTIONS) -> list[str]:
    return [section.text for section in notes_from_text(text, sections)]


def test_the_text_explains_itself_and_each_section() -> None:
    written = text_from_notes(SECTIONS)

    assert written.startswith("# Each section is a note.")
    assert "== publics ==\n# For Audiences: Article 1\nFor you\n" in written


def test_what_stands_before_the_first_header_is_for_the_first_section() -> None:
    assert texts("Typed anywhere") == ["Typed anywhere", "For you", ""]


def test_a_section_that_is_emptied_says_nothing() -> None:
    assert texts("== Everybody ==\n\n== publics ==\n# For Audiences: Article 1\n") == ["", "", ""]


@pytest.mark.parametrize("text", ["", "\n \n", "# For Audiences: Article 1"])
def test_a_section_that_is_missing_stays_as_it_is(text: str) -> None:
    assert texts(text) == ["For all", "For you", ""]


def test_a_section_that_stands_twice_has_both_its_parts() -> None:
    assert texts("== numerique ==\nOne\n== publics ==\n== numerique ==\nTwo")[2] == "One\n\nTwo"


@pytest.mark.parametrize("header", ["==publics==", "  ==  Publics ==  ", "== PUBLICS =="])
def test_a_header_is_known_however_it_is_typed(header: str) -> None:
    assert texts(f"{header}\nNew") == ["For all", "New", ""]


def test_what_looks_like_a_header_and_is_none_is_text() -> None:
    assert texts("== Everybody ==\n== nobody ==")[0] == "== nobody =="


def test_a_segment_may_have_the_name_of_everybody() -> None:
    """In French, everybody is “Tous”, and “tous” may be a segment."""
    sections = (Section("Tous", "Article 1", "À tous"), Section("tous", "Pour Tous", "À ceux-là"))

    assert texts(text_from_notes(sections), sections) == ["À tous", "À ceux-là"]


def test_the_lines_of_windows_are_lines() -> None:
    assert texts("== Everybody ==\r\nOne\r\nTwo\r\n")[0] == "One\nTwo"
