"""Which machines may be contacted: the public internet, and what the curator allowed by name.

A feed can point anywhere, so an address is judged here before anything is sent to it. Pure: the client
hands over the address it is about to connect to.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

# RFC 4291 section 2.4: all that is routed on the public internet. The standard library's ``is_global``
# asks the registries of special addresses instead, and so lets deprecated forms such as ::127.0.0.1 pass.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")

# Special ranges that the registries of Python 3.11 do not know or count as global.
_SPECIAL_V4 = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments, RFC 6890
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, withdrawn by RFC 7526
)
_SPECIAL_V6 = (IPv6Network("3fff::/20"),)  # documentation, RFC 9637


def may_contact(address: IPAddress, allowed: Iterable[IPNetwork]) -> bool:
    """Whether ``address`` is a public one, or lies in one of the ``allowed`` networks.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is judged by what it carries: that is
    the machine which would answer.
    """
    target = _carried(address)
    return _is_public(target) or any(target in network for network in allowed)


def _carried(address: IPAddress) -> IPAddress:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return address


def _is_public(address: IPAddress) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    return address in _GLOBAL_UNICAST and not any(address in network for network in _SPECIAL_V6)
