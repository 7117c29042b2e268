"""httpx's transport, connecting only to addresses that were checked.

The check sits where the connection is made. Checking the name beforehand would leave the moment between
the two answers of a hostile name server (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address

import httpcore
import httpx

from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.net.addresses import IPAddress, IPNetwork, may_contact


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
            return await self._network.connect_tcp(str(address), port, share, local_address, socket_options)

        *others, last = addresses
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await connect(address)
        return await connect(last)


async def _addresses_of(host: str, port: int) -> tuple[IPAddress, ...]:
    """The addresses of ``host``, in the order in which the system prefers them; at least one."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(item[4][0]) for item in found))


def _refused(host: str, address: IPAddress) -> FetchError:
    return FetchError(
        _("{host} leads to {address}, which is not a public address; it was not contacted.").format(
            host=host, address=address
        ),
        hint=_("If that machine is yours, add its range to allow_private under [collect] in veille.toml."),
    )
