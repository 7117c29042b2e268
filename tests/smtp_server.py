"""A mail server on this machine that keeps what it receives and fails exactly where it is told to."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Received:
    """One message the server took responsibility for, dots unstuffed."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(slots=True)
class Script:
    """Where to fail. Addresses are recipients; replies are whole lines without the end.

    ``drop`` maps a recipient to the phase at which the line is cut: ``rcpt``, ``rset``, ``data`` (before the
    message), ``message`` (in the middle of it) or ``dot`` (after it was taken, before the reply).
    ``nobody`` answers DATA without a recipient. ``before_reply`` hears (phase, recipient) before ``rcpt``,
    ``data`` and ``dot`` are answered. ``token`` is what XOAUTH2 wants, and ``offers`` are further extensions.
    """

    mail: str = ""
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    dot: dict[str, str] = field(default_factory=dict)
    drop: dict[str, str] = field(default_factory=dict)
    nobody: str = "554 5.5.1 no valid recipients"
    credentials: tuple[str, str] | None = None
    token: str = ""
    offers: tuple[str, ...] = ()
    certificate: ssl.SSLContext | None = None
    before_reply: Callable[[str, str], None] = lambda _phase, _recipient: None


class SmtpServer:
    """Use it in ``with``; ``messages`` and ``connections`` tell what happened, in order."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.messages: list[Received] = []
        self.connections = 0
        self.envelopes: list[str] = []
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.owner = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> SmtpServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    owner: SmtpServer


class _Session(socketserver.StreamRequestHandler):
    timeout = 10
    server: _Server

    def handle(self) -> None:
        self.owner = self.server.owner
        with self.owner.lock:
            self.owner.connections += 1
        self.secured = False
        self.allowed = self.owner.script.credentials is None and not self.owner.script.token
        self.sender: str | None = None  # a notice has an empty one
        self.recipients = list[str]()
        try:
            self.reply("220 test")
            while line := self.rfile.readline():
                verb, _space, argument = line.decode("latin-1").strip().partition(" ")
                if not self.obey(verb.upper(), argument):
                    return
        except OSError:  # the client left as it pleased
            return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def obey(self, verb: str, argument: str) -> bool:
        """Answer one command; whether the conversation goes on."""
        match verb:
            case "EHLO":
                self.greet()
            case "STARTTLS":
                return self.secure()
            case "AUTH":
                self.authenticate(argument)
            case "MAIL":
                self.begin(argument)
            case "RCPT":
                self.owner.envelopes.append(argument)
                return self.accept(_address(argument))
            case "DATA":
                return self.receive()
            case "RSET":
                if any(self.owner.script.drop.get(address) == "rset" for address in self.recipients):
                    return False
                self.sender, self.recipients = None, []
                self.reply("250 ok")
            case "QUIT":
                self.reply("221 bye")
                return False
            case _:
                self.reply("250 ok")
        return True

    def greet(self) -> None:
        script = self.owner.script
        offers = ["STARTTLS"] if script.certificate and not self.secured else []
        offers += ["AUTH PLAIN"] if script.credentials else []
        offers += ["AUTH XOAUTH2"] if script.token else []
        offers += script.offers
        self.reply("250-test")
        for offer in offers:
            self.reply(f"250-{offer}")
        self.reply("250 8BITMIME")

    def secure(self) -> bool:
        assert self.owner.script.certificate is not None
        self.reply("220 go ahead")
        self.rfile.close()
        try:
            self.request = self.owner.script.certificate.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, ConnectionError):
            return False  # the client did not trust us, as it should
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)
        self.secured = True
        return True

    def authenticate(self, argument: str) -> None:
        if argument.startswith("XOAUTH2 "):
            self.examine(base64.b64decode(argument.removeprefix("XOAUTH2 ")).decode())
            return
        _nothing, user, password = base64.b64decode(argument.partition(" ")[2]).decode().split("\0")
        self.allowed = (user, password) == self.owner.script.credentials
        self.reply("235 welcome" if self.allowed else "535 5.7.8 bad credentials")

    def examine(self, proof: str) -> None:
        self.allowed = proof == f"user=camille\1auth=Bearer {self.owner.script.token}\1\1"
        if not self.allowed:  # the reason first, which the client acknowledges with an empty line
            self.reply("334 " + base64.b64encode(b'{"status":"401"}').decode())
            assert self.rfile.readline() == b"\r\n"
        self.reply("235 welcome" if self.allowed else "535 5.7.3 Authentication unsuccessful")

    def begin(self, argument: str) -> None:
        self.owner.envelopes.append(argument)
        if self.sender is not None:  # RFC 5321 section 4.1.4: the one before was not ended
            self.reply("503 5.5.1 nested MAIL")
            return
        answer = self.owner.script.mail or ("250 ok" if self.allowed else "530 5.7.0 authenticate")
        if answer.startswith("250"):
            self.sender, self.recipients = _address(argument), []
        self.reply(answer)

    def accept(self, address: str) -> bool:
        if self.owner.script.drop.get(address) == "rcpt":
            return False
        self.owner.script.before_reply("rcpt", address)
        answer = (
            self.owner.script.rcpt.get(address, "250 ok") if self.sender is not None else "503 5.5.1 no MAIL"
        )
        if answer.startswith("250"):
            self.recipients.append(address)
        self.reply(answer)
        return not answer.startswith("421")

    def receive(self) -> bool:
        if not self.recipients:  # of commands that came at once, the one before was refused
            self.reply(self.owner.script.nobody)
            return True
        script, address = self.owner.script, self.recipients[0]
        if script.drop.get(address) == "data":
            return False
        script.before_reply("data", address)
        if address in script.data:
            self.reply(script.data[address])
            return True
        self.reply("354 go ahead")
        content = None if script.drop.get(address) == "message" else self.content()
        if content is None:
            return False
        if address in script.dot:
            self.reply(script.dot[address])
            return True
        with self.owner.lock:
            self.owner.messages.append(Received(self.sender or "", tuple(self.recipients), content))
            self.sender = None
        script.before_reply("dot", address)
        if script.drop.get(address) != "dot":
            self.reply("250 2.0.0 queued")
        return script.drop.get(address) != "dot"

    def content(self) -> bytes | None:
        """The message up to its final dot; None when the line was cut before it."""
        content = bytearray()
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            content += line[1:] if line.startswith(b".") else line
        return bytes(content)

    def reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(argument: str) -> str:
    return argument.partition("<")[2].partition(">")[0]
