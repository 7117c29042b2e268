"""What the curator types to narrow the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from veille.curate.query import Query, query_from_text
from veille.model.entry import EntryState


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Query()),
        ("  ", Query()),
        ("médiation jeune", Query(words=("médiation", "jeune"))),
        ("theme:publics", Query(theme="publics")),
        ("Thème:Méthodes", Query(theme="methodes")),
        ("source:Libération", Query(source="liberation")),
        ("lang:EN", Query(language="en")),
        ("langue:en", Query(language="en")),
        ("since:7", Query(since=NOW - timedelta(days=7))),
        ("depuis:7j", Query(since=NOW - timedelta(days=7))),
        ("since:7d", Query(since=NOW - timedelta(days=7))),
        ("since:2026-11-01", Query(since=datetime(2026, 11, 1, tzinfo=UTC))),
        ("suggested:yes", Query(suggested=True)),
        ("suggéré:non", Query(suggested=False)),
        ("sugg:oui", Query(suggested=True)),
        ("seen:no", Query(seen=False)),
        ("vu:oui", Query(seen=True)),
        ("state:dismissed", Query(state=EntryState.DISMISSED)),
        ("état:retenu", Query(state=EntryState.KEPT)),
        ("theme:publics lang:fr bilan -été", Query(theme="publics", language="fr", words=("bilan", "-été"))),
        ("https://musee.example/a", Query(words=("https://musee.example/a",))),
        ("12:30 :", Query(words=("12:30", ":"))),
    ],
)
def test_a_query_is_read_in_both_languages(text: str, asked: Query) -> None:
    assert query_from_text(text, NOW) == asked


@pytest.mark.parametrize("text", ["theme:", "vu:", "since:"])
def test_a_filter_that_is_being_typed_asks_for_nothing(text: str) -> None:
    assert query_from_text(text, NOW) == Query()


@pytest.mark.parametrize(
    "text", ["since:hier", "since:2026-02-31", "seen:maybe", "state:lost", "suggested:3"]
)
def test_a_value_that_is_not_understood_is_named_and_passed_over(text: str) -> None:
    query = query_from_text(f"{text} bilan", NOW)

    assert query == Query(words=("bilan",), complaint=f"“{text}” is not understood.")


def test_an_unknown_filter_is_a_word_and_the_known_ones_are_told() -> None:
    query = query_from_text("auteur:Hugo", NOW)

    assert query.words == ("auteur:Hugo",)
    assert "“auteur:”" in query.complaint
    assert "since:" in query.complaint


@given(st.text(st.sampled_from("theme:since langue vu oui 2026-31:é\x00\ud800«»"), max_size=40))
def test_no_text_crashes_the_query(text: str) -> None:
    assert isinstance(query_from_text(text, NOW), Query)


@given(st.text(max_size=40))
def test_no_word_is_lost(text: str) -> None:
    query = query_from_text(text, NOW)

    assert all(word in query.words for word in text.split() if ":" not in word)
