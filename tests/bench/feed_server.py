"""A web server of invented feeds on loopback, in a process of its own so that its work is nobody's.

Each feed is a host of its own, ``127.1.x.y``: programs are polite by host. Only Linux answers on all of 127/8
without being set up to. Feeds are sent as they are, neither compressed nor encrypted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random  # noqa: TID251 - seeded: the same delays for every contestant
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray

from .invented import ENTRIES, GAINED, gains_entries, invented_feed

MEDIAN_SECONDS = 0.05
_TAIL = 1.0  # of the log-normal: one feed in a hundred takes ten times the median
_SLOWEST_SECONDS = 5.0
_MODIFIED = ("Sun, 22 Nov 2026 06:00:00 GMT", "Mon, 23 Nov 2026 06:00:00 GMT")


@dataclass(frozen=True, slots=True)
class _Answers:
    """What one feed answers, complete with headers."""

    etag: bytes
    modified: bytes
    whole: bytes
    not_modified: bytes


class FeedServer:
    """The running server, steered from outside; ``urls`` has one address a feed."""

    def __init__(self, urls: Sequence[str], size_bytes: int, dials: _Dials) -> None:
        self.urls = urls
        self.size_bytes = size_bytes
        self._dials = dials

    def behave(self, *, slow: bool, grown: bool) -> None:
        """Answer from now on with or without latency, with the feeds as at first or grown."""
        self._dials.slow.value = slow
        self._dials.grown.value = grown

    def answered(self) -> tuple[int, int]:
        """How many answers were whole feeds and how many "not modified" since this was last asked."""
        counts = (self._dials.counts[0], self._dials.counts[1])
        self._dials.counts[:] = [0, 0]
        return counts


@dataclass(frozen=True, slots=True)
class _Dials:
    """What both processes see."""

    slow: Synchronized[bool]
    grown: Synchronized[bool]
    counts: SynchronizedArray[int]


@contextmanager
def feed_server(feeds: int) -> Iterator[FeedServer]:
    """A server of so many feeds, listening."""
    context = multiprocessing.get_context("spawn")
    dials = _Dials(context.Value("b", False), context.Value("b", False), context.Array("q", 2))
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(feeds, dials, theirs), daemon=True)
    process.start()
    try:
        port, size_bytes = ours.recv()
        urls = [f"http://{_host(number)}:{port}/feed/{number}" for number in range(feeds)]
        yield FeedServer(urls, size_bytes, dials)
    finally:
        process.kill()
        process.join()


def entries_served(feeds: int, *, grown: bool) -> int:
    """How many articles the server has shown, all in all, since it began."""
    return ENTRIES * feeds + (GAINED * sum(map(gains_entries, range(feeds))) if grown else 0)


def delay_seconds(number: int) -> float:
    """How long feed ``number`` takes to answer under latency, always the same."""
    chance = random.Random(number)  # noqa: S311 - no secret
    return min(MEDIAN_SECONDS * chance.lognormvariate(0, _TAIL), _SLOWEST_SECONDS)


def _host(number: int) -> str:
    return f"127.1.{number // 250}.{number % 250 + 1}"


def _serve(feeds: int, dials: _Dials, ready: Connection) -> None:
    first = [_answers(number, grown=False) for number in range(feeds)]
    later = [
        _answers(number, grown=True) if gains_entries(number) else first[number] for number in range(feeds)
    ]
    delays = [delay_seconds(number) for number in range(feeds)]

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        port = 0
        for number in range(feeds):
            listening = socket.create_server((_host(number), port), backlog=64)
            port = listening.getsockname()[1]
            await loop.create_server(partial(_Speaker, (first, later), delays, dials), sock=listening)
        ready.send((port, sum(len(answers.whole) for answers in first)))
        await asyncio.Event().wait()

    asyncio.run(listen())


def _answers(number: int, *, grown: bool) -> _Answers:
    body, kind = invented_feed(number, grown=grown)
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    modified = _MODIFIED[grown]
    validators = f"ETag: {etag}\r\nLast-Modified: {modified}\r\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{validators}\r\n"
    not_modified = f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n"
    return _Answers(etag.encode(), modified.encode(), head.encode() + body, not_modified.encode())


class _Speaker(asyncio.Protocol):
    """One connection, kept open from request to request until the client ends it."""

    def __init__(
        self, generations: Sequence[Sequence[_Answers]], delays: Sequence[float], dials: _Dials
    ) -> None:
        self._generations = generations
        self._delays = delays
        self._dials = dials
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, rest = self._heard.partition(b"\r\n\r\n")
        if end:
            self._heard = rest
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        request, *lines = head.split(b"\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)
        }
        number = int(request.split()[1].rpartition(b"/")[2])
        answers = self._generations[bool(self._dials.grown.value)][number]
        known = headers.get(b"if-none-match")
        # The one decides when both are sent (RFC 9110 section 13.2.2).
        fresh = (
            headers.get(b"if-modified-since") == answers.modified if known is None else known == answers.etag
        )
        self._dials.counts[fresh] += 1
        delay = self._delays[number] if self._dials.slow.value else 0
        asyncio.get_running_loop().call_later(
            delay, self._send, answers.not_modified if fresh else answers.whole
        )

    def _send(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)
