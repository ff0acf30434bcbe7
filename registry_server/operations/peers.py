"""Peers: from where a request comes."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
"""The networks of one's own (RFC 1918, RFC 4193): what speaks for others stands in one of them."""

_NETWORKS = tuple(map(ip_network, PRIVATE))
_WITH_PORT = re.compile(r"(?:\[(.+)\]|([\d.]+))(?::\d+)?")
"""What some that stand in front call an address: with its port, each of which would be another."""

_ON_BEHALF = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
"""What shows that somebody asks for somebody else; each adds some of these."""

_OF_ONES_OWN = 64
"""How much of an IPv6 address is somebody's own: the rest they choose themselves."""


def is_near(request: HTTPConnection) -> bool:
    """Whether a request comes from this machine or its network, and not on behalf of others."""
    if any(name in request.headers for name in _ON_BEHALF):
        return False
    try:
        peer = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(peer in network for network in _NETWORKS)


def address_of(request: HTTPConnection) -> str:
    """Return from where a request comes: an IPv4 address, or a network of IPv6."""
    host = request.client.host if request.client else ""
    ported = _WITH_PORT.fullmatch(host)
    try:
        found = ip_address((ported[1] or ported[2]) if ported else host)
    except ValueError:
        return host
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, _OF_ONES_OWN), strict=False))
    return str(found)
