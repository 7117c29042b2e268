"""The right feed of a site, for many sites made by many kinds of software."""

from __future__ import annotations

import asyncio

from feed_pages import FEED_PAGES, FeedPage
from veille.collect.discover import discover
from veille.collect.reading import Readers
from veille.errors import NotFoundError
from veille.net.client import GuardedClient, client_from_settings
from veille.settings import CollectSettings, Settings
from web_server import Answer, WebServer

SETTINGS = Settings(collect=CollectSettings(timeout_seconds=5, allow_private=("127.0.0.0/8",)))
# What is known to be missed, and why.
MISSED = {
    "a page about feeds, one step further": "a page of links to feeds is not read in its turn",
}


def feed(path: str, title: str) -> Answer:
    if path.endswith(".json"):
        document = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "{title}", "items": []}}'
    else:
        document = f"<rss version='2.0'><channel><title>{title}</title></channel></rss>"
    return Answer(document.encode())


def prepare(server: WebServer, page: FeedPage) -> None:
    """Let ``server`` be the site of ``page`` alone."""
    site = server.url("")
    html = page.html.replace("{site}", site).replace("{host}", site.partition("//")[2])
    answer = Answer(html.encode(page.encoding), headers={"Link": page.link} if page.link else {})
    server.answers = {path: feed(path, title) for path, title in page.feeds.items()}
    server.answers |= dict.fromkeys([page.path, *page.pages], answer)


async def first_feed(client: GuardedClient, readers: Readers, url: str) -> str:
    try:
        return (await discover(client, readers, url))[0].url
    except NotFoundError:
        return ""


async def first_feeds(server: WebServer, readers: Readers) -> dict[str, str]:
    """By the name of each page, the path of the feed offered first; empty for none."""
    offered: dict[str, str] = {}
    async with client_from_settings(SETTINGS) as client:
        for page in FEED_PAGES:
            prepare(server, page)
            url = await first_feed(client, readers, server.url(page.path))
            offered[page.name] = url.removeprefix(server.url(""))
    return offered


def test_the_right_feed_comes_first_on_nineteen_sites_of_twenty(readers_in_process: type[Readers]) -> None:
    with WebServer() as server:
        offered = asyncio.run(first_feeds(server, readers_in_process()))

    wrong = {page.name: offered[page.name] for page in FEED_PAGES if offered[page.name] != page.first}
    assert len(offered) == len(FEED_PAGES) >= 60
    assert len(wrong) <= 0.05 * len(offered)
    assert wrong.keys() == MISSED.keys(), wrong
