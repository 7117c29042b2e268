"""An issue through a real Postfix: what bounces comes back as a real notice, and the ledger learns it."""

from __future__ import annotations

import email
import threading
from pathlib import Path

from approved_issue import approve_an_issue
from builders import NOVEMBER, NOW, a_person
from postfix_server import Postfix
from smtp_server import Script, SmtpServer
from veille.clock import StoppedClock
from veille.deliver.ledger import ledger
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


def test_a_notice_from_postfix_names_the_delivery_that_bounced(store: Store, tmp_path: Path) -> None:
    approve_an_issue(store, [a_person(number) for number in range(1, 4)])
    bounced = threading.Event()

    def on_reply(phase: str, recipient: str) -> None:
        if (phase, recipient) == ("dot", SENDER):
            bounced.set()

    with SmtpServer(Script(rcpt={GONE: "550 5.1.1 no such person"}, before_reply=on_reply)) as colleagues:
        with Postfix(colleagues.port) as postfix:
            settings = Settings(
                segments={"publics": Label({"fr": "Publics"})},
                mail=MailSettings(transport="smtp", from_address=SENDER),
                smtp=SmtpSettings(host="127.0.0.1", port=postfix.port, security="none"),
            )
            report = send_issue(
                store,
                settings,
                Workspace(tmp_path),
                NOVEMBER,
                clock=StoppedClock(NOW),
                connect=lambda: open_mailer(settings, tmp_path, {}),
            )
            assert bounced.wait(PATIENCE_SECONDS), postfix.log()

        # Postfix took all three: it learns only later that one is gone.
        assert (report.sent, report.refused) == (3, 0)
        (notice,) = [message.content for message in colleagues.messages if message.recipients == (SENDER,)]

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
