"""The SMTP transport against a real server on a real socket: every fault ends in the right state."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from smtp_server import Script, SmtpServer
from veille.deliver.mailer import Withdrawn
from veille.deliver.message import Message
from veille.deliver.smtp import SmtpMailer
from veille.errors import ConfigError, DeliveryError, RuleError
from veille.model.delivery import DeliveryState
from veille.settings import SmtpSettings

PERSON = "camille@musee.example"
Connect = Callable[..., SmtpMailer]


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["in turn", "at once"])
def server(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    """A server that takes commands one at a time, or several at once (RFC 2920)."""
    with SmtpServer(Script(offers=request.param)) as running:
        yield running


def mailer(server: SmtpServer, environ: dict[str, str] | None = None, **changes: Any) -> SmtpMailer:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "timeout_seconds": 5,
    } | changes
    return SmtpMailer(SmtpSettings(**values), environ or {})


def a_message(recipient: str = PERSON, body: bytes = b"Subject: x\r\n\r\n.dot\r\nend\r\n") -> Message:
    return Message("veille@musee.example", recipient, "<1@musee.example>", body)


class Moment:
    """Counts how often a mailer said that the message was about to leave."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_a_message_arrives_byte_for_byte_dots_included(server: SmtpServer) -> None:
    moment = Moment()

    with mailer(server) as open_mailer:
        outcome = open_mailer.deliver(a_message(), moment)

    assert (outcome.state, outcome.reply) == (DeliveryState.SENT, "250 2.0.0 queued")
    assert moment.count == 1
    assert [(received.sender, received.recipients) for received in server.messages] == [
        ("veille@musee.example", (PERSON,))
    ]
    assert server.messages[0].content == a_message().content


FAULTS: list[tuple[dict[str, Any], DeliveryState, int]] = [
    ({"rcpt": {PERSON: "550 5.1.1 unknown"}}, DeliveryState.REFUSED, 0),
    ({"rcpt": {PERSON: "451 4.3.0 later"}}, DeliveryState.DEFERRED, 0),
    ({"rcpt": {PERSON: "421 4.3.2 too many"}}, DeliveryState.DEFERRED, 0),
    ({"mail": "451 4.7.1 slow down"}, DeliveryState.DEFERRED, 0),
    ({"drop": {PERSON: "rcpt"}}, DeliveryState.DEFERRED, 0),
    ({"data": {PERSON: "452 4.3.1 full"}}, DeliveryState.DEFERRED, 0),
    ({"data": {PERSON: "554 5.6.0 no"}}, DeliveryState.REFUSED, 0),
    ({"drop": {PERSON: "data"}}, DeliveryState.DEFERRED, 0),
    ({"dot": {PERSON: "451 4.3.0 later"}}, DeliveryState.DEFERRED, 1),
    ({"dot": {PERSON: "554 5.7.1 spam"}}, DeliveryState.REFUSED, 1),
    ({"drop": {PERSON: "dot"}}, DeliveryState.UNCERTAIN, 1),
]


@pytest.mark.parametrize(("fault", "state", "moments"), FAULTS)
def test_every_fault_ends_in_its_state_and_the_next_message_still_leaves(
    server: SmtpServer, fault: dict[str, Any], state: DeliveryState, moments: int
) -> None:
    server.script = Script(offers=server.script.offers, **fault)
    moment = Moment()

    with mailer(server) as open_mailer:
        outcome = open_mailer.deliver(a_message(), moment)
        server.script.mail = ""
        after = open_mailer.deliver(a_message("next@musee.example"), Moment())

    assert (outcome.state, moment.count) == (state, moments)
    assert after.state is DeliveryState.SENT
    assert [received.recipients for received in server.messages][-1] == ("next@musee.example",)


@pytest.mark.parametrize(("fault", "state", "_moments"), FAULTS)
def test_a_fault_after_a_message_that_arrived_ends_in_the_same_state(
    server: SmtpServer, fault: dict[str, Any], state: DeliveryState, _moments: int
) -> None:
    moment = Moment()

    with mailer(server) as open_mailer:
        open_mailer.deliver(a_message("first@musee.example"), Moment())
        server.script = Script(offers=server.script.offers, **fault)
        outcome = open_mailer.deliver(a_message(), moment)
        server.script.mail = ""
        after = open_mailer.deliver(a_message("next@musee.example"), Moment())

    assert (outcome.state, after.state) == (state, DeliveryState.SENT)
    assert moment.count <= 1
    arrived = [received.recipients for received in server.messages]
    assert [people for people in arrived if people != (PERSON,)] == [
        ("first@musee.example",),
        ("next@musee.example",),
    ]


