"""Web servers on loopback that answer exactly as a test says, and remember what they were asked."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send. ``raw`` replaces the whole HTTP answer; ``stalls`` keeps the connection open after it.

    HEAD is answered with ``head_status`` where that is given.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    stalls: bool = False
    head_status: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: Message[str, str]
    connection: int


class WebServer:
    """Serves ``answers`` by path on 127.0.0.1; a matching If-None-Match is answered with 304.

    ``on_asked`` is called before each answer.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.on_asked: Callable[[], None] = lambda: None
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_port

    def url(self, path: str = "/feed") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def give(self, path: str, answer: Answer) -> str:
        """Answer ``path`` with ``answer`` from now on; its address."""
        self.answers[path] = answer
        return self.url(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10  # an idle connection does not outlive the test for long

            def handle(self) -> None:
                with suppress(ConnectionError):  # the client may leave at any time
                    super().handle()

            disable_nagle_algorithm = True  # else headers and body, written apart, take 40 ms to arrive

            def do_GET(self) -> None:
                owner.asked.append(Asked(self.command, self.path, self.headers, self.client_address[1]))
                owner.on_asked()
                owner._answer(self, owner.answers.get(self.path, Answer(status=404)))

            do_HEAD = do_GET  # noqa: N815 - the name by which http.server finds it

            def log_message(self, *_arguments: Any) -> None:
                """Keep quiet."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        etag = answer.headers.get("ETag")
        if answer.raw is not None:
            handler.wfile.write(answer.raw)
            handler.close_connection = True
        elif etag is not None and handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.send_header("ETag", etag)
            handler.end_headers()
        else:
            is_head = handler.command == "HEAD"
            handler.send_response((is_head and answer.head_status) or answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(b"" if is_head else answer.body)
        if answer.stalls:
            handler.wfile.flush()
            self._closing.wait(10)


class Visit:
    """One connection to a scripted server, and what the script may do with it."""

    def __init__(self, connection: socket.socket, closing: threading.Event, heard: list[bytes]) -> None:
        self._connection = connection
        self._closing = closing
        self._heard = heard

    def hear(self) -> None:
        """Wait for the head of the request."""
        head = b""
        while b"\r\n\r\n" not in head and (received := self._connection.recv(65_536)):
            head += received
        self._heard.append(head)

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._connection.sendall(piece)

    def say_without_end(self, *pieces: bytes, every_seconds: float = 0) -> None:
        """Repeat ``pieces`` until the client has enough."""
        while not self._closing.wait(every_seconds):
            self.say(*pieces)

    def stall(self) -> None:
        """Keep the connection open and silent until the test ends."""
        self._closing.wait(20)

    def reset(self) -> None:
        """Leave with a TCP reset instead of a farewell."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Script = Callable[[Visit], None]


class ScriptedServer:
    """Plays ``script`` on every connection to 127.0.0.1; with a ``certificate`` it speaks TLS first.

    ``heard`` keeps the heads of the requests that the script listened to.
    """

    def __init__(self, script: Script, certificate: Path | None = None) -> None:
        self.heard: list[bytes] = []
        self._script = script
        self._closing = threading.Event()
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        owner = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.settimeout(20)
                with suppress(OSError):  # the client may leave at any time
                    owner._play(self.request)

        return Handler

    def _play(self, connection: socket.socket) -> None:
        if self._tls is None:
            self._script(Visit(connection, self._closing, self.heard))
            return
        with self._tls.wrap_socket(connection, server_side=True) as secured:
            self._script(Visit(secured, self._closing, self.heard))
            secured.unwrap()


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every host name lead to ``addresses``."""
    resolve_in_turn(monkeypatch, addresses)


def resolve_in_turn(monkeypatch: pytest.MonkeyPatch, *answers: Sequence[str]) -> None:
    """Let every host name lead to the next of ``answers`` each time it is looked up; the last one stays."""
    remaining = list(answers)

    def getaddrinfo(host: str, port: int, *_arguments: Any, **_options: Any) -> list[Any]:
        addresses = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def resolve_only(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str]) -> None:
    """Let ``names`` lead to their addresses; others are unknown, and numbers mean themselves."""
    getaddrinfo = socket.getaddrinfo

    def look_up(host: str, port: int, *_arguments: Any, **options: Any) -> Any:
        return getaddrinfo(names.get(host, host), port, flags=socket.AI_NUMERICHOST, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
