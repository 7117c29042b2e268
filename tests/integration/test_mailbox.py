"""The mailbox against a real Dovecot, and against a server that answers as others do."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_letter
from imap_server import PASSWORD, Dovecot
from veille.deliver.mailbox import PASSWORD_VARIABLE, Listed, Mailbox
from veille.errors import ConfigError, MailboxError
from veille.settings import MailboxSettings

SECRETS = {PASSWORD_VARIABLE: PASSWORD}
Settings = Callable[..., MailboxSettings]
# Dovecot dates nothing in the future, and the clock of the machine may be anywhere after these tests.
TODAY = "24-Nov-2024"
NOW = datetime(2024, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def user(tmp_path: Path) -> str:
    """An account that no other test has."""
    return f"{tmp_path.parent.name}-{tmp_path.name}"


@pytest.fixture
def settings(dovecot: Dovecot, user: str) -> Settings:
    def changed(**changes: Any) -> MailboxSettings:
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": dovecot.port,
            "security": "none",
            "username": user,
        }
        return MailboxSettings(**values | changes)

    return changed


def test_what_came_lately_is_listed_the_oldest_first(dovecot: Dovecot, user: str, settings: Settings) -> None:
    dovecot.put(user, a_letter(Message_ID="<old@x.example>"), day="1-Sep-2024")
    dovecot.put(user, a_letter(Message_ID="<1@x.example>"), a_letter(Message_ID=""), day=TODAY)

    with Mailbox(settings(), SECRETS) as mailbox:
        listed = mailbox.messages_since(NOW)

    assert listed == (Listed("2", b"<1@x.example>"), Listed("3", b""))


def test_an_empty_mailbox_lists_nothing(settings: Settings) -> None:
    with Mailbox(settings(), SECRETS) as mailbox:
        assert mailbox.messages_since(NOW - timedelta(days=60)) == ()


def test_more_messages_than_are_listed_at_once_are_all_listed(
    dovecot: Dovecot, user: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.deliver.mailbox._LISTED_AT_ONCE", 2)
    dovecot.put(user, *(a_letter(Message_ID=f"<{number}@x.example>") for number in range(5)), day=TODAY)

    with Mailbox(settings(), SECRETS) as mailbox:
        listed = mailbox.messages_since(NOW)

    assert [message.message_id for message in listed] == [f"<{n}@x.example>".encode() for n in range(5)]


def test_a_message_is_read_byte_for_byte_up_to_a_bound_and_stays_unseen(
    dovecot: Dovecot, user: str, settings: Settings
) -> None:
    huge = a_letter("x" * 70 + "\r\n" * 600_000)
    dovecot.put(user, a_letter(), huge, day=TODAY)

    with Mailbox(settings(processed="seen"), SECRETS) as mailbox:
        contents = [mailbox.content(message) for message in mailbox.messages_since(NOW)]
        gone = mailbox.content(Listed("99", b""))

    assert contents == [a_letter(), huge[:1_000_000]]
    assert gone == b""
    assert not any("Seen" in flags for flags in dovecot.flags(user))


@pytest.mark.parametrize(
    ("processed", "left"), [("leave", ["", ""]), ("seen", ["\\Seen", ""]), ("delete", [""])]
)
def test_a_message_is_put_away_as_the_settings_say_and_no_other(
    dovecot: Dovecot, user: str, settings: Settings, processed: str, left: list[str]
) -> None:
    dovecot.put(user, a_letter(Message_ID="<1@x.example>"), a_letter(Message_ID="<2@x.example>"), day=TODAY)

    with Mailbox(settings(processed=processed), SECRETS) as mailbox:
        mailbox.put_away(mailbox.messages_since(NOW)[0])

    assert [flags.replace("\\Recent", "").strip() for flags in dovecot.flags(user)] == left


@pytest.mark.parametrize("folder", ["Sent", "Éléments envoyés"])
def test_a_sent_message_is_found_by_its_message_id(
    dovecot: Dovecot, user: str, settings: Settings, folder: str
) -> None:
    name = {"Sent": "Sent", "Éléments envoyés": "&AMk-l&AOk-ments envoy&AOk-s"}[folder]
    dovecot.put(user, a_letter(Message_ID="<1@x.example>"), folder=name)

    with Mailbox(settings(sent_folder=folder), SECRETS) as mailbox:
        mailbox.open_sent_folder()
        found = [mailbox.holds(message_id) for message_id in ("<1@x.example>", "<2@x.example>", '"\\')]

    assert found == [True, False, False]


def test_a_journal_s_report_stands_for_the_message(dovecot: Dovecot, user: str, settings: Settings) -> None:
    report = (
        "Sender: veille@musee.example\r\nSubject: Veille\r\nMessage-Id: <1@x.example>\r\n"
        "Recipient: camille@musee.example\r\n"
    )
    dovecot.put(user, a_letter(report, Message_ID="<journal@exchange.example>"), folder="Sent")

    with Mailbox(settings(), SECRETS) as mailbox:
        mailbox.open_sent_folder()
        found = [mailbox.holds(message_id) for message_id in ("<1@x.example>", "<2@x.example>")]

    assert found == [True, False]


@pytest.mark.parametrize("folder", ["Nowhere", 'a"b\\c', "R&D"])
def test_a_folder_that_is_not_there_is_named(settings: Settings, folder: str) -> None:
    with Mailbox(settings(folder=folder), SECRETS) as mailbox, pytest.raises(MailboxError) as refusal:
        mailbox.messages_since(NOW)

    assert f"“{folder}”" in refusal.value.message
    assert "doesn't exist" in refusal.value.message


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_certificate_is_always_verified(
    dovecot: Dovecot, settings: Settings, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    mailbox = Mailbox(settings(security=security, port=port), SECRETS)

    with pytest.raises(MailboxError, match="certificate"), mailbox:
        pass
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    with mailbox:
        assert mailbox.messages_since(NOW) == ()


def test_a_wrong_password_is_told_without_it(settings: Settings) -> None:
    with pytest.raises(MailboxError) as refusal, Mailbox(settings(), {PASSWORD_VARIABLE: "hunter2"}):
        pass

    assert "Authentication failed" in refusal.value.message
    assert refusal.value.__cause__ is None
    assert "hunter2" not in refusal.value.message


def test_a_host_that_is_no_name_is_named(settings: Settings) -> None:
    with (
        pytest.raises(MailboxError, match=r"imap\.\.example:993 could not be reached"),
        Mailbox(settings(host="imap..example", port=993, security="tls"), SECRETS),
    ):
        pass


def test_a_server_that_does_not_answer_is_named(settings: Settings) -> None:
    with (
        pytest.raises(MailboxError, match=r"127\.0\.0\.1:1 could not be reached"),
        Mailbox(settings(port=1), SECRETS),
    ):
        pass


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": ""}, "not named"),
        ({"username": ""}, "not named"),
        ({"host": "imap.musee.example"}, "in the clear"),
        ({"host": "192.0.2.1"}, "in the clear"),
    ],
)
def test_what_cannot_be_safe_is_refused_before_connecting(changes: dict[str, str], said: str) -> None:
    values: dict[str, Any] = {"host": "localhost", "security": "none", "username": "camille"}

    with pytest.raises(ConfigError, match=said):
        Mailbox(MailboxSettings(**values | changes), SECRETS)


class Stranger(socketserver.StreamRequestHandler):
    """A server of few words: no UIDPLUS, no STARTTLS, numbers after headers, and refusals."""

    timeout = 10

    def handle(self) -> None:
        self.say("* OK hello")
        while line := self.rfile.readline().decode("ascii").split():
            tag, command = line[0], " ".join(line[1:3])
            if line[1] == "AUTHENTICATE":
                self.say("+ ")
                command += " " + base64.b64decode(self.rfile.readline()).decode()
                if "a stale token" in command:
                    self.say("+ " + base64.b64encode(b'{"status":"400"}').decode("ascii"))
                    assert self.rfile.readline() == b"\r\n"
                    self.say(f"{tag} NO AUTHENTICATE failed")
                    continue
            elif command == "UID SEARCH" and "SINCE" in line:
                self.say("* SEARCH 7 8 9")
            elif command == "UID FETCH" and "MESSAGE-ID" in line[-1]:
                self.say(
                    "* 1 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {21}\r\nMessage-ID: <7@x>\r\n\r\n UID 7)"
                )
                self.say("* 2 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {2}\r\n\r\n)")
            elif command == "UID FETCH":
                self.say(f"{tag} NO not today")
                continue
            self.server.heard.append(command)  # type: ignore[attr-defined] # what the test looks at
            capabilities = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" if command == "CAPABILITY" else ""
            self.say(f"{capabilities}{tag} OK done")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def stranger() -> Iterator[tuple[MailboxSettings, list[str]]]:
    """Settings that lead to the stranger, and the commands it hears."""
    heard: list[str] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stranger) as server:
        server.heard = heard  # type: ignore[attr-defined] # read by its handler
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        port: int = server.server_address[1]
        yield (
            MailboxSettings(
                host="127.0.0.1",
                port=port,
                security="none",
                username="x",
                processed="delete",
                timeout_seconds=5,
            ),
            heard,
        )
        server.shutdown()
        thread.join()


def test_a_server_may_tell_numbers_after_headers_and_erase_nothing_alone(
    stranger: tuple[MailboxSettings, list[str]],
) -> None:
    settings, heard = stranger

    with Mailbox(settings, SECRETS) as mailbox:
        listed = mailbox.messages_since(NOW)
        with pytest.raises(MailboxError, match="not today"):
            mailbox.content(listed[0])
        mailbox.put_away(listed[0])
        mailbox.open_sent_folder()
        found = mailbox.holds("<7@x>")

    assert listed == (Listed("7", b"<7@x>"),)
    assert not found
    assert "UID STORE" in heard
    assert not any("EXPUNGE" in command for command in heard)


def test_a_token_is_given_as_microsoft_and_google_want_it(
    stranger: tuple[MailboxSettings, list[str]],
) -> None:
    settings, heard = stranger
    settings = replace(settings, auth="xoauth2")

    with Mailbox(settings, {PASSWORD_VARIABLE: "a-token"}) as mailbox:
        assert mailbox.messages_since(NOW)
    with (
        pytest.raises(MailboxError, match="AUTHENTICATE failed"),
        Mailbox(settings, {PASSWORD_VARIABLE: "a stale token"}),
    ):
        pass

    assert "AUTHENTICATE XOAUTH2 user=x\1auth=Bearer a-token\1\1" in heard


def test_starttls_is_never_left_out_because_a_server_does_not_offer_it(
    stranger: tuple[MailboxSettings, list[str]],
) -> None:
    settings, heard = stranger
    with pytest.raises(MailboxError, match="TLS"), Mailbox(replace(settings, security="starttls"), SECRETS):
        pass

    assert not any("AUTHENTICATE" in command for command in heard)
