"""Messages given to the machine's mail system: what its answers mean for the ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from veille.deliver.message import Message
from veille.deliver.sendmail import SendmailMailer
from veille.deliver.transports import open_mailer
from veille.errors import DeliveryError
from veille.model.delivery import DeliveryState
from veille.settings import MailSettings, Settings

MESSAGE = Message(
    "veille@musee.example", "camille@musee.example", "<1@musee.example>", b"To: x\r\n\r\n.\r\nOui\r\n"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script stands for sendmail")


def sendmail(folder: Path, script: str) -> SendmailMailer:
    """A command that keeps what it is given in ``folder``, then does as ``script`` says."""
    command = folder / "sendmail"
    command.write_text(f'#!/bin/sh\necho "$*" >{folder}/arguments\ncat >{folder}/message\n{script}\n')
    command.chmod(0o755)
    return SendmailMailer(str(command))


def test_the_message_is_given_whole_with_its_envelope(tmp_path: Path) -> None:
    left: list[str] = []
    with sendmail(tmp_path, "exit 0") as mailer:
        outcome = mailer.deliver(MESSAGE, lambda: left.append("left"))

    assert outcome.state is DeliveryState.SENT
    assert left == ["left"]
    assert (tmp_path / "message").read_bytes() == b"To: x\n\n.\nOui\n"
    arguments = (tmp_path / "arguments").read_text().strip()
    assert arguments == "-i -f veille@musee.example -- camille@musee.example"


@pytest.mark.parametrize(
    ("script", "state", "said"),
    [
        ("echo 'no such user' >&2; exit 67", DeliveryState.REFUSED, "67: no such user"),
        ("exit 68", DeliveryState.REFUSED, "68: –"),
        ("exit 65", DeliveryState.REFUSED, "65"),
        ("exit 69", DeliveryState.DEFERRED, "69"),
        ("echo busy >&2; exit 75", DeliveryState.DEFERRED, "75: busy"),
        ("kill -9 $$", DeliveryState.UNCERTAIN, "-9"),
    ],
)
def test_its_exit_code_says_what_became_of_it(
    tmp_path: Path, script: str, state: DeliveryState, said: str
) -> None:
    with sendmail(tmp_path, script) as mailer:
        outcome = mailer.deliver(MESSAGE, lambda: None)

    assert outcome.state is state
    assert said in outcome.reply


def test_a_mail_system_at_fault_stops_the_run(tmp_path: Path) -> None:
    mailer = sendmail(tmp_path, "echo 'bad configuration' >&2; exit 78")

    with pytest.raises(DeliveryError, match="bad configuration"):
        mailer.deliver(MESSAGE, lambda: None)


def test_a_missing_command_is_named_before_anything_leaves(tmp_path: Path) -> None:
    left: list[str] = []

    with SendmailMailer(str(tmp_path / "nothing")) as mailer, pytest.raises(DeliveryError, match="nothing"):
        mailer.deliver(MESSAGE, lambda: left.append("left"))

    assert left == []


def test_a_command_that_cannot_run_is_named(tmp_path: Path) -> None:
    command = tmp_path / "no-program"
    command.write_bytes(b"\0")
    command.chmod(0o755)

    with SendmailMailer(str(command)) as mailer, pytest.raises(DeliveryError, match="no-program"):
        mailer.deliver(MESSAGE, lambda: None)


def test_ctrl_c_in_the_terminal_is_not_for_the_mail_system(tmp_path: Path) -> None:
    session = f"{sys.executable} -c 'import os; print(os.getsid(0))' >{tmp_path}/session"
    with sendmail(tmp_path, session) as mailer:
        mailer.deliver(MESSAGE, lambda: None)

    assert int((tmp_path / "session").read_text()) != os.getsid(0)


def test_one_that_never_ends_is_in_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def expire(*_arguments: Any, timeout: float, **_options: Any) -> None:
        raise subprocess.TimeoutExpired("sendmail", timeout)

    monkeypatch.setattr(subprocess, "run", expire)
    with sendmail(tmp_path, "") as mailer:
        assert mailer.deliver(MESSAGE, lambda: None).state is DeliveryState.UNCERTAIN


def test_it_is_the_transport_that_was_asked_for(tmp_path: Path) -> None:
    settings = Settings(mail=MailSettings(transport="sendmail", sendmail=str(tmp_path / "sendmail")))
    sendmail(tmp_path, "exit 0")

    with open_mailer(settings, tmp_path, {}) as mailer:
        assert mailer.deliver(MESSAGE, lambda: None).state is DeliveryState.SENT
