"""What colleagues propose: taken in once, attributed, answered, thanked and, if they wish, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from builders import NOVEMBER, NOW, a_parsed_entry, a_person, a_source
from conftest import Veille
from databases import dump, query, store_of
from veille import i18n
from veille.clock import StoppedClock
from veille.curate.desk import Desk
from veille.curate.suggestions import Proposal, Received, accept, decline, receive
from veille.errors import NotFoundError, RuleError, UsageError
from veille.model.entry import EntryState
from veille.model.month import Month
from veille.model.suggestion import Colleague, SuggestionState, urn_of
from veille.settings import CollectSettings, CuratorSettings, Settings
from veille.store import Store, arrivals, entries, feeds, people, suggestions
from veille.store.tables import PastPickRow
from web_server import Answer, WebServer

CAMILLE = "camille@musee.example"
SETTINGS = Settings(
    collect=CollectSettings(allow_private=("127.0.0.0/8",), timeout_seconds=5),
    curator=CuratorSettings("Alix Roy", "alix@musee.example"),
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store of four entries, of which 1 and 2 are one story, and one colleague."""
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 5)], NOW)
        people.save_person(transaction, a_person(address=CAMILLE, name="Camille Élan", language="en"))
    Desk(store, SETTINGS, NOVEMBER, StoppedClock(NOW)).group([1, 2])
    return store


def propose(
    store: Store,
    url: str = "",
    *,
    address: str = CAMILLE,
    name: str = "",
    message: str = "",
    thanked: bool = True,
    **described: Any,
) -> Received:
    proposal = Proposal(**{"url": url, "title": "", "source": "", "theme": "", "language": ""} | described)
    colleague = Colleague(address, name)
    return receive(store, SETTINGS, proposal, colleague, message, thanked=thanked, now=NOW)


def article(number: int) -> str:
    return f"https://journal.example/articles/{number}"


def thanks(store: Store, entry_id: int) -> str:
    with store.transaction() as transaction:
        return suggestions.thanks_for(transaction, entry_id)


def all_of(store: Store) -> list[tuple[int, str, str]]:
    with store.transaction() as transaction:
        found = suggestions.all_suggestions(transaction)
    return [(one.entry, one.colleague.address, one.colleague.name) for one in found]


def test_an_entry_that_the_feeds_brought_gets_the_suggestion(stocked: Store) -> None:
    received = propose(stocked, "http://journal.example/articles/3?utm_source=mail#top", message=" Page\n3. ")

    suggestion = received.suggestion
    assert (received.is_new, received.entry_is_new, received.complaint) == (True, False, "")
    assert (suggestion.entry, suggestion.title, suggestion.message) == (3, "Article 3", "Page 3.")
    assert suggestion.colleague == Colleague(CAMILLE, "Camille Élan")
    assert (suggestion.state, suggestion.suggested_at) == (SuggestionState.PENDING, NOW)


def test_the_same_colleague_proposes_a_story_once(stocked: Store) -> None:
    first = propose(stocked, article(1))

    again = propose(stocked, article(2), address=CAMILLE.upper())

    assert (again.is_new, again.suggestion) == (False, first.suggestion)


def test_several_colleagues_propose_the_same(stocked: Store) -> None:
    propose(stocked, article(1), message="Oui")
    propose(stocked, article(1), address="sacha@musee.example", name="Sacha")
    propose(stocked, article(1), address="", name="Dominique")
    propose(stocked, article(1), address="", name="Lou")
    propose(stocked, article(1), address="unknown@musee.example")
    propose(stocked, article(1), address="")

    again = propose(stocked, article(1), address="", name="Lou")

    with stocked.transaction() as transaction:
        names = suggestions.suggested_by(transaction)
    assert names == {1: ("Camille Élan", "Sacha", "Dominique", "Lou", "unknown@musee.example")}
    assert not again.is_new
    assert thanks(stocked, 2) == "Camille Élan, Sacha, Dominique, Lou"


def test_whoever_wishes_no_thanks_gets_none(stocked: Store) -> None:
    propose(stocked, article(1), thanked=False)

    assert thanks(stocked, 1) == ""