def test_from_the_second_message_on_it_is_written_down_while_the_server_is_asked(server: SmtpServer) -> None:
    server.script.rcpt[PERSON] = "550 5.1.1 unknown"
    moments = [Moment() for _message in range(3)]

    with mailer(server) as open_mailer:
        outcomes = [
            open_mailer.deliver(a_message(recipient), moment)
            for recipient, moment in zip((PERSON, "next@musee.example", PERSON), moments, strict=True)
        ]

    is_asked_all_at_once = "PIPELINING" in server.script.offers
    assert [moment.count for moment in moments] == [0, 1, int(is_asked_all_at_once)]
    assert outcomes[0] == outcomes[2]


def test_a_line_cut_in_the_middle_of_the_message_left_nothing_or_says_it_does_not_know(
    server: SmtpServer,
) -> None:
    server.script.drop[PERSON] = "message"

    with mailer(server) as open_mailer:
        outcome = open_mailer.deliver(a_message(body=b"x" * 20_000_000 + b"\r\n"), Moment())

    assert outcome.state in {DeliveryState.DEFERRED, DeliveryState.UNCERTAIN}
    assert server.messages == []


def test_a_refused_sender_stops_the_run(server: SmtpServer) -> None:
    server.script.mail = "550 5.7.60 not allowed to send as this sender"

    with mailer(server) as open_mailer, pytest.raises(DeliveryError, match=r"5\.7\.60"):
        open_mailer.deliver(a_message(), Moment())


def test_nothing_leaves_when_it_cannot_be_written_down_first(server: SmtpServer) -> None:
    def cannot_commit() -> None:
        raise RuleError("disk full")

    with pytest.raises(RuleError), mailer(server) as open_mailer:
        open_mailer.deliver(a_message(), cannot_commit)

    assert server.messages == []


def test_a_message_withdrawn_at_the_last_moment_never_arrives(server: SmtpServer) -> None:
    def withdraw() -> None:
        raise Withdrawn

    with mailer(server) as open_mailer:
        for _time in range(2):  # over a new connection, and over one that has taken a message
            with pytest.raises(Withdrawn):
                open_mailer.deliver(a_message("left@musee.example"), withdraw)
            outcome = open_mailer.deliver(a_message(), Moment())
            assert outcome.state is DeliveryState.SENT

    assert [received.recipients for received in server.messages] == [(PERSON,), (PERSON,)]


@pytest.mark.parametrize("answer", ["554 5.5.1 no valid recipients", "354 go ahead"])
@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
def test_the_reply_of_a_refused_recipient_is_its_own(offers: tuple[str, ...], answer: str) -> None:
    script = Script(rcpt={PERSON: "550 5.1.1 unknown"}, nobody=answer, offers=offers)

    with SmtpServer(script) as server, mailer(server) as open_mailer:
        outcomes = [
            open_mailer.deliver(a_message(recipient), Moment())
            for recipient in (PERSON, "next@musee.example", PERSON)
        ]

    assert [outcome.reply for outcome in outcomes] == [
        "550 5.1.1 unknown",
        "250 2.0.0 queued",
        "550 5.1.1 unknown",
    ]
    assert [received.recipients for received in server.messages] == [("next@musee.example",)]


