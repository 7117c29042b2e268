"""Sending by the default transport: messages become files, and nobody is led to believe they left."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from builders import NOVEMBER
from conftest import Veille
from databases import store_of
from smtp_server import SmtpServer
from veille import i18n
from veille.deliver.eml import EmlMailer
from veille.deliver.ledger import written_as_files
from veille.deliver.message import Message
from veille.model.delivery import DeliveryState
from veille.store import deliveries


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def ready(approved_veille: Veille) -> Veille:
    """An approved issue and two people in two segments."""
    approved_veille("people", "add", "sacha@musee.example", "--segment", "publics")
    approved_veille("people", "add", "alix@musee.example", "--segment", "collections")
    return approved_veille


def send_by_smtp(veille: Veille, port: int) -> None:
    """Configure the server at ``port``."""
    file = veille.folder / "veille.toml"
    text = file.read_text(encoding="utf-8").replace("[mail]", '[mail]\ntransport = "smtp"')
    server = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    file.write_text(text + server, encoding="utf-8")


def test_the_question_says_that_nothing_will_leave_and_what_to_do(
    ready: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))

    ready("send", code=3)

    outgoing = ready.folder / "outgoing" / "2026-11"
    assert f"2 messages will be written to {outgoing}; nothing will leave this machine" in ready.said
    assert "counts as sent" in ready.said
    assert "veille send --dry-run" in ready.said
    assert 'transport = "smtp"' in ready.said
    assert "Write the issue of 2026-11 to 2 files?" in ready.said


def test_the_question_about_a_real_sending_speaks_of_people(
    ready: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_by_smtp(ready, port=1)
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))

    ready("send", code=3)

    assert "Send the issue of 2026-11 to 2 people by smtp?" in ready.said
    assert "this machine" not in ready.said


def test_the_summary_says_that_nothing_left_and_where_the_files_are(ready: Veille) -> None:
    shown = ready("send", "--yes")

    outgoing = ready.folder / "outgoing" / "2026-11"
    assert "2 written of 2" in shown
    assert f"2 messages were written to {outgoing}; they never left this machine" in shown
    assert 'transport = "smtp"' in shown


def test_programs_are_told_that_nothing_left(ready: Veille) -> None:
    document = ready.json("send", "--yes")

    assert document["transport"] == "eml"
    assert document["left_this_machine"] == 0
    assert document["path"] == str(ready.folder / "outgoing" / "2026-11")
    assert document["only_as_files"] == 2


def test_programs_are_told_what_left(ready: Veille) -> None:
    with SmtpServer() as server:
        send_by_smtp(ready, server.port)

        document = ready.json("send", "--yes")

    assert (document["transport"], document["left_this_machine"], document["path"]) == ("smtp", 2, None)
    assert document["only_as_files"] == 0


def test_a_real_sending_is_reported_as_one(ready: Veille) -> None:
    with SmtpServer() as server:
        send_by_smtp(ready, server.port)

        shown = ready("send", "--yes")
        again = ready("send", "--yes")

    assert "2 sent of 2" in shown
    assert "Everybody has received it" in again
    assert "this machine" not in shown + again


def test_a_mail_server_configured_too_late_is_no_reason_to_claim_a_delivery(ready: Veille) -> None:
    ready("send", "--yes")
    with SmtpServer() as server:
        send_by_smtp(ready, server.port)

        shown = ready("send", "--yes")
        document = ready.json("send", "--yes")

    assert "Everybody has received it" not in shown
    assert "2 messages were written to" in shown
    assert document["only_as_files"] == 2
    assert server.messages == []


def test_the_files_of_one_segment_are_counted_alone(ready: Veille) -> None:
    ready("send", "--yes")

    assert ready.json("send", "--yes", "--segment", "publics")["only_as_files"] == 1


def test_a_trial_says_where_its_file_is_and_that_nothing_left(ready: Veille) -> None:
    shown = ready("send", "--test", "me@musee.example")
    document = ready.json("send", "--test", "me@musee.example")

    trial = ready.folder / "outgoing" / "trial"
    assert f"the file is in {trial}, nothing left this machine" in shown
    assert 'transport = "smtp"' in shown
    assert "me@musee.example.eml" in shown
    assert (document["path"], document["left_this_machine"]) == (str(trial), 0)
    assert (trial / "me@musee.example.eml").is_file()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_ledger_knows_a_file_in_either_language(ready: Veille, tmp_path: Path, language: str) -> None:
    i18n.activate(language)
    with EmlMailer(tmp_path / "elsewhere") as mailer:
        outcome = mailer.deliver(Message("v@m.example", "a@m.example", "<1@m.example>", b"x"), lambda: None)
    ready("send", "--yes")
    with store_of(ready.folder) as store:
        with store.transaction() as transaction:
            first, second = deliveries.ledger_of(transaction, 1)
            for row, reply in ((first, outcome.reply), (second, "250 2.0.0 ok")):
                deliveries.settle(transaction, row.id, DeliveryState.SENT, reply=reply, now=row.updated_at)

        assert written_as_files(store, NOVEMBER, None) == 1