def test_a_new_page_is_described_by_itself(stocked: Store, web: WebServer) -> None:
    page = "<html lang=fr><title>Le récolement</title><meta name=description content='Dix ans après.'>"
    url = web.give("/billet", Answer(page.encode(), headers=HTML))

    received = propose(stocked, url)

    with stocked.transaction() as transaction:
        entry = entries.entry_by_id(transaction, received.suggestion.entry)
        text = entries.entry_text(transaction, entry.id)
    assert (received.entry_is_new, received.complaint) == (True, "")
    assert (entry.title, entry.summary, text, entry.language) == (
        *("Le récolement", "Dix ans après.", "Dix ans après."),
        "fr",
    )
    assert (entry.url, entry.source, entry.feeds[0].id) == (url, "127.0.0.1", None)
    assert (entry.theme, entry.state, entry.published_at) == ("publics", EntryState.NEW, None)


def test_a_shortened_address_becomes_the_one_that_it_stands_for(stocked: Store, web: WebServer) -> None:
    long = web.give("/long", Answer(b"<title>Long</title>", headers=HTML))
    short = web.give("/short", Answer(status=301, headers={"Location": "/long"}))
    first = propose(stocked, long)

    other = propose(stocked, short, address="sacha@musee.example")

    assert (other.entry_is_new, other.suggestion.entry) == (False, first.suggestion.entry)


def test_an_absurd_address_is_not_taken_over(stocked: Store, web: WebServer) -> None:
    web.give("/" + "x" * 3000, Answer(b"", headers=HTML))
    short = web.give("/short", Answer(status=301, headers={"Location": "/" + "x" * 3000}))

    assert propose(stocked, short).suggestion.url == short


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(b"gone", status=404, headers=HTML), ""),
        (Answer(b"%PDF", headers={"Content-Type": "application/pdf"}), ""),
        (Answer(b"x"), ""),
        (Answer(raw=b"nonsense"), "127.0.0.1 broke off its answer"),
    ],
)
def test_a_page_that_cannot_be_read_loses_no_suggestion(
    stocked: Store, web: WebServer, answer: Answer, complaint: str
) -> None:
    url = web.give("/billet", answer)

    received = propose(stocked, url)

    assert received.complaint.startswith(complaint)
    assert received.suggestion.title == url


@pytest.mark.parametrize("later", [{}, {"title": "Le récolement"}])
def test_a_title_that_could_not_be_read_is_filled_in_later(
    stocked: Store, web: WebServer, later: dict[str, Any]
) -> None:
    url = web.give("/billet", Answer(status=503))
    first = propose(stocked, url)
    web.give("/billet", Answer("<title>Le récolement</title>".encode(), headers=HTML))

    again = propose(stocked, url, **later)

    assert (again.is_new, again.suggestion.id) == (False, first.suggestion.id)
    assert again.suggestion.title == "Le récolement"


def test_a_title_given_spares_the_visit(stocked: Store, web: WebServer) -> None:
    received = propose(
        stocked, web.url("/x"), title="Titre", source="La Lettre", theme="outils", language="en"
    )

    with stocked.transaction() as transaction:
        entry = entries.entry_by_id(transaction, received.suggestion.entry)
    assert web.asked == []
    assert (entry.title, entry.source, entry.theme, entry.language) == ("Titre", "La Lettre", "outils", "en")


def test_what_is_not_on_the_web_needs_a_title_only(stocked: Store) -> None:
    first = propose(stocked, title="Le récolement", source="La Lettre")
    other = propose(stocked, title="Le Recolement ", source="la lettre", address="sacha@musee.example")
    third = propose(stocked, title="Le récolement")

    with stocked.transaction() as transaction:
        entry = entries.entry_by_id(transaction, first.suggestion.entry)
    assert (entry.url, entry.canonical_url, entry.source) == (
        *("", urn_of("le recolement", "LA LETTRE")),
        "La Lettre",
    )
    assert other.suggestion.entry == first.suggestion.entry
    assert third.suggestion.entry != first.suggestion.entry


