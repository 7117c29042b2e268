"""Opening the desk on a real store: what stands there, in which order, and what is learnt from a sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from builders import NOVEMBER, NOW, a_parsed_entry, a_source
from conftest import Veille
from veille.clock import StoppedClock
from veille.curate.desk import Desk
from veille.curate.learning import learn, model_learnt_last
from veille.curate.listing import Order
from veille.curate.session import Session
from veille.curate.sitting import sitting
from veille.errors import RuleError
from veille.model.delivery import DeliveryState
from veille.model.entry import ParsedEntry
from veille.model.issue import content_hash
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, arrivals, feeds, issues, shares
from veille.workspace import Workspace

OCTOBER = Month(2026, 10)
BEFORE = NOW - timedelta(days=30)


def arrive(store: Store, feed: str, found: Sequence[ParsedEntry], days_ago: int = 1) -> None:
    source = a_source(url=f"https://{feed}.example.org/feed", title=feed)
    with store.transaction() as transaction:
        added = feeds.add_feeds(transaction, [source])
        followed = added or [one for one in feeds.all_feeds(transaction) if one.title == feed]
        at = NOW - timedelta(days=days_ago)
        dated = [replace(entry, published_at=at) for entry in found]
        arrivals.store_entries(transaction, followed[0], dated, at)


def entry(number: int, title: str = "") -> ParsedEntry:
    return a_parsed_entry(number, title=title or f"Article numéro {number}", summary="", text="")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, Settings(), NOVEMBER, StoppedClock(NOW))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def ids(session: Session) -> list[int]:
    return [row.candidate.entry.id for row in session.listing("", Order.RANKED).rows]


def approve_october(store: Store, entry_id: int) -> None:
    """An issue of October that told the entry in every slot, approved forty days ago."""
    desk = Desk(store, Settings(), OCTOBER, StoppedClock(NOW))
    desk.pick(entry_id, 1, None)
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, OCTOBER)
        fingerprint = content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, NOW - timedelta(days=40), by="")


def test_the_desk_shows_what_came_since_the_last_issue_and_what_was_kept(
    desk: Desk, workspace: Workspace
) -> None:
    arrive(desk.store, "A", [entry(1), entry(2), entry(3)], days_ago=60)
    arrive(desk.store, "A", [entry(4)])
    approve_october(desk.store, 1)
    desk.keep([1, 2])

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        assert sorted(ids(session)) == [2, 4]  # 1 was told, 3 is old


def test_what_is_picked_already_stays_in_sight(desk: Desk, workspace: Workspace) -> None:
    arrive(desk.store, "A", [entry(1), entry(2)], days_ago=80)
    desk.pick(1, 1, None)

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        assert ids(session) == [1]


def test_an_old_entry_that_a_colleague_suggests_is_on_the_desk(
    veille: Veille, desk: Desk, workspace: Workspace
) -> None:
    arrive(desk.store, "A", [entry(1), entry(2)], days_ago=80)
    with desk.store.transaction() as transaction:
        transaction.execute(
            text(
                "INSERT INTO suggestions"
                " (entry_id, name, address, message, suggested_at, state, answer, thanked)"
                " VALUES (2, 'Camille', 'c@musee.example', '', '2026-11-20 10:00:00', 'pending', '', TRUE)"
            )
        )

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        assert ids(session) == [2]
        assert session.candidate(2).suggested_by == ("Camille",)
        assert session.candidate(2).ranked.reasons[0] == "suggested by Camille"


def test_near_duplicates_are_one_line_and_say_who_carries_them(desk: Desk, workspace: Workspace) -> None:
    title = "Le Louvre ouvre une galerie immersive des portraits du Fayoum"
    arrive(desk.store, "A", [entry(1, title), *(entry(number) for number in range(10, 20))])
    arrive(desk.store, "B", [entry(2, title.upper())])

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        (row,) = session.listing("louvre", Order.RANKED).rows
        assert row.others == 1
        assert "carried by 2 feeds" in row.candidate.ranked.reasons

    desk.ungroup(12)
    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        assert len(session.listing("louvre", Order.RANKED).rows) == 2


def test_what_a_feed_that_is_gone_brought_still_belongs_to_its_story(
    desk: Desk, workspace: Workspace
) -> None:
    title = "Le Louvre ouvre une galerie immersive des portraits du Fayoum"
    arrive(desk.store, "A", [entry(1, title), *(entry(number) for number in range(10, 20))])
    with desk.store.transaction() as transaction:
        (gone,) = feeds.all_feeds(transaction)
        feeds.remove_feed(transaction, gone.id)
    arrive(desk.store, "B", [entry(2, title.upper())])

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        (row,) = session.listing("louvre", Order.RANKED).rows
        assert row.others == 1


def test_what_was_told_before_says_so(desk: Desk, workspace: Workspace) -> None:
    title = "Le Louvre ouvre une galerie immersive des portraits du Fayoum"
    arrive(desk.store, "A", [entry(1, title), *(entry(number) for number in range(10, 20))], days_ago=45)
    approve_october(desk.store, 1)
    arrive(desk.store, "B", [entry(2, title)], days_ago=35)

    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        past = session.candidate(12).past
        assert past is not None
        assert (past.number, past.slot, past.title) == (1, 1, title)
        assert (past.story, past.issued_on) == (1, (NOW - timedelta(days=40)).date())


def test_an_own_pick_is_no_past_one_in_its_own_issue(desk: Desk, workspace: Workspace) -> None:
    arrive(desk.store, "A", [entry(1)])
    approve_october(desk.store, 1)
    october = Desk(desk.store, Settings(), OCTOBER, StoppedClock(NOW))

    with sitting(workspace, october, StoppedClock(NOW)) as session:
        assert session.candidate(1).past is None


def test_a_second_desk_only_looks_and_groups_nothing(desk: Desk, workspace: Workspace) -> None:
    with sitting(workspace, desk, StoppedClock(NOW)) as first:
        arrive(desk.store, "A", [entry(1)])
        with sitting(workspace, desk, StoppedClock(NOW)) as second:
            assert (first.readonly == "", second.readonly == "") == (True, False)
            assert second.candidate(1).entry.story is None
            with pytest.raises(RuleError, match="you can only look"):
                second.keep(1)


def test_what_was_chosen_is_learnt_when_the_sitting_ends(desk: Desk, workspace: Workspace) -> None:
    titles = ["La médiation au loin", "La médiation de près", *(f"Mot{number}" for number in range(3, 71))]
    arrive(desk.store, "A", [entry(number, title) for number, title in enumerate(titles, start=1)])
    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        session.keep(1)
        for number in range(3, 68):
            session.dismiss(number)

    model = model_learnt_last(desk.store, BEFORE, NOW)

    assert model.positives == 1
    assert model == learn(desk.store, BEFORE, NOW)  # nothing was chosen since
    arrive(desk.store, "A", [entry(number, "La médiation encore") for number in range(100, 140)])
    with sitting(workspace, desk, StoppedClock(NOW)) as session:
        assert "médiation +" in session.candidate(2).ranked.reasons
        assert session.candidate(2).ranked.score > session.candidate(70).ranked.score


def test_picks_notes_shares_and_imported_digests_teach_too(desk: Desk) -> None:
    arrive(desk.store, "A", [entry(number) for number in range(1, 8)], days_ago=60)
    for slot in range(1, 4):
        desk.pick(slot, slot, None)
    desk.note(1, "publics", "Pour vous.")
    desk.pick(4, 1, "collections")
    with desk.store.transaction() as transaction:
        share = shares.add_share(transaction, 5, "c@musee.example", "", message_id="<1@a>", now=NOW)
        shares.settle(transaction, share, DeliveryState.SENT, "")
        transaction.execute(
            text(
                "INSERT INTO past_picks (issued_on, title, url, canonical_url, source, theme, note)"
                " VALUES ('2020-01-01', 'Ancien', 'https://a.example/', 'https://a.example/', 'A', '', '')"
            )
        )

    assert learn(desk.store, BEFORE, NOW).positives == 6


def test_a_model_of_another_form_is_learnt_anew(desk: Desk) -> None:
    learn(desk.store, BEFORE, NOW)
    with desk.store.transaction() as transaction:
        transaction.execute(text("UPDATE rankings SET evidence = '0 x', weights = '[]'"))

    assert model_learnt_last(desk.store, BEFORE, NOW).positives == 0
