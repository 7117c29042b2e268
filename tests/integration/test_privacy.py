"""What a workspace holds about people stays with its owner: in files of their own, and out of the log."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import dns.resolver
import pytest

from builders import a_letter, a_notice, a_person
from conftest import Veille
from databases import store_of
from dns_server import DnsServer
from imap_server import PASSWORD, Dovecot
from smtp_server import Script, SmtpServer
from veille import logs
from veille.privacy import make_private_folder
from veille.store import people

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has rights of another kind")

ANOTHER = "zoé+veille@xn--muse-epa.example"
CURATOR, SENDER = "camille@musee.example", "veille@musee.example"
READERS = [person.address for person in map(a_person, range(1, 4))]
STRANGER, LEAVER, NEWCOMER = "ines.o'neil@ailleurs.example", READERS[2], "élodie@musée.example"
SMTP_PASSWORD = "Trois-baleines-7"


@pytest.fixture(autouse=True)
def _wide_open() -> Iterator[None]:
    """The widest mask there is: whatever is private is so by itself."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def at_work(
    approved_veille: Veille, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Veille, SmtpServer]]:
    """A workspace with readers, whose servers want passwords; one reader's mail is refused."""
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        for number in range(1, 4):
            people.save_person(transaction, a_person(number))
    script = Script(
        credentials=(CURATOR, SMTP_PASSWORD), rcpt={READERS[1]: f"550 5.1.1 <{READERS[1]}> unknown"}
    )
    with SmtpServer(script) as server:
        settings = approved_veille.folder / "veille.toml"
        servers = (
            f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nusername = "{CURATOR}"\n'
            f'[mailbox]\nhost = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "none"\nusername = "privacy"\n'
        )
        text = settings.read_text(encoding="utf-8").replace("[mail]", f'{servers}[mail]\ntransport = "smtp"')
        settings.write_text(text, encoding="utf-8")
        monkeypatch.setenv("VEILLE_SMTP_PASSWORD", SMTP_PASSWORD)
        monkeypatch.setenv("VEILLE_MAILBOX_PASSWORD", PASSWORD)
        with DnsServer({}) as names:
            monkeypatch.setattr(dns.resolver, "default_resolver", names.resolver())
            yield approved_veille, server


def fail_with(words: str) -> NoReturn:
    raise RuntimeError(f"nobody foresaw {words}")


def live_through_a_month(veille: Veille, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that has to do with people, well and badly."""
    veille("send", "--yes", code=4)
    veille("send", "status")
    veille("share", "1", STRANGER, READERS[0], "--note", "Pour toi", "--yes")
    dovecot.put(
        "privacy",
        a_notice(recipient=READERS[0]),
        a_letter("https://journal.example/9", From=f"Ines <{STRANGER}>", Message_ID=f"<2.{STRANGER}>"),
        a_letter(
            Subject="[veille] Unsubscribe", From=f"Le départ <{LEAVER}>", Message_ID="<3@musee.example>"
        ),
    )
    veille("inbox")
    veille("suggest", "--title", "Une revue", "--from", STRANGER, "--name", "Ines")
    veille("people", "add", NEWCOMER, "--segment", "publics")
    veille("people", "export", NEWCOMER)
    veille("people", "unsubscribe", READERS[0])
    veille("people", "forget", NEWCOMER, "--yes")
    veille("doctor", code=4)
    with monkeypatch.context() as patch:
        words = f"{CURATOR} {SMTP_PASSWORD} {PASSWORD}"
        patch.setattr("veille.doctor.network.Mailbox", lambda *_arguments: fail_with(words))
        veille("doctor", code=70)
    with monkeypatch.context() as patch:
        patch.setattr(people, "save_person", lambda _transaction, person: fail_with(str(person)))
        veille("people", "add", ANOTHER, "--segment", "publics", code=70)
    with monkeypatch.context() as patch:
        # What SQLAlchemy raises names the values of the statement, and PostgreSQL the row.
        patch.setattr("veille.store.engine.DatabaseError", KeyError)
        patch.setattr("veille.store.people._row_of", lambda *_arguments: None)
        veille("people", "add", READERS[0], "--segment", "publics", code=70)


def test_the_log_holds_no_address_and_no_secret(
    at_work: tuple[Veille, SmtpServer], dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    veille, server = at_work

    live_through_a_month(veille, dovecot, monkeypatch)

    assert len(server.messages) == 4
    log = (veille.folder / "veille.log").read_text(encoding="utf-8")
    for told in (
        "issue sent",
        "share settled",
        "message read",
        "Traceback",
        "nobody foresaw",
        "IntegrityError",
    ):
        assert told in log
    known = (
        CURATOR,
        SENDER,
        *READERS,
        STRANGER,
        NEWCOMER,
        "xn--muse-",
        "o'neil",
        "élodie",
        SMTP_PASSWORD,
        PASSWORD,
    )
    assert [word for word in known if word.lower() in log.lower()] == []


def test_what_holds_names_and_addresses_is_its_owners_alone(
    approved_veille: Veille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 300)
    approved_veille("people", "add", READERS[0], "--segment", "publics")
    approved_veille("send", "--test", READERS[1])
    approved_veille("send", "--yes")
    approved_veille("share", "1", READERS[1], "--yes")
    approved_veille("remind", "--mail")
    approved_veille("people", "export", str(tmp_path / "people.csv"))
    approved_veille("backup", str(tmp_path / "veille.zip"))

    folder = approved_veille.folder
    logs_kept = list(folder.glob("veille.log*"))
    assert len(logs_kept) > 1
    written = [tmp_path / "people.csv", tmp_path / "veille.zip", *folder.glob("veille.db*"), *logs_kept]
    assert {path.name: rights(path) for path in written} == {path.name: 0o600 for path in written}
    # Nothing below can be reached through a folder that others may not enter.
    assert {path.name: rights(path) for path in (folder / "outgoing").iterdir() if path.is_dir()} != {}
    assert rights(folder / "outgoing") == 0o700


def test_a_private_folder_lets_nobody_into_those_above_that_it_makes(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "outgoing" / "2026-11")

    assert [rights(tmp_path / "outgoing"), rights(tmp_path / "outgoing" / "2026-11")] == [0o700, 0o700]


def test_a_crash_before_any_workspace_is_told_among_the_users_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    assert logs.fallback_log_file().is_relative_to(tmp_path)
