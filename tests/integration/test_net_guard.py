"""What the guarded client refuses, on real sockets: every way into the house, and bombs."""

from __future__ import annotations

import asyncio
import gzip
import re
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from veille.errors import FetchError
from veille.net.client import GuardedClient, Response
from web_server import Answer, WebServer, resolve_in_turn, resolve_only

# How this machine and its neighbours have been spelled to get past a check of the text.
INTO_THE_HOUSE = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "0",
    "0.0.0.0",  # noqa: S104 - this machine, by another name
    "127.8.8.8",
    "127。0。0。1",
    "user@127.0.0.1",
    "1.1.1.1@127.0.0.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "house.example",
    "HOUSE.example",
    "10.0.0.1",
    "167772161",
    "0xa9fea9fe",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2002:c0a8:101::1]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[fd12:3456::1]",
    "[ff02::1]",
]
LOCAL_NAMES = dict.fromkeys(("localhost", "localhost.", "house.example"), "127.0.0.1")
REFUSALS = re.compile("not a public address|was not found|not a web address")


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which connections are made from now on; all of them end at the test's server."""
    connected: list[str] = []
    connect = asyncio.open_connection

    async def watched(host: str, port: int) -> Any:
        connected.append(host)
        return await connect("127.0.0.1", port)

    monkeypatch.setattr(asyncio, "open_connection", watched)
    return connected


def fetched(url: str) -> Response:
    """The answer of ``url`` to a client that may contact no address of the house."""

    async def get() -> Response:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=10_000_000) as client:
            return await client.get(url)

    return asyncio.run(get())


def refusal(url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetched(url)
    return caught.value.message


@pytest.mark.parametrize("host", INTO_THE_HOUSE)
def test_the_house_is_not_contacted_however_it_is_spelled(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str], host: str
) -> None:
    resolve_only(monkeypatch, LOCAL_NAMES)

    message = refusal(f"http://{host}:{server.port}/feed")

    assert REFUSALS.search(message)
    assert connections == []


@pytest.mark.parametrize("host", INTO_THE_HOUSE)
def test_no_redirect_leads_into_the_house(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str], host: str
) -> None:
    resolve_only(monkeypatch, {**LOCAL_NAMES, "outside.example": "1.1.1.1"})
    location = f"//{host}:{server.port}/admin".encode().decode("latin-1")  # the server encodes it back
    server.give("/feed", Answer(status=302, headers={"Location": location}))

    message = refusal(f"http://outside.example:{server.port}/feed")

    assert REFUSALS.search(message)
    assert connections == ["1.1.1.1"]
    assert [asked.path for asked in server.asked] == ["/feed"]


def test_a_name_that_leads_into_the_house_is_refused(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_only(monkeypatch, {"innocent.example": "127.0.0.1"})

    message = refusal(f"http://innocent.example:{server.port}/feed")

    assert message == (
        "innocent.example leads to 127.0.0.1, which is not a public address; it was not contacted."
    )
    assert server.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_in_turn(monkeypatch, ["1.1.1.1", "127.0.0.1"])

    assert "127.0.0.1" in refusal(f"http://mixed.example:{server.port}/feed")


def test_a_name_rebound_between_two_hops_is_refused(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    resolve_in_turn(monkeypatch, ["1.1.1.1"], ["169.254.169.254"])
    server.give("/feed", Answer(status=302, headers={"Location": "/again", "Connection": "close"}))

    message = refusal(f"http://rebound.example:{server.port}/feed")

    assert "169.254.169.254, which is not a public address" in message
    assert connections == ["1.1.1.1"]


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    resolve_in_turn(monkeypatch, ["1.1.1.1"], ["10.0.0.1"])  # a second look would find the second
    server.give("/feed", Answer(b"here"))

    assert fetched(f"http://rebound.example:{server.port}/feed").body == b"here"
    assert connections == ["1.1.1.1"]


def long_gzip(megabytes: int) -> bytes:
    """A gzip of zeros that does not end: blocks of four megabytes, of which none refers to another."""
    deflater = zlib.compressobj(9, wbits=-15)
    block = deflater.compress(bytes(4_194_304)) + deflater.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * (megabytes // 4)


def with_peak(ask: Callable[[], str]) -> tuple[str, int]:
    """What ``ask`` gives, and the most memory it took at once, in bytes."""
    tracemalloc.start()
    try:
        return ask(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_bomb_of_half_a_gigabyte_in_a_kilobyte_is_refused_unread(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    bomb = gzip.compress(long_gzip(512))
    assert len(bomb) < 987
    resolve_in_turn(monkeypatch, ["1.1.1.1"])
    server.give("/feed", Answer(bomb, headers={"Content-Encoding": "gzip, gzip"}))

    message, peak_bytes = with_peak(lambda: refusal(f"http://bomb.example:{server.port}/feed"))

    assert "not accepted: gzip, gzip" in message
    assert peak_bytes < 2_000_000


def test_a_bomb_of_ten_gigabytes_costs_little_more_than_the_cap(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    resolve_in_turn(monkeypatch, ["1.1.1.1"])
    server.give("/feed", Answer(long_gzip(10_000), headers={"Content-Encoding": "gzip"}))

    message, peak_bytes = with_peak(lambda: refusal(f"http://bomb.example:{server.port}/feed"))

    assert "sent more than 10 MB" in message
    assert peak_bytes < 20_000_000
