"""Receiving a body within bounds: decompressed step by step, given up as soon as it is too big.

httpx's own decoding cannot be bounded: 987 bytes of gzip in gzip become one chunk of 512 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

_STEP_BYTES = 65_536
# How a member of a gzip file begins: the mark, then its only method (RFC 1952 section 2.3.1).
_MEMBER = b"\x1f\x8b\x08"


class BodyError(Exception):
    """A body that is not taken."""


class BodyTooLargeError(BodyError):
    """It is bigger than allowed, as it came or once decompressed."""


class UnknownCodingError(BodyError):
    """It is compressed in a way nobody asked for, or more than once; the text names the codings."""


class BrokenBodyError(BodyError):
    """What arrived cannot be decompressed, or ends too early."""


class Body:
    """Collects one body of at most ``max_bytes``. Each method may raise a ``BodyError``."""

    def __init__(self, codings: Sequence[str], max_bytes: int) -> None:
        applied = [name for coding in codings if (name := coding.strip().lower()) not in {"", "identity"}]
        self._coding = ", ".join(applied)
        if self._coding not in {"", "gzip", "x-gzip", "deflate"}:
            raise UnknownCodingError(self._coding)
        self._max_bytes = max_bytes
        self._received_bytes = 0
        self._body = bytearray()
        self._inflater: zlib._Decompress | None = None
        self._beyond = b""

    def add(self, chunk: bytes) -> None:
        """Take ``chunk`` as it came from the network."""
        if not self._coding:
            self._keep(chunk)
            return
        # Counted too: a compressed stream can go on for ever without giving a byte.
        self._received_bytes += len(chunk)
        if self._received_bytes > self._max_bytes:
            raise BodyTooLargeError
        try:
            self._inflate(chunk)
        except zlib.error as error:
            raise BrokenBodyError from error

    def beginning(self) -> bytes:
        """What has come so far; of a body that is too large, as much as is allowed."""
        return bytes(self._body)

    def finish(self) -> bytes:
        """The whole body."""
        if self._inflater is not None:
            self._keep(self._inflater.flush())
            if not self._inflater.eof:
                raise BrokenBodyError
        return bytes(self._body)

    def _inflate(self, chunk: bytes) -> None:
        while chunk:
            if self._inflater is None:
                self._inflater = zlib.decompressobj(_window_bits(self._coding, chunk[0]))
            elif self._inflater.eof:
                # RFC 1952 section 2.2: members follow one another. Anything else after the end is ignored.
                chunk = self._beyond + chunk
                self._beyond = chunk[: len(_MEMBER)]
                if self._beyond != _MEMBER or self._coding == "deflate":
                    return
                self._inflater, self._beyond = zlib.decompressobj(_window_bits(self._coding, chunk[0])), b""
            self._keep(self._inflater.decompress(chunk, _STEP_BYTES))
            chunk = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        room_bytes = self._max_bytes - len(self._body)
        self._body += data[:room_bytes]
        if len(data) > room_bytes:
            raise BodyTooLargeError


def _window_bits(coding: str, first_byte: int) -> int:
    """The format for zlib: "deflate" should mean its own (RFC 9110 section 8.4.1.2), but often comes raw.

    The zlib format begins with its method, 8, in the low half of the first byte (RFC 1950 section 2.2).
    """
    if coding != "deflate":
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if first_byte & 0x0F == 8 else -zlib.MAX_WBITS
