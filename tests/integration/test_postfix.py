"""An issue through a real Postfix: what bounces comes back as a real notice, and the ledger learns it."""

from __future__ import annotations

import email
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from approved_issue import approve_an_issue
from builders import NOVEMBER, NOW, a_person
from conftest import Veille
from imap_server import PASSWORD, Dovecot
from postfix_server import Postfix
from smtp_server import Script, SmtpServer
from veille.clock import StoppedClock
from veille.deliver.ledger import ledger
from veille.deliver.mailbox import PASSWORD_VARIABLE
from veille.deliver.message import envelope_id
from veille.deliver.notices import Bounce, notice_from_mail
from veille.deliver.sender import send_issue
from veille.deliver.transports import open_mailer
from veille.settings import Label, MailSettings, Settings, SmtpSettings
from veille.store import Store
from veille.workspace import Workspace

SENDER = "veille@musee.example"
GONE = "colleague2@musee.example"
PATIENCE_SECONDS = 60


@contextmanager
def a_relay() -> Iterator[tuple[int, Callable[[], bytes]]]:
    """A Postfix that reaches all but ``GONE``: its port, and what waits for the notice it sends back."""
    bounced = threading.Event()

    def on_reply(phase: str, recipient: str) -> None:
        if (phase, recipient) == ("dot", SENDER):
            bounced.set()

    with (
        SmtpServer(Script(rcpt={GONE: "550 5.1.1 no such person"}, before_reply=on_reply)) as colleagues,
        Postfix(colleagues.port) as postfix,
    ):

        def notice() -> bytes:
            assert bounced.wait(PATIENCE_SECONDS), postfix.log()
            (returned,) = [one.content for one in colleagues.messages if one.recipients == (SENDER,)]
            return returned

        yield postfix.port, notice


def test_a_notice_from_postfix_names_the_delivery_that_bounced(store: Store, tmp_path: Path) -> None:
    approve_an_issue(store, [a_person(number) for number in range(1, 4)])

    with a_relay() as (port, notice_from_relay):
        settings = Settings(
            segments={"publics": Label({"fr": "Publics"})},
            mail=MailSettings(transport="smtp", from_address=SENDER),
            smtp=SmtpSettings(host="127.0.0.1", port=port, security="none"),
        )
        report = send_issue(
            store,
            settings,
            Workspace(tmp_path),
            NOVEMBER,
            clock=StoppedClock(NOW),
            connect=lambda: open_mailer(settings, tmp_path, {}),
        )
        notice = notice_from_relay()

    # Postfix took all three: it learns only later that one is gone.
    assert (report.sent, report.refused) == (3, 0)
    (delivery,) = [row for row in ledger(store, NOVEMBER) if row.address == GONE]
    bounce = notice_from_mail(notice)
    assert isinstance(bounce, Bounce)
    assert bounce.envelope_id == envelope_id(delivery.message_id)
    assert bounce.message_id == delivery.message_id
    assert (bounce.recipients, bounce.is_hard) == ((GONE,), True)
    assert "550 5.1.1 no such person" in bounce.reply
    # RET=HDRS: the headers of the message come back, and not the whole of it.
    assert "text/rfc822-headers" in [
        part.get_content_type() for part in email.message_from_bytes(notice).walk()
    ]


def test_what_postfix_sends_back_is_settled_once_by_the_inbox(
    approved_veille: Veille, dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    veille, user = approved_veille, f"{tmp_path.parent.name}-{tmp_path.name}"
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)

    with a_relay() as (port, notice):
        (veille.folder / "veille.toml").write_text(
            f'''
[segments]
publics = "Publics"
[mail]
transport = "smtp"
from_address = "{SENDER}"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[mailbox]
host = "127.0.0.1"
port = {dovecot.port}
security = "none"
username = "{user}"
''',
            encoding="utf-8",
        )
        for number in range(1, 4):
            veille("people", "add", a_person(number).address, "--segment", "publics")
        veille("send", "--yes")
        dovecot.put(user, notice())
    read, again = veille.json("inbox"), veille.json("inbox")
    rows = veille.json("send", "status")["deliveries"]

    (message,) = read["messages"]
    assert (read["bounced"], message["address"], again["bounced"]) == (1, GONE, 0)
    assert "550 5.1.1 no such person" in message["detail"]
    assert {row["address"]: row["state"] for row in rows} == {
        a_person(1).address: "sent",
        GONE: "refused",
        a_person(3).address: "sent",
    }
