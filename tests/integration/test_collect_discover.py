"""Finding the feeds of a site, each tried before it is offered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from builders import a_source
from veille.collect import collector
from veille.collect.collector import discover_sources, source_from_address
from veille.collect.discover import discover
from veille.collect.reading import Readers
from veille.errors import FetchError, NotFoundError
from veille.model.feed import FeedSource
from veille.net.client import client_from_settings
from veille.settings import CollectSettings, Settings
from web_server import Answer, WebServer, resolve_to

SETTINGS = Settings(collect=CollectSettings(timeout_seconds=5, allow_private=("127.0.0.0/8",)))


def rss(title: str) -> Answer:
    return Answer(
        f"<rss version='2.0'><channel><title>{title}</title><language>fr</language></channel></rss>".encode()
    )


def page(*links: str) -> Answer:
    return Answer(f"<!doctype html><html><head>{''.join(links)}</head><body>Bonjour</body></html>".encode())


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


@pytest.fixture(autouse=True)
def _reading_here(monkeypatch: pytest.MonkeyPatch, readers_in_process: type[Readers]) -> None:
    monkeypatch.setattr(collector, "Readers", readers_in_process)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def found(url: str) -> list[str]:
    return [source.url for source in discover_sources(url, SETTINGS)]


def test_the_address_of_a_feed_is_that_feed(server: WebServer) -> None:
    url = server.give("/feed", rss("Le Journal"))

    assert discover_sources(url, SETTINGS) == (a_source(url=url, theme=""),)


def test_a_feed_is_known_by_where_it_was_found(server: WebServer) -> None:
    server.give("/old", Answer(status=301, headers={"Location": "/feed"}))
    server.give("/feed", rss(""))

    (source,) = discover_sources(server.url("/old"), SETTINGS)

    assert (source.url, source.title) == (server.url("/feed"), "127.0.0.1")


def test_the_feeds_a_page_announces_are_found_in_its_order(server: WebServer) -> None:
    server.give("/rss", rss("RSS"))
    server.give("/atom", rss("Atom"))
    links = link("/rss"), link("atom", "Application/Atom+XML; charset=utf-8", "ALTERNATE home"), link("/rss")

    assert found(server.give("/", page(*links))) == [server.url("/rss"), server.url("/atom")]


def test_feeds_of_comments_come_last(server: WebServer) -> None:
    server.give("/comments/feed", rss("Le Journal"))
    server.give("/feed", rss("Le Journal"))

    url = server.give("/", page(link("/comments/feed"), link("/feed")))

    assert found(url) == [server.url("/feed"), server.url("/comments/feed")]


def test_the_base_of_the_page_counts(server: WebServer) -> None:
    server.give("/blog/feed", rss("Le Journal"))

    url = server.give("/", page('<base href="/blog/">', link("feed")))

    assert found(url) == [server.url("/blog/feed")]


def test_what_is_announced_but_is_no_feed_is_not_offered(server: WebServer) -> None:
    server.give("/page", page())
    server.give("/feed", rss("Le Journal"))
    links = (link("/missing"), link("/page"), link(""), link("javascript:x"), link("/feed"))

    assert found(server.give("/", page(*links))) == [server.url("/feed")]


@pytest.mark.parametrize("rel", ["stylesheet", "alternate stylesheet"])
def test_other_links_are_not_tried(server: WebServer, rel: str) -> None:
    url = server.give("/", page(link("/style.css", "text/css", rel), link("/fr", "text/html")))

    with pytest.raises(NotFoundError):
        discover_sources(url, SETTINGS)
    assert not {"/style.css", "/fr"}.intersection(asked.path for asked in server.asked)


def test_a_page_of_a_thousand_feeds_costs_thirty_requests_at_most(server: WebServer) -> None:
    links = (f"{link(f'/{number}')}<a href='/rss/{number}'>RSS</a>" for number in range(1000))
    url = server.give("/", page(*links))

    with pytest.raises(NotFoundError):
        discover_sources(url, SETTINGS)
    assert len(server.asked) <= 1 + 30


def test_usual_places_are_tried_until_there_is_a_feed(server: WebServer) -> None:
    url = server.give("/", page())
    server.give("/rss", rss("Le Journal"))
    server.give("/feed.xml", rss("Le Journal"))

    assert found(url) == [server.url("/rss")]
    assert [asked.path for asked in server.asked] == ["/", "/feed", "/rss"]


def test_all_feeds_that_a_page_links_to_are_offered(server: WebServer) -> None:
    server.give("/rss/a", rss("A"))
    server.give("/rss/b", rss("B"))

    url = server.give("/", page("<a href='/rss/a'>A</a><a href='/rss/b'>B</a><a href='/rss/a'>A</a>"))

    assert found(url) == [server.url("/rss/a"), server.url("/rss/b")]


def test_two_addresses_of_one_feed_are_one(server: WebServer) -> None:
    server.give("/feed/", rss("Le Journal"))
    server.give("/old", Answer(status=301, headers={"Location": "/feed/"}))

    url = server.give("/", page(link("/old"), link("/feed/"), link("/feed/#top")))

    assert found(url) == [server.url("/feed/")]


def test_an_address_is_tried_once(server: WebServer) -> None:
    url = server.give("/", page(link("/feed"), "<a href='/feed#top'>RSS</a>"))

    with pytest.raises(NotFoundError):
        discover_sources(url, SETTINGS)
    assert [asked.path for asked in server.asked].count("/feed") == 1


def test_link_headers_may_be_several(server: WebServer) -> None:
    server.give("/fil", rss("Le Journal"))
    several = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLink: <https://w.example/>; rel=shortlink\r\n"
        b'Link: </fil>; rel="alternate"; type="application/rss+xml"\r\nLink: </b>; rel=next\r\n\r\n'
    )

    url = server.give("/", Answer(raw=several))

    assert found(url) == [server.url("/fil")]


@pytest.mark.parametrize(
    ("page_path", "feed_path"),
    [
        ("/channel/UC_x-1/videos", "/feeds/videos.xml?channel_id=UC_x-1"),
        ("/playlist?list=PL-2_y", "/feeds/videos.xml?playlist_id=PL-2_y"),
    ],
)
@pytest.mark.parametrize("host", ["www.youtube.com", "m.youtube.com", "youtube.com"])
def test_a_channel_has_a_feed_that_its_page_may_keep_quiet(
    server: WebServer, monkeypatch: pytest.MonkeyPatch, page_path: str, feed_path: str, host: str
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    server.give(page_path, page())
    server.give(feed_path, rss("Une chaîne"))
    site = f"http://{host}:{server.port}"

    assert found(f"{site}{page_path}") == [f"{site}{feed_path}"]


def test_any_other_page_of_a_video_site_has_no_usual_feed(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    server.give("/watch?v=1&list=", page())

    with pytest.raises(NotFoundError):
        found(f"http://www.youtube.com:{server.port}/watch?v=1&list=")
    assert [asked.path for asked in server.asked] == ["/watch?v=1&list="]


def test_what_was_found_before_the_time_was_up_counts(
    server: WebServer, readers_in_process: type[Readers]
) -> None:
    feed = server.give("/feed", rss("Le Journal"))
    server.give("/slow", Answer(raw=b"HTTP/1.1 200 OK\r\n", stalls=True))
    url = server.give("/", page(link("/feed"), link("/slow")))

    async def look() -> tuple[FeedSource, ...]:
        async with client_from_settings(SETTINGS) as client:
            return await discover(client, readers_in_process(), url, max_seconds=0.3)

    assert [source.url for source in asyncio.run(look())] == [feed]


@pytest.mark.parametrize("body", [b"", b"<!-- nothing -->", b"\0", b"Bonjour"])
def test_a_page_without_feeds_says_so(server: WebServer, body: bytes) -> None:
    url = server.give("/", Answer(body))

    with pytest.raises(NotFoundError, match="No feed was found"):
        discover_sources(url, SETTINGS)


def test_the_addresses_tried_in_vain_are_named(server: WebServer) -> None:
    url = server.give("/", page(link("/annonce")))

    with pytest.raises(NotFoundError) as caught:
        discover_sources(url, SETTINGS)
    tried = caught.value.hint.removeprefix("Tried: ").partition(". If")[0].split(", ")
    assert tried[:3] == [url, server.url("/annonce"), server.url("/feed")]
    assert len(tried) == 11


def test_a_site_that_cannot_be_fetched_says_why(server: WebServer) -> None:
    with pytest.raises(FetchError, match="404 Not Found"):
        discover_sources(server.url("/missing"), SETTINGS)


def test_the_best_feed_of_an_address_takes_the_curators_words(server: WebServer) -> None:
    feed = server.give("/feed", rss("Le Journal"))
    site = server.give("/", page(link("/feed")))

    named = source_from_address(site, settings=SETTINGS, title="À moi", theme="outils", language="en")
    as_is = source_from_address(site, settings=SETTINGS, title="", theme="outils", language="")

    assert named == a_source(url=feed, title="À moi", theme="outils", language="en")
    assert as_is == a_source(url=feed, theme="outils")
