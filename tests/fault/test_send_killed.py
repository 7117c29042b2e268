"""A thousand people over four connections, killed two hundred times: nobody twice, nobody silently lost.

One process at a time with a file; four at the same time with a server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

import send_killer
from approved_issue import approve_an_issue
from builders import NOVEMBER, a_person
from databases import store_of
from smtp_server import SmtpServer
from veille.deliver.ledger import ledger
from veille.model.delivery import DeliveryState

PEOPLE, KILLS, SENDERS = 1000, 200, 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each send is a fork of a process")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with an approved issue and a thousand people."""
    with store_of(tmp_path) as store:
        approve_an_issue(store, (a_person(number, segment="publics") for number in range(PEOPLE)))
    return tmp_path


@dataclass(frozen=True, slots=True)
class Story:
    """What came of a send that was killed over and over."""

    under_way: list[int]
    last: dict[str, int]
    once_more: dict[str, int]
    received: Counter[str]
    states: dict[str, DeliveryState]

    def addresses(self, state: DeliveryState) -> set[str]:
        return {address for address, other in self.states.items() if other is state}


def killed_over_and_over(folder: Path, senders: int) -> Story:
    """Send, so many side by side, until they were killed two hundred times and once was not."""
    with SmtpServer() as server:
        command = [sys.executable, send_killer.__file__, folder, server.port, KILLS, senders]
        ran = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    last, once_more = [line["report"] for line in told if "report" in line]
    with store_of(folder) as store:
        states = {row.address: row.state for row in ledger(store, NOVEMBER)}
    return Story(
        [line["sending"] for line in told if "sending" in line],
        last,
        once_more,
        Counter(recipient for message in server.messages for recipient in message.recipients),
        states,
    )


def assert_nobody_twice_and_nobody_lost(story: Story) -> None:
    sent, doubted = map(story.addresses, (DeliveryState.SENT, DeliveryState.UNCERTAIN))
    received = set(story.received)

    assert max(story.received.values()) == 1
    assert sent <= received
    assert received - sent <= doubted
    assert len(sent) + len(doubted) == len(story.states) == PEOPLE
    assert story.last["sent"] > 0  # those killed could begin fewer than there are
    assert story.once_more == {"queued": 0, "sent": 0, "refused": 0, "deferred": 0, "uncertain": 0}


@pytest.mark.sqlite
def test_two_hundred_kills_mail_nobody_twice_and_lose_nobody(folder: Path) -> None:
    story = killed_over_and_over(folder, senders=1)

    assert_nobody_twice_and_nobody_lost(story)
    assert len(story.under_way) == KILLS
    assert max(story.under_way) <= send_killer.CONNECTIONS
    assert len(story.addresses(DeliveryState.UNCERTAIN)) == sum(story.under_way)


@pytest.mark.usefixtures("on_postgresql")
def test_four_senders_killed_fifty_times_each_mail_nobody_twice_and_lose_nobody(folder: Path) -> None:
    story = killed_over_and_over(folder, senders=SENDERS)

    assert_nobody_twice_and_nobody_lost(story)
    assert 0 < len(story.addresses(DeliveryState.UNCERTAIN)) <= KILLS * send_killer.CONNECTIONS
