"""The store: one file, migrated, consistent, and nothing lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from builders import NOVEMBER, NOW, a_feed, a_parsed_entry, a_person, a_pick, a_source, a_tray
from databases import dump
from veille.errors import NotFoundError, StorageError
from veille.model.decision import Values
from veille.model.delivery import Delivery, DeliveryState
from veille.model.entry import EntryState
from veille.model.feed import NO_OUTLINE, Feed, FeedStatus
from veille.model.issue import IssueStatus
from veille.model.link import LinkOutcome
from veille.model.month import Month
from veille.model.person import PersonStatus
from veille.resources import shipped
from veille.store import (
    Store,
    arrivals,
    bounces,
    deliveries,
    entries,
    feeds,
    issues,
    links,
    open_store,
    people,
)
from veille.store.entries import EntryFilter
from veille.store.migrate import HEAD
from veille.store.tables import PickRow


@pytest.fixture
def feed(store: Store) -> Feed:
    with store.transaction() as transaction:
        return feeds.add_feeds(transaction, [a_source()])[0]


@pytest.mark.sqlite
def test_the_migrations_build_the_tables_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    with open_store(path):
        pass

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            # The full-text index is SQLite's own kind of table, and no mapping.
            opts={"include_name": lambda name, kind, _parents: kind != "table" or "_fts" not in name},
        )
        differences = compare_metadata(context, PickRow.metadata)
    engine.dispose()

    assert differences == []


def test_the_newest_revision_is_the_one_the_code_knows() -> None:
    assert ScriptDirectory(str(shipped("alembic"))).get_current_head() == HEAD


@pytest.mark.sqlite
def test_an_upgrade_from_the_first_schema_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    build_schema(path, "0001")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            INSERT INTO workspace VALUES (1, 'salt');
            INSERT INTO feeds (id, url, title, theme, language, status, failures)
                VALUES (1, 'https://a.example/feed', 'A', 'publics', 'fr', 'paused', 2);
            INSERT INTO entries (id, title, url, canonical_url, summary, words, language, theme,
                    first_seen_at, sorted_at, state, search_key)
                VALUES (7, 'Médiation', 'https://a.example/1', 'https://a.example/1', 'Un résumé.', 2,
                    'fr', 'publics', '2026-11-01 08:00:00.000000', '2026-11-01 08:00:00.000000', 'kept',
                    'mediation');
            INSERT INTO entry_sources VALUES (1, 7, 1, 'A', 'guid-1');
            """
        )

    with open_store(path) as store, store.transaction() as transaction:
        (feed,) = feeds.all_feeds(transaction)
        (entry,) = entries.find_entries(transaction, EntryFilter(words=("mediation", "resume")))

    assert (feed.status, feed.failures, feed.outline) == (FeedStatus.PAUSED, 2, NO_OUTLINE)
    assert (entry.id, entry.state, entry.source) == (7, EntryState.KEPT, "A")
    with closing(sqlite3.connect(tmp_path / "veille.db.before-0006-from-0001")) as copy:
        assert copy.execute("SELECT search_key FROM entries").fetchone() == ("mediation",)


@pytest.mark.sqlite
def test_an_upgrade_from_before_the_mailbox_begins_without_bounces(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    build_schema(path, "0003")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            INSERT INTO workspace VALUES (1, 'salt');
            INSERT INTO people (id, address, name, segment, language, status)
                VALUES (1, 'camille@musee.example', 'Camille', 'publics', 'fr', 'unsubscribed');
            """
        )

    with open_store(path) as store, store.transaction() as transaction:
        (person,) = people.all_people(transaction)
        came_back = bounces.bounces_of(transaction, person.address)

    assert (person.name, person.status, came_back) == ("Camille", PersonStatus.UNSUBSCRIBED, ())


def test_an_upgrade_from_before_dead_links_condemns_no_link(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    build_schema(path, "0004")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            INSERT INTO workspace VALUES (1, 'salt');
            INSERT INTO link_checks (url, checked_at, outcome, status, final_url, detail)
                VALUES ('https://a.example/1', '2026-11-01 08:00:00.000000', 'dead', 404,
                    'https://a.example/1', '');
            """
        )

    with open_store(path) as store, store.transaction() as transaction:
        (check,) = links.all_checks(transaction).values()

    assert (check.outcome, check.is_dead, check.is_doubtful) == (LinkOutcome.DEAD, False, False)