def test_commands_go_at_once_where_the_server_takes_them_so(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    send = smtplib.SMTP.send

    def listen_in(connection: smtplib.SMTP, data: Any) -> None:
        sent.append(data if isinstance(data, bytes) else data.encode())
        send(connection, data)

    monkeypatch.setattr(smtplib.SMTP, "send", listen_in)
    with mailer(server) as open_mailer:
        open_mailer.deliver(a_message(), Moment())

    commands = [line for line in sent if line.startswith((b"MAIL", b"RCPT", b"DATA"))]
    assert len(commands) == (1 if "PIPELINING" in server.script.offers else 3)
    assert [line[:4] for line in b"".join(commands).splitlines()] == [b"MAIL", b"RCPT", b"DATA"]


def test_the_connection_is_renewed_now_and_then(server: SmtpServer) -> None:
    with mailer(server, messages_per_connection=2) as open_mailer:
        for _message in range(5):
            open_mailer.deliver(a_message(), Moment())

    assert (len(server.messages), server.connections) == (5, 3)


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        port = placeholder.getsockname()[1]
        settings = SmtpSettings(host="127.0.0.1", port=port, security="none")

        with SmtpMailer(settings, {}) as open_mailer, pytest.raises(DeliveryError, match=str(port)):
            open_mailer.deliver(a_message(), Moment())


def test_credentials_are_used_and_wrong_ones_stop_without_being_shown(
    server: SmtpServer, tmp_path: Path
) -> None:
    server.script.credentials = ("camille", "correct horse")
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n", encoding="utf-8")

    with mailer(server, {"VEILLE_SMTP_PASSWORD_FILE": str(secret)}, username="camille") as right:
        assert right.deliver(a_message(), Moment()).state is DeliveryState.SENT
    with (
        mailer(server, {"VEILLE_SMTP_PASSWORD": "battery staple"}, username="camille") as wrong,
        pytest.raises(DeliveryError, match="535") as refusal,
    ):
        wrong.deliver(a_message(), Moment())

    assert "battery" not in f"{refusal.value.message} {refusal.value.hint}"
    assert refusal.value.__cause__ is refusal.value.__context__ is None


def test_a_server_that_wants_authentication_for_some_stops_the_run(server: SmtpServer) -> None:
    server.script.rcpt[PERSON] = "530 5.7.0 authenticate"

    with mailer(server) as open_mailer, pytest.raises(DeliveryError, match="another authentication"):
        open_mailer.deliver(a_message(), Moment())


def test_a_server_that_wants_authentication_stops_the_run(server: SmtpServer) -> None:
    server.script.credentials = ("camille", "x")

    with mailer(server) as open_mailer, pytest.raises(DeliveryError, match="530"):
        open_mailer.deliver(a_message(), Moment())


@pytest.mark.parametrize(
    ("changes", "environ", "said"),
    [
        ({"host": ""}, {}, "smtp.host"),
        ({"username": "camille"}, {}, "no password"),
        ({"username": "camille"}, {"VEILLE_SMTP_PASSWORD_FILE": "/nowhere"}, "could not be read"),
        ({"username": "camille", "host": "mail.example"}, {"VEILLE_SMTP_PASSWORD": "x"}, "in the clear"),
        ({"username": "camille", "host": "10.0.0.1"}, {"VEILLE_SMTP_PASSWORD": "x"}, "in the clear"),
    ],
)
def test_what_cannot_be_safe_is_refused_before_connecting(
    changes: dict[str, Any], environ: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        SmtpMailer(SmtpSettings(**{"host": "localhost", "security": "none"} | changes), environ)


def test_starttls_goes_on_only_with_a_trusted_certificate(
    server: SmtpServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.script.certificate = context

    with (
        mailer(server, security="starttls") as distrustful,
        pytest.raises(DeliveryError, match="certificate"),
    ):
        distrustful.deliver(a_message(), Moment())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with mailer(server, security="starttls") as trusting:
        outcome = trusting.deliver(a_message(), Moment())

    assert outcome.state is DeliveryState.SENT
    assert len(server.messages) == 1


def test_starttls_is_never_left_out_because_a_server_does_not_offer_it(server: SmtpServer) -> None:
    with mailer(server, security="starttls") as open_mailer, pytest.raises(DeliveryError):
        open_mailer.deliver(a_message(), Moment())

    assert server.messages == []


class Collector:
    """What aiosmtpd hands every message to."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.contents.append(envelope.content)
        return "250 2.0.0 queued"


@contextmanager
def served_by_aiosmtpd(collector: Collector, tls: ssl.SSLContext | None) -> Iterator[int]:
    """The port of a server that we did not write, stricter than ours about the order of commands."""
    loop = asyncio.new_event_loop()
    starting = loop.create_server(lambda: SMTP(collector, loop=loop), "127.0.0.1", 0, ssl=tls)
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.close()


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_written_by_others_takes_every_message(
    security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    collector = Collector()

    with served_by_aiosmtpd(collector, context if security == "tls" else None) as port:
        settings = SmtpSettings(
            host="127.0.0.1", port=port, security=security, timeout_seconds=5, messages_per_connection=2
        )
        with SmtpMailer(settings, {}) as open_mailer:
            outcomes = [open_mailer.deliver(a_message(), Moment()) for _number in range(3)]

    assert {outcome.state for outcome in outcomes} == {DeliveryState.SENT}
    assert collector.contents == [a_message().content] * 3


def test_tls_from_the_first_byte_fails_on_a_plain_server(server: SmtpServer) -> None:
    with mailer(server, security="tls") as open_mailer, pytest.raises(DeliveryError):
        open_mailer.deliver(a_message(), Moment())


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
def test_a_reply_that_is_no_smtp_is_never_taken_for_a_yes(server: SmtpServer, phase: str) -> None:
    faults: dict[str, Any] = {"mail": "???"} if phase == "mail" else {phase: {PERSON: "???"}}
    server.script = Script(offers=server.script.offers, **faults)

    with mailer(server) as open_mailer:
        outcome = open_mailer.deliver(a_message(), Moment())

    assert outcome.state is (DeliveryState.UNCERTAIN if phase == "dot" else DeliveryState.DEFERRED)


def test_the_last_reply_may_take_longer_than_the_others(server: SmtpServer) -> None:
    answered = threading.Event()

    def dawdle(phase: str, _recipient: str) -> None:
        if phase == "dot":
            answered.wait(timeout=1.5)

    server.script.before_reply = dawdle

    with mailer(server, timeout_seconds=1) as open_mailer:
        outcome = open_mailer.deliver(a_message(), Moment())

    assert outcome.state is DeliveryState.SENT


@pytest.mark.parametrize("account", [("camille", "été"), ("élise", "correct horse")])
def test_credentials_no_server_can_be_told_are_refused_without_being_shown(account: tuple[str, str]) -> None:
    username, password = account
    settings = SmtpSettings(host="localhost", security="none", username=username)

    with pytest.raises(ConfigError, match="ASCII") as refusal:
        SmtpMailer(settings, {"VEILLE_SMTP_PASSWORD": password})

    assert password not in f"{refusal.value.message} {refusal.value.hint}"


def test_a_password_file_that_is_no_text_is_named_and_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes("été".encode("latin-1"))

    with pytest.raises(ConfigError, match="secret") as refusal:
        SmtpMailer(
            SmtpSettings(host="localhost", security="none", username="camille"),
            {"VEILLE_SMTP_PASSWORD_FILE": str(secret)},
        )

    assert "t" + chr(0xE9) not in f"{refusal.value.message} {refusal.value.hint}"


def test_a_notice_of_what_bounces_is_asked_for_where_it_is_offered(server: SmtpServer) -> None:
    server.script.offers += ("DSN",)
    message = replace(a_message(), recipient="camille+veille@musee.example")

    with mailer(server) as open_mailer:
        open_mailer.deliver(message, Moment())

    mail, rcpt = server.envelopes
    left_part = message.message_id.strip("<>").partition("@")[0]
    assert mail.split()[1:] == ["RET=HDRS", f"ENVID={left_part}"]
    assert rcpt.split()[1:] == ["NOTIFY=FAILURE", "ORCPT=rfc822;camille+2Bveille@musee.example"]


def test_nothing_is_asked_of_a_server_that_does_not_offer_it(server: SmtpServer) -> None:
    with mailer(server) as open_mailer:
        open_mailer.deliver(a_message(), Moment())

    assert all(len(argument.split()) == 1 for argument in server.envelopes)


def by_token(server: SmtpServer, environ: dict[str, str]) -> SmtpMailer:
    settings = SmtpSettings(
        host="127.0.0.1",
        port=server.port,
        security="none",
        username="camille",
        auth="xoauth2",
        messages_per_connection=1,
    )
    return SmtpMailer(settings, environ)


def test_a_token_is_asked_for_at_each_connection(server: SmtpServer) -> None:
    environ = {"VEILLE_SMTP_PASSWORD": "first"}
    with by_token(server, environ) as open_mailer:
        for token in ("first", "second"):
            server.script = Script(token=token)
            environ["VEILLE_SMTP_PASSWORD"] = token
            assert open_mailer.deliver(a_message(), Moment()).state is DeliveryState.SENT

    assert server.connections == 2


def test_a_token_that_is_not_accepted_stops_and_is_not_shown(server: SmtpServer) -> None:
    server.script = Script(token="good")
    with (
        by_token(server, {"VEILLE_SMTP_PASSWORD": "stale-token"}) as open_mailer,
        pytest.raises(DeliveryError, match=r"535 5\.7\.3") as refused,
    ):
        open_mailer.deliver(a_message(), Moment())

    assert '{"status":"401"}' in refused.value.message
    assert "expired" in refused.value.hint
    assert "stale-token" not in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.__cause__ is refused.value.__context__ is None


@pytest.mark.parametrize(
    ("settings", "speaks_lmtp", "said"),
    [
        (SmtpSettings(host="/run/lmtp"), False, "only LMTP"),
        (SmtpSettings(host="localhost", security="tls"), True, "first byte"),
    ],
)
def test_what_cannot_be_spoken_to_is_refused(settings: SmtpSettings, speaks_lmtp: bool, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        SmtpMailer(settings, {}, speaks_lmtp=speaks_lmtp)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_lmtp_is_spoken_over_a_socket_of_this_machine(tmp_path: Path, socket_enabled: None) -> None:
    """Enough of RFC 2033 for one message."""
    path = tmp_path / "lmtp"
    heard: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        connection, _address = listening.accept()
        with connection, connection.makefile("rwb", buffering=0) as lines:
            lines.write(b"220 here\r\n")
            for line in lines:
                heard.append(line)
                if line == b"DATA\r\n":
                    lines.write(b"354 go\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                lines.write(b"250 ok\r\n")

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=serve, args=[listening])
        thread.start()
        with SmtpMailer(SmtpSettings(host=str(path)), {}, speaks_lmtp=True) as open_mailer:
            assert open_mailer.deliver(a_message(), Moment()).state is DeliveryState.SENT
        thread.join()

    assert heard[0].startswith(b"lhlo ")


def test_a_message_bigger_than_the_server_takes_stops_the_run_before_it_leaves(server: SmtpServer) -> None:
    server.script.offers = ("SIZE 2000",)
    moment = Moment()

    with mailer(server) as open_mailer:
        assert open_mailer.deliver(a_message(body=b"x" * 1998 + b"\r\n"), moment).state is DeliveryState.SENT
        with pytest.raises(DeliveryError, match="2 KB at most; this one has 3 KB"):
            open_mailer.deliver(a_message(body=b"x" * 1999 + b"\r\n"), moment)

    assert (moment.count, len(server.messages)) == (1, 1)


@pytest.mark.parametrize("offer", ["SIZE", "SIZE 0", "SIZE many"])
def test_a_server_that_names_no_size_takes_any(server: SmtpServer, offer: str) -> None:
    server.script.offers = (offer,)

    with mailer(server) as open_mailer:
        assert open_mailer.deliver(a_message(), Moment()).state is DeliveryState.SENT


def test_the_house_may_sign_its_own_certificates(server: SmtpServer, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.script.certificate = context

    with mailer(server, security="starttls", ca_file=str(certificate.with_suffix(".crt"))) as trusting:
        assert trusting.deliver(a_message(), Moment()).state is DeliveryState.SENT


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "house.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"house\.pem"):
        SmtpMailer(SmtpSettings(host="localhost", ca_file=str(path)), {})


def test_a_server_without_a_way_to_log_in_is_named(server: SmtpServer) -> None:
    with (
        mailer(server, {"VEILLE_SMTP_PASSWORD": "hunter2"}, username="camille") as open_mailer,
        pytest.raises(DeliveryError, match="camille") as refusal,
    ):
        open_mailer.deliver(a_message(), Moment())

    assert "VEILLE_SMTP_PASSWORD" in refusal.value.hint
    assert "hunter2" not in f"{refusal.value.message} {refusal.value.hint}"


def test_an_address_with_accents_leaves_where_the_server_takes_it(server: SmtpServer) -> None:
    server.script.offers += ("SMTPUTF8", "DSN")

    with mailer(server) as open_mailer:
        accented = open_mailer.deliver(a_message("élise@musee.example"), Moment())
        plain = open_mailer.deliver(a_message(), Moment())

    assert (accented.state, plain.state) == (DeliveryState.SENT, DeliveryState.SENT)
    mail, rcpt, *others = server.envelopes
    assert mail.split()[1:3] == ["SMTPUTF8", "BODY=8BITMIME"]
    assert rcpt.encode("latin-1").decode().split() == ["TO:<élise@musee.example>", "NOTIFY=FAILURE"]
    assert not any("UTF8" in line for line in others)


def test_an_address_with_accents_is_refused_alone_where_it_does_not(server: SmtpServer) -> None:
    moment = Moment()

    with mailer(server) as open_mailer:
        accented = open_mailer.deliver(a_message("élise@musee.example"), moment)
        plain = open_mailer.deliver(a_message(), Moment())

    assert (accented.state, moment.count) == (DeliveryState.REFUSED, 0)
    assert "SMTPUTF8" in accented.reply
    assert plain.state is DeliveryState.SENT
