"""How httpx reaches the web here: over connections to addresses that were checked, kept for a while.

The check sits where the connection is made. Checking the name beforehand would leave the moment between
the two answers of a hostile name server (DNS rebinding). httpx's own transport takes four times the time of
this one for a short answer, and has no door for such a check.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import cached_property
from ipaddress import ip_address

import h11
import httpx

from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.net.addresses import IPAddress, IPNetwork, may_contact

_IDLE_CONNECTIONS = 16
_READ_BYTES = 65_536
# The headers of an answer together; some sites need more than h11 grants by itself.
_MAX_HEAD_BYTES = 100 * 1024
_PORTS = {"http": 80, "https": 443}

# Scheme, host and port: what requests must share to share a connection.
_Origin = tuple[str, str, int]


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests to public addresses and to the ``allowed`` networks, and nowhere else.

    ``connect_seconds`` is shared by the addresses of a host, so that a dead one leaves time for the next.
    Errors of the network are those of the system; what is no HTTP is an ``httpx.RemoteProtocolError``.
    """

    def __init__(self, allowed: Sequence[IPNetwork], connect_seconds: float) -> None:
        self._allowed = allowed
        self._connect_seconds = connect_seconds
        # One for an origin, the one that waits longest first.
        self._idle: dict[_Origin, _Connection] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to ``request``, its body still to be read."""
        origin = _origin(request.url)
        kept = self._idle.pop(origin, None)
        if kept is not None:
            # The host may have hung up meanwhile, which is no failure (RFC 9112 section 9.3.1).
            with suppress(OSError, httpx.RemoteProtocolError):
                return await self._answer(kept, origin, request)
        return await self._answer(await self._connection(origin), origin, request)

    async def aclose(self) -> None:
        """Hang up everywhere."""
        while self._idle:
            self._idle.popitem()[1].close()

    async def _answer(
        self, connection: _Connection, origin: _Origin, request: httpx.Request
    ) -> httpx.Response:
        with ExitStack() as unless_answered:
            unless_answered.callback(connection.close)
            head = await connection.ask(request)
            unless_answered.pop_all()
        body = _Body(connection, lambda: self._keep(origin, connection))
        return httpx.Response(head.status_code, headers=list(head.headers), stream=body)

    async def _connection(self, origin: _Origin) -> _Connection:
        """A connection to the first address of the host that answers, all of them having been checked."""
        _scheme, host, port = origin
        addresses = await _addresses_of(host, port)
        for address in addresses:
            if not may_contact(address, self._allowed):
                raise _refused(host, address)
        share = self._connect_seconds / len(addresses)
        *others, last = addresses
        for address in others:
            with suppress(OSError):
                return await self._connected(address, origin, share)
        return await self._connected(last, origin, share)

    async def _connected(self, address: IPAddress, origin: _Origin, seconds: float) -> _Connection:
        scheme, host, port = origin
        async with asyncio.timeout(seconds):
            if scheme == "http":
                return _Connection(*await asyncio.open_connection(str(address), port))
            try:
                return _Connection(
                    *await asyncio.open_connection(
                        str(address), port, ssl=self._certificates, server_hostname=host
                    )
                )
            except ConnectionResetError as error:  # a host that does not take the connection refuses it
                raise ssl.SSLError(f"{host} hung up while the secure connection was agreed on") from error

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _keep(self, origin: _Origin, connection: _Connection) -> None:
        """Keep ``connection`` for the next request to ``origin``, if it can take one."""
        if not connection.begin_anew():
            connection.close()
            return
        former = self._idle.pop(origin, None)
        self._idle[origin] = connection
        if former is None and len(self._idle) > _IDLE_CONNECTIONS:
            former = self._idle.pop(next(iter(self._idle)))
        if former is not None:
            former.close()


class _Connection:
    """A connection to a host, over which requests go one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)

    async def ask(self, request: httpx.Request) -> h11.Response:
        """The head of the answer to ``request``."""
        try:
            asked = h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        self._writer.write((self._http.send(asked) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
        await self._writer.drain()
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):  # before it may come others, such as 103
                return event

    async def body(self) -> AsyncIterator[bytes]:
        """The body of the answer, piece by piece as it comes."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    def begin_anew(self) -> bool:
        """Make ready for another request, if one may follow: says whether the answer was read to its end."""
        is_done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if is_done:
            self._http.start_next_cycle()
        return is_done

    def close(self) -> None:
        """Hang up at once; the farewell of a secure connection would have to be waited for."""
        self._writer.transport.abort()

    async def _event(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_READ_BYTES))
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as httpx reads it; ``let_go`` hears when it is done with the connection."""

    def __init__(self, connection: _Connection, let_go: Callable[[], None]) -> None:
        self._connection = connection
        self._let_go = let_go

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.body()

    async def aclose(self) -> None:
        self._let_go()


def _origin(url: httpx.URL) -> _Origin:
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


async def _addresses_of(host: str, port: int) -> tuple[IPAddress, ...]:
    """The addresses of ``host``, in the order in which the system prefers them; at least one."""
    with suppress(ValueError):
        return (ip_address(host),)  # nothing to look up, and no thread to start for it
    answer: Future[tuple[IPAddress, ...]] = Future()

    def look_up() -> None:
        answer.set_running_or_notify_cancel()
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result(tuple(dict.fromkeys(ip_address(item[4][0]) for item in found)))
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    # The system's resolver cannot be interrupted. In the loop's own pool of a few threads, names that hang
    # would keep the other hosts waiting, and the end of the run with them.
    threading.Thread(target=look_up, daemon=True).start()
    return await asyncio.wrap_future(answer)


def _refused(host: str, address: IPAddress) -> FetchError:
    return FetchError(
        _("{host} leads to {address}, which is not a public address; it was not contacted.").format(
            host=host, address=address
        ),
        hint=_("If that machine is yours, add its range to allow_private under [collect] in veille.toml."),
    )
