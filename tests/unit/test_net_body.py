"""A body within bounds: bombs stop at the cap, broken compression is never half a document."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from veille.net.body import Body, BodyTooLargeError, BrokenBodyError, UnknownCodingError

TEXT = b"<rss>" + b"<item>Mus\xc3\xa9e</item>" * 500 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def received(coding: str, data: bytes, *, step: int = 7, max_bytes: int = 1_000_000) -> bytes:
    body = Body([coding], max_bytes)
    for start in range(0, len(data), step):
        body.add(data[start : start + step])
    return body.finish()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:40], mtime=0) + gzip.compress(TEXT[40:], mtime=0)),
        ("gzip", b"".join(gzip.compress(TEXT[at : at + 100], mtime=0) for at in range(0, len(TEXT), 100))),
        ("gzip", gzip.compress(b"", mtime=0) + gzip.compress(TEXT, mtime=0) + gzip.compress(b"", mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
)
@pytest.mark.parametrize("step", [1, 100_000])
def test_every_accepted_coding_gives_the_document_back(coding: str, data: bytes, step: int) -> None:
    assert received(coding, data, step=step) == TEXT


@pytest.mark.parametrize("codings", [["gzip", "gzip"], ["gzip", "deflate"], ["br"], ["gzip", "br"]])
def test_stacked_and_unknown_codings_are_refused_before_a_byte_is_read(codings: list[str]) -> None:
    with pytest.raises(UnknownCodingError):
        Body(codings, 1_000_000)


def test_a_plain_body_above_the_cap_is_refused() -> None:
    body = Body([], 10)

    with pytest.raises(BodyTooLargeError):
        body.add(b"x" * 11)


def test_a_body_of_exactly_the_cap_is_taken() -> None:
    body = Body([], 10)
    body.add(b"x" * 10)

    assert body.finish() == b"x" * 10


def test_a_bomb_stops_at_the_cap_with_little_memory() -> None:
    bomb = gzip.compress(bytes(256_000_000), compresslevel=1)
    body = Body(["gzip"], 1_000_000)
    tracemalloc.start()

    with pytest.raises(BodyTooLargeError):
        body.add(bomb)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_the_members_of_a_bomb_stop_at_the_cap_together() -> None:
    bomb = gzip.compress(bytes(600_000)) * 2

    with pytest.raises(BodyTooLargeError):
        received("gzip", bomb, step=len(bomb))


@pytest.mark.parametrize("nothing", [gzip.compress(b"", mtime=0), b"\0"])
def test_a_compression_that_goes_on_for_ever_without_giving_a_byte_is_refused(nothing: bytes) -> None:
    with pytest.raises(BodyTooLargeError):
        received("gzip", gzip.compress(b"", mtime=0) + nothing * 10_000, max_bytes=10_000)


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT, mtime=0)[:-9],
        gzip.compress(TEXT, mtime=0)[:20],
        gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0)[:20],
        gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0)[:-9],
        gzip.compress(TEXT, mtime=0)[:-8] + bytes(8),
        b"not gzip at all",
    ],
)
def test_damaged_or_shortened_compression_gives_no_document(data: bytes) -> None:
    with pytest.raises(BrokenBodyError):
        received("gzip", data)


def test_an_announced_compression_of_nothing_is_nothing() -> None:
    assert received("gzip", b"") == b""


@pytest.mark.parametrize("rest", [bytes(512), b"\x1f\x8b?", b"more of it " * 9, b"\x1f"])
@pytest.mark.parametrize("step", [1, 100_000])
def test_what_follows_the_compressed_document_is_ignored(rest: bytes, step: int) -> None:
    assert received("gzip", gzip.compress(TEXT, mtime=0) + rest, step=step) == TEXT


def test_deflate_has_no_members() -> None:
    assert received("deflate", zlib.compress(TEXT) + gzip.compress(TEXT, mtime=0)) == TEXT


@pytest.mark.parametrize(("coding", "data"), [("", TEXT), ("gzip", gzip.compress(TEXT, mtime=0))])
def test_of_a_body_that_is_too_large_there_is_a_beginning(coding: str, data: bytes) -> None:
    body = Body([coding], 1000)

    with pytest.raises(BodyTooLargeError):
        body.add(data)

    assert body.beginning() == TEXT[:1000]
