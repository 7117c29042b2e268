"""Every active person once, whatever fails and whenever: the ledger tells the truth."""

from __future__ import annotations

import email
import email.policy
import re
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from filelock import FileLock

from approved_issue import approve_an_issue
from builders import NOVEMBER, NOW, a_person, a_pick, a_tray
from databases import query
from veille import i18n
from veille.clock import StoppedClock
from veille.deliver.eml import EmlMailer
from veille.deliver.ledger import ledger, people_left, people_missed, resolve_delivery, retry_failed
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Message
from veille.deliver.people import unsubscribe_person
from veille.deliver.rehearsal import rehearse, send_trial
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.smtp import SmtpMailer
from veille.deliver.transports import open_mailer
from veille.errors import DeliveryError, NotFoundError, RenderError, RuleError
from veille.model.delivery import DeliveryState
from veille.model.person import PersonStatus
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import Store, issues, open_store, people
from veille.workspace import Workspace

SETTINGS = Settings(
    segments={"publics": Label({"fr": "Publics"}), "collections": Label({"fr": "Collections"})},
    mail=MailSettings(from_address="veille@musee.example"),
)


class KilledError(BaseException):
    """Stands for kill -9: nothing in veille catches it."""


class Recorder:
    """A mailer that keeps what it was handed, and fails for whom it is told to."""

    def __init__(self, fates: dict[str, Outcome | BaseException] | None = None) -> None:
        self.fates = fates or {}
        self.arrived: list[Message] = []
        self.on_leaving: Callable[[Message], None] = lambda _message: None

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        fate = self.fates.get(message.recipient, Outcome(DeliveryState.SENT, "250 ok"))
        if isinstance(fate, Outcome) and fate.state in {DeliveryState.SENT, DeliveryState.UNCERTAIN}:
            about_to_leave()
            self.on_leaving(message)
            self.arrived.append(message)
        if isinstance(fate, BaseException):
            raise fate
        return fate


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def approved(store: Store) -> Store:
    """A store with six people in two segments and the approved issue of November."""
    colleagues = (
        a_person(number, segment="publics" if number % 2 else "collections") for number in range(1, 7)
    )
    approve_an_issue(store, colleagues, number=34, tray=a_tray(collections=a_pick(6)))
    return store


def address(number: int) -> str:
    return f"colleague{number}@musee.example"


def send(
    store: Store,
    workspace: Workspace,
    mailer: Mailer,
    *,
    now: datetime = NOW,
    settings: Settings = SETTINGS,
    **others: Any,
) -> SendReport:
    return send_issue(
        store,
        settings,
        workspace,
        NOVEMBER,
        clock=StoppedClock(now),
        **{"connect": lambda: nullcontext(mailer)} | others,
    )


def states(store: Store) -> Counter[DeliveryState]:
    return Counter(row.state for row in ledger(store, NOVEMBER))


def test_everybody_receives_it_once_and_a_second_run_sends_nothing(
    approved: Store, workspace: Workspace
) -> None:
    mailer = Recorder()

    first = send(approved, workspace, mailer)
    second = send(approved, workspace, mailer)

    assert first == SendReport(queued=6, sent=6, refused=0, deferred=0, uncertain=0)
    assert second == SendReport(queued=0, sent=0, refused=0, deferred=0, uncertain=0)
    assert Counter(message.recipient for message in mailer.arrived) == Counter(map(address, range(1, 7)))
    assert all(row.attempts == 1 and row.reply == "250 ok" for row in ledger(approved, NOVEMBER))


def test_one_segment_now_and_the_others_later(approved: Store, workspace: Workspace) -> None:
    mailer = Recorder()

    assert send(approved, workspace, mailer, segment="publics").sent == 3
    assert len(people_left(approved, SETTINGS, NOVEMBER, None, NOW)) == 3
    assert send(approved, workspace, mailer).sent == 3
    assert people_left(approved, SETTINGS, NOVEMBER, None, NOW) == ()


