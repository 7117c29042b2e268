"""Whatever is typed, a search answers; what it finds holds the words, and what holds them is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, a_parsed_entry, a_source
from veille.errors import UsageError
from veille.model.entry import ParsedEntry
from veille.store import Store, arrivals, entries, feeds, open_store
from veille.store.entries import EntryFilter

SENTENCES = """
    musée musee MUSÉES l’exposition l'été cœur coeur COEUR œuvres oeuvre coexister æthusa Aethusa Noël noe
    droit d’auteur IA 2026 100% AT&T_2 rendez-vous où ou à a o œ C++ « mer » (salle) “salle” mer*
    e\u0301te\u0301
"""
VOCABULARY = SENTENCES.split()
NOISE = ("-", "*", '"', "«", "»", "“", "'", " ", "\u00a0", "\n", "\0", "(", ")", ":", "^", "+", "AND", "NEAR")

queries = st.lists(
    st.lists(st.sampled_from(VOCABULARY) | st.sampled_from(NOISE) | st.text(max_size=2), max_size=6).map(
        "".join
    )
    | st.text(),
    max_size=4,
)


def parsed_entry(number: int) -> ParsedEntry:
    """An entry of its own few words of the vocabulary."""
    words = [VOCABULARY[number * place % len(VOCABULARY)] for place in range(1, 17)]
    title, summary, text = " ".join(words[:3]), " ".join(words[3:8]), " ".join(words[8:])
    return a_parsed_entry(number, title=title, summary=summary, text=text, author="")


PARSED = [parsed_entry(number) for number in range(1, 61)]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of sixty entries."""
    folder: Path = tmp_path_factory.mktemp("shelf")
    with open_store(folder / "veille.db") as store:
        with store.transaction() as transaction:
            (feed,) = feeds.add_feeds(transaction, [a_source()])
            arrivals.store_entries(transaction, feed, PARSED, NOW)
        yield store


def words_of(text: str) -> list[str]:
    """The words of ``text`` as the search should see them."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.casefold())
        if not "\u0300" <= letter <= "\u036f"
    )
    return re.findall(r"[^\W_]+", bare.replace("œ", "oe").replace("æ", "ae"))


def found(store: Store, words: list[str]) -> list[str]:
    """The text of each entry that is found, without the border between its fields."""
    with store.transaction() as transaction:
        listed = entries.find_entries(transaction, EntryFilter(words=words))
        return [
            f"{entry.title} {entry.summary} {entries.entry_text(transaction, entry.id)}" for entry in listed
        ]


@given(queries)
def test_any_text_is_a_query_unless_it_holds_no_word(shelf: Store, words: list[str]) -> None:
    try:
        found(shelf, words or [""])
    except UsageError:
        assert not words_of(" ".join(words))


@given(queries.map(lambda words: [word.replace("-", " ") for word in words] or [""]))
def test_an_entry_that_is_found_holds_every_word(shelf: Store, words: list[str]) -> None:
    line = " ".join(words)
    wanted = words_of(line)
    if not wanted:
        return

    for text in found(shelf, words):
        held = words_of(text)
        for word in wanted:
            assert word in held or ("*" in line and any(other.startswith(word) for other in held))


@given(st.sampled_from(PARSED), st.data())
def test_an_entry_is_found_by_its_own_words_however_written(
    shelf: Store, parsed: ParsedEntry, data: st.DataObject
) -> None:
    words = words_of(parsed.text)
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, min(start + 4, len(words))))
    phrase = " ".join(words[start:end])
    written = data.draw(
        st.sampled_from([phrase, phrase.upper(), phrase.replace("oe", "œ").replace("ae", "æ")])
    )

    texts = found(shelf, [f'"{written}"'])

    assert f"{parsed.title} {parsed.summary} {parsed.text}" in texts
