"""Where feeds may be, told from a page alone."""

from __future__ import annotations

import pytest

from builders import a_document
from veille.collect.candidates import Candidate, announced_feeds, is_about_comments, linked_feeds, usual_feeds

SITE = "https://musee.example/fr/"


def announced(link: str) -> list[str]:
    return [candidate.url for candidate in announced_feeds(a_document(link=link))]


def linked(*anchors: str) -> list[str]:
    return [candidate.url for candidate in linked_feeds(a_document(body="".join(anchors).encode()))]


@pytest.mark.parametrize(
    "link",
    [
        '<fil>; rel="alternate"; type="application/rss+xml"',
        "<fil> ;REL=alternate ;TYPE=application/rss+xml",
        '<fil>;title="a, <b>; rel=x";rel="alternate";type="application/rss+xml"',
        '<fil>; title="\\"; rel=next"; type="application/rss+xml"; rel="home alternate"',
        '</a>; rel=next, , <fil>; rel=alternate; type="application/atom+xml"',
        '<fil>; rel="alternate"; type="application/rss+xml',
    ],
)
def test_link_headers_are_read_as_written(link: str) -> None:
    assert announced(link) == [f"{SITE}fil"]


@pytest.mark.parametrize(
    "link",
    [
        "",
        "fil; rel=alternate; type=application/rss+xml",
        "<fil>",
        "<fil>; rel=alternate",
        '<fil>; rel="alternate"; type="text/html"',
        '<fil>; rel="next"; type="application/rss+xml"',
        '<javascript:x>; rel="alternate"; type="application/rss+xml"',
        '<fil; rel="alternate"; type="application/rss+xml"',
        '<>; rel="alternate"; type="application/rss+xml"',
    ],
)
def test_other_link_headers_announce_nothing(link: str) -> None:
    assert announced(link) == []


def test_a_hostile_link_header_takes_no_time() -> None:
    assert announced('<a>;x="' * 20_000) == []


@pytest.mark.parametrize(
    "href",
    [
        *(
            "/feed",
            "/feed/",
            "/fr/rss",
            "/rss/actualites",
            "/blog.atom",
            "/actus.rss",
            "/index.xml",
            "/atom.xml",
        ),
        *("/?feed=rss2", "/spip.php?page=backend", "/blog?format=rss", "/index.php?format=feed&type=atom"),
        *("/backend.php", "/blog-feed.xml", "/feed/atom", "https://feeds.host.example/musee-rss"),
    ],
)
def test_an_anchor_to_what_looks_like_a_feed_is_one_to_try(href: str) -> None:
    assert len(linked(f'<a href="{href}">Suivre</a>')) == 1


@pytest.mark.parametrize(
    "href",
    [
        *(
            "/",
            "/feedback",
            "/rssi",
            "/atomium",
            "/flux-de-visiteurs",
            "/article-rss-mort",
            "#feed",
            "/backend/x",
        ),
        *("https://autre.example/feed", "mailto:rss@musee.example", "/x?newsfeed=1", "/x?q=rss"),
    ],
)
def test_an_anchor_to_anything_else_is_left_alone(href: str) -> None:
    assert linked(f'<a href="{href}">Suivre</a>') == []


def test_the_likeliest_anchor_comes_first() -> None:
    anchors = (
        '<a href="/suivre">Flux RSS</a>',
        '<a href="/rss/commentaires">Commentaires</a>',
        '<a href="/feed">Suivre</a>',
        '<a rel="alternate" type="application/atom+xml" href="/fil">Suivre</a>',
    )

    paths = [url.removeprefix("https://musee.example") for url in linked(*anchors)]

    assert paths == ["/fil", "/feed", "/suivre", "/rss/commentaires"]


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://musee.example", "https://musee.example/feed"),
        ("https://musee.example/", "https://musee.example/feed"),
        ("https://musee.example/fr/?q=1", "https://musee.example/fr/feed"),
        ("https://musee.example//autre.example/", "https://musee.example//autre.example/feed"),
    ],
)
def test_usual_places_are_below_the_page_and_on_its_own_site(url: str, first: str) -> None:
    places = [candidate.url for candidate in usual_feeds(a_document(final_url=url))]

    assert places[0] == first
    assert all(place.startswith("https://musee.example/") for place in places)
    assert len(places) <= 10


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://a.example/comments/feed", ""),
        ("https://a.example/?feed=comments-rss2", ""),
        ("https://a.example/comments_rss", ""),
        ("https://a.example/k", "Kommentare zu: Haus"),
        ("https://a.example/k", "COMMENTAIRES sur Une visite"),
        ("https://a.example/k", "Comentários"),
    ],
)
def test_feeds_of_comments_are_recognised(url: str, title: str) -> None:
    assert is_about_comments(Candidate(url, title))


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://comments.example/feed", ""),
        ("https://a.example/feed", "Commentary"),
        ("https://a.example/commentateurs/feed", "Le commenteur"),
    ],
)
def test_other_feeds_are_not_taken_for_comments(url: str, title: str) -> None:
    assert not is_about_comments(Candidate(url, title))


@pytest.mark.parametrize("size", [999_998, 999_999, 1_000_000, 1_000_001])
def test_of_a_huge_page_the_beginning_is_read(size: int) -> None:
    link = '<title>Musée</title><a href="/feed">Le fil des musées</a>'.encode()
    page = link + b" " * (size - len(link)) + "é".encode() + b'<a href="/rss">trop loin</a>'

    found = linked_feeds(a_document(body=page))

    assert found == [Candidate("https://musee.example/feed", "Le fil des musées")]