def test_a_draft_is_never_sent(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        issues.mark_draft(transaction, issues.require_issue(transaction, NOVEMBER))

    with pytest.raises(RuleError, match="draft"):
        send(approved, workspace, Recorder())


def test_an_issue_changed_behind_its_approval_is_never_sent(
    approved: Store, workspace: Workspace, tmp_path: Path
) -> None:
    query(tmp_path, "UPDATE picks SET url = 'https://elsewhere.example/' WHERE slot = 1")

    with pytest.raises(RuleError, match="not what was approved"):
        send(approved, workspace, Recorder())


def test_an_issue_that_began_to_leave_is_frozen_for_ever(approved: Store, workspace: Workspace) -> None:
    fate = {address(1): KilledError()}
    with pytest.raises(KilledError):
        send(approved, workspace, Recorder(dict(fate)), segment="publics")
    with approved.transaction() as transaction:
        assert issues.require_issue(transaction, NOVEMBER).status.value == "approved"

    send(approved, workspace, Recorder())

    with approved.transaction() as transaction:
        assert issues.require_issue(transaction, NOVEMBER).status.value == "sent"


@pytest.mark.parametrize("moment", ["before", "leaving", "after"])
@pytest.mark.parametrize("victim", [1, 4, 6])
def test_killed_at_any_moment_nobody_is_mailed_twice_or_left_out(
    approved: Store, workspace: Workspace, moment: str, victim: int
) -> None:
    mailer = Recorder()

    def strike(message: Message) -> None:
        if message.recipient == address(victim):
            if moment == "after":
                mailer.arrived.append(message)
            raise KilledError

    if moment == "before":
        mailer.fates[address(victim)] = KilledError()
    else:
        mailer.on_leaving = strike

    with pytest.raises(KilledError):
        send(approved, workspace, mailer)
    mailer.fates, mailer.on_leaving = {}, lambda _message: None
    resumed = send(approved, workspace, mailer)

    received = Counter(message.recipient for message in mailer.arrived)
    assert max(received.values()) == 1
    silent = {row.address for row in ledger(approved, NOVEMBER) if row.state is DeliveryState.SENT} ^ set(
        received
    )
    doubted = {row.address for row in ledger(approved, NOVEMBER) if row.state is DeliveryState.UNCERTAIN}
    assert silent <= doubted
    assert len(doubted) == resumed.uncertain == (moment != "before")
    assert states(approved).total() == 6


def interrupted_once(under_way: threading.Event) -> threading.Thread:
    """A Ctrl-C in this process as soon as a message is under way."""

    def strike() -> None:
        if under_way.wait(10):
            signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def test_an_interruption_lets_the_message_under_way_end(approved: Store, workspace: Workspace) -> None:
    mailer = Recorder()
    under_way, interrupted = threading.Event(), threading.Event()
    told: list[str] = []

    def wait(_message: Message) -> None:
        under_way.set()
        assert interrupted.wait(10)

    def on_progress(done: int, _total: int, _segment: str) -> None:
        told.append(f"{done} done")

    def on_stopping() -> None:
        told.append("stopping")
        interrupted.set()

    mailer.on_leaving = wait
    strike = interrupted_once(under_way)
    with pytest.raises(KeyboardInterrupt):
        send(approved, workspace, mailer, on_progress=on_progress, on_stopping=on_stopping)
    strike.join()

    assert told == ["stopping", "1 done"]
    assert states(approved) == {DeliveryState.SENT: 1, DeliveryState.QUEUED: 5}
    mailer.on_leaving = lambda _message: None
    assert send(approved, workspace, mailer).sent == 5


def test_an_interruption_between_two_messages_is_told_and_loses_nothing(
    approved: Store, workspace: Workspace
) -> None:
    told: list[str] = []

    def on_progress(done: int, _total: int, _segment: str) -> None:
        if not told:
            told.append(f"{done} done")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(
            approved,
            workspace,
            Recorder(),
            on_progress=on_progress,
            on_stopping=lambda: told.append("stopping"),
        )

    assert told == ["1 done", "stopping"]
    reached = states(approved)
    assert set(reached) <= {DeliveryState.SENT, DeliveryState.QUEUED}
    assert send(approved, workspace, Recorder()).sent == 6 - reached[DeliveryState.SENT]


def test_a_second_interruption_leaves_at_once_and_the_next_run_names_the_doubt(
    approved: Store, workspace: Workspace
) -> None:
    mailer = Recorder()
    under_way, released = threading.Event(), threading.Event()

    def wait(_message: Message) -> None:
        under_way.set()
        released.wait(10)
        raise KilledError

    mailer.on_leaving = wait
    strike = interrupted_once(under_way)
    with pytest.raises(KeyboardInterrupt):
        send(approved, workspace, mailer, on_stopping=lambda: signal.raise_signal(signal.SIGINT))
    strike.join()
    released.set()

    assert states(approved) == {DeliveryState.SENDING: 1, DeliveryState.QUEUED: 5}
    mailer.on_leaving = lambda _message: None
    assert send(approved, workspace, mailer) == SendReport(
        queued=5, sent=5, refused=0, deferred=0, uncertain=1
    )


def test_a_fault_of_the_transport_stops_with_everybody_else_untouched(
    approved: Store, workspace: Workspace
) -> None:
    class FailsWhileLeaving(Recorder):
        def deliver(self, _message: Message, about_to_leave: Callable[[], None]) -> Outcome:
            about_to_leave()
            raise DeliveryError("disk full")

    with pytest.raises(DeliveryError):
        send(approved, workspace, FailsWhileLeaving())

    assert states(approved) == {DeliveryState.QUEUED: 6}
    assert send(approved, workspace, Recorder()).sent == 6


def test_refused_deferred_and_doubtful_stay_apart(approved: Store, workspace: Workspace) -> None:
    mailer = Recorder(
        {
            address(1): Outcome(DeliveryState.REFUSED, "550 5.1.1 unknown"),
            address(2): Outcome(DeliveryState.DEFERRED, "451 later"),
            address(3): Outcome(DeliveryState.UNCERTAIN, "connection lost"),
        }
    )

    report = send(approved, workspace, mailer)

    assert report == SendReport(queued=6, sent=3, refused=1, deferred=1, uncertain=1)
    assert {row.address: row.reply for row in ledger(approved, NOVEMBER)}[address(1)] == "550 5.1.1 unknown"


def test_a_deferred_delivery_waits_its_time_and_is_given_up_after_two_days(
    approved: Store, workspace: Workspace
) -> None:
    later = Recorder({address(2): Outcome(DeliveryState.DEFERRED, "451 later")})
    send(approved, workspace, later)

    assert send(approved, workspace, later).queued == 0
    assert send(approved, workspace, later, now=NOW + timedelta(minutes=1)).deferred == 1
    assert send(approved, workspace, later, now=NOW + timedelta(minutes=5)).queued == 0
    assert send(approved, workspace, later, now=NOW + timedelta(hours=49)).refused == 1
    assert people_left(approved, SETTINGS, NOVEMBER, None, NOW) == ()


def test_what_is_not_due_yet_is_missed_and_not_asked_about(approved: Store, workspace: Workspace) -> None:
    send(approved, workspace, Recorder({address(2): Outcome(DeliveryState.DEFERRED, "451 later")}))

    assert people_left(approved, SETTINGS, NOVEMBER, None, NOW) == ()
    assert len(people_left(approved, SETTINGS, NOVEMBER, None, NOW + timedelta(minutes=1))) == 1
    assert people_missed(approved, NOVEMBER, None) == people_missed(approved, NOVEMBER, "collections") == 1
    assert people_missed(approved, NOVEMBER, "publics") == 0


def test_what_was_given_up_and_queued_again_is_given_its_time_again(
    approved: Store, workspace: Workspace
) -> None:
    later = Recorder({address(2): Outcome(DeliveryState.DEFERRED, "451 later")})
    send(approved, workspace, later)
    much_later = NOW + timedelta(hours=49)
    assert send(approved, workspace, later, now=much_later).refused == 1

    retry_failed(approved, NOVEMBER, much_later)

    assert send(approved, workspace, later, now=much_later).deferred == 1


def test_nothing_leaves_while_one_digest_cannot_be_rendered(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        people.save_person(transaction, a_person(7, segment="publics", language="en"))
    template = workspace.templates / "email" / "digest.txt"
    template.parent.mkdir(parents=True)
    template.write_text("{{ links[9].title if segment == 'Publics' else 'x' }}", encoding="utf-8")
    mailer = Recorder()

    with pytest.raises(RenderError):
        send(approved, workspace, mailer)

    assert mailer.arrived == []
    with approved.transaction() as transaction:
        assert issues.require_issue(transaction, NOVEMBER).status.value == "approved"


def test_retry_queues_only_what_failed(approved: Store, workspace: Workspace) -> None:
    send(approved, workspace, Recorder({address(1): Outcome(DeliveryState.REFUSED, "550 no")}))

    assert retry_failed(approved, NOVEMBER, NOW) == 1
    mailer = Recorder()
    assert send(approved, workspace, mailer).sent == 1
    assert [message.recipient for message in mailer.arrived] == [address(1)]


def test_the_same_refusal_five_times_running_stops_the_run(approved: Store, workspace: Workspace) -> None:
    no = Outcome(DeliveryState.REFUSED, "550 5.7.60 not allowed")

    with pytest.raises(DeliveryError, match="5 people"):
        send(approved, workspace, Recorder({address(number): no for number in range(1, 7)}))

    assert states(approved) == {DeliveryState.REFUSED: 5, DeliveryState.QUEUED: 1}


def test_somebody_who_cannot_be_written_to_does_not_stop_the_others(
    approved: Store, workspace: Workspace
) -> None:
    with approved.transaction() as transaction:
        people.save_person(transaction, a_person(9, address="x@a-.\u2763.example"))
        people.save_person(transaction, a_person(8, name="Camille\n"))
    mailer = Recorder()

    report = send(approved, workspace, mailer)

    assert (report.sent, report.refused) == (6, 2)


def test_a_doubt_is_settled_by_hand_and_only_a_doubt(approved: Store, workspace: Workspace) -> None:
    doubt = Outcome(DeliveryState.UNCERTAIN, "connection lost")
    send(approved, workspace, Recorder({address(1): doubt, address(2): doubt}))

    resolve_delivery(approved, NOVEMBER, address(1), sent=True, now=NOW)
    resolve_delivery(approved, NOVEMBER, address(2), sent=False, now=NOW)

    assert states(approved) == {DeliveryState.SENT: 5, DeliveryState.QUEUED: 1}
    with pytest.raises(RuleError, match="not in doubt"):
        resolve_delivery(approved, NOVEMBER, address(1), sent=False, now=NOW)
    with pytest.raises(NotFoundError):
        resolve_delivery(approved, NOVEMBER, "nobody@musee.example", sent=True, now=NOW)


def test_what_is_not_in_doubt_is_named_in_the_words_of_the_curator(
    approved: Store, workspace: Workspace
) -> None:
    send(approved, workspace, Recorder())
    before = i18n.active_language()

    i18n.activate("fr")
    try:
        with pytest.raises(RuleError, match=r"son état est envoyé\."):
            resolve_delivery(approved, NOVEMBER, address(1), sent=True, now=NOW)
    finally:
        i18n.activate(before)


def test_who_unsubscribes_while_queued_is_never_written_to(approved: Store, workspace: Workspace) -> None:
    with pytest.raises(KilledError):
        send(approved, workspace, Recorder({address(2): KilledError()}))
    unsubscribe_person(approved, address(6))
    mailer = Recorder()

    send(approved, workspace, mailer)

    assert address(6) not in {message.recipient for message in mailer.arrived}
    assert states(approved)[DeliveryState.CANCELLED] == 1


def test_the_unsubscribed_and_the_forgotten_are_never_queued(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        people.save_person(transaction, a_person(1, status=PersonStatus.UNSUBSCRIBED))
        people.forget_person(transaction, address(2), NOW)
    mailer = Recorder()

    send(approved, workspace, mailer)

    assert {message.recipient for message in mailer.arrived} == {address(number) for number in (3, 4, 5, 6)}


def test_people_in_a_segment_nobody_configured_stop_everything(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        people.save_person(transaction, a_person(7, segment="ancien"))

    with pytest.raises(RuleError, match=r"ancien \(1\)"):
        send(approved, workspace, Recorder())


def by_smtp(**mail: Any) -> Settings:
    """Settings under which messages leave this machine."""
    return replace(SETTINGS, mail=MailSettings(transport="smtp", from_address="veille@musee.example", **mail))


def copy_of(database: Path) -> Path:
    copy = database.with_name("older.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def test_four_connections_send_to_everybody_once(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        for number in range(7, 41):
            people.save_person(transaction, a_person(number, segment="publics"))
    together = threading.Barrier(4, timeout=60)
    mailer = Recorder()
    met: set[int] = set()

    def meet(_message: Message) -> None:
        connection = threading.get_ident()
        if connection not in met:  # each of the four has begun before any of them ends
            met.add(connection)
            together.wait()

    mailer.on_leaving = meet

    report = send(approved, workspace, mailer, settings=by_smtp(connections=4))

    assert report == SendReport(queued=40, sent=40, refused=0, deferred=0, uncertain=0)
    assert Counter(message.recipient for message in mailer.arrived) == Counter(map(address, range(1, 41)))


@pytest.mark.usefixtures("on_postgresql")
def test_senders_of_a_shared_store_write_to_everybody_once_between_them(
    approved: Store, workspace: Workspace
) -> None:
    with approved.transaction() as transaction:
        for number in range(7, 121):
            people.save_person(transaction, a_person(number, segment="publics"))
    mailers, together = [Recorder(), Recorder()], threading.Barrier(2, timeout=30)
    reports: list[SendReport] = []

    def work(mailer: Recorder) -> None:
        def meet(_message: Message) -> None:
            if not mailer.arrived:  # each has taken some before either goes on
                together.wait()

        mailer.on_leaving = meet
        reports.append(send(approved, workspace, mailer))

    senders = [threading.Thread(target=work, args=[mailer]) for mailer in mailers]

    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert all(mailer.arrived for mailer in mailers)
    received = Counter(message.recipient for mailer in mailers for message in mailer.arrived)
    assert received == Counter(map(address, range(1, 121)))
    assert sum(report.sent for report in reports) == 120


def test_a_fault_of_one_connection_stops_them_all(approved: Store, workspace: Workspace) -> None:
    with approved.transaction() as transaction:
        for number in range(7, 41):
            people.save_person(transaction, a_person(number, segment="publics"))

    with pytest.raises(DeliveryError, match="disk full"):
        send(
            approved,
            workspace,
            Recorder({address(7): DeliveryError("disk full")}),
            settings=by_smtp(connections=4),
        )

    found = states(approved)
    assert set(found) <= {DeliveryState.SENT, DeliveryState.QUEUED}
    assert found[DeliveryState.QUEUED] >= 1
    rest = send(approved, workspace, Recorder(), settings=by_smtp(connections=4))
    assert rest.sent == found[DeliveryState.QUEUED]


def test_a_connection_that_cannot_be_made_leaves_everybody_queued(
    approved: Store, workspace: Workspace
) -> None:
    def connect() -> AbstractContextManager[Mailer]:
        raise DeliveryError("no server")

    with pytest.raises(DeliveryError, match="no server"):
        send(approved, workspace, Recorder(), connect=connect)

    assert states(approved) == {DeliveryState.QUEUED: 6}


def test_who_leaves_during_a_run_is_not_written_to(approved: Store, workspace: Workspace) -> None:
    mailer = Recorder()

    def leave(message: Message) -> None:
        if message.recipient == address(2):  # the first of the run
            unsubscribe_person(approved, address(6))

    mailer.on_leaving = leave

    send(approved, workspace, mailer)

    assert address(6) not in {message.recipient for message in mailer.arrived}
    assert states(approved) == {DeliveryState.SENT: 5, DeliveryState.CANCELLED: 1}


def test_messages_leave_at_the_pace_that_was_asked_for(approved: Store, workspace: Workspace) -> None:
    begun = perf_counter()

    send(approved, workspace, Recorder(), settings=by_smtp(connections=2, per_minute=3000))

    assert perf_counter() - begun >= 5 * 60 / 3000


@pytest.mark.sqlite
def test_a_ledger_restored_from_an_older_copy_is_refused(
    approved: Store, workspace: Workspace, tmp_path: Path
) -> None:
    send(approved, workspace, Recorder(), settings=by_smtp(), segment="publics")
    older = copy_of(tmp_path / "veille.db")
    assert send(approved, workspace, Recorder(), settings=by_smtp()).sent == 3

    with open_store(older) as restored:
        with pytest.raises(RuleError, match="it is an older copy") as refused:
            send(restored, workspace, Recorder(), settings=by_smtp())
        assert states(restored) == {DeliveryState.SENT: 3}
        (file,) = re.findall(r"erase (\S+) and", refused.value.hint)
        Path(file).unlink()
        assert send(restored, workspace, Recorder(), settings=by_smtp()).sent == 3


def test_a_watermark_that_cannot_be_written_stops_nobody(
    approved: Store, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    assert send(approved, workspace, Recorder(), settings=by_smtp()).sent == 6


@pytest.mark.sqlite
def test_files_leave_no_watermark(approved: Store, workspace: Workspace, tmp_path: Path) -> None:
    older = copy_of(tmp_path / "veille.db")
    send(approved, workspace, Recorder())

    with open_store(older) as restored:
        assert send(restored, workspace, Recorder()).sent == 6


@pytest.mark.sqlite
def test_only_one_sender_at_a_time(approved: Store, workspace: Workspace) -> None:
    with FileLock(workspace.path / ".sending.lock"), pytest.raises(RuleError, match="Another veille"):
        send(approved, workspace, Recorder())

    assert send(approved, workspace, Recorder()).sent == 6


def test_the_files_are_whole_one_a_person_and_never_doubled(approved: Store, workspace: Workspace) -> None:
    with EmlMailer(workspace.outgoing) as mailer:
        send(approved, workspace, mailer)
        send(approved, workspace, mailer)

    assert sorted(path.name for path in workspace.outgoing.iterdir()) == sorted(
        f"{address(number)}.eml" for number in range(1, 7)
    )


def test_the_longest_address_has_a_file_name_that_every_system_takes(workspace: Workspace) -> None:
    longest = "c" * 64 + "@" + "m" * 60 + ".musee" * 20 + ".example"
    message = Message("veille@musee.example", longest, "<1@musee.example>", b"x")

    with EmlMailer(workspace.outgoing) as mailer:
        outcome = mailer.deliver(message, lambda: None)

    assert outcome.state is DeliveryState.SENT
    assert [path.suffix for path in workspace.outgoing.iterdir()] == [".eml"]


def test_a_folder_that_cannot_be_written_stops_with_everybody_queued(
    approved: Store, workspace: Workspace
) -> None:
    workspace.outgoing.touch()

    with EmlMailer(workspace.outgoing) as mailer, pytest.raises(DeliveryError, match="could not be written"):
        send(approved, workspace, mailer)

    assert states(approved) == {DeliveryState.QUEUED: 6}


def test_a_trial_is_marked_and_leaves_no_trace_in_the_ledger(approved: Store, workspace: Workspace) -> None:
    mailer = Recorder()

    outcome = send_trial(
        approved, SETTINGS, workspace, NOVEMBER,
        mailer=mailer, address="me@musee.example", segment="publics", language="fr", now=NOW,
    )  # fmt: skip

    assert outcome.state is DeliveryState.SENT
    received = email.message_from_bytes(mailer.arrived[0].content, policy=email.policy.default)
    assert str(received["Subject"]).startswith("[Essai] ")
    assert ledger(approved, NOVEMBER) == ()


def test_a_rehearsal_writes_what_would_leave_and_sends_nothing(approved: Store, workspace: Workspace) -> None:
    send(approved, workspace, Recorder(), segment="publics")
    folder = workspace.outgoing / "dry"

    count = rehearse(approved, SETTINGS, workspace, NOVEMBER, folder=folder, segment=None, now=NOW)

    assert count == len(list(folder.iterdir())) == 3
    assert states(approved)[DeliveryState.SENT] == 3


def test_a_rehearsal_makes_way_for_the_next(approved: Store, workspace: Workspace) -> None:
    folder = workspace.outgoing / "dry"
    rehearse(approved, SETTINGS, workspace, NOVEMBER, folder=folder, segment=None, now=NOW)

    rehearse(approved, SETTINGS, workspace, NOVEMBER, folder=folder, segment="publics", now=NOW)

    assert len(list(folder.iterdir())) == 3


def test_a_rehearsal_that_cannot_make_way_says_so(approved: Store, workspace: Workspace) -> None:
    (workspace.outgoing / "dry" / "stuck.eml").mkdir(parents=True)

    with pytest.raises(DeliveryError, match=r"stuck\.eml"):
        rehearse(
            approved, SETTINGS, workspace, NOVEMBER,
            folder=workspace.outgoing / "dry", segment=None, now=NOW,
        )  # fmt: skip


def test_the_configured_transport_is_opened(workspace: Workspace) -> None:
    by_smtp = Settings(
        mail=MailSettings(transport="smtp", from_address="v@m.example"), smtp=SmtpSettings(host="localhost")
    )

    assert isinstance(open_mailer(Settings(), workspace.outgoing, {}), EmlMailer)
    assert isinstance(open_mailer(by_smtp, workspace.outgoing, {}), SmtpMailer)