def build_schema(path: Path, revision: str) -> None:
    """The schema of an older veille, as its migrations built it."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(shipped("alembic")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


@pytest.mark.sqlite
def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    with open_store(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(StorageError, match="newer veille"):
        open_store(path)


@pytest.mark.sqlite
def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
        connection.commit()

    with pytest.raises(StorageError, match="invoices"):
        open_store(path)


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "veille.db"
    path.write_text("not a database " * 100, encoding="utf-8")

    with pytest.raises(StorageError, match=r"veille\.db"):
        open_store(path)


@pytest.mark.sqlite
def test_the_path_of_the_workspace_may_hold_anything(tmp_path: Path) -> None:
    folder = tmp_path / "50 % élan #1?"
    folder.mkdir()

    with open_store(folder / "veille.db") as opened, opened.transaction() as transaction:
        people.save_person(transaction, a_person())

    assert (folder / "veille.db").is_file()


def test_a_failed_transaction_leaves_no_trace(store: Store) -> None:
    class InterruptedWorkError(Exception):
        pass

    def interrupted_work() -> None:
        with store.transaction() as transaction:
            people.save_person(transaction, a_person())
            raise InterruptedWorkError

    with pytest.raises(InterruptedWorkError):
        interrupted_work()

    with store.transaction() as transaction:
        assert people.all_people(transaction) == ()


@pytest.mark.sqlite
def test_a_locked_database_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.store.sqlite._BUSY_TIMEOUT_MS", 1)
    path = tmp_path / "veille.db"
    with open_store(path) as opened, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StorageError, match="locked"), opened.transaction() as transaction:
            people.all_people(transaction)


def test_following_a_feed_twice_changes_nothing(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        added = feeds.add_feeds(
            transaction, [a_source(title="Autre"), a_source(url="https://b.example/feed")]
        )

    with store.transaction() as transaction:
        assert [followed.url for followed in added] == ["https://b.example/feed"]
        assert feeds.all_feeds(transaction)[0].title == feed.title


def test_a_feed_keeps_its_validators_byte_for_byte(store: Store, feed: Feed) -> None:
    met = replace(
        feed, etag='W/"ab c"', last_modified="Tue, 24 Nov 2026 08:00:00 GMT", last_ok_at=NOW, failures=2
    )

    with store.transaction() as transaction:
        feeds.save_feed(transaction, met)

    with store.transaction() as transaction:
        assert feeds.feed_by_id(transaction, feed.id) == met


def test_a_resumed_feed_is_due_at_once(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        feeds.save_feed(transaction, replace(feed, next_due_at=NOW + timedelta(days=3)))

    with store.transaction() as transaction:
        assert feeds.set_feed_status(transaction, feed.id, FeedStatus.PAUSED).status is FeedStatus.PAUSED
        assert feeds.set_feed_status(transaction, feed.id, FeedStatus.ACTIVE).next_due_at is None


def test_a_removed_feed_leaves_its_entries(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        arrivals.store_entries(transaction, feed, [a_parsed_entry()], NOW)

    with store.transaction() as transaction:
        feeds.remove_feed(transaction, feed.id)

    with store.transaction() as transaction:
        (entry,) = entries.find_entries(transaction, EntryFilter())
        assert (entry.source, entry.feeds[0].id) == ("Le Journal", None)


def test_what_does_not_exist_is_named(store: Store) -> None:
    with store.transaction() as transaction:
        for ask in (
            lambda: feeds.feed_by_id(transaction, 7),
            lambda: entries.entry_by_id(transaction, 7),
            lambda: issues.require_issue(transaction, NOVEMBER),
            lambda: people.require_person(transaction, "x@y.example"),
        ):
            with pytest.raises(NotFoundError) as refusal:
                ask()
            assert refusal.value.hint


def test_storing_the_same_entries_again_changes_nothing(store: Store, feed: Feed) -> None:
    parsed = [a_parsed_entry(number) for number in range(1, 4)]
    with store.transaction() as transaction:
        first = arrivals.store_entries(transaction, feed, parsed, NOW)

    with store.transaction() as transaction:
        again = arrivals.store_entries(transaction, feed, parsed, NOW)

    assert (first.new, first.updated, again.new, again.updated) == (3, 0, 0, 0)


def test_an_edited_title_updates_the_entry_and_keeps_its_place(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        arrivals.store_entries(transaction, feed, [a_parsed_entry()], NOW)

    with store.transaction() as transaction:
        edited = a_parsed_entry(title="Titre corrigé", url="https://journal.example/elsewhere")
        count = arrivals.store_entries(transaction, feed, [edited], NOW + timedelta(days=1))
        (entry,) = entries.find_entries(transaction, EntryFilter())

    assert (count.new, count.updated) == (0, 1)
    assert (entry.title, entry.url, entry.first_seen_at) == (
        "Titre corrigé",
        "https://journal.example/articles/1",
        NOW,
    )


def test_one_article_in_two_feeds_is_one_entry_with_two_sources(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        (other,) = feeds.add_feeds(transaction, [a_source(url="https://b.example/feed", title="Autre")])
        arrivals.store_entries(transaction, feed, [a_parsed_entry()], NOW)
        tracked = a_parsed_entry(identity="b-1", url="http://journal.example/articles/1?utm_source=b")

        count = arrivals.store_entries(transaction, other, [tracked], NOW)

        (entry,) = entries.find_entries(transaction, EntryFilter())
    assert count.new == 0
    assert [source.title for source in entry.feeds] == ["Le Journal", "Autre"]


def test_one_address_under_two_identities_in_one_feed_is_one_entry(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        twice = [a_parsed_entry(), a_parsed_entry(identity="urn:other")]

        assert arrivals.store_entries(transaction, feed, twice, NOW).new == 1
        assert arrivals.store_entries(transaction, feed, twice, NOW).new == 0


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (EntryFilter(), [3, 2, 1]),
        (EntryFilter(limit=1), [3]),
        (EntryFilter(month=Month(2026, 10)), [1]),
        (EntryFilter(month=Month(2026, 12)), []),
        (EntryFilter(theme="publics"), [3, 2, 1]),
        (EntryFilter(theme="outils"), []),
        (EntryFilter(feed=1), [3, 2, 1]),
        (EntryFilter(feed=2), []),
        (EntryFilter(language="en"), [2]),
        (EntryFilter(state=EntryState.KEPT), [3]),
        (EntryFilter(words=("mediation",)), [2]),
        (EntryFilter(words=("MÉDIATION", "ete")), [2]),
        (EntryFilter(words=("100%",)), [3]),
    ],
)
def test_entries_are_found_newest_first(
    store: Store, feed: Feed, wanted: EntryFilter, numbers: list[int]
) -> None:
    with store.transaction() as transaction:
        arrivals.store_entries(
            transaction,
            feed,
            [
                a_parsed_entry(1, published_at=NOW - timedelta(days=30)),
                a_parsed_entry(
                    2, title="La médiation en été", language="en", published_at=NOW - timedelta(1)
                ),
                a_parsed_entry(3, summary="Réussi à 100% !", published_at=NOW),
            ],
            NOW,
        )
        entries.set_values(transaction, Values(states={3: EntryState.KEPT}))

        found = entries.find_entries(transaction, wanted)

    assert [entry.id for entry in found] == numbers


def test_an_issue_reads_back_with_its_picks_notes_and_variants(store: Store, feed: Feed) -> None:
    tray = a_tray(publics=a_pick(6, segment_notes={}))
    with store.transaction() as transaction:
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 7)], NOW)
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=34)
        first = replace(tray.slots[0], common=a_pick(1, segment_notes={"numerique": "Pour vous."}))
        issue = replace(issue, tray=replace(tray, slots=(first, *tray.slots[1:])))

        issues.save_tray(transaction, issue)

    with store.transaction() as transaction:
        assert issues.issue_of(transaction, NOVEMBER) == issue


def test_numbers_follow_on_and_are_never_shared(store: Store) -> None:
    with store.transaction() as transaction:
        first = issues.create_issue(transaction, NOVEMBER, links=5, first_number=34)
        second = issues.create_issue(transaction, Month(2026, 12), links=5, first_number=34)

        assert (first.number, second.number) == (34, 35)
        assert issues.number_is_taken(transaction, 34, except_month=Month(2026, 12))
        assert not issues.number_is_taken(transaction, 34, except_month=NOVEMBER)
        assert [issue.number for issue in issues.all_issues(transaction)] == [35, 34]


def test_the_database_itself_refuses_two_common_picks_in_a_slot(store: Store, feed: Feed) -> None:
    with store.transaction() as transaction:
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 7)], NOW)
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        issues.save_tray(transaction, replace(issue, tray=a_tray()))

    def add_second() -> None:
        with store.transaction() as transaction:
            transaction.add(
                PickRow(
                    issue_id=issue.id, slot=1, segment=None, entry_id=6, title="x", url="x", source="x",
                    theme="x", language="x",
                )
            )  # fmt: skip

    with pytest.raises(StorageError) as refusal:
        add_second()
    assert isinstance(refusal.value.__cause__, IntegrityError)


def test_an_approved_issue_carries_its_hash_until_it_is_reopened(store: Store) -> None:
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        issues.mark_approved(transaction, issue, "abc", NOW)
        approved = issues.require_issue(transaction, NOVEMBER)
        issues.mark_draft(transaction, issue)
        reopened = issues.require_issue(transaction, NOVEMBER)

    assert (approved.status, approved.content_hash, approved.approved_at) == (
        IssueStatus.APPROVED,
        "abc",
        NOW,
    )
    assert (reopened.status, reopened.content_hash) == (IssueStatus.DRAFT, None)


def test_a_forgotten_person_leaves_only_a_hash(store: Store, tmp_path: Path) -> None:
    person = a_person(address="secret.name@musee.example", name="Nom Secret")
    with store.transaction() as transaction:
        people.save_person(transaction, person)
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        deliveries.queue_deliveries(transaction, issue.id, [(person, "<a@b>")], NOW)

    with store.transaction() as transaction:
        people.forget_person(transaction, person.address, NOW)

    with store.transaction() as transaction:
        assert people.is_suppressed(transaction, person.address)
        assert people.all_people(transaction) == ()
    content = dump(tmp_path)
    assert person.segment in content
    assert "secret.name" not in content
    assert "Nom Secret" not in content


def test_audiences_are_those_of_active_people(store: Store) -> None:
    with store.transaction() as transaction:
        for person in (
            a_person(1),
            a_person(2, language="en"),
            a_person(3),
            a_person(4, segment="collections", status=PersonStatus.UNSUBSCRIBED),
        ):
            people.save_person(transaction, person)

        assert people.audiences(transaction) == (("publics", "en"), ("publics", "fr"))
        assert len(people.active_people(transaction)) == 3
        assert people.active_people(transaction, "collections") == ()


def test_the_ledger_holds_an_issue_and_a_person_once(store: Store) -> None:
    queued = [(a_person(), "<1@musee.example>")]
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        deliveries.queue_deliveries(transaction, issue.id, queued, NOW)

    with pytest.raises(StorageError), store.transaction() as transaction:
        deliveries.queue_deliveries(transaction, issue.id, queued, NOW)


def test_who_is_written_to_and_stands_in_no_ledger_is_told(store: Store) -> None:
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        gone = a_person(4, status=PersonStatus.UNSUBSCRIBED)
        for person in (a_person(1), a_person(2, segment="collections"), a_person(3), gone):
            people.save_person(transaction, person)
        deliveries.queue_deliveries(transaction, issue.id, [(a_person(1), "<1@b>")], NOW)

        assert people.people_without(transaction, issue.id) == (
            a_person(2, segment="collections"),
            a_person(3),
        )
        assert people.people_without(transaction, issue.id, "publics") == (a_person(3),)


def test_only_open_and_due_deliveries_are_due(store: Store) -> None:
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        plan = [(a_person(number), f"<{number}@musee.example>") for number in range(1, 8)]
        deliveries.queue_deliveries(transaction, issue.id, plan, NOW)
        for row, state in zip(deliveries.ledger_of(transaction, issue.id), DeliveryState, strict=True):
            deliveries.settle(
                transaction, row.id, state, reply="", now=NOW, next_attempt_at=NOW + timedelta(minutes=5)
            )

        now = [row.state for row in deliveries.due_deliveries(transaction, issue.id, NOW)]
        later = [
            row.state
            for row in deliveries.due_deliveries(transaction, issue.id, NOW + timedelta(minutes=5), "publics")
        ]

    assert now == []
    assert later == [DeliveryState.QUEUED, DeliveryState.DEFERRED]


def a_ledger(store: Store) -> tuple[Delivery, ...]:
    """The deliveries of an issue to two people, queued."""
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        plan = [(a_person(number), f"<{number}@musee.example>") for number in (1, 2)]
        for person, _message_id in plan:
            people.save_person(transaction, person)
        deliveries.queue_deliveries(transaction, issue.id, plan, NOW)
        return deliveries.ledger_of(transaction, issue.id)


def test_a_delivery_is_claimed_once(store: Store) -> None:
    first, second = a_ledger(store)

    with store.transaction() as transaction:
        claims = [deliveries.claim(transaction, first.id, attempts=1, now=NOW) for _sender in range(2)]
        first, second = deliveries.ledger_of(transaction, 1)

    assert claims == [True, False]
    assert (first.state, first.attempts) == (DeliveryState.SENDING, 1)
    assert (second.state, second.attempts) == (DeliveryState.QUEUED, 0)


@pytest.mark.parametrize("status", [PersonStatus.UNSUBSCRIBED, PersonStatus.SUSPENDED])
def test_nothing_is_claimed_for_who_left_since_it_was_queued(store: Store, status: PersonStatus) -> None:
    first, second = a_ledger(store)

    with store.transaction() as transaction:
        people.save_person(transaction, replace(a_person(1), status=status))
        people.forget_person(transaction, second.address, NOW)

        assert not deliveries.claim(transaction, first.id, attempts=1, now=NOW)
        assert not deliveries.claim(transaction, second.id, attempts=1, now=NOW)


def test_attempts_are_those_of_one_issue(store: Store) -> None:
    first, _second = a_ledger(store)

    with store.transaction() as transaction:
        deliveries.claim(transaction, first.id, attempts=3, now=NOW)

        assert deliveries.attempts_made(transaction, NOVEMBER) == 3
        assert deliveries.attempts_made(transaction, Month(2026, 12)) == 0


def test_who_is_late_does_not_claim_what_was_attempted_and_put_off_since(store: Store) -> None:
    first, _second = a_ledger(store)

    with store.transaction() as transaction:
        deliveries.claim(transaction, first.id, attempts=1, now=NOW)
        deliveries.settle(transaction, first.id, DeliveryState.DEFERRED, reply="451", now=NOW, attempts=1)

        assert not deliveries.claim(transaction, first.id, attempts=1, now=NOW)
        assert deliveries.claim(transaction, first.id, attempts=2, now=NOW)


def test_what_somebody_still_waits_for_is_not_cancelled(store: Store) -> None:
    first, _second = a_ledger(store)

    with store.transaction() as transaction:
        deliveries.cancel(transaction, first.id, reply="left", now=NOW)

        assert deliveries.ledger_of(transaction, 1)[0].state is DeliveryState.QUEUED


def test_what_has_begun_to_leave_is_not_cancelled(store: Store) -> None:
    first, second = a_ledger(store)

    with store.transaction() as transaction:
        deliveries.claim(transaction, first.id, attempts=1, now=NOW)
        for number in (1, 2):
            people.save_person(transaction, replace(a_person(number), status=PersonStatus.UNSUBSCRIBED))
        for delivery in (first, second):
            deliveries.cancel(transaction, delivery.id, reply="left", now=NOW)
        states = [row.state for row in deliveries.ledger_of(transaction, 1)]

    assert states == [DeliveryState.SENDING, DeliveryState.CANCELLED]


def test_what_a_dead_sender_left_is_named_uncertain(store: Store) -> None:
    with store.transaction() as transaction:
        issue = issues.create_issue(transaction, NOVEMBER, links=5, first_number=1)
        deliveries.queue_deliveries(transaction, issue.id, [(a_person(), "<1@b>")], NOW)
        (row,) = deliveries.ledger_of(transaction, issue.id)
        deliveries.settle(transaction, row.id, DeliveryState.SENDING, reply="", now=NOW, attempts=1)

        assert deliveries.doubt_interrupted(transaction, issue.id, "interrupted", NOW) == 1

        (row,) = deliveries.ledger_of(transaction, issue.id)
        assert (row.state, row.attempts, row.reply) == (DeliveryState.UNCERTAIN, 1, "interrupted")


def test_a_built_feed_is_not_a_followed_one(store: Store) -> None:
    with pytest.raises(NotFoundError), store.transaction() as transaction:
        feeds.save_feed(transaction, a_feed(id=99))
