"""Finding the feeds of a site, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from veille.collect.collector import discover_sources, source_from_address
from veille.errors import FetchError, NotFoundError
from veille.model.feed import FeedSource
from veille.settings import CollectSettings, Settings
from web_server import Answer, WebServer

SETTINGS = Settings(collect=CollectSettings(timeout_seconds=5, allow_private=("127.0.0.0/8",)))


def rss(title: str) -> Answer:
    return Answer(
        f"<rss version='2.0'><channel><title>{title}</title><language>fr</language></channel></rss>".encode()
    )


def page(*links: str) -> Answer:
    return Answer(f"<!doctype html><html><head>{''.join(links)}</head><body>Bonjour</body></html>".encode())


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def found(url: str) -> list[str]:
    return [source.url for source in discover_sources(url, SETTINGS)]


def test_the_address_of_a_feed_is_that_feed(server: WebServer) -> None:
    url = server.give("/feed", rss("Le Journal"))

    assert discover_sources(url, SETTINGS) == (FeedSource(url, "Le Journal", "", "fr"),)


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
    assert [asked.path for asked in server.asked] == ["/"]


def test_a_page_of_a_thousand_feeds_costs_ten_requests(server: WebServer) -> None:
    url = server.give("/", page(*(link(f"/{number}") for number in range(1000))))

    with pytest.raises(NotFoundError):
        discover_sources(url, SETTINGS)
    assert len(server.asked) == 11


@pytest.mark.parametrize("body", [b"", b"<!-- nothing -->", b"\0", b"Bonjour"])
def test_a_page_without_feeds_says_so(server: WebServer, body: bytes) -> None:
    url = server.give("/", Answer(body))

    with pytest.raises(NotFoundError, match="No feed was found"):
        discover_sources(url, SETTINGS)


def test_a_site_that_cannot_be_fetched_says_why(server: WebServer) -> None:
    with pytest.raises(FetchError, match="404 Not Found"):
        discover_sources(server.url("/missing"), SETTINGS)


def test_the_best_feed_of_an_address_takes_the_curators_words(server: WebServer) -> None:
    feed = server.give("/feed", rss("Le Journal"))
    site = server.give("/", page(link("/feed")))

    named = source_from_address(site, settings=SETTINGS, title="À moi", theme="outils", language="en")
    as_is = source_from_address(site, settings=SETTINGS, title="", theme="outils", language="")

    assert named == FeedSource(feed, "À moi", "outils", "en")
    assert as_is == FeedSource(feed, "Le Journal", "outils", "fr")
