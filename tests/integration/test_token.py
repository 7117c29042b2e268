"""A token from the token service of the house, by client credentials, on a real socket with real TLS."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from smtp_server import Script, SmtpServer
from veille.deliver.message import Message
from veille.deliver.smtp import SmtpMailer
from veille.errors import ConfigError, DeliveryError
from veille.model.delivery import DeliveryState
from veille.net.token import access_token
from veille.settings import SmtpSettings

SECRET = "hunter2 & co"
MESSAGE = Message("veille@musee.example", "camille@musee.example", "<1@musee.example>", b"Subject: x\r\n\r\n")


class TokenService:
    """Answers every request with ``status`` and ``body``; ``forms`` keeps what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        self.forms: list[dict[str, list[str]]] = []
        self.url = ""

    def say(self, **answer: str) -> None:
        self.body = json.dumps(answer).encode()


@contextmanager
def serving(service: TokenService, certificate: Path) -> Iterator[TokenService]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            service.forms.append(parse_qs(form))
            self.send_response(service.status)
            self.send_header("Content-Length", str(len(service.body)))
            self.end_headers()
            self.wfile.write(service.body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.url = f"https://127.0.0.1:{server.server_address[1]}/tenant/oauth2/v2.0/token"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def service(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenService]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with serving(TokenService(), certificate) as running:
        yield running


def token_of(service: TokenService) -> str:
    return access_token(service.url, client_id="app", client_secret=SECRET, scope="mail/.default")


def test_the_token_is_asked_for_as_rfc_6749_says(service: TokenService) -> None:
    service.say(access_token="abc", token_type="Bearer")

    assert token_of(service) == "abc"
    assert service.forms == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["app"],
            "client_secret": [SECRET],
            "scope": ["mail/.default"],
        }
    ]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            b'{"error": "invalid_client", "error_description": "AADSTS7000215: no"}',
            "invalid_client – AADSTS",
        ),
        (400, b"{}", "400"),
        (503, b"<html>busy</html>", "503"),
        (200, b"[]", "200"),
        (200, b"\xff", "200"),
        (200, b'{"access_token": 1}', "200"),
        (302, b'{"access_token": "x"}', "302"),
    ],
)
def test_a_service_that_gives_none_is_quoted(
    service: TokenService, status: int, body: bytes, said: str
) -> None:
    service.status, service.body = status, body

    with pytest.raises(DeliveryError, match=said) as refusal:
        token_of(service)

    assert "127.0.0.1" in refusal.value.message


def test_the_secret_is_nowhere_in_what_is_raised(service: TokenService) -> None:
    service.status = 401
    service.say(error="invalid_client", error_description=f"'{SECRET}' is wrong")

    with pytest.raises(DeliveryError) as refusal:
        token_of(service)

    assert SECRET not in f"{refusal.value.message} {refusal.value.hint}"
    assert refusal.value.__cause__ is refusal.value.__context__ is None


def test_a_service_without_a_trusted_certificate_is_told_nothing(
    service: TokenService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(DeliveryError, match="certificate"):
        token_of(service)

    assert service.forms == []


def smtp_settings(service: TokenService, port: int) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1",
        port=port,
        security="none",
        username="camille",
        auth="xoauth2",
        token_url=service.url,
        client_id="app",
        messages_per_connection=1,
    )


def test_each_connection_is_opened_with_a_fresh_token(service: TokenService) -> None:
    with (
        SmtpServer() as server,
        SmtpMailer(smtp_settings(service, server.port), {"VEILLE_SMTP_CLIENT_SECRET": SECRET}) as mailer,
    ):
        for token in ("first", "second"):
            server.script = Script(token=token)
            service.say(access_token=token)
            assert mailer.deliver(MESSAGE, lambda: None).state is DeliveryState.SENT

    assert len(service.forms) == 2


def test_without_the_client_s_secret_nothing_begins(service: TokenService) -> None:
    with pytest.raises(ConfigError) as refusal:
        SmtpMailer(smtp_settings(service, 25), {"VEILLE_SMTP_PASSWORD": "x"})

    assert "VEILLE_SMTP_CLIENT_SECRET" in refusal.value.hint
