"""Receiving a body within bounds: decompressed step by step, given up as soon as it is too big.

httpx's own decoding cannot be bounded: 987 bytes of gzip in gzip become one chunk of 512 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

_STEP_BYTES = 65_536
_GZIP_FORMAT = zlib.MAX_WBITS | 16
# "deflate" means the zlib format (RFC 9110 section 8.4.1.2), but servers have always sent raw streams too.
_ZLIB_FORMAT, _RAW_FORMAT = zlib.MAX_WBITS, -zlib.MAX_WBITS


class BodyError(Exception):
    """A body that is not taken."""


class BodyTooLargeError(BodyError):
    """It is bigger than allowed, once decompressed."""


class UnknownCodingError(BodyError):
    """It is compressed in a way nobody asked for, or more than once; the text names the codings."""


class BrokenBodyError(BodyError):
    """What arrived cannot be decompressed, or ends too early."""


class Body:
    """Collects one body of at most ``max_bytes``. Each method may raise a ``BodyError``."""

    def __init__(self, codings: Sequence[str], max_bytes: int) -> None:
        wanted = [coding.strip().lower() for coding in codings]
        coding = ", ".join(name for name in wanted if name not in {"", "identity"})
        if coding not in {"", "gzip", "x-gzip", "deflate"}:
            raise UnknownCodingError(coding)
        self._inflater = _inflater(coding)
        self._may_be_raw = coding == "deflate"
        self._max_bytes = max_bytes
        self._body = bytearray()

    def add(self, chunk: bytes) -> None:
        """Take ``chunk`` as it came from the network."""
        if self._inflater is None:
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as error:
            if not self._may_be_raw:
                raise BrokenBodyError from error
            self._may_be_raw = False
            self._inflater = zlib.decompressobj(_RAW_FORMAT)
            self.add(chunk)

    def finish(self) -> bytes:
        """The whole body."""
        if self._inflater is not None:
            self._keep(self._inflater.flush())
            if not self._inflater.eof:
                raise BrokenBodyError
        return bytes(self._body)

    def _inflate(self, chunk: bytes) -> None:
        if self._inflater is None:
            return
        while chunk and not self._inflater.eof:
            self._keep(self._inflater.decompress(chunk, _STEP_BYTES))
            # Only the very first bytes of a stream can show that it has no zlib header.
            self._may_be_raw = False
            chunk = self._inflater.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        if len(self._body) + len(data) > self._max_bytes:
            raise BodyTooLargeError
        self._body += data
