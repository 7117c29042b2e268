"""Leaving, coming back, and being forgotten: in the database and in the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Veille
from veille.deliver.eml import EmlMailer
from veille.deliver.message import Message
from veille.deliver.outgoing import erase_messages

SACHA = "sacha@musee.example"


def write_message(folder: Path, file: str, to: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"From: veille@musee.example\r\nTo: {to}\r\nSubject: x\r\n\r\nBonjour\r\n".encode())
    return path


@pytest.fixture
def sacha(veille: Veille) -> Veille:
    """A workspace that knows Sacha."""
    veille("people", "add", SACHA, "--segment", "publics", "--name", "Sacha Élan")
    return veille


@pytest.mark.parametrize(
    "to",
    [
        SACHA,
        f"Sacha Elan <{SACHA}>",
        f'"Elan, Sacha" <{SACHA.upper()}>',
        f"=?utf-8?q?Sacha_=C3=89lan?=\r\n <{SACHA}>",
    ],
)
def test_a_message_is_theirs_by_its_recipient_whatever_the_file_is_called(tmp_path: Path, to: str) -> None:
    theirs = write_message(tmp_path, "2026-11/x.eml", to)
    of_another = write_message(tmp_path, f"2026-11/{SACHA}.eml", "alix@musee.example")

    erased, stuck = erase_messages(tmp_path, SACHA, dry_run=False)

    assert (erased, stuck) == ((theirs,), ())
    assert (theirs.exists(), of_another.exists()) == (False, True)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("sacha@musée.example", "sacha@xn--muse-dpa.example"),
        ("élise@musee.example", "Élise@musee.example"),
    ],
)
def test_an_address_of_another_script_is_found_as_the_mail_writes_it(
    tmp_path: Path, address: str, written: str
) -> None:
    theirs = write_message(tmp_path, "x.eml", f"<{written}>")

    assert erase_messages(tmp_path, address, dry_run=False)[0] == (theirs,)


def test_an_address_that_no_message_can_have_has_no_messages(tmp_path: Path) -> None:
    write_message(tmp_path, "x.eml", SACHA)

    assert erase_messages(tmp_path, "x@a-.\u2763.example", dry_run=False) == ((), ())


def test_what_a_killed_run_left_half_written_goes_too(tmp_path: Path) -> None:
    half = write_message(tmp_path, "2026-11/x.eml.part", SACHA)

    assert erase_messages(tmp_path, SACHA, dry_run=False)[0] == (half,)


def test_the_messages_that_veille_writes_are_found_again(tmp_path: Path) -> None:
    content = b"To: sacha@musee.example\r\n\r\nx"
    with EmlMailer(tmp_path / "2026-11") as mailer:
        mailer.deliver(Message("v@m.example", SACHA, "<1@m.example>", content), lambda: None)

    assert len(erase_messages(tmp_path, SACHA, dry_run=False)[0]) == 1


@pytest.mark.usefixtures("approved_veille")
def test_forgetting_erases_the_messages_of_sends_trials_and_rehearsals(sacha: Veille) -> None:
    sacha("people", "add", "alix@musee.example", "--segment", "publics")
    sacha("send", "--dry-run")
    sacha("send", "--test", SACHA)
    sacha("send", "--yes")

    rehearsed = sacha.json("people", "forget", SACHA, "--dry-run")
    forgotten = sacha.json("people", "forget", SACHA, "--yes")

    left = [path.read_bytes() for path in (sacha.folder / "outgoing").rglob("*.eml")]
    assert (rehearsed["messages"], forgotten["messages"], forgotten["left"]) == (3, 3, [])
    assert len(left) == 2
    assert not any(SACHA.encode() in content for content in left)


def test_forgetting_says_how_many_messages_went(sacha: Veille) -> None:
    write_message(sacha.folder / "outgoing", "trial/x.eml", SACHA)

    sacha("people", "forget", SACHA, code=3)
    assert "1 message to them to erase" in sacha.said
    assert "1 message to them to erase" in sacha("people", "forget", SACHA, "--dry-run")
    assert "1 message of theirs erased" in sacha("people", "forget", SACHA, "--yes")


def test_a_file_that_cannot_be_erased_is_named_and_the_rest_is_done(sacha: Veille) -> None:
    outgoing = sacha.folder / "outgoing"
    theirs = write_message(outgoing, "2026-11/x.eml", SACHA)
    (outgoing / "2026-11" / "stuck.eml").mkdir()

    sacha("people", "forget", SACHA, "--yes", code=4)

    assert "stuck.eml could not be erased" in sacha.said
    assert not theirs.exists()
    assert sacha.json("people", "list")["people"] == []


def test_a_file_that_cannot_be_erased_is_named_to_programs(sacha: Veille) -> None:
    stuck = sacha.folder / "outgoing" / "stuck.eml"
    stuck.mkdir(parents=True)

    document = sacha.json("people", "forget", SACHA, "--yes", code=4)

    assert [left["path"] for left in document["left"]] == [str(stuck)]


def test_who_unsubscribed_may_return(sacha: Veille) -> None:
    sacha("people", "unsubscribe", SACHA)

    sacha("people", "add", SACHA, "--segment", "publics", code=3)
    assert "veille people resubscribe" in sacha.said
    (returned,) = sacha.json("people", "resubscribe", SACHA.upper())["people"]

    assert (returned["status"], returned["name"]) == ("active", "Sacha Élan")
    assert [person["status"] for person in sacha.json("people", "list")["people"]] == ["active"]


def test_who_was_forgotten_is_not_brought_back(sacha: Veille) -> None:
    sacha("people", "forget", SACHA, "--yes")

    sacha("people", "resubscribe", SACHA, code=3)
    assert "asked to be forgotten" in sacha.said
    assert sacha.json("people", "list")["people"] == []


def test_a_stranger_cannot_return(sacha: Veille) -> None:
    sacha("people", "resubscribe", "alix@musee.example", code=1)

    assert "Nobody here has the address" in sacha.said
