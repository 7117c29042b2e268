"""A name server on this machine that knows what it is told, and nothing else."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class DnsServer:
    """Use it in ``with``; ``texts`` maps names to TXT records, and ``rcode`` answers for other names."""

    def __init__(self, texts: dict[str, list[str]], rcode: dns.rcode.Rcode = dns.rcode.NXDOMAIN) -> None:
        self.texts = texts
        self.rcode = rcode
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def resolver(self) -> dns.resolver.Resolver:
        """A resolver that asks this server and no other."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._server.server_address[1]
        return resolver

    def answer(self, question: bytes) -> bytes:
        asked = dns.message.from_wire(question)
        reply = dns.message.make_response(asked)
        name = asked.question[0].name
        records = self.texts.get(name.to_text(omit_final_dot=True))
        if records is None:
            reply.set_rcode(self.rcode)
        elif records:
            quoted = [
                " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250)) for text in records
            ]
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return reply.to_wire()


class _Server(socketserver.ThreadingUDPServer):
    owner: DnsServer


class _Session(socketserver.DatagramRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.wfile.write(self.server.owner.answer(self.rfile.read()))
