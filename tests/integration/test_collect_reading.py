"""Reading in processes of their own: the same feed comes back, and a parser that does not end is ended."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time

import pytest

from veille import i18n
from veille.collect import reading
from veille.collect.parse import parse_feed
from veille.collect.reading import Readers
from veille.errors import ParseError
from veille.model.feed import ParsedFeed

URL = "https://journal.example/feed"


def rss(items: int) -> bytes:
    item = "<item><title>Un titre</title><guid>{0}</guid><link>https://journal.example/{0}</link></item>"
    written = "".join(item.format(number) for number in range(items))
    return f"<rss version='2.0'><channel><title>T</title>{written}</channel></rss>".encode()


SLOW = rss(60_000)  # some 20 s of work


def read_all(readers: Readers, *bodies: bytes) -> list[ParsedFeed | BaseException]:
    async def read() -> list[ParsedFeed | BaseException]:
        with readers:
            jobs = (readers.read(body, "application/rss+xml", URL) for body in bodies)
            return await asyncio.gather(*jobs, return_exceptions=True)

    return asyncio.run(read())


def test_a_feed_is_read_as_in_this_process() -> None:
    (read,) = read_all(Readers(), rss(3))

    assert read == parse_feed(rss(3), "application/rss+xml", URL)


def test_what_is_no_feed_is_said_in_the_language_of_the_curator() -> None:
    i18n.activate("fr")

    (error,) = read_all(Readers(), b"<!doctype html><html></html>")

    assert isinstance(error, ParseError)
    with pytest.raises(ParseError) as here:
        parse_feed(b"<!doctype html><html></html>", "", URL)
    assert (error.message, error.hint) == (here.value.message, here.value.hint)
    assert "page web" in error.message


def test_no_process_is_started_when_there_is_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(reading, "_started_pool")

    assert read_all(Readers()) == []


@pytest.mark.parametrize(
    "readers", [Readers(cpu_seconds=1), Readers(cpu_seconds=60, wall_seconds=2)], ids=["cpu", "wall"]
)
@pytest.mark.skipif(os.name == "nt", reason="Windows does not count a process's work: the wall clock ends it")
def test_a_feed_that_takes_too_long_is_given_up_and_the_others_read(readers: Readers) -> None:
    started = time.perf_counter()

    slow, *others = read_all(readers, SLOW, *(rss(number) for number in range(1, 6)))

    assert isinstance(slow, ParseError)
    assert "takes too long to read" in slow.message
    assert [len(feed.entries) for feed in others if isinstance(feed, ParsedFeed)] == [1, 2, 3, 4, 5]
    assert time.perf_counter() - started < 15  # it would have taken longer


def test_the_limit_counts_the_work_of_this_feed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(time, "process_time", lambda: 7.9)

    read = reading._read_one(rss(1), "", URL, 5)
    refused = reading._read_one(b"", "", URL, 5)

    assert isinstance(read, ParsedFeed)
    assert refused == ("journal.example answered with nothing.", "")
    assert limits[resource.RLIMIT_CPU][0] == 13
    assert limits[resource.RLIMIT_CORE] == (0, 0)


def test_where_work_is_not_counted_the_wall_clock_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(resource, "setrlimit")

    assert isinstance(reading._read_one(rss(1), "", URL, 5), ParsedFeed)
