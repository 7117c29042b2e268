"""Processes that send from a shared store: whatever one believes of another, nobody is written to twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from approved_issue import approve_an_issue
from builders import NOVEMBER, NOW, a_person
from databases import query
from veille.clock import StoppedClock
from veille.deliver.ledger import ledger
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Message
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.watermark import Watermark, watermark_file
from veille.errors import RuleError
from veille.model.delivery import DeliveryState
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import Store, people
from veille.workspace import Workspace

PEOPLE = 6
SETTINGS = Settings(
    segments={"publics": Label({"fr": "Publics"})},
    mail=MailSettings(transport="smtp", from_address="veille@musee.example", per_minute=60_000),
    smtp=SmtpSettings(host="127.0.0.1"),
)
THOUGHT_DEAD = "UPDATE leases SET until = timestamp '2001-01-01'"


class Meanwhile:
    """A mailer to which something happens once, while its first message leaves."""

    def __init__(self, happens: Callable[[], object] = lambda: None, outcome: Outcome | None = None) -> None:
        self.arrived: list[str] = []
        self._happenings = [happens]
        self._outcome = outcome or Outcome(DeliveryState.SENT, "250 ok")

    def __enter__(self) -> Mailer:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        about_to_leave()
        for happens in self._happenings[:]:
            self._happenings.clear()
            happens()
        self.arrived.append(message.recipient)
        return self._outcome


@pytest.fixture
def approved(store: Store) -> Store:
    """A store with an approved issue and six people."""
    approve_an_issue(store, (a_person(number, segment="publics") for number in range(PEOPLE)))
    return store


def send(store: Store, folder: Path, mailer: Meanwhile) -> SendReport:
    return send_issue(
        store, SETTINGS, Workspace(folder), NOVEMBER, clock=StoppedClock(NOW), connect=lambda: mailer
    )


def states(store: Store) -> Counter[DeliveryState]:
    return Counter(delivery.state for delivery in ledger(store, NOVEMBER))


@pytest.mark.usefixtures("on_postgresql")
def test_a_slow_sender_leaves_to_another_what_that_one_took_from_it(approved: Store, tmp_path: Path) -> None:
    def another_sends() -> None:
        query(tmp_path, THOUGHT_DEAD)
        reports.append(send(approved, tmp_path, other))

    reports: list[SendReport] = []
    other = Meanwhile()
    slow = Meanwhile(another_sends)

    reports.append(send(approved, tmp_path, slow))

    received = Counter(slow.arrived + other.arrived)
    assert len(slow.arrived) == 1
    assert (len(received), set(received.values())) == (PEOPLE, {1})
    assert states(approved) == {DeliveryState.SENT: PEOPLE}
    assert [(report.sent, report.uncertain) for report in reports] == [(PEOPLE - 1, 1), (1, 0)]


@pytest.mark.usefixtures("on_postgresql")
def test_what_a_living_sender_has_in_hand_is_neither_taken_nor_doubted(
    approved: Store, tmp_path: Path
) -> None:
    other = Meanwhile()
    slow = Meanwhile(lambda: send(approved, tmp_path, other))

    send(approved, tmp_path, slow)

    assert (len(slow.arrived), other.arrived) == (PEOPLE, [])
    assert states(approved) == {DeliveryState.SENT: PEOPLE}


@pytest.mark.usefixtures("on_postgresql")
def test_what_another_was_asked_to_bring_later_is_not_tried_at_once(approved: Store, tmp_path: Path) -> None:
    def another_is_put_off() -> None:
        query(tmp_path, THOUGHT_DEAD)
        send(approved, tmp_path, put_off)

    put_off = Meanwhile(outcome=Outcome(DeliveryState.DEFERRED, "451 later"))
    slow = Meanwhile(another_is_put_off)

    send(approved, tmp_path, slow)

    assert len(slow.arrived) == 1
    assert states(approved) == {DeliveryState.SENT: 1, DeliveryState.DEFERRED: PEOPLE - 1}


@pytest.mark.usefixtures("on_postgresql")
def test_what_another_sent_meanwhile_counts_for_an_older_copy_of_the_ledger(
    approved: Store, tmp_path: Path
) -> None:
    def another_sends_to_somebody_new() -> None:
        with approved.transaction() as transaction:
            people.save_person(transaction, a_person(PEOPLE, segment="publics"))
        send(approved, tmp_path, Meanwhile())

    send(approved, tmp_path, Meanwhile(another_sends_to_somebody_new))

    with approved.transaction() as transaction:
        mark = watermark_file(tmp_path, people.salt(transaction), NOVEMBER)
    assert int(mark.read_text(encoding="ascii")) == PEOPLE + 1


def test_what_another_sends_while_we_begin_makes_no_older_copy_of_the_ledger(tmp_path: Path) -> None:
    def known_before_another_sent() -> int:
        other.rise()
        return 0

    with closing(Watermark(tmp_path / "mark")) as other, closing(Watermark(tmp_path / "mark")) as ours:
        ours.refuse_older_ledger(known_before_another_sent)

        with pytest.raises(RuleError, match="it is an older copy"):
            ours.refuse_older_ledger(lambda: 0)
