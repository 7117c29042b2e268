"""The desk in linear text: every act by a typed order, every answer a sentence."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from builders import NOVEMBER, NOW, a_link_check, a_parsed_entry, a_source, an_entry
from conftest import Veille
from veille.cli.front import House
from veille.cli.linear import sentences
from veille.cli.linear.manual import Command
from veille.cli.output import Output
from veille.cli.simple import answers_of, run_simple
from veille.clock import StoppedClock
from veille.curate.listing import Candidate
from veille.curate.ranking import Ranked
from veille.curate.session import Session
from veille.model.charter import DEFAULT_SEVERITIES, OFF
from veille.model.entry import EntryState
from veille.model.history import PastPick
from veille.model.issue import IssueStatus
from veille.model.link import LinkOutcome
from veille.model.suggestion import Colleague
from veille.settings import Settings
from veille.store import Store, arrivals, entries, feeds, issues, links, overrides, suggestions
from veille.store.tables import PastPickRow
from veille.workspace import Workspace

# By which orders the linear desk reaches what a session can do; None for what it does of itself.
REACHED_BY: dict[str, Command | None] = {
    "issue": Command.TITLE,
    "readonly": None,
    "month": None,
    "tray": Command.TRAY,
    "candidate": Command.READ,
    "text": Command.READ,
    "listing": Command.LIST,
    "counters": Command.COUNTERS,
    "slots_of": Command.LIST,
    "look_at": Command.READ,
    "keep": Command.KEEP,
    "dismiss": Command.DISMISS,
    "dismiss_story": Command.DISMISS_STORY,
    "group": Command.GROUP,
    "ungroup": Command.UNGROUP,
    "set_theme": Command.THEME,
    "pick": Command.ADD,
    "remove": Command.REMOVE,
    "move": Command.MOVE,
    "note": Command.NOTE,
    "edit": Command.INTRO,
    "undo": Command.UNDO,
    "redo": Command.REDO,
    "suggestions": Command.SUGGESTIONS,
    "accept": Command.ACCEPT,
    "decline": Command.DECLINE,
    "refresh_issue": Command.APPROVE,
    "past_picks": Command.PAST,
}


class Sitting:
    """A sitting at the linear desk, of which a test types the orders and reads the answers."""

    def __init__(self, house: House, capsys: pytest.CaptureFixture[str]) -> None:
        self.house = house
        self._capsys = capsys

    def __call__(self, *typed: str, readonly: str = "") -> list[str]:
        """What was answered to the orders, without the greeting and the farewell."""
        waiting: Iterator[str] = iter(typed)
        self.session = a_session(self.house, readonly)
        self._capsys.readouterr()
        run_simple(self.house, self.session, Output(as_json=False), lambda _prompt: next(waiting, None))
        said = self._capsys.readouterr().out.splitlines()
        greeting = 5 if readonly else 4
        assert said[-1] == "Everything is saved."
        return said[greeting:-1]


def a_session(house: House, readonly: str) -> Session:
    with house.store.transaction() as transaction:
        found = sorted(entries.find_entries(transaction, entries.EntryFilter()), key=lambda entry: entry.id)
        issue = issues.issue_of(transaction, NOVEMBER)
    candidates = [
        Candidate(entry, Ranked(entry.id, 1.0, ("médiation +",), False, (), 0.1), (), 0, None)
        for entry in found
    ]
    return Session(house.desk("2026-11"), house.clock, candidates, issue, readonly)


@pytest.fixture
def sit(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Sitting:
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        items = [a_parsed_entry(number) for number in range(1, 13)]
        items[1] = replace(items[1], title="Big images?", language="en")
        arrivals.store_entries(transaction, feed, items, NOW)
    return Sitting(House(Workspace(tmp_path), Settings(), store, StoppedClock(NOW)), capsys)


def states(store: Store) -> dict[int, EntryState]:
    with store.transaction() as transaction:
        found = entries.find_entries(transaction, entries.EntryFilter())
    return {entry.id: entry.state for entry in found if entry.state is not EntryState.NEW}


def test_whatever_the_desk_can_do_can_be_ordered() -> None:
    can_do = {name for name in vars(Session) if not name.startswith("_")} | {"issue", "readonly"}

    assert can_do == set(REACHED_BY)


def test_every_order_is_answered(sit: Sitting) -> None:
    answers = answers_of(sit.house, a_session(sit.house, ""), lambda _prompt: None)

    assert set(answers) == set(Command) - {Command.QUIT}


def test_ten_lines_are_read_at_a_time(sit: Sitting) -> None:
    answers = sit("", "", "next", "previous")

    assert answers[0] == "Lines 1 to 10 of 12."
    assert answers[1:3] == [
        "1. in French: Article 1. Le Journal. Audiences.",
        "2. Big images? Le Journal. Audiences.",
    ]
    assert answers[11:15] == [
        "Lines 11 to 12 of 12.",
        "11. in French: Article 11. Le Journal. Audiences.",
        "12. in French: Article 12. Le Journal. Audiences.",
        "That was the last line.",
    ]
    assert answers[15] == "Lines 1 to 10 of 12."


def test_what_was_read_is_what_was_seen(sit: Sitting) -> None:
    sit("list")
    assert sit.session.counters().seen == 10

    assert sit("filter seen:no")[1:3] == [
        "2 lines.",
        "1. in French: Article 11. Le Journal. Audiences.",
    ]


def test_numbers_stay_those_of_the_list_that_was_read(sit: Sitting) -> None:
    answers = sit("filter Article 3", "dismiss 1", "keep 1 1", "keep #5", "filter", "filter state:nonsense")

    assert answers[2:5] == [
        "1. in French: Article 3. Le Journal. Audiences.",
        "Set aside: Article 3.",
        "Kept: Article 3.",
    ]
    assert answers[5] == "Kept: Article 5."
    assert answers[-13] == "“state:nonsense” is not understood."
    assert states(sit.house.store) == {3: EntryState.KEPT, 5: EntryState.KEPT}


def test_nothing_is_done_when_one_of_the_lines_is_not_there(sit: Sitting) -> None:
    answers = sit("keep 3", "list", "keep 3 13", "keep #40", "keep 0")

    assert answers[0] == answers[-2].replace("0", "3") == "The list read last has no line 3."
    assert answers[1] == answers[-1] == "Hear it again: list."
    assert answers[-4:-2] == [
        "Entry 40 is not among this month's.",
        "Pick it by its number: veille pick add 40.",
    ]
    assert states(sit.house.store) == {}


def test_the_order_of_the_list_changes_and_an_empty_one_says_so(sit: Sitting) -> None:
    answers = sit("order", "order", "filter theme:none", "next")

    assert [answers[0], answers[12], answers[24:]] == [
        "The newest first.",
        "The best first.",
        ["Filter: theme:none.", "Nothing is listed.", "Filter: theme:none.", "Nothing is listed."],
    ]


def test_an_entry_is_read_fact_by_fact(sit: Sitting) -> None:
    assert sit("list", "keep 2", "add 2", "2", "more")[13:] == [
        "Big images?",
        "Source: Le Journal.",
        "Published on November 12.",
        "2 minutes to read.",
        "Theme: Audiences.",
        "In slot 1.",
        "Kept.",
        "Why it stands here: médiation +.",
        "Le résumé de l’article 2.",
        # Without a full stop, which would be taken for a part of it.
        "Address: https://journal.example/articles/2",
        "There is no more text.",
    ]


def test_a_long_text_is_read_in_parts(sit: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    paragraphs = [f"{number} {'mot ' * 100}fin." for number in range(1, 6)]
    monkeypatch.setattr(Session, "text", lambda _session, _entry: "\n".join(paragraphs))

    answers = sit("#1", "more", "more")

    assert answers[-8:] == [
        *paragraphs[:3], "Address: https://journal.example/articles/1", "The text goes on: more.",
        *paragraphs[3:], "There is no more text.",
    ]  # fmt: skip


def test_stories_are_grouped_named_set_aside_and_taken_apart(sit: Sitting) -> None:
    answers = sit("list", "story 1", "group 1 2", "g 1", "list", "ungroup 1", "group 3 4", "dismiss-story 3")

    assert answers[11] == "It stands alone on its story."
    assert answers[13] == "#2. Big images? Le Journal. Audiences."
    assert answers[15] == "1. in French: Article 1. Le Journal. Audiences. And 1 other on the same story."
    assert answers[-3:] == [
        "Taken apart: Article 1.",
        "Grouped with: Article 4.",
        "Set aside: the 2 entries of this story.",
    ]


def test_a_full_tray_asks_which_link_gives_way(sit: Sitting) -> None:
    answers = sit("list", "add 1", "add 2", "add 3", "add 4", "add 5", "add 6", "2", "add 7", "", "a 7", "9")

    taken = [answer for answer in answers if answer.startswith("Slot 2")]
    assert taken[0] == "Slot 2: Big images?"
    assert "Slot 2: Article 6. Gave way: Big images?" in taken
    assert "Nothing changed." in answers
    assert answers[-1] == "There is no slot 9: this issue has slots 1 to 5."


def test_a_variant_asks_whose_place_it_takes(sit: Sitting) -> None:
    answers = sit(
        "list", "add 1", "add 2 for Publics", "1", "add 3 slot 1 for collections", "tray", "tray 1", "tray 2"
    )

    assert "Slot 1, for Audiences and learning: Big images? Le Journal. Audiences. No note yet." in answers
    assert answers[-6:] == [
        "Slot 1, for Audiences and learning: Big images?",
        "Source: Le Journal.",
        "Theme: Audiences.",
        "No note yet.",
        "Address: https://journal.example/articles/2",
        "Slot 2: empty.",
    ]


def test_a_note_is_taken_in_one_line_or_in_several(sit: Sitting) -> None:
    answers = sit(
        "add #1", "note 1: Why: it matters.", "note 1 for publics: And to you.", "note 1 for publics",
        "", "First line.", "", "Second line.", ".", "note 1", ".", "tray 1", "tray", "erase 1 for publics",
    )  # fmt: skip

    assert answers[1:6] == [
        "Note saved.",
        "Note saved.",
        "So far: And to you.",
        "Type the new text, as many lines as you like, then a full stop alone on its line.",
        "Note saved.",
    ]
    assert answers[8] == "Nothing changed."
    assert answers[12:15] == [
        "Note: Why: it matters.",
        "Note for Audiences and learning: First line. Second line.",
        "Address: https://journal.example/articles/1",
    ]
    assert answers[15] == (
        "Slot 1: in French: Article 1. Le Journal. Audiences. Its note has 16 characters."
        " A note for Audiences and learning."
    )
    tray = sit.session.tray
    assert tray.slots[0].common is not None
    assert tray.slots[0].common.segment_notes == {}


def test_a_note_that_will_be_refused_is_refused_before_it_is_typed(sit: Sitting) -> None:
    answers = sit("note 2", "intro", "check", "add #1", "note 2", "note 9", "note 1 for nobody")

    assert answers[:6] == ["There is no issue yet.", "Put a first link in a slot: add 12."] * 3
    assert answers[7:11] == [
        "Slot 2 is empty.",
        "See the slots: tray, tray 3.",
        "There is no slot 9: this issue has slots 1 to 5.",
        "There is no segment “nobody” in veille.toml.",
    ]


def test_what_was_typed_of_a_note_is_kept_when_input_ends(sit: Sitting) -> None:
    sit("add #1", "note 1", "Half a", "")

    tray = sit.session.tray
    assert tray.slots[0].common is not None
    assert tray.slots[0].common.note == "Half a"


def test_a_note_for_a_variant_is_its_own(sit: Sitting) -> None:
    answers = sit(
        "add #1", "add #2 slot 1 for publics", "note 1 for publics: Yours.", "note 1 for publics", "."
    )

    assert "So far: Yours." in answers


def test_slots_change_places_and_are_emptied(sit: Sitting) -> None:
    answers = sit("add #1", "add #2 slot 4", "move 4 1", "remove 4", "theme #2 Outils", "theme #2 x", "tray")

    assert answers[2:6] == [
        "Slots 4 and 1 exchanged.",
        "Taken out: Article 1.",
        "Theme: Tools.",
        "There is no theme “x” in veille.toml.",
    ]
    assert answers[-5:-3] == ["Slot 1: Big images? Le Journal. Tools. No note yet.", "Slot 2: empty."]


def test_every_act_is_undone_and_done_again(sit: Sitting) -> None:
    answers = sit("keep #1", "undo", "redo", "u", "undo")

    assert answers == [
        "Kept: Article 1.",
        "Undone: kept: Article 1.",
        "Done again: kept: Article 1.",
        "Undone: kept: Article 1.",
        "There is nothing to undo for 2026-11.",
    ]


def test_the_words_of_the_issue_are_written_and_erased(sit: Sitting) -> None:
    answers = sit(
        "add #1", "title", "title Tarifs", "title", "intro Un mot.", "intro", "Deux", "mots.", ".",
        "erase title", "erase intro", "erase all", "title",
    )  # fmt: skip

    assert answers == [
        "Slot 1: Article 1.",
        "No title yet.",
        "Saved.",
        "Title: Tarifs.",
        "Saved.",
        "So far: Un mot.",
        "Type the new text, as many lines as you like, then a full stop alone on its line.",
        "Saved.",
        "Saved.",
        "Saved.",
        "“all” is nothing that can be erased.",
        "Write it so: erase 3, erase 3 for publics, erase title, erase intro.",
        "No title yet.",
    ]


def test_the_counters_say_what_is_missing(sit: Sitting) -> None:
    answers = sit("counters", "add #1", "add #2", "counters")

    assert answers[3] == "No link yet for: Audiences, Tools, Sector, Methods."
    assert answers[-4:] == [
        "Themes: Audiences 2.",
        "Sources: Le Journal 2.",
        "Languages: in English 1, in French 1.",
        "No link yet for: Tools, Sector, Methods.",
    ]


def test_links_are_opened_in_the_browser(sit: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_page)

    answers = sit("open #1", "keep #2 #3", "group #2 #3", "open")

    assert [answers[0], answers[-1]] == ["Opened in the browser: 1.", "Opened in the browser: 2."]
    assert sorted(opened) == [f"https://journal.example/articles/{number}" for number in (1, 2, 3)]


def test_without_a_browser_the_address_is_said(sit: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _url: False)

    assert sit("open #1") == ["Opened in the browser: 0.", "Address: https://journal.example/articles/1"]


def test_the_help_is_read_by_chapter_or_by_order(sit: Sitting) -> None:
    answers = sit("help", "?", "help retenir", "help 4")

    assert answers[0].startswith("An order is one line")
    assert answers[:7] == answers[7:14]
    assert answers[14].startswith("keep 12. Keeps line 12")
    assert answers[-1].startswith("quit. Leaves")


def test_a_desk_held_by_another_only_listens(sit: Sitting) -> None:
    answers = sit("list", "keep 1", "add 1", "tray", readonly="Camille has this desk open.")

    assert answers[11:13] == ["Camille has this desk open."] * 2
    assert sit.session.counters().seen == 0
    assert states(sit.house.store) == {}


def suggest(sit: Sitting, entry: int, colleague: Colleague, message: str) -> None:
    with sit.house.store.transaction() as transaction:
        suggestions.add_suggestion(transaction, entry, colleague, message, thanked=True, now=NOW)


def test_colleagues_are_heard_and_answered(sit: Sitting) -> None:
    suggest(sit, 1, Colleague("", "Camille"), "For the reopening")
    suggest(sit, 2, Colleague("alex@musee.example", ""), "")
    suggest(sit, 3, Colleague("", ""), "")

    answers = sit(
        "suggestions", "accept 3", "decline 2", "decline 2: known already", "list", "accept 1", "i", "2"
    )

    assert answers[:5] == [
        "3 lines.",
        "1. in French: Article 3. Suggested by the curator.",
        "2. Big images? Suggested by alex@musee.example.",
        "3. in French: Article 1. Suggested by Camille. In these words: For the reopening.",
        "Kept: Article 1.",
    ]
    assert answers[5] == "A suggestion is declined for a reason: whoever made it is told."
    assert answers[6:8] == ["Declined: Big images?", "The answer, to copy:"]
    # To be pasted, so nothing is added to it; in French, the colleague's language.
    assert "Je ne l’ai pas retenu. known already" in answers
    assert "1. in French: Article 1. Le Journal. Audiences. Kept." in answers
    assert answers[-6:] == [
        "That line is not a suggestion.",
        "Hear what colleagues propose: suggestions.",
        "1 line.",
        "1. in French: Article 3. Suggested by the curator.",
        "The list read last has no line 2.",
        "Hear it again: list.",
    ]
    assert states(sit.house.store) == {1: EntryState.KEPT}


def test_a_suggestion_that_comes_meanwhile_is_answered_too(
    sit: Sitting, capsys: pytest.CaptureFixture[str]
) -> None:
    def orders() -> Iterator[str]:
        yield "suggestions"
        with sit.house.store.transaction() as transaction:
            (feed,) = feeds.all_feeds(transaction)
            arrivals.store_entries(transaction, feed, [a_parsed_entry(13)], NOW)
        suggest(sit, 13, Colleague("", "Camille"), "")
        yield from ("suggestions", "accept #14", "accept #13")

    waiting = orders()
    run_simple(
        sit.house, a_session(sit.house, ""), Output(as_json=False), lambda _prompt: next(waiting, None)
    )

    assert capsys.readouterr().out.splitlines()[-6:-1] == [
        "1 line.",
        "1. Article 13. Suggested by Camille.",
        "The list read last has no line 14.",
        "Hear it again: list.",
        "Kept: Article 13.",
    ]
    assert states(sit.house.store) == {13: EntryState.KEPT}


def test_an_inbox_that_is_empty_says_so(sit: Sitting) -> None:
    assert sit("suggestions") == ["Nobody is waiting for an answer."]


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes, *, on_terminal: bool) -> None:
    stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
    monkeypatch.setattr(stream, "isatty", lambda: on_terminal)
    monkeypatch.setattr("sys.stdin", stream)


def test_a_script_is_read_without_a_prompt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "lire é\r\n\n".encode() + b"\xe9", on_terminal=False)
    output = Output(as_json=False)

    assert [output.ask(": ") for _time in range(4)] == ["lire é", "", "\ufffd", None]
    assert capsys.readouterr().err == ""


def test_a_terminal_is_prompted_and_its_end_leaves_a_clean_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, b"list\n", on_terminal=True)
    output = Output(as_json=False)

    assert [output.ask(": "), output.ask(": ")] == ["list", None]
    assert capsys.readouterr().err == ": : \n"


def test_no_standard_input_is_the_end_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)

    assert Output(as_json=False).ask(": ") is None


def a_past_pick(number: int) -> PastPickRow:
    return PastPickRow(
        issued_on=date(2025, 3, number),
        title=f"Tarifs {number}",
        url=f"https://ancien.example/{number}",
        canonical_url=f"https://ancien.example/{number}",
        source="Le Fleuve",
        theme="",
        note="Pour mémoire",
    )


def test_what_was_picked_before_is_found_again(sit: Sitting) -> None:
    with sit.house.store.transaction() as transaction:
        transaction.add_all(a_past_pick(number) for number in range(1, 12))

    assert sit("past 11") == [
        "1 past pick.",
        "March 2025. Tarifs 11. Le Fleuve. Pour mémoire.",
        "Address: https://ancien.example/11",
    ]
    answers = sit("past fleuve")
    assert answers[0] == "11 past picks."
    assert len(answers) == 12
    assert answers[-1] == "These were the newest: with more words there are fewer."


def test_all_that_is_known_of_an_entry_is_said(sit: Sitting) -> None:
    entry = an_entry(1, author="Camille Élan", published_at=None, words=0, url="", state=EntryState.DISMISSED)
    past = PastPick(date(2025, 3, 1), "Avant", "", "", "", "", "", 12, 1, None)
    candidate = Candidate(entry, Ranked(1, 1.0, (), False, (), 0.1), ("Anaël",), 2, past)

    said = list(sentences.entry_in_words(candidate, a_session(sit.house, ""), Settings()))

    assert said == [
        "in French: Article 1",
        "Source: Le Journal",
        "By Camille Élan",
        "Theme: Audiences",
        "Set aside",
        "Suggested by Anaël",
        "Picked before, in March 2025",
        "Already sent to 2 colleagues",
    ]
    assert sentences.address_in_words(entry.url) == "It has no address on the web"


NOTE = (
    "The table by age answers the question that was asked in committee, and the method fits on one page"
    " that we could use as it is."
)


def five_noted_picks(sit: Sitting, *, dead: int) -> None:
    """An issue of which nothing is amiss but one dead link; all links were tried a moment ago."""
    with sit.house.store.transaction() as transaction:
        links.save_checks(transaction, [a_link_check(number) for number in range(1, 13)])
        links.save_checks(transaction, [a_link_check(dead, outcome=LinkOutcome.DEAD, status=404)])
    desk = sit.house.desk("2026-11")
    for number in range(1, 6):
        desk.pick(number, number, None)
        desk.note(number, None, NOTE)


def test_a_check_says_what_to_order_next(sit: Sitting) -> None:
    five_noted_picks(sit, dead=2)
    sit.house.desk("2026-11").remove(5, None)

    answers = sit("check")

    assert answers[0] == "Trying the links: a few seconds."
    assert answers[1:3] == [
        "Blocker, slot 2: https://journal.example/articles/2 does not exist: its server answers 404."
        " Pick another link. Rule: link-dead.",
        "Blocker, slot 5: Slot 5 is empty; an issue has 5 links. Fill it: add 12 slot 5.",
    ]
    assert (
        "Warning: The issue has no introduction. Write two or three sentences: intro your words." in answers
    )


def test_a_blocker_is_passed_over_for_a_reason_and_the_issue_approved(sit: Sitting) -> None:
    five_noted_picks(sit, dead=2)

    answers = sit(
        "approve", "override title-length: why not", "override link-dead", "override link-dead: it is back",
        "approve", "no", "approve", "2026-11", "keep #1", "remove 1",
    )  # fmt: skip

    assert answers[0].startswith("Blocker, slot 2: ")
    assert answers[1:] == [
        "The issue cannot be approved so. Correct this, then: check, and approve.",
        "“title-length” is no blocker that can be passed over.",
        "There are: link-dead.",
        "A blocker is passed over for a reason, which is kept.",
        "Write it so: override link-dead: your reason.",
        "Passed over when you approve: link-dead.",
        "Not confirmed; nothing was done.",
        "Approved. To send it: quit, then veille send.",
        "Kept: Article 1.",
        "The issue of 2026-11 is approved, so it is frozen.",
        "To change it: veille issue reopen --month 2026-11.",
    ]
    with sit.house.store.transaction() as transaction:
        issue = issues.require_issue(transaction, NOVEMBER)
        (override,) = overrides.overrides_of(transaction, issue)
    assert issue.status is IssueStatus.APPROVED
    assert (override.code, override.reason) == ("link-dead", "it is back")
    assert "This issue is approved: it changes no more" in sentences.greeting(sit.session)


def test_a_desk_held_by_another_approves_nothing(sit: Sitting) -> None:
    five_noted_picks(sit, dead=12)

    assert sit("approve", "2026-11", readonly="Camille has this desk open.") == [
        "Camille has this desk open.",
        "This order is not complete, or has too much.",
        "Write it so: read 12.",
    ]


def test_with_no_blocker_there_is_none_to_pass_over(sit: Sitting) -> None:
    five_noted_picks(sit, dead=12)

    assert sit("override link-dead: why not") == ["“link-dead” is no blocker that can be passed over."]


def test_an_issue_without_fault_is_told_so(sit: Sitting) -> None:
    sit.house = replace(sit.house, settings=all_rules_off())
    five_noted_picks(sit, dead=12)

    assert sit("check") == ["Trying the links: a few seconds.", "Nothing to object to."]


def all_rules_off() -> Settings:
    rules = dict.fromkeys(DEFAULT_SEVERITIES, OFF)
    return replace(Settings(), charter=replace(Settings().charter, rules=rules))


def test_the_mail_is_heard_as_a_segment_will_read_it(sit: Sitting) -> None:
    five_noted_picks(sit, dead=12)

    answers = sit("title Tarifs", "intro Cinq liens.", "note 1 for publics: Yours.", "preview Publics")

    assert answers[3:8] == [
        "Title: Tarifs.",
        "Cinq liens.",
        "1. in French: Article 1. Audiences. Le Journal. November 12. 2\u00a0min.",
        NOTE,
        "For you, Audiences and learning: Yours.",
    ]
    assert answers[8] == "2. Big images? Audiences. Le Journal. November 12. 2\u00a0min."
    assert not [answer for answer in sit("preview collections") if "For you" in answer]


def test_the_mail_of_every_segment_is_written(sit: Sitting, tmp_path: Path) -> None:
    five_noted_picks(sit, dead=12)

    answers = sit("preview")

    assert len(answers) == len(Settings().segments) + 1
    written = (tmp_path / "preview" / "2026-11-publics-fr.html").as_uri()
    assert f"For Audiences and learning: {written}" in answers
    assert answers[-1] == "To hear one here: preview and its name."


def test_the_command_obeys_a_script(veille: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, b"counters\nnonsense\n", on_terminal=False)

    said = veille("--lang", "en", "pick", "--simple", "--month", "2026-11").splitlines()

    assert said[0] == "Veille, November 2026."
    assert said[-3:] == ["“nonsense” is not an order.", "All the orders: help.", "Everything is saved."]


class InterruptedInput(io.BytesIO):
    """What a person types who then presses Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


def test_ctrl_c_leaves_without_a_question_and_keeps_what_was_typed(
    sit: Sitting, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(InterruptedInput(b"add #1\nnote 1\nHalf a note\n"), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stream)
    output = Output(as_json=False)

    with pytest.raises(KeyboardInterrupt):
        run_simple(sit.house, a_session(sit.house, ""), output, output.ask)

    with sit.house.store.transaction() as transaction:
        slot = issues.require_issue(transaction, NOVEMBER).tray.slots[0]
    assert slot.common is not None
    assert slot.common.note == "Half a note"


def test_ctrl_c_is_told_to_the_shell(veille: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(InterruptedInput(), encoding="utf-8"))

    veille("pick", "--simple", code=130)
