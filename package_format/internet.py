"""Addresses of machines: which are of the internet, and which lead no farther than this machine."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")
_UNICAST = ip_network("2000::/3")
"""All of IPv6 that is anybody's on the internet; the rest is local, old, or not given out."""


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, and of no network within or beside it."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        for inner in (found.ipv4_mapped, found.sixtofour, found.teredo and found.teredo[1]):
            if inner and not is_public(str(inner)):
                return False
        if found in _NAT64:
            return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.ipv4_mapped:
            return True
        if found not in _UNICAST:
            return False
    return found.is_global and not found.is_multicast


def is_of_this_machine(address: str) -> bool:
    """Whether an address is this machine's, or what only it can reach, as its provider's metadata.

    Raises:
        ValueError: It is no address.
    """
    found = ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_loopback or found.is_link_local or found.is_unspecified
