"""A real process sending over a real socket, cut short at every step: nobody twice and nobody lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from approved_issue import approve_an_issue
from builders import NOVEMBER, a_person
from databases import store_of
from smtp_server import Script, SmtpServer
from veille.deliver.ledger import ledger
from veille.founding import found_workspace
from veille.model.delivery import DeliveryState

COMMAND = Path(sys.executable).with_name("veille")
PEOPLE = 6
VICTIM = "colleague3@musee.example"
# Their acknowledgement is written down together with the beginning of the victim's message.
BEFORE = "colleague2@musee.example"
SETTINGS = """
[segments]
publics = "Publics"
[mail]
transport = "smtp"
from_address = "veille@musee.example"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither signal for another process")


class Sending:
    """``veille send`` in a process of its own, signalled by the server at one phase of one message."""

    def __init__(self, folder: Path) -> None:
        self._command = [str(COMMAND), "-w", str(folder), "--lang", "en", "send", "--yes"]
        self._process: subprocess.Popen[str] | None = None

    def until(self, server: SmtpServer, phase: str, number: signal.Signals) -> tuple[int, str]:
        """Run until the server hears ``phase`` from the victim; the exit code and what was said."""

        def strike(heard: str, recipient: str) -> None:
            if (heard, recipient) == (phase, VICTIM) and self._process is not None:
                self._process.send_signal(number)
                if number is signal.SIGKILL:
                    self._process.wait(timeout=20)

        server.script = Script(before_reply=strike)
        with subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True) as self._process:
            _out, said = self._process.communicate(timeout=60)
        server.script = Script()
        return self._process.returncode, said

    def to_the_end(self) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self._command, check=False, capture_output=True)


def states(folder: Path) -> dict[str, DeliveryState]:
    with store_of(folder) as store:
        return {row.address: row.state for row in ledger(store, NOVEMBER)}


@pytest.mark.parametrize(
    ("number", "phase", "in_doubt"),
    [
        (signal.SIGKILL, "rcpt", {BEFORE}),
        (signal.SIGKILL, "data", {BEFORE}),
        (signal.SIGKILL, "dot", {VICTIM}),
        (signal.SIGINT, "rcpt", set()),
        (signal.SIGINT, "data", set()),
        (signal.SIGINT, "dot", set()),
    ],
)
def test_a_send_cut_short_goes_on_with_nobody_twice_and_nobody_lost(
    tmp_path: Path, number: signal.Signals, phase: str, in_doubt: set[str]
) -> None:
    folder = tmp_path / "veille"
    workspace = found_workspace(folder, "en", os.environ).workspace
    with store_of(workspace.path) as store:
        approve_an_issue(store, map(a_person, range(PEOPLE)))
    with SmtpServer() as server:
        workspace.settings_file.write_text(SETTINGS.format(port=server.port), encoding="utf-8")
        sending = Sending(folder)

        code, said = sending.until(server, phase, number)
        resumed = sending.to_the_end()

    received = Counter(recipient for message in server.messages for recipient in message.recipients)
    doubted = {address for address, state in states(folder).items() if state is DeliveryState.UNCERTAIN}
    assert code == (130 if number is signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in said
    assert max(received.values()) == 1
    assert doubted == in_doubt
    assert set(states(folder)) == set(received) | doubted
    assert len(states(folder)) == PEOPLE
    assert resumed.returncode in {0, 4}
