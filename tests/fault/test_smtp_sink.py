"""Postfix's smtp-sink fails in each way that it knows; each ends in the right state, and nobody twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from approved_issue import approve_an_issue
from builders import NOVEMBER, NOW, a_person
from smtp_server import SmtpServer
from smtp_sink import sink
from veille.clock import StoppedClock
from veille.deliver.ledger import ledger
from veille.deliver.sender import SendReport, send_issue
from veille.deliver.transports import open_mailer
from veille.errors import DeliveryError
from veille.model.delivery import DeliveryState
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import Store
from veille.workspace import Workspace

PEOPLE = 4


@pytest.fixture
def approved(store: Store) -> Store:
    """A store with a few people and an approved issue."""
    approve_an_issue(store, (a_person(number, segment="publics") for number in range(PEOPLE)))
    return store


def send(
    store: Store, folder: Path, port: int, *, transport: str = "smtp", later: timedelta = timedelta()
) -> SendReport:
    settings = Settings(
        segments={"publics": Label({"fr": "Publics"})},
        mail=MailSettings(transport=transport, from_address="veille@musee.example"),
        smtp=SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=5),
    )
    return send_issue(
        store,
        settings,
        Workspace(folder),
        NOVEMBER,
        clock=StoppedClock(NOW + later),
        connect=lambda: open_mailer(settings, folder, {}),
    )


def states(store: Store) -> Counter[DeliveryState]:
    return Counter(row.state for row in ledger(store, NOVEMBER))


@pytest.mark.parametrize(
    ("options", "state", "word"),
    [
        (("-r", "rcpt"), DeliveryState.DEFERRED, "4"),
        (("-f", "rcpt"), DeliveryState.REFUSED, "5"),
        (("-r", "data"), DeliveryState.DEFERRED, "4"),
        (("-f", "data"), DeliveryState.REFUSED, "5"),
        (("-r", "."), DeliveryState.DEFERRED, "4"),
        (("-f", "."), DeliveryState.REFUSED, "5"),
        (("-q", "rcpt"), DeliveryState.DEFERRED, "connection lost"),
        (("-q", "data"), DeliveryState.DEFERRED, "connection lost"),
        (("-q", "."), DeliveryState.UNCERTAIN, "connection lost"),
        (("-f", "rcpt", "-q", "rset"), DeliveryState.REFUSED, "5"),
        (("-q", "quit"), DeliveryState.SENT, "250"),
        (("-w", "1"), DeliveryState.SENT, "250"),
    ],
)
def test_each_fault_ends_in_its_state_and_the_rest_arrives_once(
    approved: Store, tmp_path: Path, options: tuple[str, ...], state: DeliveryState, word: str
) -> None:
    with sink(*options) as port:
        send(approved, tmp_path, port)
    failed = ledger(approved, NOVEMBER)

    with SmtpServer() as server:
        send(approved, tmp_path, server.port, later=timedelta(hours=1))

    assert {row.state for row in failed} == {state}
    assert all(row.reply.startswith(word) for row in failed)
    received = Counter(recipient for message in server.messages for recipient in message.recipients)
    if state is DeliveryState.DEFERRED:
        assert set(received.values()) == {1}
        assert states(approved) == {DeliveryState.SENT: PEOPLE}
    else:
        assert not received
        assert states(approved) == {state: PEOPLE}


def test_a_server_that_ends_after_two_messages_leaves_the_others_queued(
    approved: Store, tmp_path: Path
) -> None:
    with sink("-M", "2") as port, pytest.raises(DeliveryError):
        send(approved, tmp_path, port)
    after = states(approved)

    with SmtpServer() as server:
        send(approved, tmp_path, server.port, later=timedelta(hours=1))

    assert after[DeliveryState.SENT] + after[DeliveryState.UNCERTAIN] == 2
    received = Counter(recipient for message in server.messages for recipient in message.recipients)
    assert received.total() == len(received) == PEOPLE - 2


def test_a_sender_who_is_not_welcome_stops_after_one(approved: Store, tmp_path: Path) -> None:
    with sink("-f", "mail") as port, pytest.raises(DeliveryError, match="sender"):
        send(approved, tmp_path, port)

    assert states(approved) == {DeliveryState.QUEUED: PEOPLE}


def test_lmtp_delivers_to_everybody(approved: Store, tmp_path: Path) -> None:
    with sink("-L") as port:
        assert send(approved, tmp_path, port, transport="lmtp").sent == PEOPLE
