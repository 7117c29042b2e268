"""Whose servers an address belongs to. The only module that knows the public suffix list."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from veille.model.urls import host_name


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(url: str) -> str:
    """The domain that somebody registered for the host of ``url``, the host itself when there is none.

    ``a.tumblr.com`` and ``b.tumblr.com`` are one, two museums under ``gouv.fr`` are not
    (https://publicsuffix.org). Addresses and names without a dot stand for themselves.
    """
    host = host_name(url)
    try:
        return str(ip_address(host))
    except ValueError:
        return _suffixes().privatesuffix(host) or host
