"""Whose servers an address belongs to."""

from __future__ import annotations

import pytest

from veille.collect.domains import registrable_domain


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.musee.example/feed", "musee.example"),
        ("https://a.tumblr.com/rss", "tumblr.com"),
        ("https://b.tumblr.com/rss", "tumblr.com"),
        ("https://one.github.io/feed", "one.github.io"),
        ("https://blog.bnf.fr/", "bnf.fr"),
        ("https://www.culture.gouv.fr/rss", "culture.gouv.fr"),
        ("https://a.b.museum.co.uk/", "museum.co.uk"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1"),
        ("http://[2001:db8::1]/feed", "2001:db8::1"),
        ("http://intranet/feed", "intranet"),
        ("https://gouv.fr/", "gouv.fr"),
    ],
)
def test_the_domain_that_somebody_registered(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain
