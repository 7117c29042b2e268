"""Thirty days of a publisher who renumbers, reorders, edits and moves: nothing is new but the new."""

from __future__ import annotations

import random  # noqa: TID251 - seeded: the same thirty days every time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import pytest

from builders import NOW, a_parsed_entry, a_source
from veille.collect.parse import parse_feed
from veille.model.feed import Feed
from veille.store import Store, entries, feeds
from veille.store.arrivals import StoredCount, store_entries
from veille.store.engine import Transaction
from veille.store.entries import EntryFilter
from veille.store.tables import EntryRevisionRow, EntrySourceRow

DAY = timedelta(days=1)


@pytest.fixture
def feed(store: Store) -> Feed:
    with store.transaction() as transaction:
        return feeds.add_feeds(transaction, [a_source()])[0]


@dataclass(frozen=True)
class Article:
    number: int
    title: str
    published_at: datetime
    address: str

    def item(self, guid: str) -> str:
        guid_element = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
        return (
            f"<item><title>{escape(self.title)}</title>{guid_element}<link>{escape(self.address)}</link>"
            f"<pubDate>{self.published_at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
            f"<description>Texte {self.number}.</description></item>"
        )


class Publisher:
    """Writes two articles a day, shows the newest twenty, and mishandles them as its faults say."""

    def __init__(self, faults: frozenset[str]) -> None:
        self._chance = random.Random(1)  # noqa: S311
        self._faults = faults
        self.articles: list[Article] = []

    def feed_of_day(self, day: int) -> bytes:
        for half in range(2):
            number = len(self.articles)
            self.articles.append(
                Article(
                    number,
                    f"Article {number}",
                    NOW + day * DAY + half * timedelta(hours=3),
                    f"https://journal.example/articles/{number}",
                )
            )
        shown = [self._mishandled(article, day) for article in self.articles[-20:]]
        if "reordered" in self._faults:
            self._chance.shuffle(shown)
        items = "".join(article.item(self._guid(article, day)) for article in shown)
        return f"<rss version='2.0'><channel><title>J</title>{items}</channel></rss>".encode()

    def _mishandled(self, article: Article, day: int) -> Article:
        if "edited" in self._faults and self._chance.random() < 0.2:
            article = replace(article, title=f"{article.title}, revu le {day}")
        if "tracked" in self._faults:
            article = replace(article, address=f"{article.address}?utm_campaign={day}&xtor=RSS-{day}")
        if "moved" in self._faults:
            article = replace(article, address=f"https://journal.example/{day}/{article.number}")
        return article

    def _guid(self, article: Article, day: int) -> str:
        if "renumbered" in self._faults:
            return f"{day}-{article.number}"
        return "" if "unnumbered" in self._faults else str(article.number)


@pytest.mark.parametrize(
    "faults",
    [
        {"reordered"},
        {"edited"},
        {"renumbered"},
        {"unnumbered"},
        {"renumbered", "reordered", "edited"},
        {"renumbered", "tracked", "edited"},
        {"unnumbered", "tracked", "reordered", "edited"},
        {"moved", "edited"},
        {"renumbered", "moved", "reordered"},
        {"unnumbered", "moved"},
    ],
    ids=lambda faults: "+".join(sorted(faults)),
)
def test_thirty_days_bring_nothing_but_the_new(store: Store, feed: Feed, faults: set[str]) -> None:
    publisher = Publisher(frozenset(faults))
    brought = []
    for day in range(30):
        parsed = parse_feed(publisher.feed_of_day(day), "application/rss+xml", feed.url)
        with store.transaction() as transaction:
            brought.append(store_entries(transaction, feed, parsed.entries, NOW + day * DAY).new)

    assert brought == [2] * 30
    with store.transaction() as transaction:
        stored = entries.find_entries(transaction, EntryFilter())
        sources = transaction.query(EntrySourceRow).count()
    assert len(stored) == 60
    assert sources == 60  # a new guid replaces the old one


def keep(transaction: Transaction, feed: Feed, *, later: timedelta = DAY, **changes: str) -> StoredCount:
    return store_entries(transaction, feed, [a_parsed_entry(1, **changes)], NOW + later)


def test_an_edit_keeps_what_it_replaced(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        keep(transaction, feed, later=timedelta())
        keep(transaction, feed, title="Corrigé")
        keep(transaction, feed, title="Corrigé", text="Un autre texte.", later=2 * DAY)
        keep(transaction, feed, title="Corrigé", text="Un autre texte.", later=3 * DAY)
        (entry,) = entries.find_entries(transaction, EntryFilter())
        revisions = transaction.query(EntryRevisionRow).order_by(EntryRevisionRow.id).all()

        assert entry.title == "Corrigé"
        assert entries.entry_text(transaction, entry.id) == "Un autre texte."
    assert [(row.replaced_at, row.title, row.text) for row in revisions] == [
        (NOW + DAY, "Article 1", "Le résumé de l’article 1."),
        (NOW + 2 * DAY, "Corrigé", "Le résumé de l’article 1."),
    ]


def test_two_feeds_that_word_an_article_differently_do_not_take_turns(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        (other,) = feeds.add_feeds(transaction, [a_source(url="https://b.example/feed", title="Autre")])
        keep(transaction, feed)

        counts = [keep(transaction, other, identity="b-1", title="Autrement dit") for _day in range(3)]

        (entry,) = entries.find_entries(transaction, EntryFilter())
    assert [count.updated for count in counts] == [0, 0, 0]
    assert entry.title == "Article 1"


def test_when_the_first_feed_is_followed_no_more_another_may_edit(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        (other,) = feeds.add_feeds(transaction, [a_source(url="https://b.example/feed", title="Autre")])
        keep(transaction, feed)
        keep(transaction, other, identity="b-1")
        feeds.remove_feed(transaction, feed.id)

        assert keep(transaction, other, identity="b-1", title="Corrigé").updated == 1


def test_undated_entries_of_one_title_stay_different(store: Store, feed: Feed) -> None:
    issues = [
        a_parsed_entry(number, title="Lettre d’information", published_at=None) for number in range(1, 4)
    ]
    with store.transaction() as transaction:
        counts = [store_entries(transaction, feed, [item], NOW).new for item in issues]

    assert counts == [1, 1, 1]


def test_entries_of_one_title_and_date_that_stand_side_by_side_stay_different(
    store: Store, feed: Feed
) -> None:
    visits = [a_parsed_entry(number, title="Visite guidée") for number in range(1, 4)]
    with store.transaction() as transaction:
        first = store_entries(transaction, feed, visits[:2], NOW)
        second = store_entries(transaction, feed, visits, NOW)

    assert (first.new, second.new) == (2, 1)


def test_a_feed_of_thousands_is_stored_whole(store: Store, feed: Feed) -> None:
    many = [a_parsed_entry(number) for number in range(2_500)]
    with store.transaction() as transaction:
        first = store_entries(transaction, feed, many, NOW)
        again = store_entries(transaction, feed, [replace(item, title="!") for item in many], NOW)

    assert (first.new, first.updated, again.new, again.updated) == (2_500, 0, 0, 2_500)
