"""Full-text search: a person's words find the entries that hold them, and are never a language to learn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOW, a_parsed_entry, a_source
from veille.errors import UsageError
from veille.model.decision import Values
from veille.model.entry import EntryState
from veille.store import Store, arrivals, entries, feeds, fts5
from veille.store.engine import Transaction
from veille.store.entries import EntryFilter

MUSEUM, RIGHTS, HEART, SEA = range(1, 5)


@pytest.fixture
def shelf(store: Store) -> Store:
    """A store of four entries, the first the oldest."""
    parsed = [
        a_parsed_entry(
            MUSEUM,
            title="Le Musée d’Orsay rouvre",
            summary="Une exposition et trois salles.",
            text="L’exposition ouvre.\nLes musées voisins aussi.",
            author="Noémie Lacæna",
        ),
        a_parsed_entry(
            RIGHTS,
            title="Droit d'auteur et IA",
            summary="Opening the collections: copyright.",
            text="Le droit moral de l'auteur. 100 % ouvert, AT&T_2.",
            language="en",
        ),
        a_parsed_entry(HEART, title="Au cœur de l'œuvre", summary="Oeuvres, coexister.", text=""),
        a_parsed_entry(SEA, title="MER ET CŒUR", summary="La mer, la mer.", text="Une exposition d'été."),
    ]
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        aged = [
            replace(entry, published_at=NOW - timedelta(len(parsed) - days))
            for days, entry in enumerate(parsed)
        ]
        arrivals.store_entries(transaction, feed, aged, NOW)
    return store


@pytest.fixture(params=[0, 2000], ids=["many hits", "few hits"])
def _hits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to find the newest: a walk through all entries, and sorting those that hold the words."""
    monkeypatch.setattr(fts5, "_FEW", request.param)


def found(transaction: Transaction, *words: str) -> list[int]:
    return [entry.id for entry in entries.find_entries(transaction, EntryFilter(words=words))]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        # Words, wherever they stand.
        (("exposition",), [SEA, MUSEUM]),
        (("voisins",), [MUSEUM]),
        (("lacaena", "rouvre"), [MUSEUM]),
        (("exposition", "mer"), [SEA]),
        (("exposition", "droit"), []),
        (("expo",), []),
        (("100",), [RIGHTS]),
        (("at&t_2",), [RIGHTS]),
        # Neither accents nor case nor ligatures count.
        (("MUSEE",), [MUSEUM]),
        (("ÉTÉ",), [SEA]),
        (("e\u0301te",), [SEA]),
        (("cœur",), [SEA, HEART]),
        (("COEUR",), [SEA, HEART]),
        (("œuvres",), [HEART]),
        (("OEUVRE",), [HEART]),
        (("cœxister",), [HEART]),
        # An elision is a word and its article.
        (("l'exposition",), [MUSEUM]),
        (("l’exposition",), [MUSEUM]),
        # A beginning.
        (("salle*",), [MUSEUM]),
        (("mu*",), [MUSEUM]),
        (("co*", "mer"), [SEA]),
        (("coeu*",), [SEA, HEART]),
        (("l*",), [SEA, HEART, RIGHTS, MUSEUM]),
        (("*usée",), []),
        # Phrases, in one argument or between quotation marks of any kind.
        (("droit d'auteur",), [RIGHTS]),
        (("droit d’auteur", "IA"), [RIGHTS]),
        (("auteur droit",), []),
        (('"droit moral"', "ia"), [RIGHTS]),
        (("«\u00a0droit moral\u00a0»",), [RIGHTS]),
        (("“droit auteur”",), []),
        (('ia "droit moral" opening',), [RIGHTS]),
        (("«", "droit", "moral", "»"), [RIGHTS]),
        (("au coeur de l'oeuvre",), [HEART]),
        (("droit mor*",), [RIGHTS]),
        (('"droit mor"*',), [RIGHTS]),
        (("Orsay rouvre une",), []),  # a title does not run into the summary
        # What is left out.
        (("exposition", "-mer"), [MUSEUM]),
        (("exposition", "-coeur", "-zebre"), [MUSEUM]),
        (("exposition", "-mer*", "-orsay"), []),
        (("-exposition",), [HEART, RIGHTS]),
        (("-la mer", "-ia"), [HEART, MUSEUM]),
        (('-"la mer"', "-ia"), [HEART, MUSEUM]),
        (("- la mer",), [SEA]),
        # Nothing is syntax.
        (("mer", "AND", "coeur"), []),
        (("mer", "OR"), []),
        (("title:mer",), []),
        (("mer)",), [SEA]),
        (("^mer",), [SEA]),
        (('mer"',), [SEA]),
        (('la" mer',), [SEA]),
        (("mer\0coeur",), []),
        (("mer", "…", "-", "*", '""'), [SEA]),
        (("\udce9mer",), [SEA]),
    ],
)
def test_words_find_the_entries_that_hold_them(
    shelf: Store, words: tuple[str, ...], numbers: list[int]
) -> None:
    with shelf.transaction() as transaction:
        listed = found(transaction, *words)
        counted = entries.count_entries(transaction, EntryFilter(words=words))

    assert listed == numbers
    assert counted == len(numbers)


