"""One link to one colleague, now: sent once, whatever fails, and kept."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from builders import NOW, a_parsed_entry, a_person, a_source
from conftest import Veille
from databases import store_of
from smtp_server import Script, SmtpServer
from veille.clock import StoppedClock
from veille.deliver.eml import EmlMailer
from veille.deliver.mailer import Outcome
from veille.deliver.message import Message
from veille.deliver.share import SharedWith, Sharing
from veille.errors import DeliveryError, NotFoundError, RuleError
from veille.model.delivery import DeliveryState
from veille.model.person import PersonStatus
from veille.settings import CuratorSettings, MailSettings, Settings
from veille.store import Store, arrivals, feeds, people, shares
from veille.workspace import Workspace

CAMILLE, SACHA = "camille@musee.example", "sacha@musee.example"
SETTINGS = Settings(
    curator=CuratorSettings("Alix Roy", "alix@musee.example"),
    mail=MailSettings(from_address="veille@musee.example"),
)


class KilledError(BaseException):
    """Stands for kill -9: nothing in veille catches it."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Recorder:
    """A mailer that keeps what it was handed, and fails for whom it is told to."""

    def __init__(self, fates: dict[str, Outcome | BaseException] | None = None) -> None:
        self.fates = fates or {}
        self.arrived: list[Message] = []

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        fate = self.fates.get(message.recipient, Outcome(DeliveryState.SENT, "250 ok"))
        if isinstance(fate, DeliveryError) or fate == Outcome(DeliveryState.DEFERRED, "450 later"):
            leaving = False
        else:
            about_to_leave()
            leaving = True
        if isinstance(fate, BaseException):
            raise fate
        if leaving:
            self.arrived.append(message)
        return fate


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store of two entries and three people, of whom one has left."""
    with store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(1), a_parsed_entry(2)], NOW)
        people.save_person(transaction, a_person(address=CAMILLE, name="Camille Élan"))
        people.save_person(transaction, a_person(address=SACHA, name="Sacha Roy", language="en"))
        left = a_person(address="left@musee.example", status=PersonStatus.UNSUBSCRIBED)
        people.save_person(transaction, left)
        people.save_person(transaction, a_person(address="gone@musee.example"))
        people.forget_person(transaction, "gone@musee.example", NOW)
    return store


def sharing(store: Store, folder: Path, **changes: Any) -> Sharing:
    values: dict[str, Any] = {"entry_id": 1, "note": "Page 3."} | changes
    return Sharing(store, SETTINGS, Workspace(folder), **values)


def send(
    store: Store, folder: Path, *addresses: str, mailer: Recorder | None = None, **changes: Any
) -> tuple[SharedWith, ...]:
    clock = StoppedClock(NOW + changes.pop("later", timedelta()))
    return sharing(store, folder, **changes).send(addresses, mailer or Recorder(), clock)


def kept(store: Store) -> list[tuple[str, DeliveryState, str]]:
    with store.transaction() as transaction:
        return [(share.address, share.state, share.reply) for share in shares.shares_of(transaction, 1)]


def test_each_colleague_gets_a_message_of_their_own_in_their_language(stocked: Store, tmp_path: Path) -> None:
    mailer = Recorder()

    outcomes = send(stocked, tmp_path, CAMILLE, f" {SACHA.upper()}", CAMILLE, mailer=mailer)

    french, english = (
        email.message_from_bytes(message.content, policy=email.policy.default) for message in mailer.arrived
    )
    assert [(one.address, one.state) for one in outcomes] == [
        (CAMILLE, DeliveryState.SENT),
        (SACHA, DeliveryState.SENT),
    ]
    assert (english["Subject"], english["To"]) == ("For you: Article 1", f"Sacha Roy <{SACHA}>")
    assert (french["To"], french["Content-Language"]) == (f"Camille Élan <{CAMILLE}>", "fr")
    assert french["Reply-To"] == "Alix Roy <alix@musee.example>"
    assert french["Message-ID"] != english["Message-ID"]
    assert [part.get_content_type() for part in english.walk()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]
    assert b"Page 3." in mailer.arrived[1].content


def test_a_share_is_no_mail_of_a_list(stocked: Store, tmp_path: Path) -> None:
    mailer = Recorder()

    send(stocked, tmp_path, CAMILLE, mailer=mailer)

    headers = email.message_from_bytes(mailer.arrived[0].content)
    assert not {"List-Id", "List-Unsubscribe", "Precedence", "Auto-Submitted"} & set(headers.keys())


def test_a_share_is_kept_and_counted(stocked: Store, tmp_path: Path) -> None:
    send(stocked, tmp_path, CAMILLE, SACHA, mailer=Recorder({SACHA: Outcome(DeliveryState.UNCERTAIN, "?")}))
    send(stocked, tmp_path, CAMILLE, again=True, later=timedelta(days=1))
    send(
        stocked,
        tmp_path,
        CAMILLE,
        entry_id=2,
        mailer=Recorder({CAMILLE: Outcome(DeliveryState.REFUSED, "550")}),
    )

    with stocked.transaction() as transaction:
        share = shares.shares_of(transaction, 1)[0]
        counted = shares.shared_entries(transaction)
    assert (share.note, share.shared_at, share.reply) == ("Page 3.", NOW, "250 ok")
    assert counted == {1: 2}


def test_a_note_is_kept_as_plain_paragraphs(stocked: Store, tmp_path: Path) -> None:
    send(stocked, tmp_path, CAMILLE, note=" Page\x1b[2J\n3.\n\n\n\u202eFin. " + "mot " * 600)

    with stocked.transaction() as transaction:
        (share,) = shares.shares_of(transaction, 1)
    assert share.note.startswith("Page [2J 3.\n\nFin. mot")
    assert len(share.note) <= 2000


def test_whoever_may_not_be_written_to_is_told_apart(stocked: Store, tmp_path: Path) -> None:
    mailer = Recorder()

    outcomes = send(
        stocked,
        tmp_path,
        *(
            "left@musee.example",
            "gone@musee.example",
            "nobody",
            "x@-.example",
            CAMILLE,
            "new@elsewhere.example",
        ),
        mailer=mailer,
    )

    assert [one.reply for one in outcomes] == [
        "left@musee.example has unsubscribed.",
        "gone@musee.example asked to be forgotten.",
        "“nobody” cannot be written to.",
        "“x@-.example” cannot be written to.",
        "250 ok",
        "250 ok",
    ]
    assert [message.recipient for message in mailer.arrived] == [CAMILLE, "new@elsewhere.example"]
    assert len(kept(stocked)) == 2


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(DeliveryState.SENT, "250 ok"), "has had it since 2026-11-24"),
        (Outcome(DeliveryState.UNCERTAIN, "?"), "perhaps has had it since 2026-11-24"),
    ],
)
def test_nobody_is_sent_it_twice_unless_told_so(
    stocked: Store, tmp_path: Path, outcome: Outcome, said: str
) -> None:
    send(stocked, tmp_path, CAMILLE, mailer=Recorder({CAMILLE: outcome}))
    mailer = Recorder()

    (again,) = send(stocked, tmp_path, CAMILLE, mailer=mailer)
    assert (again.state, mailer.arrived) == (DeliveryState.REFUSED, [])
    assert said in again.reply

    (told_so,) = send(stocked, tmp_path, CAMILLE, mailer=mailer, again=True, later=timedelta(hours=1))
    assert (told_so.state, len(mailer.arrived)) == (DeliveryState.SENT, 1)


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.DEFERRED])
def test_what_was_not_taken_may_be_tried_again_and_stops_nobody_else(
    stocked: Store, tmp_path: Path, state: DeliveryState
) -> None:
    fate = Outcome(state, "450 later")
    first = send(stocked, tmp_path, CAMILLE, SACHA, mailer=Recorder({CAMILLE: fate}))
    again = send(stocked, tmp_path, CAMILLE, later=timedelta(hours=1))

    assert [(one.state, one.reply) for one in first] == [(state, "450 later"), (DeliveryState.SENT, "250 ok")]
    assert [one.state for one in again] == [DeliveryState.SENT]


def test_what_only_became_a_file_may_still_be_sent(stocked: Store, tmp_path: Path) -> None:
    with EmlMailer(tmp_path / "outgoing") as files:
        sharing(stocked, tmp_path).send([CAMILLE], files, StoppedClock(NOW))

    (sent,) = send(stocked, tmp_path, CAMILLE, later=timedelta(days=1))

    assert sent.state is DeliveryState.SENT


def test_a_crash_while_it_leaves_is_a_doubt_and_never_a_second_message(
    stocked: Store, tmp_path: Path
) -> None:
    with pytest.raises(KilledError):
        send(stocked, tmp_path, CAMILLE, mailer=Recorder({CAMILLE: KilledError()}))
    assert kept(stocked) == [(CAMILLE, DeliveryState.SENDING, "")]
    mailer = Recorder()

    refused, _served = send(stocked, tmp_path, CAMILLE, SACHA, mailer=mailer)

    assert "perhaps has had it" in refused.reply
    assert [message.recipient for message in mailer.arrived] == [SACHA]
    assert kept(stocked)[0] == (
        *(CAMILLE, DeliveryState.UNCERTAIN),
        "interrupted while it was being handed over",
    )


def test_a_crash_before_it_leaves_is_no_doubt(stocked: Store, tmp_path: Path) -> None:
    with stocked.transaction() as transaction:
        shares.add_share(transaction, 1, CAMILLE, "", message_id="<x@y>", now=NOW)

    (sent,) = send(stocked, tmp_path, CAMILLE)

    assert sent.state is DeliveryState.SENT
    assert [state for _address, state, _reply in kept(stocked)] == [
        DeliveryState.CANCELLED,
        DeliveryState.SENT,
    ]


def test_a_fault_of_the_transport_stops_all_and_leaves_no_doubt(stocked: Store, tmp_path: Path) -> None:
    mailer = Recorder({SACHA: DeliveryError("no server")})

    with pytest.raises(DeliveryError, match="no server"):
        send(stocked, tmp_path, CAMILLE, SACHA, "new@elsewhere.example", mailer=mailer)

    assert kept(stocked) == [
        (CAMILLE, DeliveryState.SENT, "250 ok"),
        (SACHA, DeliveryState.CANCELLED, "no server"),
    ]


@pytest.mark.sqlite
def test_two_at_once_are_not_two_messages(stocked: Store, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".sending.lock"), pytest.raises(RuleError, match="Another veille is sending"):
        send(stocked, tmp_path, CAMILLE)


@pytest.mark.usefixtures("on_postgresql")
def test_one_machine_of_a_shared_store_shares_at_a_time(stocked: Store, tmp_path: Path) -> None:
    mailer = Recorder()

    with stocked.only_one("share"), pytest.raises(RuleError, match="sharing a link at this moment"):
        sharing(stocked, tmp_path).send([CAMILLE], mailer, StoppedClock(NOW))

    assert mailer.arrived == []


def test_an_unknown_entry_is_named(stocked: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no entry number 9"):
        sharing(stocked, tmp_path, entry_id=9)


def test_forgetting_erases_to_whom_and_what_was_written(stocked: Store, tmp_path: Path) -> None:
    send(stocked, tmp_path, "new@elsewhere.example", SACHA)

    with stocked.transaction() as transaction:
        for address in ("new@elsewhere.example", SACHA):
            people.forget_person(transaction, address, NOW)
        erased = shares.shares_of(transaction, 1)

    assert [(share.address[:10], share.note, share.reply) for share in erased] == [("forgotten:", "", "")] * 2
    (refused,) = send(stocked, tmp_path, "new@elsewhere.example")
    assert "asked to be forgotten" in refused.reply


@pytest.fixture
def ready(veille: Veille) -> Veille:
    """A workspace with one entry and two people."""
    with store_of(veille.folder) as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(1)], NOW)
    veille("people", "add", CAMILLE, "--segment", "publics", "--name", "Camille Élan")
    veille("people", "add", SACHA, "--segment", "publics")
    return veille


def by_smtp(veille: Veille, port: int) -> None:
    file = veille.folder / "veille.toml"
    text = file.read_text(encoding="utf-8").replace("[mail]", '[mail]\ntransport = "smtp"')
    file.write_text(
        text + f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n', encoding="utf-8"
    )


def test_a_server_is_heard_and_the_others_are_served(ready: Veille) -> None:
    with SmtpServer(Script(rcpt={CAMILLE: "550 5.1.1 no such user"})) as server:
        by_smtp(ready, server.port)
        document = ready.json("share", "1", CAMILLE, SACHA, "--note", "Page 3.", "--yes", code=4)
        shown = ready("entries", "show", "1")

    assert (document["entry"], document["sent"], document["left_this_machine"]) == (1, 1, 1)
    assert [(one["address"], one["state"]) for one in document["shares"]] == [
        (CAMILLE, "refused"),
        (SACHA, "sent"),
    ]
    assert "550 5.1.1 no such user" in document["shares"][0]["reply"]
    assert [message.recipients for message in server.messages] == [(SACHA,)]
    assert f"Shared with {SACHA} on " in shown
    assert "(sent) Page 3." in shown


def test_what_a_server_took_is_said_in_its_words(ready: Veille) -> None:
    with SmtpServer() as server:
        by_smtp(ready, server.port)
        said = ready("share", "1", CAMILLE, "--yes")

    assert said.startswith(f"{CAMILLE}  sent  250")
    assert len(said.splitlines()) == 1


def test_by_default_it_becomes_a_file_and_says_so(ready: Veille) -> None:
    said = ready("share", "1", CAMILLE, "--yes")

    folder = ready.folder / "outgoing" / "shared" / "1"
    assert said == (
        f"{CAMILLE}  sent  written to {CAMILLE}.eml\nThe files are in {folder}; nothing left this machine.\n"
    )
    assert (folder / f"{CAMILLE}.eml").is_file()
    assert f"Shared with {CAMILLE} on " in (shown := ready("entries", "show", "1"))
    assert "(as a file)" in shown
    assert CAMILLE not in (ready.folder / "veille.log").read_text(encoding="utf-8")


def test_a_rehearsal_writes_files_and_keeps_nothing(ready: Veille) -> None:
    document = ready.json("share", "1", CAMILLE, "nobody", "--dry-run")
    said = ready("share", "1", CAMILLE, "--dry-run")

    folder = ready.folder / "outgoing" / "shared" / "1-dry-run"
    (entry,) = ready.json("entries", "show", "1")["entries"]
    assert (document["sent"], document["path"]) == (0, str(folder))
    assert [file.name for file in folder.iterdir()] == [f"{CAMILLE}.eml"]
    assert said.endswith(f"The files are in {folder}; none was sent.\n")
    assert entry["shares"] == []


def test_strangers_are_named_before_anything_leaves(ready: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("1\n"))
    ready("people", "unsubscribe", SACHA)
    ready("share", "1", CAMILLE, SACHA, "new@elsewhere.example", code=3)

    for line in (
        f"  {CAMILLE}  Camille Élan\n",
        f"  {SACHA}  {SACHA} has unsubscribed.\n",
        "  new@elsewhere.example  nobody here has this address\n",
        "Send “Article 1” to 2 people by eml? Type 2 to confirm: ",
        "Not confirmed; nothing was done.",
    ):
        assert line in ready.said
    assert ready.json("entries", "show", "1")["entries"][0]["shares"] == []


def test_whoever_confirms_sends(ready: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("1\n"))

    assert "sent" in ready("share", "1", CAMILLE)
    assert "Send “Article 1” to 1 person by eml? Type 1 to confirm: " in ready.said


def test_with_nobody_left_to_write_to_nothing_is_asked(ready: Veille) -> None:
    ready("people", "unsubscribe", CAMILLE)

    ready("share", "1", CAMILLE, "nobody", code=3)

    assert ready.said == f"{CAMILLE} has unsubscribed.\n“nobody” cannot be written to.\n"


def test_who_is_forgotten_loses_the_files_of_shares(ready: Veille) -> None:
    ready("share", "1", "new@elsewhere.example", "--yes")

    forgotten = ready.json("people", "forget", "new@elsewhere.example", "--yes")

    assert (forgotten["messages"], forgotten["people"]) == (1, [])
    assert list((ready.folder / "outgoing").rglob("*.eml")) == []
