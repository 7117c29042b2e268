"""httpx's transport, connecting only to addresses that were checked.

The check sits where the connection is made. Checking the name beforehand would leave the moment between
the two answers of a hostile name server (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.net.addresses import IPAddress, IPNetwork, may_contact

_IDLE_CONNECTIONS = 16


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Sends requests to public addresses and to the ``allowed`` networks, and nowhere else.

    ``connect_seconds`` is shared by the addresses of a host, so that a dead one leaves time for the next.
    """

    def __init__(self, allowed: Sequence[IPNetwork], connect_seconds: float) -> None:
        certificates = httpx.create_ssl_context()
        super().__init__(verify=certificates, trust_env=False)
        # httpx has no public door for httpcore's network backend; its transport is documented to be this
        # pool and nothing else, and a test would fail the day the attribute is no longer used.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates,
            max_connections=None,  # the callers bound how many hosts they visit at once
            # httpcore looks through all idle connections for each of them, at every request.
            max_keepalive_connections=_IDLE_CONNECTIONS,
            network_backend=_GuardedNetwork(allowed, connect_seconds),
        )


class _GuardedNetwork(httpcore.AsyncNetworkBackend):
    def __init__(self, allowed: Sequence[IPNetwork], connect_seconds: float) -> None:
        self._allowed = allowed
        self._connect_seconds = connect_seconds
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature; never passed here
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of ``host`` that answers, all of them having been checked."""
        addresses = await _addresses_of(host, port)
        for address in addresses:
            if not may_contact(address, self._allowed):
                raise _refused(host, address)
        share = self._connect_seconds / len(addresses)

        async def connect(address: IPAddress) -> httpcore.AsyncNetworkStream:
            return _Stream(
                await self._network.connect_tcp(str(address), port, share, local_address, socket_options)
            )

        *others, last = addresses
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await connect(address)
        return await connect(last)


class _Stream(httpcore.AsyncNetworkStream):
    """httpcore's own stream, but closed as well when the deadline ends its TLS handshake."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


async def _addresses_of(host: str, port: int) -> tuple[IPAddress, ...]:
    """The addresses of ``host``, in the order in which the system prefers them; at least one."""
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
