"""Which machines may be contacted: no address form leads into the house unless the curator said so."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from veille.net.addresses import may_contact

REFUSED = [
    "0.0.0.0",  # noqa: S104 - this machine, by another name
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert not may_contact(ip_address(address), allowed=())


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_the_public_internet_is_contacted(address: str) -> None:
    assert may_contact(ip_address(address), allowed=())


@pytest.mark.parametrize("address", ["10.20.0.9", "::ffff:10.20.0.9", "64:ff9b::a14:9", "fd12:3456::9"])
def test_an_allowed_range_of_the_house_is_contacted(address: str) -> None:
    allowed = (ip_network("10.20.0.0/16"), ip_network("fd12:3456::/32"))

    assert may_contact(ip_address(address), allowed)


@pytest.mark.parametrize("address", ["10.21.0.1", "::1", "fd12:3457::1"])
def test_an_allowed_range_opens_nothing_beside_itself(address: str) -> None:
    allowed = (ip_network("10.20.0.0/16"), ip_network("fd12:3456::/32"))

    assert not may_contact(ip_address(address), allowed)
