"""Web addresses: which ones veille accepts, and when two of them are the same page.

Canonicalisation is conservative: it only removes what is known not to choose the page, keeps the order
of the query, and is idempotent. The address as published is always kept beside it.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import SplitResult, urlsplit, urlunsplit

# Controls, formatting (bidirectional overrides among them) and halves of surrogate pairs.
_INVISIBLE = frozenset(["Cc", "Cf", "Cs"])

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
    ]
)


def is_web_url(url: str) -> bool:
    """Whether ``url`` is an absolute http or https address with a host and no surprise in it."""
    if any(character.isspace() or unicodedata.category(character) in _INVISIBLE for character in url):
        return False
    parts = _split(url)
    return parts is not None and parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)


def canonical_url(url: str) -> str:
    """The address that stands for the page behind ``url``; equal for trivially different spellings.

    Lower-cases scheme and host, drops default ports, credentials, tracking parameters and plain fragments
    (``#!`` routes stay), and treats http as https. ``url`` must satisfy :func:`is_web_url`.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(("https", host, parts.path or "/", query, fragment))


def host_name(url: str) -> str:
    """The host a reader recognises, without ``www.``; empty when there is none."""
    parts = _split(url)
    return ((parts.hostname if parts else None) or "").removeprefix("www.")


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
