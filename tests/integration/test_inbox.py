"""The recipe of the mailbox, on a real store and a real Dovecot: everything once, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_letter, a_notice, a_parsed_entry, a_person, a_source
from conftest import Veille
from databases import query, store_of
from imap_server import PASSWORD, Dovecot
from veille.deliver.inbox import Dealt, read_inbox, resolve_from_mailbox
from veille.deliver.mailbox import PASSWORD_VARIABLE, Mailbox
from veille.deliver.notices import Proposal
from veille.errors import MailboxError
from veille.model.delivery import Delivery, DeliveryState
from veille.model.mailbox import MailOutcome
from veille.model.month import Month
from veille.model.person import Person, PersonStatus
from veille.model.share import Share
from veille.settings import MailboxSettings
from veille.store import Store, arrivals, bounces, deliveries, feeds, issues, people, shares

# Dovecot dates nothing in the future, and the clock of the machine may be anywhere after these tests.
NOW = datetime(2024, 11, 24, 9, 30, tzinfo=UTC)
TODAY = "24-Nov-2024"
OCTOBER, NOVEMBER = Month(2024, 10), Month(2024, 11)
PERSON = a_person()
LINK = "https://journal.example/article"
IGNORED = Dealt(MailOutcome.IGNORED, "", "", suspended=False)


class Room:
    """A mailbox, and the store that its messages are about."""

    def __init__(self, dovecot: Dovecot, user: str, store: Store) -> None:
        self.dovecot, self.user, self.store = dovecot, user, store
        self.settings = MailboxSettings(
            host="127.0.0.1", port=dovecot.port, security="none", username=user, timeout_seconds=10
        )
        self.proposals: list[Proposal] = []
        self.wanted = True
        with store.transaction() as transaction:
            people.save_person(transaction, PERSON)

    def suggest(self, proposal: Proposal) -> bool:
        self.proposals.append(proposal)
        return self.wanted

    def put(self, *messages: bytes, **where: str) -> None:
        self.dovecot.put(self.user, *messages, **{"day": TODAY} | where)

    def read(self, *messages: bytes, dry_run: bool = False, **changes: Any) -> tuple[Dealt, ...]:
        """Let ``messages`` arrive and the mailbox be read."""
        self.put(*messages)
        settings = replace(self.settings, **changes)
        with Mailbox(settings, {PASSWORD_VARIABLE: PASSWORD}) as mailbox:
            return read_inbox(self.store, settings, mailbox, suggest=self.suggest, now=NOW, dry_run=dry_run)

    def resolve(self, month: Month) -> tuple[Delivery, ...]:
        with Mailbox(self.settings, {PASSWORD_VARIABLE: PASSWORD}) as mailbox:
            return resolve_from_mailbox(self.store, month, mailbox, NOW)

    def send(
        self,
        month: Month,
        message_id: str,
        state: DeliveryState = DeliveryState.SENT,
        person: Person = PERSON,
    ) -> None:
        """Write down that the issue of ``month`` left for a person under that Message-ID."""
        with self.store.transaction() as transaction:
            issue = issues.issue_of(transaction, month) or issues.create_issue(
                transaction, month, links=5, first_number=1
            )
            deliveries.queue_deliveries(transaction, issue.id, [(person, message_id)], NOW)
            for row in deliveries.ledger_of(transaction, issue.id):
                if row.message_id == message_id:
                    deliveries.settle(transaction, row.id, state, reply="250 queued", now=NOW)

    def share(self, message_id: str) -> None:
        with self.store.transaction() as transaction:
            (feed,) = feeds.add_feeds(transaction, [a_source()])
            arrivals.store_entries(transaction, feed, [a_parsed_entry()], NOW)
            number = shares.add_share(transaction, 1, PERSON.address, "", message_id=message_id, now=NOW)
            shares.settle(transaction, number, DeliveryState.SENT, "250 queued")

    def delivery(self, month: Month) -> Delivery:
        with self.store.transaction() as transaction:
            issue = issues.require_issue(transaction, month)
            return deliveries.ledger_of(transaction, issue.id)[0]

    def shared(self) -> Share:
        with self.store.transaction() as transaction:
            return shares.shares_to(transaction, PERSON.address)[0]

    def status(self) -> PersonStatus:
        with self.store.transaction() as transaction:
            return people.require_person(transaction, PERSON.address).status


@pytest.fixture
def room(dovecot: Dovecot, tmp_path: Path, store: Store) -> Room:
    return Room(dovecot, f"{tmp_path.parent.name}-{tmp_path.name}", store)


def test_a_bounce_settles_its_delivery_as_refused_in_the_servers_words(room: Room) -> None:
    room.send(NOVEMBER, "<1@musee.example>")

    dealt = room.read(a_notice())

    row = room.delivery(NOVEMBER)
    assert (row.state, row.reply) == (DeliveryState.REFUSED, "550 5.1.1 User unknown")
    assert dealt == (Dealt(MailOutcome.BOUNCED, PERSON.address, "550 5.1.1 User unknown", suspended=False),)
    assert room.status() is PersonStatus.ACTIVE


def test_reading_twice_changes_nothing(room: Room) -> None:
    room.send(NOVEMBER, "<1@musee.example>")
    room.read(
        a_notice(),
        a_letter(LINK),
        a_letter("", Subject="[veille] Unsubscribe", Message_ID=""),
        a_letter("x", Message_ID="<0@x>"),
    )
    with room.store.transaction() as transaction:
        people.save_person(transaction, PERSON)

    again = room.read()

    assert again == ()
    assert len(room.proposals) == 1
    assert room.status() is PersonStatus.ACTIVE


def test_two_messages_that_bounce_suspend(room: Room) -> None:
    room.send(OCTOBER, "<1@musee.example>")
    room.send(NOVEMBER, "<2@musee.example>")

    first, second = room.read(a_notice(), a_notice("<2@musee.example>", message_id="<n2@mx.example>"))

    assert (first.suspended, second.suspended) == (False, True)
    assert room.status() is PersonStatus.SUSPENDED
    with room.store.transaction() as transaction:
        assert people.active_people(transaction) == ()


def test_one_message_that_bounces_twice_suspends_nobody(room: Room) -> None:
    room.send(NOVEMBER, "<1@musee.example>")

    room.read(a_notice(), a_notice(message_id="<n2@mx.example>"))

    assert room.status() is PersonStatus.ACTIVE


def test_soft_bounces_are_refusals_but_suspend_nobody(room: Room) -> None:
    room.send(OCTOBER, "<1@musee.example>")
    room.send(NOVEMBER, "<2@musee.example>")

    room.read(
        a_notice(status="4.4.7", diagnostic=""),
        a_notice("<2@musee.example>", status="4.2.2", message_id="<n2@mx.example>"),
    )

    assert room.delivery(OCTOBER).state is DeliveryState.REFUSED
    assert room.status() is PersonStatus.ACTIVE


def test_who_unsubscribed_is_not_suspended(room: Room) -> None:
    room.send(OCTOBER, "<1@musee.example>")
    room.send(NOVEMBER, "<2@musee.example>")
    with room.store.transaction() as transaction:
        people.save_person(transaction, replace(PERSON, status=PersonStatus.UNSUBSCRIBED))

    dealt = room.read(a_notice(), a_notice("<2@musee.example>", message_id="<n2@mx.example>"))

    assert [message.suspended for message in dealt] == [False, False]
    assert room.status() is PersonStatus.UNSUBSCRIBED


def test_a_bounce_is_known_by_its_envelope(room: Room) -> None:
    room.send(OCTOBER, "<100%_a@musee.example>")
    room.send(NOVEMBER, "<1@musee.example>")

    room.read(a_notice("", envelope_id="100%_a", recipient="elsewhere@musee.example"))

    assert room.delivery(OCTOBER).state is DeliveryState.REFUSED
    assert room.delivery(NOVEMBER).state is DeliveryState.SENT


def test_a_share_bounces_too(room: Room) -> None:
    room.share("<s@musee.example>")
    room.send(NOVEMBER, "<1@musee.example>")

    room.read(
        a_notice("<s@musee.example>", envelope_id="s"),
        a_notice(diagnostic="", status="", message_id="<n2@mx>"),
    )

    assert (room.shared().state, room.shared().reply) == (DeliveryState.REFUSED, "550 5.1.1 User unknown")
    assert room.delivery(NOVEMBER).reply == "returned, without a reason"
    assert room.status() is PersonStatus.SUSPENDED


@pytest.mark.parametrize(("days", "outcome"), [(9, MailOutcome.BOUNCED), (11, MailOutcome.IGNORED)])
def test_a_notice_that_names_no_message_is_about_the_last_one_if_it_left_lately(
    room: Room, tmp_path: Path, days: int, outcome: MailOutcome
) -> None:
    room.send(OCTOBER, "<1@musee.example>")
    room.send(NOVEMBER, "<2@musee.example>")
    moment = (NOW - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.000000")
    query(tmp_path, "UPDATE deliveries SET updated_at = :moment", {"moment": moment})

    (dealt,) = room.read(a_notice("", recipient="Colleague1@Musee.example"))

    assert dealt.outcome is outcome
    assert room.delivery(OCTOBER).state is DeliveryState.SENT
    assert (room.delivery(NOVEMBER).state is DeliveryState.REFUSED) is (outcome is MailOutcome.BOUNCED)


@pytest.mark.parametrize(
    "notice",
    [
        a_notice("<private@musee.example>"),
        a_notice("", envelope_id="private"),
        a_notice("<private@musee.example>", envelope_id="private"),
        a_notice("", recipient="stranger@musee.example"),
        a_notice(action="delayed", status="4.4.1"),
    ],
)
def test_what_is_not_about_a_message_of_ours_is_left_alone(room: Room, notice: bytes) -> None:
    room.send(NOVEMBER, "<1@musee.example>")

    assert room.read(notice) == (IGNORED,)
    assert room.delivery(NOVEMBER).state is DeliveryState.SENT


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (DeliveryState.SENDING, DeliveryState.REFUSED),
        (DeliveryState.UNCERTAIN, DeliveryState.REFUSED),
        (DeliveryState.QUEUED, DeliveryState.QUEUED),
        (DeliveryState.CANCELLED, DeliveryState.CANCELLED),
    ],
)
def test_what_waits_to_be_sent_again_is_not_what_came_back(
    room: Room, state: DeliveryState, left: DeliveryState
) -> None:
    room.send(NOVEMBER, "<1@musee.example>", state)

    room.read(a_notice())

    assert room.delivery(NOVEMBER).state is left


def test_of_the_forgotten_no_bounce_is_kept(room: Room) -> None:
    room.send(OCTOBER, "<1@musee.example>")
    room.send(NOVEMBER, "<2@musee.example>")
    room.read(a_notice())
    with room.store.transaction() as transaction:
        people.forget_person(transaction, PERSON.address, NOW)

    dealt = room.read(a_notice("<2@musee.example>", message_id="<n2@mx.example>"))

    with room.store.transaction() as transaction:
        assert bounces.bounces_of(transaction, PERSON.address) == ()
    assert dealt == (IGNORED,)


def test_the_last_two_messages_to_somebody_unknown_suspend_nobody(room: Room) -> None:
    stranger = a_person(2)
    room.send(OCTOBER, "<1@musee.example>", person=stranger)
    room.send(NOVEMBER, "<2@musee.example>", person=stranger)

    dealt = room.read(a_notice(), a_notice("<2@musee.example>", message_id="<n2@mx.example>"))

    assert [message.suspended for message in dealt] == [False, False]


def test_a_letter_of_leave_unsubscribes_its_sender_and_nobody_else(room: Room) -> None:
    dealt = room.read(
        a_letter("", Subject="[veille] Désabonnement", From="stranger@musee.example", Message_ID="<0@x>"),
        a_letter("", Subject="[veille] Désabonnement", From=PERSON.address.upper()),
    )

    assert dealt == (IGNORED, Dealt(MailOutcome.UNSUBSCRIBED, PERSON.address, PERSON.name, suspended=False))
    assert room.status() is PersonStatus.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("who", "taken"),
    [
        ("people", [PERSON.address]),
        ("anyone", [PERSON.address, "stranger@elsewhere.example"]),
        ("nobody", []),
    ],
)
def test_who_may_suggest_is_a_setting(room: Room, who: str, taken: list[str]) -> None:
    dealt = room.read(
        a_letter(LINK, From=f"Autre Nom <{PERSON.address}>"),
        a_letter(LINK, From="Une Inconnue <stranger@elsewhere.example>", Message_ID="<2@x>"),
        suggestions_from=who,
    )

    names = {PERSON.address: PERSON.name, "stranger@elsewhere.example": "Une Inconnue"}
    assert [(proposal.sender, proposal.name) for proposal in room.proposals] == [
        (address, names[address]) for address in taken
    ]
    assert [message.address for message in dealt if message.outcome is MailOutcome.SUGGESTED] == taken


def test_a_proposal_that_came_to_nothing_is_ignored(room: Room) -> None:
    room.wanted = False

    assert room.read(a_letter(LINK)) == (IGNORED,)


def test_a_rehearsal_says_what_would_be_done_and_does_nothing(room: Room) -> None:
    room.send(NOVEMBER, "<1@musee.example>")
    letters = a_notice(), a_letter("", Subject="[veille] Unsubscribe"), a_letter(LINK, Message_ID="<2@x>")

    rehearsed = room.read(*letters, dry_run=True, processed="delete")

    assert room.delivery(NOVEMBER).state is DeliveryState.SENT
    assert (room.status(), room.proposals) == (PersonStatus.ACTIVE, [])
    assert len(room.dovecot.flags(room.user)) == 3
    assert room.read() == rehearsed


def test_nothing_is_touched_unless_the_settings_say_so(room: Room) -> None:
    room.read(a_letter(LINK), a_letter("Bonjour", Message_ID="<2@x>"))

    assert not any("Seen" in flags or "Deleted" in flags for flags in room.dovecot.flags(room.user))


def test_only_what_was_acted_upon_is_put_away(room: Room) -> None:
    room.read(a_letter("Bonjour", Message_ID="<2@x>"), a_letter(LINK), processed="delete")

    assert len(room.dovecot.flags(room.user)) == 1


def test_old_messages_are_not_read(room: Room) -> None:
    room.put(a_letter(LINK), day="1-Sep-2024")

    assert room.read() == ()
    assert len(room.read(max_age_days=90)) == 1


def test_what_was_dealt_with_before_the_mailbox_fails_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.put(a_letter(LINK), a_letter(LINK, Message_ID="<2@x>"))
    content: Callable[..., bytes] = Mailbox.content
    contents = iter([content])

    def failing(mailbox: Mailbox, message: Any) -> bytes:
        for read in contents:
            return read(mailbox, message)
        raise MailboxError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "content", failing)
        with pytest.raises(MailboxError, match="gone"):
            room.read()

    assert len(room.read()) == 1
    assert len(room.proposals) == 2


def test_doubts_are_settled_by_what_the_sent_folder_holds(room: Room) -> None:
    room.send(NOVEMBER, "<1@musee.example>", DeliveryState.UNCERTAIN)
    room.send(NOVEMBER, "<2@musee.example>", DeliveryState.UNCERTAIN, a_person(2))
    room.send(NOVEMBER, "<3@musee.example>", DeliveryState.REFUSED, a_person(3))
    room.put(*(a_letter(Message_ID=f"<{number}@musee.example>") for number in (1, 3)), folder="Sent")

    rows = room.resolve(NOVEMBER)

    assert [(row.address, row.state, row.reply) for row in rows] == [
        (a_person(1).address, DeliveryState.SENT, "found in the sent folder"),
        (a_person(2).address, DeliveryState.UNCERTAIN, "250 queued"),
    ]


@pytest.fixture
def configured(
    approved_veille: Veille, dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Veille:
    """The command line on a workspace of two people with a mailbox."""
    with (approved_veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[mailbox]\nhost = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "none"\n'
            f'username = "{tmp_path.parent.name}-{tmp_path.name}"\n'
        )
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    for number in (1, 2):
        approved_veille(
            "people", "add", a_person(number).address, "--segment", "publics", "--name", f"P{number}"
        )
    return approved_veille


def user_of(tmp_path: Path) -> str:
    return f"{tmp_path.parent.name}-{tmp_path.name}"


def test_the_command_counts_and_names_what_it_did(
    configured: Veille, dovecot: Dovecot, tmp_path: Path
) -> None:
    configured("send", "--yes")
    sent = configured.json("send", "status")["deliveries"]
    about = {row["address"]: row["message_id"] for row in sent}
    dovecot.put(
        user_of(tmp_path),
        a_notice(about[a_person(1).address]),
        a_letter("", Subject="[veille] Unsubscribe", From=a_person(2).address),
        # The guarded client goes to no private address: the proposal is kept under its own.
        a_letter("À lire : https://127.0.0.1/article\r\nhttps://127.0.0.1/autre", Message_ID="<2@x>"),
        a_letter("Bonjour", Message_ID="<3@x>"),
    )

    rehearsed = configured("inbox", "--dry-run")
    document = configured.json("inbox")

    assert "1 bounced, 1 unsubscribed, 1 suggested, 1 ignored." in rehearsed
    assert "Nothing was changed." in rehearsed
    assert {key: document[key] for key in ("bounced", "unsubscribed", "suggested", "ignored")} == {
        "bounced": 1, "unsubscribed": 1, "suggested": 1, "ignored": 1,
    }  # fmt: skip
    assert [message["outcome"] for message in document["messages"]] == [
        "bounced",
        "unsubscribed",
        "suggested",
    ]
    assert document["suspended"] == []
    assert len(configured.json("suggestions", "list")["suggestions"]) == 2
    assert configured.json("inbox")["ignored"] == 0


def test_links_that_cannot_become_suggestions_are_left_to_the_curator(
    configured: Veille, dovecot: Dovecot, tmp_path: Path
) -> None:
    dovecot.put(user_of(tmp_path), a_letter("https://a.example/" + "x" * 3000))

    assert configured.json("inbox")["ignored"] == 1


def test_the_suspended_are_named_never_queued_and_can_return(
    configured: Veille, dovecot: Dovecot, tmp_path: Path
) -> None:
    address = a_person(1).address
    with store_of(configured.folder) as store:
        room = Room(dovecot, user_of(tmp_path), store)
        room.send(Month(2024, 9), "<1@musee.example>")
        room.send(OCTOBER, "<2@musee.example>")
    dovecot.put(user_of(tmp_path), a_notice(), a_notice("<2@musee.example>", message_id="<n2@mx.example>"))

    configured("inbox")
    assert f"{address} is suspended" in configured.said
    configured("people", "add", address, "--segment", "publics", code=3)
    assert "suspended" in configured.said
    configured("people", "export", str(tmp_path / "people.csv"))
    configured("people", "import", str(tmp_path / "people.csv"))
    configured("send", "--yes", "--month", "2026-11")

    queued = [row["address"] for row in configured.json("send", "status", "--month", "2026-11")["deliveries"]]
    assert queued == [a_person(2).address]
    assert "suspended" in configured("people", "list")
    (returned,) = configured.json("people", "resubscribe", address)["people"]
    assert returned["status"] == "active"
    assert configured.json("people", "export", address)["bounces"] == []


def test_a_mailbox_that_is_not_configured_is_a_fault_of_configuration(veille: Veille) -> None:
    veille("inbox", code=5)

    assert "mailbox.host" in veille.said


def test_resolving_from_the_mailbox_says_what_was_not_found(
    configured: Veille, dovecot: Dovecot, tmp_path: Path
) -> None:
    with store_of(configured.folder) as store:
        room = Room(dovecot, user_of(tmp_path), store)
        for number in (1, 2):
            room.send(OCTOBER, f"<{number}@musee.example>", DeliveryState.UNCERTAIN, a_person(number))
    room.put(a_letter(Message_ID="<1@musee.example>"), folder="Sent")

    document = configured.json("send", "resolve", "--from-mailbox", "--month", "2024-10", code=4)
    room.put(a_letter(Message_ID="<2@musee.example>"), folder="Sent")
    configured("send", "resolve", "--from-mailbox", "--month", "2024-10")

    assert [row["state"] for row in document["deliveries"]] == ["sent", "uncertain"]
    assert configured.json("send", "resolve", "--from-mailbox", "--month", "2024-10") == {"deliveries": []}


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--sent",
        "a@b.example",
        "a@b.example --sent --again",
        "a@b.example --from-mailbox",
        "--from-mailbox --sent",
    ],
)
def test_resolving_wants_one_way(configured: Veille, arguments: str) -> None:
    configured("send", "resolve", *arguments.split(), code=2)


def test_a_dossier_holds_everything_about_one_person(
    configured: Veille, dovecot: Dovecot, tmp_path: Path
) -> None:
    address = a_person(1).address
    configured("send", "--yes")
    configured(
        "suggest",
        "https://journal.example/articles/1",
        "--from",
        address,
        "--title",
        "X",
        "--message",
        "À lire",
    )
    configured("suggest", "--title", "Un colloque", "--name", "P1")
    configured("share", "2", address, "--note", "Pour toi", "--yes")
    (message_id,) = [
        row["message_id"]
        for row in configured.json("send", "status")["deliveries"]
        if row["address"] == address
    ]
    dovecot.put(user_of(tmp_path), a_notice(message_id))
    configured("inbox")

    dossier = configured.json("people", "export", address.upper())
    words = configured("people", "export", address)

    assert dossier["person"]["name"] == "P1"
    assert [(row["month"], row["state"], row["reply"]) for row in dossier["deliveries"]] == [
        ("2026-11", "refused", "550 5.1.1 User unknown")
    ]
    assert [suggestion["message"] for suggestion in dossier["suggestions"]] == ["À lire", ""]
    assert [(share["entry"], share["note"]) for share in dossier["shares"]] == [(2, "Pour toi")]
    assert [bounce["status"] for bounce in dossier["bounces"]] == ["5.1.1"]
    assert dossier["thanked_in"] == []
    assert len(dossier["messages"]) == 2
    for said in ("P1", "Deliveries: 1", "550 5.1.1 User unknown", "À lire", "Pour toi", "Bounces: 1"):
        assert said in words


def test_the_dossier_of_a_stranger_says_so_and_of_nobody_that_there_is_none(veille: Veille) -> None:
    veille("suggest", "--title", "Un colloque", "--from", "stranger@musee.example")

    assert veille.json("people", "export", "stranger@musee.example")["person"] is None
    assert "is nobody's here" in veille("people", "export", "stranger@musee.example")
    veille("people", "export", "unknown@musee.example", code=1)


def test_sharing_with_the_suspended_is_refused(approved_veille: Veille) -> None:
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        people.save_person(transaction, replace(PERSON, status=PersonStatus.SUSPENDED))

    approved_veille("share", "2", PERSON.address, "--yes", code=3)

    assert "is suspended" in approved_veille.said
