"""The guarded client on real sockets: what it fetches, what it refuses, and how it says so."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from veille.errors import FetchError
from veille.net.client import GuardedClient, Response, client_from_settings, user_agent
from veille.settings import CollectSettings, CuratorSettings, Settings
from web_server import Answer, ScriptedServer, Visit, WebServer, resolve_to

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def fetched(url: str, headers: dict[str, str] | None = None, **changes: Any) -> Response:
    values: dict[str, Any] = {
        "timeout_seconds": 5,
        "max_body_bytes": 100_000,
        "allow_private": LOOPBACK,
        "contact": "",
    }

    async def get() -> Response:
        async with GuardedClient(**values | changes) as client:
            return await client.get(url, headers or {})

    return asyncio.run(get())


def refusal(url: str, **changes: Any) -> str:
    with pytest.raises(FetchError) as caught:
        fetched(url, **changes)
    return caught.value.message


def test_an_answer_comes_with_status_headers_and_body(server: WebServer) -> None:
    url = server.give("/feed", Answer(b"<rss/>", headers={"ETag": '"a"', "Content-Type": "text/xml"}))

    response = fetched(url)

    assert (response.status, response.body, response.final_url) == (200, b"<rss/>", url)
    assert (response.headers["etag"], response.headers["content-type"]) == ('"a"', "text/xml")


def test_compressed_answers_are_read(server: WebServer) -> None:
    url = server.give("/feed", Answer(gzip.compress(b"<rss/>"), headers={"Content-Encoding": "gzip"}))

    assert fetched(url).body == b"<rss/>"


def test_an_error_page_is_an_answer(server: WebServer) -> None:
    assert fetched(server.url("/missing")).status == 404


def test_the_body_of_an_error_page_is_not_read(server: WebServer) -> None:
    raw = b"HTTP/1.1 404 Not Found\r\nContent-Encoding: br\r\nContent-Length: 99999999\r\n\r\nSorry"

    response = fetched(server.give("/feed", Answer(raw=raw, stalls=True)))

    assert (response.status, response.body) == (404, b"")


def headed(url: str) -> Response:
    async def head() -> Response:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=10, allow_private=LOOPBACK) as client:
            return await client.head(url)

    return asyncio.run(head())


def test_head_asks_for_no_body_and_follows_redirects(server: WebServer) -> None:
    url = server.give("/old", Answer(status=301, headers={"Location": "new"}))
    server.give("/new", Answer(b"much more than ten bytes", headers={"Content-Encoding": "br"}))

    response = headed(url)

    assert (response.status, response.body, response.final_url) == (200, b"", server.url("/new"))
    assert {asked.method for asked in server.asked} == {"HEAD"}


def test_a_body_sent_in_answer_to_head_disturbs_nobody() -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")

    async def both(url: str) -> tuple[int, bytes]:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=10, allow_private=LOOPBACK) as client:
            return (await client.head(url)).status, (await client.get(url)).body

    with ScriptedServer(script) as server:
        assert asyncio.run(both(f"http://127.0.0.1:{server.port}/")) == (200, b"abc")


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"x" * 200_000, {}), (gzip.compress(b"x" * 200_000), {"Content-Encoding": "gzip"})],
    ids=["plain", "compressed"],
)
def test_of_a_body_that_is_too_big_the_beginning_is_given_to_those_who_want_no_more(
    server: WebServer, body: bytes, headers: dict[str, str]
) -> None:
    url = server.give("/page", Answer(body, headers=headers))

    async def beginning() -> bytes:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=1000, allow_private=LOOPBACK) as client:
            return (await client.get(url, whole=False)).body

    assert asyncio.run(beginning()) == b"x" * 1000


def test_a_304_may_name_any_coding_and_keeps_its_connection(server: WebServer) -> None:
    url = server.give("/feed", Answer(status=304, headers={"Content-Encoding": "br"}))

    async def twice() -> list[int]:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=1000, allow_private=LOOPBACK) as client:
            return [(await client.get(url)).status for _time in range(2)]

    assert asyncio.run(twice()) == [304, 304]
    assert len({asked.connection for asked in server.asked}) == 1


def test_a_host_that_hung_up_meanwhile_is_asked_over_a_new_connection(server: WebServer) -> None:
    url = server.give(
        "/feed", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
    )  # and hangs up

    async def twice() -> list[bytes]:
        async with GuardedClient(timeout_seconds=5, max_body_bytes=1000, allow_private=LOOPBACK) as client:
            return [(await client.get(url)).body for _time in range(2)]

    assert asyncio.run(twice()) == [b"here", b"here"]
    assert len({asked.connection for asked in server.asked}) == 2


def test_header_bytes_survive_both_ways(server: WebServer) -> None:
    url = server.give("/feed", Answer(headers={"ETag": 'W/"é\xa0 ü"'}))

    etag = fetched(url).headers["etag"]
    fetched(url, {"If-None-Match": etag})

    assert etag == 'W/"é\xa0 ü"'
    assert server.asked[-1].headers["If-None-Match"] == etag


def test_nothing_but_the_necessary_is_sent(server: WebServer) -> None:
    url = server.give("/feed", Answer(headers={"Set-Cookie": "track=1"}))

    fetched(url)
    fetched(url)

    names = {name.lower() for name in server.asked[-1].headers}
    assert names == {"host", "user-agent", "accept-encoding"}


def test_credentials_in_an_address_are_not_sent(server: WebServer) -> None:
    server.give("/feed", Answer())

    fetched(f"http://user:secret@127.0.0.1:{server.port}/feed")

    assert "Authorization" not in server.asked[-1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: WebServer, status: int) -> None:
    url = server.give("/old", Answer(status=status, headers={"Location": "new"}))
    server.give("/new", Answer(b"here"))

    response = fetched(url)

    assert (response.body, response.final_url) == (b"here", server.url("/new"))


def test_five_redirects_are_followed_and_a_sixth_is_not(server: WebServer) -> None:
    for hop in range(6):
        server.give(f"/{hop}", Answer(status=302, headers={"Location": f"/{hop + 1}"}))
    server.give("/6", Answer(b"here"))

    assert fetched(server.url("/1")).body == b"here"
    assert "redirects more than 5 times" in refusal(server.url("/0"))


def test_a_redirect_is_followed_that_leaves_its_address_unescaped(server: WebServer) -> None:
    utf8 = "/actualités".encode().decode("latin-1")  # as the server's header encoder would have it
    url = server.give("/old", Answer(status=302, headers={"Location": utf8}))
    server.give("/actualit%C3%A9s", Answer(b"utf-8"))
    latin1 = server.give("/older", Answer(status=302, headers={"Location": "/mus\xe9e"}))
    server.give("/mus%C3%A9e", Answer(b"latin-1"))

    assert fetched(url).body == b"utf-8"
    assert fetched(latin1).body == b"latin-1"


def test_a_redirect_without_a_target_is_an_answer(server: WebServer) -> None:
    assert fetched(server.give("/feed", Answer(status=302))).status == 302


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://files.example/x", "gopher://x.example/", "http://[::1"]
)
def test_a_redirect_away_from_the_web_is_refused(server: WebServer, target: str) -> None:
    url = server.give("/feed", Answer(status=302, headers={"Location": target}))

    assert "which is not a web address" in refusal(url)


def test_the_second_address_of_a_host_is_tried_when_the_first_is_dead(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.give("/feed", Answer(b"here"))
    resolve_to(monkeypatch, "::1", "127.0.0.1")  # the server listens on the second only
    allowed = (*LOOPBACK, ip_network("::1/128"))

    response = fetched(f"http://two.example:{server.port}/feed", allow_private=allowed)

    assert response.body == b"here"


def test_proxies_of_the_environment_are_not_used(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    assert fetched(server.give("/feed", Answer(b"direct"))).body == b"direct"


def test_codings_stacked_in_two_headers_are_refused(server: WebServer) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"

    assert "not accepted" in refusal(server.give("/feed", Answer(raw=raw)))


def test_a_damaged_compression_is_no_document(server: WebServer) -> None:
    url = server.give("/feed", Answer(b"not gzip", headers={"Content-Encoding": "gzip"}))

    assert "damaged or cut short" in refusal(url)


def test_a_body_shorter_than_announced_is_no_document(server: WebServer) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"

    assert "broke off its answer" in refusal(server.give("/feed", Answer(raw=raw)))


@pytest.mark.parametrize("raw", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 banana\r\n\r\n"])
def test_an_answer_that_is_not_http_is_said_to_be_none(server: WebServer, raw: bytes) -> None:
    assert "did not answer in HTTP" in refusal(server.give("/feed", Answer(raw=raw)))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<", stalls=True),
        Answer(raw=b"HTTP/1.1 200", stalls=True),
        Answer(raw=b"", stalls=True),
    ],
)
def test_a_slow_answer_meets_the_deadline(server: WebServer, answer: Answer) -> None:
    url = server.give("/feed", answer)

    message = refusal(url, timeout_seconds=0.3)

    assert message == "127.0.0.1 did not answer completely within 0.3 s."


def test_a_secure_connection_that_is_never_agreed_on_is_hung_up() -> None:
    hung_up = threading.Event()

    def listen_to_the_end(visit: Visit) -> None:
        visit.hear()
        hung_up.set()

    with ScriptedServer(listen_to_the_end) as server:
        message = refusal(f"https://127.0.0.1:{server.port}/feed", timeout_seconds=0.3)

        assert hung_up.wait(5)
    assert message == "127.0.0.1 did not answer completely within 0.3 s."


def test_a_host_that_never_takes_the_connection_is_too_slow(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_arguments: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(asyncio, "open_connection", hang)

    assert "did not answer completely within 5 s" in refusal(server.url())


def test_a_refused_connection_is_named(server: WebServer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        message = refusal(f"http://127.0.0.1:{unused.getsockname()[1]}/")

    assert message == "127.0.0.1 refused the connection."


def test_an_unknown_name_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert "journal.example was not found" in refusal("https://journal.example/feed")


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example"])
def test_a_name_that_cannot_exist_is_not_found(host: str) -> None:
    refusal(f"http://{host}/")


def test_an_unreachable_network_is_told_in_the_system_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: Any, **_options: Any) -> Any:
        raise OSError(101, "Connect call failed ('10.0.0.1', 80)")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)

    message = refusal("http://journal.example/")

    assert "journal.example could not be reached: " in message
    assert "10.0.0.1" not in message


def test_a_plain_server_on_an_https_address_is_named(server: WebServer) -> None:
    message = refusal(f"https://127.0.0.1:{server.port}/feed")

    assert message == "127.0.0.1 does not answer with a proper secure connection (https)."


def test_a_certificate_nobody_vouches_for_is_named(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    distrust = ssl.SSLCertVerificationError("certificate verify failed")
    distrust.verify_message = "self-signed certificate"

    async def fail(*_arguments: Any) -> Any:
        raise distrust

    monkeypatch.setattr(asyncio, "open_connection", fail)

    assert refusal(server.url()) == "127.0.0.1 has no valid certificate: self-signed certificate."


@pytest.mark.parametrize("url", ["", "feed", "file:///etc/passwd", "ftp://files.example/", "http://a b/"])
def test_only_web_addresses_are_asked(url: str) -> None:
    assert "is not a web address" in refusal(url)


def test_a_header_that_cannot_be_sent_is_an_error_in_words(server: WebServer) -> None:
    with pytest.raises(FetchError, match="could not be reached: Illegal header value"):
        fetched(server.url(), {"If-None-Match": "two\nlines"})


def test_an_absurdly_long_address_is_refused(server: WebServer) -> None:
    refusal(server.url("/" + "a" * 70_000))


def test_the_client_says_who_it_is_and_whom_to_write_to() -> None:
    assert user_agent("").startswith("veille/")
    assert "mailto" not in user_agent("")
    assert user_agent("camille@musee.example").endswith(" (+mailto:camille@musee.example)")
    assert user_agent("camille@musée.example").isascii()


def test_the_settings_bound_the_client(server: WebServer) -> None:
    settings = Settings(
        curator=CuratorSettings(address="camille@musee.example"),
        collect=CollectSettings(max_body_bytes=10_000, allow_private=("127.0.0.0/8",)),
    )
    small = server.give("/small", Answer(b"x" * 10_000))
    big = server.give("/big", Answer(b"x" * 10_001))

    async def both() -> Response:
        async with client_from_settings(settings) as client:
            with pytest.raises(FetchError, match="more than"):
                await client.get(big)
            return await client.get(small)

    assert len(asyncio.run(both()).body) == 10_000
    assert server.asked[-1].headers["User-Agent"].endswith("(+mailto:camille@musee.example)")