@pytest.mark.sqlite
def test_a_plural_is_another_word(shelf: Store) -> None:
    with shelf.transaction() as transaction:
        assert found(transaction, "salle") == []
        assert found(transaction, "salles") == [MUSEUM]


@pytest.mark.parametrize("words", [("",), ("  ",), ("*",), ("-",), ("…", "«\u00a0»"), ('""',), ("-'",)])
def test_a_search_without_a_word_is_refused(shelf: Store, words: tuple[str, ...]) -> None:
    with shelf.transaction() as transaction:
        with pytest.raises(UsageError, match="no word"):
            found(transaction, *words)
        with pytest.raises(UsageError, match="no word"):
            entries.count_entries(transaction, EntryFilter(words=words))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (EntryFilter(words=("exposition",)), [SEA, MUSEUM]),
        (EntryFilter(words=("exposition",), limit=1), [SEA]),
        (EntryFilter(words=("auteur",), language="fr"), []),
        (EntryFilter(words=("auteur",), language="en"), [RIGHTS]),
        (EntryFilter(words=("-auteur",), language="en"), []),
        (EntryFilter(words=("exposition",), state=EntryState.KEPT), [MUSEUM]),
        (EntryFilter(words=("exposition",), theme="outils"), []),
        (EntryFilter(words=("exposition",), feed=1), [SEA, MUSEUM]),
        (EntryFilter(words=("exposition",), feed=2), []),
    ],
)
@pytest.mark.usefixtures("_hits")
def test_words_and_filters_hold_together(shelf: Store, wanted: EntryFilter, numbers: list[int]) -> None:
    with shelf.transaction() as transaction:
        entries.set_values(transaction, Values(states={MUSEUM: EntryState.KEPT}))

        listed = [entry.id for entry in entries.find_entries(transaction, wanted)]
        counted = entries.count_entries(transaction, wanted)

    assert listed == numbers
    assert counted == max(len(numbers), 2 if wanted.limit else 0)


def test_an_entry_is_found_by_what_it_says_now(shelf: Store) -> None:
    with shelf.transaction() as transaction:
        (feed,) = feeds.all_feeds(transaction)
        edited = a_parsed_entry(SEA, title="Le fleuve", summary="Le fleuve.", text="Le fleuve.")

        arrivals.store_entries(transaction, feed, [edited], NOW)

        assert found(transaction, "fleuve") == [SEA]
        assert found(transaction, "mer") == []


def test_an_endless_query_is_a_query(shelf: Store) -> None:
    with shelf.transaction() as transaction:
        assert found(transaction, *["coeur"] * 3000, "-" + "oe" * 3000) == [SEA, HEART]
