"""The guarded client: fetches one address within bounds, or says in plain words why not.

Every request has a deadline as a whole, a largest body and at most five redirects, goes to http and https
only and to checked addresses only, and carries no cookie, no referrer and no credentials.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_network
from types import MappingProxyType, TracebackType
from urllib.parse import quote

import httpx

from veille import __version__
from veille.errors import FetchError, InsecureError, UnknownHostError, UnreachableError, reason_of
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, shortened
from veille.model.urls import host_name, is_web_url
from veille.net.addresses import IPNetwork
from veille.net.body import Body, BodyError, BodyTooLargeError, UnknownCodingError
from veille.net.transport import GuardedTransport
from veille.settings import Settings

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
# A page that says why there is no document is never needed; unread, it can be neither huge nor slow.
_READ = frozenset([200, 304])
_PERMANENT_REDIRECTS = frozenset([301, 308])
# What is said in several lines of these is one list (RFC 9110 section 5.3); of others, the last line counts.
_LISTS = frozenset(["cache-control", "link"])
# Header values are bytes; Latin-1 maps each to one character and back, so validators survive unchanged.
_HEADER_ENCODING = "latin-1"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. ``headers`` has lower-case names; ``final_url`` is where the redirects, if any, ended.

    ``permanent_url`` is where the permanent ones among them led (301 and 308, before any other), or None.
    ``body`` is empty unless ``status`` is 200.
    """

    status: int
    headers: Mapping[str, str]
    final_url: str
    body: bytes
    permanent_url: str | None


class GuardedClient:
    """A client to use in ``async with``; it may be asked from several tasks at once."""

    def __init__(
        self,
        *,
        timeout_seconds: float,
        max_body_bytes: int,
        allow_private: Sequence[IPNetwork] = (),
        contact: str = "",
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._max_body_bytes = max_body_bytes
        self._headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip, deflate"}
        # A bare transport, not an httpx client: nothing in it remembers cookies, follows redirects by
        # itself or takes a proxy from the environment, which would get around the address check.
        self._transport = GuardedTransport(allow_private, timeout_seconds)

    async def __aenter__(self) -> GuardedClient:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.__aexit__(kind, error, traceback)

    async def get(
        self, url: str, headers: Mapping[str, str] = MappingProxyType({}), *, whole: bool = True
    ) -> Response:
        """The answer of ``url``, whatever its status.

        Raises ``FetchError`` when there is none: refused, too big, unreadable; ``InsecureError`` when its
        secure connection is not in order; ``UnreachableError`` when nothing answered in time. Unless the
        ``whole`` body is wanted, one that is too big is cut there instead.
        """
        return await self._answer("GET", url, headers, whole=whole)

    async def head(self, url: str) -> Response:
        """What ``get`` would answer, its body left away; it raises the same."""
        # Some servers send a body all the same: the connection must not be used again.
        return await self._answer("HEAD", url, {"Connection": "close"}, whole=True)

    async def _answer(self, method: str, url: str, headers: Mapping[str, str], *, whole: bool) -> Response:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._follow(method, url, {**self._headers, **headers}, whole=whole)
        except TimeoutError as error:
            raise UnreachableError(
                _("{host} did not answer completely within {seconds:g} s.").format(
                    host=_named(url), seconds=self._timeout_seconds
                )
            ) from error

    async def _follow(self, method: str, url: str, headers: Mapping[str, str], *, whole: bool) -> Response:
        target = _checked_url(url, came_from=None)
        permanent_url: str | None = None
        is_permanent = True
        for _hop in range(_MAX_REDIRECTS + 1):
            answer = await self._ask(method, target, headers, whole=whole)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return replace(answer, permanent_url=permanent_url)
            target = _checked_url(_joined(target, location), came_from=target)
            is_permanent = is_permanent and answer.status in _PERMANENT_REDIRECTS
            permanent_url = target if is_permanent else permanent_url
        raise FetchError(
            _("{host} redirects more than {count} times.").format(host=_named(url), count=_MAX_REDIRECTS)
        )

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], *, whole: bool) -> Response:
        try:
            request = httpx.Request(method, url, headers=_encoded(headers))
            response = await self._transport.handle_async_request(request)
            try:
                return Response(
                    status=response.status_code,
                    headers=_decoded(response.headers),
                    final_url=url,
                    body=b"" if method == "HEAD" else await self._read(response, whole=whole),
                    permanent_url=None,
                )
            finally:
                await response.aclose()
        except BodyError as error:
            raise self._body_error(url, error) from error
        except TimeoutError:
            raise
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            # UnicodeError: a host name whose labels are empty or too long to look up.
            raise _fetch_error(_named(url), error) from error

    async def _read(self, response: httpx.Response, *, whole: bool) -> bytes:
        if response.status_code not in _READ:
            return b""
        # A 304 may name the coding of the document it does not send (RFC 9110 section 15.4.5).
        has_document = response.status_code == 200
        codings = response.headers.get_list("content-encoding", split_commas=True) if has_document else ()
        body = Body(codings, self._max_body_bytes)
        try:
            async for chunk in response.aiter_raw():
                body.add(chunk)
            return body.finish()
        except BodyTooLargeError:
            if whole:
                raise
            return body.beginning()

    def _body_error(self, url: str, error: BodyError) -> FetchError:
        host = _named(url)
        if isinstance(error, BodyTooLargeError):
            size = self._max_body_bytes / 1_000_000
            return FetchError(
                _("{host} sent more than {size:g} MB.").format(host=host, size=size),
                hint=_("If that is expected, raise max_body_bytes under [collect] in veille.toml."),
            )
        if isinstance(error, UnknownCodingError):
            coding = shortened(one_line(str(error)), 60)
            return FetchError(
                _("{host} compressed its answer in a way that is not accepted: {coding}.").format(
                    host=host, coding=coding
                )
            )
        return FetchError(_("{host} sent compressed data that is damaged or cut short.").format(host=host))


