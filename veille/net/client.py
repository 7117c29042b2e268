"""The guarded client: fetches one address within bounds, or says in plain words why not.

Every request has a deadline as a whole, a largest body and at most five redirects, goes to http and https
only and to checked addresses only, and carries no cookie, no referrer and no credentials.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from types import MappingProxyType, TracebackType
from urllib.parse import quote

import httpx

from veille import __version__
from veille.errors import FetchError
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, shortened
from veille.model.urls import host_name, is_web_url
from veille.net.addresses import IPNetwork
from veille.net.body import Body, BodyError, BodyTooLargeError, UnknownCodingError
from veille.net.transport import GuardedTransport
from veille.settings import Settings

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
# Header values are bytes; Latin-1 maps each to one character and back, so validators survive unchanged.
_HEADER_ENCODING = "latin-1"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. ``headers`` has lower-case names; ``final_url`` is where the redirects, if any, ended."""

    status: int
    headers: Mapping[str, str]
    final_url: str
    body: bytes


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

    async def get(self, url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
        """The answer of ``url``, whatever its status.

        Raises ``FetchError`` when there is none: unreachable, refused, too slow, too big, unreadable.
        """
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._follow(url, {**self._headers, **headers})
        except TimeoutError as error:
            raise FetchError(
                _("{host} did not answer completely within {seconds:g} s.").format(
                    host=_named(url), seconds=self._timeout_seconds
                )
            ) from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Response:
        target = _checked_url(url, came_from=None)
        for _hop in range(_MAX_REDIRECTS + 1):
            answer = await self._ask(target, headers)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            target = _checked_url(_joined(target, location), came_from=target)
        raise FetchError(
            _("{host} redirects more than {count} times.").format(host=_named(url), count=_MAX_REDIRECTS)
        )

    async def _ask(self, url: str, headers: Mapping[str, str]) -> Response:
        try:
            request = httpx.Request("GET", url, headers=_encoded(headers))
            response = await self._transport.handle_async_request(request)
            try:
                return Response(
                    response.status_code, _decoded(response.headers), url, await self._read(response)
                )
            finally:
                await response.aclose()
        except BodyError as error:
            raise self._body_error(url, error) from error
        except httpx.TimeoutException as error:
            raise TimeoutError from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            # UnicodeError: a host name whose labels are empty or too long to look up.
            raise FetchError(_reason(_named(url), error)) from error

    async def _read(self, response: httpx.Response) -> bytes:
        if response.status_code in _REDIRECTS:
            return b""
        body = Body(response.headers.get_list("content-encoding", split_commas=True), self._max_body_bytes)
        async for chunk in response.aiter_raw():
            body.add(chunk)
        return body.finish()

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
    if is_web_url(url):
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


def _joined(url: str, location: str) -> str:
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
    return MappingProxyType(
        {name.decode(_HEADER_ENCODING).lower(): value.decode(_HEADER_ENCODING) for name, value in headers.raw}
    )


def _reason(host: str, error: Exception) -> str:
    """What went wrong with ``host``, from the most precise error in the chain that led to ``error``."""
    chain = tuple(_chain(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _("{host} has no valid certificate: {reason}.").format(
                host=host, reason=cause.verify_message.rstrip(".")
            )
        if isinstance(cause, ssl.SSLError):
            return _("{host} does not answer with a proper secure connection (https).").format(host=host)
        if isinstance(cause, socket.gaierror | UnicodeError):
            return _("{host} was not found: the name is unknown, or this machine is offline.").format(
                host=host
            )
        if isinstance(cause, ConnectionRefusedError):
            return _("{host} refused the connection.").format(host=host)
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return _("{host} broke off its answer, or did not answer in HTTP.").format(host=host)
    return _("{host} could not be reached: {reason}.").format(host=host, reason=_system_words(chain[-1]))


def _system_words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)  # asyncio's own text names the address instead
    return one_line(str(error)).rstrip(".")


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        # httpcore raises its errors again "from None": then only the context still tells.
        current = current.__cause__ or current.__context__
