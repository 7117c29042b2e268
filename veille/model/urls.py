"""Web addresses: which ones veille accepts, and when two of them are the same page.

Canonicalisation is conservative: it only removes what is known not to choose the page, keeps the order
of the query, and is idempotent. The address as published is always kept beside it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

# Controls, formatting (bidirectional overrides among them) and halves of surrogate pairs.
_INVISIBLE = frozenset(["Cc", "Cf", "Cs"])

# Each address is looked at by collecting, by the desk and by several pages of the archive.
_URLS_KEPT = 20_000
_DEFAULT_PORTS = {"http": 80, "https": 443}

# What miniflux and newsletters' link cleaners agree on (facts/collecting.md, "URL cleaning").
_TRACKING_PREFIXES = ("utm_", "mtm_", "at_", "pk_", "hsa_")
_TRACKING_NAMES = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "mkt_tok",
        "oly_anon_id",
        "oly_enc_id",
        "vero_id",
        "wickedid",
        "ml_subscriber",
        "ml_subscriber_hash",
        "xtor",
        "xtref",
        "ns_campaign",
        "ns_mchannel",
        "ns_source",
        "s_cid",
        "cmpid",
        "ref_src",
        "__twitter_impression",
        "echobox",
    ]
)
# Where a click came from, or the top and the comments of the same article.
_IDLE_FRAGMENTS = frozenset(["comments", "respond", "top", "rss", "rssowlmlink", "ref=rss", "from=rss"])
# Text to highlight, for the browser alone (WICG, "URL Fragment Text Directives").
_FRAGMENT_DIRECTIVE = ":~:"


@lru_cache(maxsize=_URLS_KEPT)
def is_web_url(url: str) -> bool:
    """Whether ``url`` is an absolute http or https address with a host and no surprise in it."""
    is_plain = url.isascii() and url.isprintable() and " " not in url  # nearly all are; quickly said
    if not is_plain and any(map(_is_surprising, url)):
        return False
    parts = _split(url)
    return parts is not None and parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)


def canonical_url(url: str) -> str:
    """The address that stands for the page behind ``url``; equal for trivially different spellings.

    Lower-cases scheme and host, drops default ports, credentials, tracking parameters, fragments that choose
    nothing and the marks of AMP copies, and treats http as https. Other fragments stay: a blog of one page
    a day tells its posts apart by them. ``url`` must satisfy :func:`is_web_url`.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    pairs = (pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    query = "&".join(pair for pair in pairs if pair.partition("=")[0] != "amp")
    return urlunsplit(("https", host, _without_amp(parts.path) or "/", query, _choosing(parts.fragment)))


def without_tracking(url: str) -> str:
    """``url`` less what only tells where a click came from; else exactly as it is.

    ``url`` must satisfy :func:`is_web_url` or be empty.
    """
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if not _is_tracking(pair))
    place = _untracked(parts.fragment)
    if (query, place) == (parts.query, parts.fragment):
        return url
    return urlunsplit(parts._replace(query=query, fragment=place))


def host_name(url: str) -> str:
    """The host a reader recognises, without ``www.``; empty when there is none."""
    parts = _split(url)
    return ((parts.hostname if parts else None) or "").removeprefix("www.")


def _is_surprising(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _INVISIBLE


def _without_amp(path: str) -> str:
    """The path of the article itself; a page called "amp" right under the host is one."""
    slash = "/" if path.endswith("/") else ""
    article = path.removesuffix("/")
    while article.endswith("/amp") and article.count("/") > 1:
        article = article.removesuffix("/amp")
    return article + slash


def _choosing(fragment: str) -> str:
    """What of ``fragment`` chooses a place or a route."""
    place = fragment.partition(_FRAGMENT_DIRECTIVE)[0]
    kept = _untracked(place)
    return "" if kept.lower() in _IDLE_FRAGMENTS else kept


def _untracked(fragment: str) -> str:
    return "&".join(pair for pair in fragment.split("&") if "=" not in pair or not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # an absurd port only fails when asked for
    except ValueError:
        return None
    return parts
