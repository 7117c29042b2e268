"""A store moves between a file and a server whole, compared, or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, text, update

from builders import NOVEMBER, NOW, a_parsed_entry, a_person, a_source, a_tray
from conftest import Veille
from postgresql_server import PostgreSQL
from veille.cli.app import run
from veille.errors import StorageError
from veille.model.issue import content_hash
from veille.store import Place, arrivals, copying, deliveries, feeds, issues, open_store, people, search
from veille.store.copying import copy_store
from veille.store.tables import PersonRow

pytestmark = pytest.mark.sqlite  # each names its databases itself


def fill(place: Place) -> Place:
    """A store with something in it of every kind of thing, in ``place``."""
    with open_store(place) as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 6)], NOW)
        issue = replace(issues.create_issue(transaction, NOVEMBER, links=5, first_number=34), tray=a_tray())
        issues.save_tray(transaction, issue)
        fingerprint = content_hash(NOVEMBER, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, NOW)
        for number in range(1, 4):
            people.save_person(transaction, a_person(number))
        people.forget_person(transaction, a_person(3).address, NOW)
        deliveries.queue_deliveries(
            transaction, issue.id, [(a_person(1), "<1@x>"), (a_person(2), "<2@x>")], NOW
        )
    return place


@pytest.fixture
def server(postgresql: PostgreSQL) -> Callable[[], Place]:
    """A new database of the server, in which nothing stands."""

    def new_database() -> Place:
        name = postgresql.new_database("template0").rpartition("/")[2]
        return make_url(postgresql.url(name))

    return new_database


def test_there_and_back_again_is_the_same(tmp_path: Path, server: Callable[[], Place]) -> None:
    first, there, back = fill(tmp_path / "first.db"), server(), tmp_path / "back.db"

    assert copy_store(first, there) == copy_store(there, back)

    with ExitStack() as open_stores:
        for place in (first, there, back):
            store = open_stores.enter_context(open_store(place, create=False))
            with store.transaction() as transaction:
                (issue,) = issues.all_issues(transaction)
                assert (
                    content_hash(NOVEMBER, issue.number, issue.title, issue.intro, issue.tray)
                    == issue.content_hash
                )
                assert people.is_suppressed(transaction, a_person(3).address)
                assert len(deliveries.ledger_of(transaction, issue.id)) == 2


@pytest.mark.parametrize("to_server", [True, False])
def test_a_copy_goes_on_numbering_and_searching(
    tmp_path: Path, server: Callable[[], Place], to_server: bool
) -> None:
    target = server() if to_server else tmp_path / "copy.db"
    copy_store(fill(tmp_path / "first.db"), target)

    with open_store(target, create=False) as store, store.transaction() as transaction:
        (added,) = feeds.add_feeds(transaction, [a_source(url="https://another.example/feed")])
        found = search.count_holding(transaction, ["résumé"])

    assert added.id == 2
    assert found == 5


def test_what_is_occupied_is_refused_and_left_alone(tmp_path: Path) -> None:
    first, second = fill(tmp_path / "first.db"), fill(tmp_path / "second.db")
    before = second.read_bytes() if isinstance(second, Path) else b""

    with pytest.raises(StorageError, match="holds a veille already"):
        copy_store(first, second)

    assert (tmp_path / "second.db").read_bytes() == before


def test_what_is_not_there_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="missing or empty"):
        copy_store(tmp_path / "nothing.db", tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()


def test_a_copy_that_differs_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Callable[[], Place]
) -> None:
    there = server()
    count_on = copying._count_on

    def spoil(store: object, writing: object) -> None:
        count_on(store, writing)  # type: ignore[arg-type]
        writing.execute(update(PersonRow).values(name="x"))  # type: ignore[attr-defined]

    monkeypatch.setattr(copying, "_count_on", spoil)
    with pytest.raises(StorageError, match="“people”"):
        copy_store(fill(tmp_path / "first.db"), there)
    monkeypatch.undo()

    assert copy_store(tmp_path / "first.db", there)["people"] > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the copying is a fork of this process")
@pytest.mark.parametrize("to_server", [True, False])
def test_a_copy_that_was_killed_leaves_nothing_and_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Callable[[], Place], to_server: bool
) -> None:
    source = fill(tmp_path / "first.db" if to_server else server())
    target = server() if to_server else tmp_path / "copy.db"
    with monkeypatch.context() as patch:  # all the rows are there, and nothing is kept yet
        patch.setattr(copying, "_count_on", lambda *_stores: os.kill(os.getpid(), signal.SIGKILL))
        killed = multiprocessing.get_context("fork").Process(target=copy_store, args=[source, target])
        killed.start()
        killed.join()

    with open_store(target) as store, store.transaction() as transaction:
        left = len(people.all_people(transaction)) + len(issues.all_issues(transaction))
    rows = copy_store(source, target)

    assert killed.exitcode == -signal.SIGKILL
    assert left == 0
    assert (rows["people"], rows["issues"], rows["deliveries"]) == (2, 1, 2)


def test_the_command_copies_and_names_no_password(
    approved_veille: Veille, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_PASSWORD", "a-secret")
    url = postgresql.url(postgresql.new_database("template0").rpartition("/")[2])

    told = approved_veille.json("database", "copy", str(approved_veille.folder / "veille.db"), url)

    assert told["rows"]["picks"] == 5
    assert "a-secret" not in str(told)
    monkeypatch.setenv("VEILLE_DATABASE_URL", url)
    (approved_veille.folder / "veille.db").unlink()
    assert approved_veille.json("issue", "list")["issues"][0]["number"] == 34


@pytest.mark.parametrize(
    "address",
    [
        "mysql://camille@db/x",
        "postgresql+psycopg://db",
        "postgresql+psycopg://camille:secret@db/veille",
        "postgresql+psycopg://camille:sec@secret@db/veille",
        "postgresql+psycopg://camille:secret/veille",
        "postgresql+psycopg://db/veille?password=secret",
        "postgresql+psycopg://[secret/veille",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_a_password(veille: Veille, address: str) -> None:
    veille("database", "copy", str(veille.folder / "veille.db"), address, code=2)

    assert "secret" not in veille.said


@pytest.mark.parametrize("command", [["config", "show"], ["doctor", "--offline"], ["stats"], ["collect"]])
@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://camille@127.0.0.1:1/veille",
        "postgresql+psycopg://camille:a-secret@127.0.0.1:1/veille",
        "postgresql+psycopg://127.0.0.1:1/veille?password=a-secret",
    ],
)
def test_no_command_tells_the_password(
    veille: Veille,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    address: str,
) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_PASSWORD", "a-secret")
    monkeypatch.setenv("VEILLE_DATABASE_URL", address)

    run(["-w", str(veille.folder), *command])

    told = capsys.readouterr()
    assert told.out or told.err
    assert "a-secret" not in told.out + told.err


def test_a_wrong_password_is_not_repeated(
    veille: Veille, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_URL", postgresql.guarded(postgresql.new_database()))
    monkeypatch.setenv("VEILLE_DATABASE_PASSWORD", "a-secret")

    veille("stats", code=1)

    assert "password authentication failed" in veille.said
    assert "a-secret" not in veille.said


def test_a_backup_of_a_server_is_restored_to_a_file(
    approved_veille: Veille, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = postgresql.url(postgresql.new_database("template0").rpartition("/")[2])
    approved_veille("database", "copy", str(approved_veille.folder / "veille.db"), url)
    monkeypatch.setenv("VEILLE_DATABASE_URL", url)

    approved_veille("backup", str(tmp_path / "veille.zip"))
    approved_veille("restore", str(tmp_path / "veille.zip"), str(tmp_path / "restored"))

    assert "veille database copy" in approved_veille.said
    monkeypatch.delenv("VEILLE_DATABASE_URL")
    restored = approved_veille.json("-w", str(tmp_path / "restored"), "issue", "list")
    assert restored["issues"][0]["number"] == 34


def test_the_doctor_examines_a_server_and_touches_nothing(
    approved_veille: Veille, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.url(postgresql.new_database("template0").rpartition("/")[2])
    monkeypatch.setenv("VEILLE_DATABASE_URL", url)

    empty = approved_veille.json("doctor", "--offline", code=1)
    monkeypatch.setenv("VEILLE_DATABASE_URL", "postgresql+psycopg://veille@127.0.0.1:1/veille")
    unreachable = approved_veille.json("doctor", "--offline", code=1)

    assert [one["code"] for one in empty["faults"]] == ["database-missing"]
    assert [one["code"] for one in unreachable["faults"]] == ["database-unreachable"]
    with open_store(make_url(url)) as store, store.transaction() as transaction:
        assert transaction.scalar(text("SELECT count(*) FROM people")) == 0
