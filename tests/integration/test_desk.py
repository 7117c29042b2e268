"""The desk's acts on a real store: recorded, undone, refused where the issue is frozen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from builders import NOVEMBER, NOW, a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from veille.clock import StoppedClock
from veille.curate.approval import reopen_issue
from veille.curate.desk import Desk, start_issue
from veille.curate.sitting import beginning, held_desk
from veille.errors import FrozenError, NotFoundError, RuleError
from veille.model.entry import EntryState
from veille.model.issue import content_hash
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, arrivals, entries, feeds, issues
from veille.workspace import Workspace

OCTOBER = Month(2026, 10)


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk of seven entries, on an issue without picks."""
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 8)], NOW)
    start_issue(store, Settings(), NOVEMBER, None)
    return Desk(store, Settings(), NOVEMBER, StoppedClock(NOW))


def states(desk: Desk) -> dict[int, EntryState]:
    with desk.store.transaction() as transaction:
        found = entries.find_entries(transaction, entries.EntryFilter())
    return {entry.id: entry.state for entry in found if entry.state is not EntryState.NEW}


def approve(desk: Desk) -> None:
    with desk.store.transaction() as transaction:
        issue = issues.require_issue(transaction, desk.month)
        fingerprint = content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, NOW, by="Camille")


def test_several_entries_are_set_aside_and_brought_back_as_one_act(desk: Desk) -> None:
    desk.keep([2])
    desk.dismiss([1, 2, 3])

    undone = desk.undo()

    assert undone.subject == "Article 1"
    assert states(desk) == {2: EntryState.KEPT}


def test_an_act_that_changes_nothing_is_not_undone(desk: Desk) -> None:
    desk.keep([1])
    desk.keep([1])
    desk.undo()

    assert states(desk) == {}
    with pytest.raises(RuleError, match="nothing to undo"):
        desk.undo()


def test_a_new_act_ends_what_could_be_done_again(desk: Desk) -> None:
    desk.keep([1])
    desk.undo()
    desk.keep([2])

    with pytest.raises(RuleError, match="nothing to redo"):
        desk.redo()


def test_months_are_undone_apart(desk: Desk) -> None:
    desk.keep([1])
    october = Desk(desk.store, Settings(), OCTOBER, StoppedClock(NOW))

    with pytest.raises(RuleError):
        october.undo()


def test_an_unknown_entry_is_refused_and_nothing_recorded(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.dismiss([1, 99])

    assert states(desk) == {}


def test_a_theme_follows_the_entry_into_its_picks(desk: Desk) -> None:
    desk.pick(1, 1, None)
    entry = desk.set_theme(1, "outils")

    with desk.store.transaction() as transaction:
        issue = issues.require_issue(transaction, NOVEMBER)
        stored = entries.entry_by_id(transaction, 1)
    assert (entry.theme, stored.theme) == ("outils", "outils")
    assert [pick.theme for _slot, _segment, pick in issue.tray.picks()] == ["outils"]


def test_a_theme_of_an_entry_that_is_not_picked_leaves_the_issue_alone(desk: Desk) -> None:
    desk.pick(1, 1, None)
    desk.set_theme(2, "outils")
    approve(desk)

    desk.undo()

    with desk.store.transaction() as transaction:
        assert entries.entry_by_id(transaction, 2).theme == "publics"


def test_groups_join_whole_stories_and_come_apart(desk: Desk) -> None:
    desk.group([4, 3])
    joined = desk.group([2, 4])
    assert {entry.id: entry.story for entry in joined} == {2: 2, 3: 2, 4: 2}

    apart = desk.ungroup(3)
    assert {entry.id: entry.story for entry in apart} == {2: 2, 3: 3, 4: 4}


def test_an_approved_issue_refuses_to_be_undone_but_entries_do_not(desk: Desk) -> None:
    desk.pick(1, 1, None)
    approve(desk)
    desk.keep([2])

    desk.undo()

    assert states(desk) == {}
    with pytest.raises(FrozenError):
        desk.undo()
    with desk.store.transaction() as transaction:
        assert issues.require_issue(transaction, NOVEMBER).approved_by == "Camille"


def test_an_issue_that_has_left_never_changes(desk: Desk) -> None:
    desk.pick(1, 1, None)
    approve(desk)
    with desk.store.transaction() as transaction:
        issues.mark_sent(transaction, issues.require_issue(transaction, NOVEMBER).id)

    def reopen() -> object:
        return reopen_issue(desk.store, NOVEMBER)

    for act in (lambda: desk.pick(2, 2, None), lambda: desk.remove(1, None), desk.undo, reopen):
        with pytest.raises(FrozenError, match="has left; it can never change"):
            act()


def test_a_refused_undo_can_be_done_once_the_issue_is_open_again(desk: Desk) -> None:
    desk.pick(1, 1, None)
    approve(desk)
    with pytest.raises(FrozenError):
        desk.undo()
    with desk.store.transaction() as transaction:
        issues.mark_draft(transaction, issues.require_issue(transaction, NOVEMBER))

    desk.undo()

    with desk.store.transaction() as transaction:
        assert not list(issues.require_issue(transaction, NOVEMBER).tray.picks())


def test_a_number_taken_meanwhile_is_not_given_back(desk: Desk) -> None:
    desk.edit(number=9)
    start_issue(desk.store, Settings(), OCTOBER, 1)

    with pytest.raises(RuleError, match="Number 1 is already another issue's"):
        desk.undo()


def test_acts_are_undone_across_runs(approved_veille: Veille) -> None:
    approved_veille("issue", "reopen", "--month", "2026-11")
    approved_veille("pick", "note", "2", "--text", "Une autre note.", "--month", "2026-11")
    approved_veille("pick", "remove", "2", "--month", "2026-11")

    undone = approved_veille.json("pick", "undo", "--month", "2026-11")
    assert undone["act"] == "remove"
    assert undone["slots"][1]["note"] == "Une autre note."
    assert "Undone: noted: Article 2" in approved_veille("pick", "undo", "--month", "2026-11")
    assert "Done again: noted: Article 2" in approved_veille("pick", "redo", "--month", "2026-11")
    assert approved_veille.json("pick", "redo", "--month", "2026-11")["slots"][1]["note"] == ""


def test_an_entry_kept_before_there_is_an_issue_is_undone_without_one(veille: Veille) -> None:
    with store_of(veille.folder) as opened, opened.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(1)], NOW)
    veille("entries", "keep", "1")

    assert veille.json("pick", "undo")["slots"] == []


def test_the_desk_is_held_by_one(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with held_desk(workspace, NOW) as readonly:
        assert readonly == ""
        with held_desk(workspace, NOW) as other:
            assert "is open already" in other
            assert f"process {os.getpid()}" in other
        (tmp_path / ".desk.json").write_text("{}", encoding="utf-8")
        with held_desk(workspace, NOW) as other:
            assert "(somebody)" in other

    with held_desk(workspace, NOW) as readonly:
        assert readonly == ""


def test_a_machine_without_names_says_somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    with held_desk(Workspace(tmp_path), NOW), held_desk(Workspace(tmp_path), NOW) as other:
        assert "(somebody, since" in other


def test_a_month_begins_where_the_last_issue_was_approved(desk: Desk) -> None:
    approve(desk)

    with desk.store.transaction() as transaction:
        assert (NOW - beginning(transaction, NOVEMBER, NOW)).days == 45
        assert beginning(transaction, Month(2026, 12), NOW) == NOW
        much_later = NOW.replace(year=2027, month=11)
        assert (much_later - beginning(transaction, Month(2027, 11), much_later)).days == 92
