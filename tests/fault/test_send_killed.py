"""Five hundred people over four connections, killed two hundred times: nobody twice, nobody silently lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import send_killer
from approved_issue import approve_an_issue
from builders import NOVEMBER, a_person
from databases import store_of
from smtp_server import SmtpServer
from veille.deliver.ledger import ledger
from veille.model.delivery import DeliveryState

PEOPLE, KILLS = 500, 200

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each send is a fork of a process")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with an approved issue and five hundred people."""
    with store_of(tmp_path) as store:
        approve_an_issue(store, (a_person(number, segment="publics") for number in range(PEOPLE)))
    return tmp_path


def test_two_hundred_kills_mail_nobody_twice_and_lose_nobody(folder: Path) -> None:
    with SmtpServer() as server:
        command = [sys.executable, send_killer.__file__, str(folder), str(server.port), str(KILLS)]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    under_way = [line["sending"] for line in told if "sending" in line]
    last, once_more = [line["report"] for line in told if "report" in line]
    received = Counter(recipient for message in server.messages for recipient in message.recipients)
    with store_of(folder) as store:
        states = {row.address: row.state for row in ledger(store, NOVEMBER)}
    sent = {address for address, state in states.items() if state is DeliveryState.SENT}
    doubted = {address for address, state in states.items() if state is DeliveryState.UNCERTAIN}

    assert len(under_way) == KILLS
    assert max(under_way) <= send_killer.CONNECTIONS
    assert max(received.values()) == 1
    assert sent <= set(received)
    assert set(received) - sent <= doubted
    assert len(sent) + len(doubted) == len(states) == PEOPLE
    assert len(doubted) == sum(under_way)
    assert last["sent"] > 0
    assert once_more == {"queued": 0, "sent": 0, "refused": 0, "deferred": 0, "uncertain": 0}
