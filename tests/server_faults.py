"""What servers do wrong: scripts for a server on loopback, by the name under which a test reports them.

The answers are those to a client that waits two seconds and takes ``MAX_BYTES``.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from urllib.parse import quote

from web_server import Script, Visit

MAX_BYTES = 100_000
BROKE_OFF = "broke off its answer, or did not answer in HTTP."
TOO_SLOW = "did not answer completely within 2 s."
TOO_BIG = "sent more than 0.1 MB."
NOT_SECURE = "does not answer with a proper secure connection (https)."
DAMAGED = "sent compressed data that is damaged or cut short."
GZIP = "Content-Encoding: gzip"
CHUNKED = "Transfer-Encoding: chunked"


def rss(title: str) -> bytes:
    told = "".join(
        f"<item><title>{title} {number}</title><link>https://journal.example/{quote(title)}/{number}</link></item>"
        for number in range(1, 21)
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{told}</channel></rss>".encode()


def head(*fields: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", 'ETag: "bad"', "Last-Modified: Mon, 29 Jun 2026 15:07:41 GMT", *fields)
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def page(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    """An answer with nothing wrong but what is passed."""
    return head(f"Content-Length: {len(body)}", *fields, status=status) + body


def saying(*pieces: bytes) -> Script:
    """Hear the request, say ``pieces``, hang up."""

    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(*pieces)

    return script


def saying_then_silent(*pieces: bytes) -> Script:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(*pieces)
        visit.stall()

    return script


def saying_then_resetting(*pieces: bytes) -> Script:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(*pieces)
        visit.reset()

    return script


def repeating(start: bytes, piece: bytes, *, every_seconds: float = 0) -> Script:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(start)
        visit.say_without_end(piece, every_seconds=every_seconds)

    return script


def saying_at_once(*pieces: bytes) -> Script:
    def script(visit: Visit) -> None:
        visit.say(*pieces)

    return script


def hanging_up(visit: Visit) -> None:
    """Take the connection, and leave without having listened."""


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


FEED = rss("Bad")
SQUEEZED = gzip.compress(FEED, mtime=0)
BOMB = gzip.compress(bytes(50_000_000), mtime=0)
DOUBLE_BOMB = gzip.compress(BOMB, mtime=0)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4

# By name: what the server does, and what is said of it.
FAULTS: dict[str, tuple[Script, str]] = {
    "hangs up at once": (hanging_up, BROKE_OFF),
    "hears, and hangs up": (saying(), BROKE_OFF),
    "resets at once": (Visit.reset, BROKE_OFF),
    "hears, and resets": (saying_then_resetting(), BROKE_OFF),
    "resets in the status line": (saying_then_resetting(b"HTTP/1.1 200"), BROKE_OFF),
    "resets after the headers": (saying_then_resetting(head()), BROKE_OFF),
    "resets in the body": (saying_then_resetting(page(FEED)[:-50]), BROKE_OFF),
    "speaks another protocol": (saying(b"SSH-2.0-OpenSSH_9.9\r\n"), BROKE_OFF),
    "answers without headers, as HTTP 0.9 did": (saying(FEED), BROKE_OFF),
    "has a nonsensical status": (saying(b"HTTP/1.1 banana\r\n\r\n"), BROKE_OFF),
    "has a header that is none": (saying(head("no colon here") + FEED), BROKE_OFF),
    "has two lengths": (saying(head("Content-Length: 10", "Content-Length: 20") + FEED), BROKE_OFF),
    "has a negative length": (saying(head("Content-Length: -1") + FEED), BROKE_OFF),
    "has a length in words": (saying(head("Content-Length: many") + FEED), BROKE_OFF),
    "is transferred oddly": (saying(head("Transfer-Encoding: x") + FEED), BROKE_OFF),
    "endless headers": (repeating(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 99), BROKE_OFF),
    "an endless header": (repeating(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 9999), BROKE_OFF),
    "never answers": (saying_then_silent(), TOO_SLOW),
    "falls silent in the status line": (saying_then_silent(b"HTTP/1.1 200 O"), TOO_SLOW),
    "slow headers": (repeating(b"HTTP/1.1 200 OK\r\nX: ", b"a", every_seconds=0.05), TOO_SLOW),
    "gives hints for ever": (
        repeating(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", every_seconds=0.001),
        TOO_SLOW,
    ),
    "falls silent in the body": (saying_then_silent(page(FEED)[:-50]), TOO_SLOW),
    "slow body": (repeating(head("Content-Length: 5000"), b"<", every_seconds=0.05), TOO_SLOW),
    "slow chunks": (repeating(head(CHUNKED), chunk(b"<"), every_seconds=0.05), TOO_SLOW),
    "endless body": (repeating(head(), b" " * 9999), TOO_BIG),
    "endless chunks": (repeating(head(CHUNKED), chunk(b" " * 9999)), TOO_BIG),
    "endless compression of nothing": (repeating(head(GZIP), gzip.compress(b"", mtime=0) * 99), TOO_BIG),
    "a byte too many": (saying(page(FEED[:1] + b" " * 100_000)), TOO_BIG),
    "a bomb": (saying(page(BOMB, GZIP)), TOO_BIG),
    "a deflated bomb": (saying(page(zlib.compress(bytes(50_000_000)), "Content-Encoding: deflate")), TOO_BIG),
    "a bomb in a bomb": (
        saying(page(DOUBLE_BOMB, "Content-Encoding: gzip, gzip")),
        "compressed its answer in a way that is not accepted: gzip, gzip",
    ),
    "another coding": (saying(page(FEED, "Content-Encoding: br")), "not accepted: br"),
    "a compression that is none": (saying(page(FEED, GZIP)), DAMAGED),
    "a compression cut short": (saying(page(SQUEEZED[:-20], GZIP)), DAMAGED),
    "a compression with a wrong sum": (saying(page(SQUEEZED[:-8] + bytes(8), GZIP)), DAMAGED),
    "a second member cut short": (saying(page(SQUEEZED + SQUEEZED[:-20], GZIP)), DAMAGED),
    "shorter than announced": (saying(head(f"Content-Length: {len(FEED) + 1}") + FEED), BROKE_OFF),
    "no last chunk": (saying(head(CHUNKED) + chunk(FEED)), BROKE_OFF),
    "a chunk cut short": (saying(head(CHUNKED) + b"ffff\r\n" + FEED), BROKE_OFF),
    "a chunk of no size": (saying(head(CHUNKED) + b"xyz\r\n" + FEED), BROKE_OFF),
    "a chunk of absurd size": (saying(head(CHUNKED) + b"f" * 21 + b"\r\n" + FEED), BROKE_OFF),
    "an empty body": (saying(page(b"")), "answered with nothing."),
    "an empty body, compressed": (saying(page(gzip.compress(b"", mtime=0), GZIP)), "answered with nothing"),
    "blanks": (saying(page(b" \r\n\t")), "answered with nothing."),
    "no content": (saying(page(b"", status="204 No Content")), "answered 204 No Content"),
    "a part only": (saying(page(FEED[:99], status="206 Partial Content")), "206 Partial Content"),
    "not found": (saying(page(FEED, status="404 Not Found")), "answered 404 Not Found"),
    "endless error": (repeating(head(status="503 Service Unavailable"), b" " * 9999), "answered 503"),
    "odd error": (saying(page(b"?", "Content-Encoding: br", status="500 Oops")), "answered 500"),
    "a web page that calls itself XML": (
        saying(page(b"<!doctype html><html><title>Log in</title></html>", "Content-Type: text/xml")),
        "answered with a web page, not a feed",
    ),
    "a picture that calls itself a feed": (
        saying(page(PICTURE, "Content-Type: application/rss+xml")),
        "answered is not a feed.",
    ),
    "redirects to itself": (
        saying(page(b"", "Location: /feed", status="301 Moved Permanently")),
        "redirects more than 5 times.",
    ),
    "redirects to itself and hangs up": (
        saying(head("Location: /feed", status="307 Temporary Redirect")),
        "redirects more than 5 times",
    ),
    "redirects into the house": (
        saying(page(b"", "Location: http://10.0.0.1/", status="302 Found")),
        "10.0.0.1 leads to 10.0.0.1, which is not a public address; it was not contacted.",
    ),
    "redirects to a file": (
        saying(page(b"", "Location: file:///etc/passwd", status="302 Found")),
        "redirects to “file:/etc/passwd”, which is not a web address.",
    ),
    "redirects nowhere": (saying(page(b"", status="302 Found")), "answered 302 Found."),
    "says unchanged, unasked": (saying(page(FEED, status="304 Not Modified")), "304 Not Modified"),
}
# Those of them where something of the document arrived, with validators.
CUT_SHORT = [
    "resets in the body",
    "falls silent in the body",
    "shorter than announced",
    "no last chunk",
    "a chunk cut short",
    "a compression cut short",
    "a byte too many",
]
# https on each of these; the certificate, None for none, is trusted unless it is called "stranger".
TLS_FAULTS: dict[str, tuple[Script, str | None, str]] = {
    "a stranger's certificate": (saying(page(FEED)), "stranger", "has no valid certificate: self-signed"),
    "an expired certificate": (saying(page(FEED)), "expired", "certificate has expired"),
    "a certificate for another name": (saying(page(FEED)), "other", "Hostname mismatch"),
    "no TLS at all": (saying_at_once(page(b"", status="400 Bad Request")), None, NOT_SECURE),
    "garbage instead of TLS": (saying_at_once(PICTURE), None, NOT_SECURE),
    "silence instead of TLS": (Visit.stall, None, TOO_SLOW),
    "a reset instead of TLS": (Visit.reset, None, "a-reset-instead-of-tls.example "),  # in either words
    "hangs up instead of TLS": (hanging_up, None, NOT_SECURE),
    "cut short under TLS": (saying(page(FEED)[:-50]), "right", BROKE_OFF),
}
# Odd, but the feed that is passed can be read.
READABLE: dict[str, Callable[[bytes], Script]] = {
    "calls itself a web page": lambda feed: saying(page(feed, "Content-Type: text/html")),
    "calls itself a picture": lambda feed: saying(page(feed, "Content-Type: image/png")),
    "says nothing of its type": lambda feed: saying(page(feed)),
    "names no length": lambda feed: saying(head() + feed),
    "many small chunks": lambda feed: saying(
        head(CHUNKED), *(chunk(feed[at : at + 1]) for at in range(len(feed))), b"0\r\n\r\n"
    ),
    "trails headers": lambda feed: saying(head(CHUNKED), chunk(feed), b"0\r\nX-Sum: 1\r\n\r\n"),
    "sends more than announced": lambda feed: saying(page(feed) + b"<more>"),
    "hints before it answers": lambda feed: saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + page(feed)),
    "deflates without an envelope": lambda feed: saying(
        page(zlib.compress(feed, wbits=-15), "Content-Encoding: deflate")
    ),
    "compresses in two members": lambda feed: saying(
        page(gzip.compress(feed[:99]) + gzip.compress(feed[99:]), GZIP)
    ),
    "pads its compression": lambda feed: saying(page(gzip.compress(feed) + bytes(512), GZIP)),
    "answers HTTP 1.0": lambda feed: saying(page(feed).replace(b"1.1", b"1.0", 1)),
    "ends its lines its own way": lambda feed: saying(page(feed).replace(b"\r\n", b"\n")),
    "cut short without an announced length": lambda feed: saying(head() + feed[:-50]),
    "announces less than it has": lambda feed: saying(head(f"Content-Length: {len(feed) - 50}") + feed),
}