def client_from_settings(settings: Settings) -> GuardedClient:
    """The client as the workspace configures it."""
    collect = settings.collect
    return GuardedClient(
        timeout_seconds=collect.timeout_seconds,
        max_body_bytes=collect.max_body_bytes,
        allow_private=tuple(ip_network(network) for network in collect.allow_private),
        contact=settings.curator.address,
    )


def user_agent(contact: str) -> str:
    """Who we say we are: the version, and the curator's address when there is one."""
    # Percent-encoded, an address with a non-ASCII domain is still a mailto URI (RFC 6068 section 2).
    return f"veille/{__version__}" + (f" (+mailto:{quote(contact, safe='@')})" if contact else "")


def _checked_url(url: str, came_from: str | None) -> str:
    if is_web_url(url) and _is_understood(url):
        return url
    shown = shortened(one_line(url), 200)
    if came_from is None:
        raise FetchError(
            _("“{url}” is not a web address.").format(url=shown),
            hint=_("Give a whole address that begins with https:// or http://."),
        )
    raise FetchError(
        _("{host} redirects to “{url}”, which is not a web address.").format(
            host=_named(came_from), url=shown
        )
    )


def _is_understood(url: str) -> bool:
    try:
        httpx.URL(url)
    except httpx.InvalidURL:  # a host that no name server knows, such as 0177.0.0.1
        return False
    return True


def _joined(url: str, location: str) -> str:
    with suppress(UnicodeError):
        # An address should be escaped, but many servers send their own UTF-8 bytes.
        location = location.encode(_HEADER_ENCODING).decode()
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError):
        return location


def _named(url: str) -> str:
    return host_name(url) or shortened(one_line(url), 200)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.encode(_HEADER_ENCODING), value.encode(_HEADER_ENCODING)) for name, value in headers.items()
    ]


def _decoded(headers: httpx.Headers) -> Mapping[str, str]:
    decoded: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:
        name, value = raw_name.decode(_HEADER_ENCODING).lower(), raw_value.decode(_HEADER_ENCODING)
        is_more = name in _LISTS and name in decoded
        decoded[name] = f"{decoded[name]}, {value}" if is_more else value
    return MappingProxyType(decoded)


def _fetch_error(host: str, error: Exception) -> FetchError:
    """What went wrong with ``host``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return InsecureError(
            _("{host} has no valid certificate: {reason}.").format(
                host=host, reason=error.verify_message.rstrip(".")
            )
        )
    if isinstance(error, ssl.SSLError):
        return InsecureError(
            _("{host} does not answer with a proper secure connection (https).").format(host=host)
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        said = _("{host} was not found: the name is unknown, or this machine is offline.").format(host=host)
        # "Try again" is the name server's own trouble; every other answer is that there is no such name.
        is_passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        return UnreachableError(said) if is_passing else UnknownHostError(said)
    if isinstance(error, ConnectionRefusedError):
        return UnreachableError(_("{host} refused the connection.").format(host=host))
    if isinstance(error, httpx.RemoteProtocolError | ConnectionError):
        return FetchError(_("{host} broke off its answer, or did not answer in HTTP.").format(host=host))
    return UnreachableError(
        _("{host} could not be reached: {reason}.").format(host=host, reason=_system_words(error))
    )


def _system_words(error: Exception) -> str:
    return one_line(reason_of(error) if isinstance(error, OSError) else str(error)).rstrip(".")