def test_what_is_hostile_is_only_text(stocked: Store) -> None:
    received = propose(
        stocked,
        title="\u202eTitre\n" + "x " * 400,
        source="S\x1b[0m" + "y " * 500,
        address="",
        name="N\nBcc: x@y.example",
        message="m" * 5000,
    )

    suggestion = received.suggestion
    with stocked.transaction() as transaction:
        source = entries.entry_by_id(transaction, suggestion.entry).source
    assert suggestion.title.startswith("Titre x")
    assert suggestion.colleague.name == "N Bcc: x@y.example"
    assert (len(suggestion.title) <= 300, len(suggestion.message), len(source) <= 100) == (True, 1000, True)
    assert source.startswith("S [0my y")


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({}, UsageError, "Give the address of a page, or --title"),
        ({"url": "javascript:alert(1)"}, UsageError, "“javascript:alert"),
        ({"url": "ftp://x.example/"}, UsageError, "is not a web address"),
        ({"url": "https://x.example/" + "x" * 2000}, UsageError, "is not a web address"),
        ({"url": article(1), "address": "nobody"}, UsageError, "“nobody” is not an e-mail address"),
        ({"url": article(1), "address": "gone@musee.example"}, RuleError, "asked to be forgotten"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(
    stocked: Store, asked: dict[str, Any], error: type[Exception], said: str
) -> None:
    with stocked.transaction() as transaction:
        people.save_person(transaction, a_person(address="gone@musee.example"))
        people.forget_person(transaction, "gone@musee.example", NOW)

    with pytest.raises(error, match=r".*") as refusal:
        propose(stocked, **asked)

    assert said in str(refusal.value)
    assert all_of(stocked) == []


def test_what_was_sent_before_there_was_veille_is_named(stocked: Store) -> None:
    with stocked.transaction() as transaction:
        transaction.add(
            PastPickRow(
                issued_on=date(2021, 3, 1),
                title="x",
                url=article(2),
                canonical_url=article(2),
                source="",
                theme="",
                note="",
            )
        )

    assert propose(stocked, article(1)).sent_in == Month(2021, 3)
    assert propose(stocked, article(3)).sent_in is None


def test_a_draft_has_not_been_sent(stocked: Store) -> None:
    Desk(stocked, SETTINGS, NOVEMBER, StoppedClock(NOW)).pick(3, None, None)

    assert propose(stocked, article(3)).sent_in is None


def test_a_feed_that_brings_it_later_describes_it(stocked: Store) -> None:
    suggestion = propose(stocked, article(9), title="Un titre").suggestion

    with stocked.transaction() as transaction:
        (feed,) = feeds.all_feeds(transaction)
        arrivals.store_entries(transaction, feed, [a_parsed_entry(9)], NOW)
        entry = entries.entry_by_id(transaction, suggestion.entry)

    assert entry.title == "Article 9"
    assert [source.title for source in entry.feeds] == ["journal.example", "Le Journal"]


def test_an_accepted_entry_is_kept(stocked: Store) -> None:
    suggestion = propose(stocked, article(3)).suggestion
    desk = Desk(stocked, SETTINGS, NOVEMBER, StoppedClock(NOW))

    accepted = accept(desk, suggestion.id, NOW)

    with stocked.transaction() as transaction:
        assert entries.entry_by_id(transaction, 3).state is EntryState.KEPT
    assert (accepted.state, accepted.answered_at) == (SuggestionState.ACCEPTED, NOW)
    assert thanks(stocked, 3) == "Camille Élan"


def test_a_declined_colleague_is_answered_in_their_language(stocked: Store) -> None:
    i18n.activate("fr")
    theirs = propose(stocked, article(3)).suggestion
    strangers = propose(stocked, article(3), address="", name="").suggestion

    english = decline(stocked, SETTINGS, theirs.id, "We had it\nin March.", NOW)
    french = decline(stocked, SETTINGS, strangers.id, "Déjà vu.", NOW)

    assert english.letter == (
        "Dear Camille Élan,\n\nThank you for proposing “Article 3” for La veille.\n\n"
        "I did not choose it: We had it in March.\n\nYour next proposals are as welcome.\n\nAlix Roy"
    )
    assert french.letter.splitlines()[0] == "Bonjour,"
    assert (english.suggestion.state, english.suggestion.answer) == (
        SuggestionState.DECLINED,
        "We had it in March.",
    )
    assert thanks(stocked, 3) == ""
    with stocked.transaction() as transaction:
        assert suggestions.suggested_by(transaction) == {}


def test_declining_needs_a_reason(stocked: Store) -> None:
    suggestion = propose(stocked, article(3)).suggestion

    with pytest.raises(UsageError, match="for a reason"):
        decline(stocked, SETTINGS, suggestion.id, " \n", NOW)


def test_an_unknown_suggestion_is_named(stocked: Store) -> None:
    with pytest.raises(NotFoundError, match="no suggestion number 9"):
        decline(stocked, SETTINGS, 9, "x", NOW)


def test_a_pick_names_who_proposed_its_story(stocked: Store) -> None:
    propose(stocked, article(1))
    desk = Desk(stocked, SETTINGS, NOVEMBER, StoppedClock(NOW))

    change = desk.pick(2, None, None)

    assert change.issue.tray.slots[0].common is not None
    assert change.issue.tray.slots[0].common.suggested_by == "Camille Élan"


def test_forgetting_takes_the_name_out_of_what_can_change(stocked: Store) -> None:
    propose(stocked, article(1), message="Camille dit")
    propose(stocked, article(1), address="sacha@musee.example", name="Sacha")
    propose(stocked, article(3))
    desk = Desk(stocked, SETTINGS, NOVEMBER, StoppedClock(NOW))
    for entry_id in (2, 3, 4):
        desk.pick(entry_id, None, None)
    desk.keep([1])
    desk.remove(1, None)

    with stocked.transaction() as transaction:
        people.forget_person(transaction, CAMILLE, NOW)
    desk.undo()

    with stocked.transaction() as transaction:
        forgotten = suggestions.suggestions_of(transaction, 3)[0]
        suggested = suggestions.suggested_by(transaction)
    change = desk.move(1, 2)
    assert [slot.common.suggested_by for slot in change.issue.tray.slots if slot.common] == ["", "Sacha", ""]
    assert forgotten.colleague.address.startswith("forgotten:")
    assert suggested == {1: ("somebody forgotten", "Sacha"), 3: ("somebody forgotten",)}
    assert (forgotten.colleague.name, forgotten.message, forgotten.thanked) == ("", "", False)


@pytest.mark.parametrize("with_a_namesake", [False, True])
def test_forgetting_finds_what_was_noted_under_the_name_alone(stocked: Store, with_a_namesake: bool) -> None:
    propose(stocked, article(1), address="", name="Camille Élan")
    propose(stocked, article(1))
    propose(stocked, article(3), address="", name="Camille Élan-Roy")
    if with_a_namesake:
        propose(stocked, article(1), address="namesake@musee.example", name="Camille Élan")
    desk = Desk(stocked, SETTINGS, NOVEMBER, StoppedClock(NOW))
    desk.pick(2, None, None)
    desk.ungroup(2)
    desk.pick(1, None, None)
    desk.pick(3, None, None)

    with stocked.transaction() as transaction:
        people.forget_person(transaction, CAMILLE, NOW)

    change = desk.move(1, 2)
    left = "Camille Élan" if with_a_namesake else ""
    assert [slot.common.suggested_by for slot in change.issue.tray.slots if slot.common] == [
        *(left, "", "Camille Élan-Roy")
    ]
    assert ("", "Camille Élan") not in [(address, name) for _entry, address, name in all_of(stocked)]


def test_nothing_of_a_forgotten_suggester_is_left_in_the_file(veille: Veille) -> None:
    veille("suggest", article(1), "--title", "x", "--from", "gone@elsewhere.example", "--name", "Zoé Quux")
    veille("pick", "add", "1")
    veille("suggestions", "decline", "1", "--reason", "Désolé, Zoé Quux.")

    veille("people", "forget", "gone@elsewhere.example", "--yes")

    content = dump(veille.folder)
    assert article(1) in content
    assert "Quux" not in content
    assert "elsewhere" not in content
    log = veille.folder / "veille.log"
    assert "elsewhere" not in log.read_text(encoding="utf-8")


def test_what_somebody_forgotten_proposed_can_still_be_answered(veille: Veille) -> None:
    veille("suggest", article(1), "--title", "x", "--from", CAMILLE)

    veille("people", "forget", CAMILLE, "--yes")

    assert "somebody forgotten" in veille("suggestions", "list")
    assert "Suggested by somebody forgotten on " in veille("entries", "show", "1")
    assert veille("suggestions", "decline", "1", "--reason", "No.").startswith("Bonjour,\n")
    assert veille.said == "Declined. The answer:\n"


@pytest.mark.usefixtures("approved_veille")
def test_forgetting_tells_which_issues_still_thank(veille: Veille) -> None:
    veille("suggest", article(1), "--from", CAMILLE, "--name", "Camille Élan")
    query(veille.folder, "UPDATE picks SET suggested_by = 'Camille Élan' WHERE slot IN (1, 2)")

    forgotten = veille.json("people", "forget", CAMILLE, "--dry-run")
    veille("people", "forget", CAMILLE, "--yes")

    assert (forgotten["people"], forgotten["thanked_in"]) == ([], ["2026-11"])
    assert "The issue of 2026-11 thanks them by name" in veille.said


def test_a_link_already_sent_is_taken_in_and_said_so(approved_veille: Veille) -> None:
    document = approved_veille.json("suggest", article(1), "--from", CAMILLE)
    approved_veille("suggest", article(1), "--from", "sacha@musee.example")

    assert (document["sent_in"], document["is_new"], document["entry_is_new"]) == ("2026-11", True, False)
    assert "It was already in the issue of 2026-11." in approved_veille.said
    assert "Their name is not known" in approved_veille.said


def test_the_command_line_takes_in_lists_and_answers(veille: Veille) -> None:
    veille("people", "add", CAMILLE, "--segment", "publics", "--name", "Camille Élan", "--language", "en")
    new = veille("suggest", article(1), "--from", CAMILLE, "--title", "Un titre", "--message", "Page 3.")
    known = veille("suggest", article(1), "--name", "Sacha", "--no-thanks", "--theme", "outils")
    again = veille("suggest", article(1), "--name", "Sacha")

    listed = veille("suggestions", "list")
    accepted = veille("suggestions", "accept", "1")
    letter = veille("suggestions", "decline", "2", "--reason", "Une autre fois.")

    assert new == "Taken in as suggestion 1, with a new entry, number 1: Un titre\n"
    assert known == "Taken in as suggestion 2; the store had its entry, number 1: Un titre\n"
    assert again == "Nothing changed: this colleague has proposed it already (suggestion 2): Un titre\n"
    assert listed.index("Sacha") < listed.index("Camille Élan")
    assert accepted == "Accepted, and kept: Un titre\nPick it: veille pick add 1\n"
    assert letter.startswith("Bonjour Sacha,\n")
    assert veille.said == "Declined. The answer:\n"
    veille("suggestions", "decline", "1", "--reason", "No.")
    assert veille.said == f"Declined. The answer to {CAMILLE}:\n"
    veille("suggestions", "decline", "1", code=2)


def test_a_program_gets_the_suggestions(veille: Veille) -> None:
    veille("suggest", "--title", "Le récolement", "--source", "La Lettre")
    veille("suggest", article(1), "--title", "Un titre", "--from", CAMILLE, "--language", "FR")
    veille("suggestions", "decline", "1", "--reason", "Non.")

    declined = veille.json("suggestions", "list", "--state", "declined")["suggestions"]
    (pending,) = veille.json("suggestions", "list", "--state", "pending")["suggestions"]
    (entry,) = veille.json("entries", "show", "1")["entries"]

    assert [one["title"] for one in declined] == ["Le récolement"]
    assert set(pending) == {
        *("id", "entry", "title", "url", "address", "name", "message", "thanked", "state", "answer"),
        *("suggested_at", "answered_at"),
    }
    assert entry["suggestions"] == declined
    assert (entry["url"], entry["shares"]) == ("", [])


def test_a_page_that_was_not_read_is_told(veille: Veille) -> None:
    veille("suggest", "http://127.0.0.1:1/billet", "--from", CAMILLE)

    assert "The page was not read:" in veille.said
    assert "http://127.0.0.1:1/billet" in veille("suggestions", "list")


def test_an_entry_tells_who_proposed_it(veille: Veille) -> None:
    veille("suggest", "--title", "Le récolement", "--source", "La Lettre", "--message", "Page 3.")

    shown = veille("entries", "show", "1").splitlines()

    assert shown[0] == "Le récolement"
    assert shown[1].startswith("publics · La Lettre · ")
    assert shown[-1].startswith("Suggested by the curator on ")
    assert shown[-1].endswith("(pending) Page 3.")


def test_a_pick_without_an_address_is_listed_without_one(veille: Veille) -> None:
    veille("suggest", "--title", "Le récolement", "--source", "La Lettre")

    assert "     publics · La Lettre\n" in veille("pick", "add", "1")


def test_a_store_is_opened_with_suggestions_in_it(veille: Veille) -> None:
    veille("suggest", "--title", "x")

    with store_of(veille.folder) as store:
        assert all_of(store) == [(1, "", "")]
