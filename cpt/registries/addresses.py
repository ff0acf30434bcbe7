"""An address of a registry in one spelling: by it are kept its root, its token and what was read.

Who spells the address otherwise means the same registry, and must not find one there of which they
trust nothing yet: to such a one its own word is enough that it is not signed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


def spelled(address: str) -> str:
    """Return an address as it is known again, without a name, a password or slashes at its end.

    Args:
        address: Where a registry is; of one that cannot be read, the rest is left as it is.
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return re.sub(r"(?<=://)[^/?#]*@", "", address.rstrip("/"))
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in {None, _PORTS.get(parts.scheme)} else f"{host}:{port}"
    path = _without_dots(parts.path).rstrip("/")
    return urlunsplit((parts.scheme, netloc, path, parts.query, parts.fragment)).rstrip("/")


def _without_dots(path: str) -> str:
    """A path as it is asked for: a segment of dots leads here or up (RFC 3986, 5.2.4)."""
    found: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and len(found) > 1:
            found.pop()
        elif segment not in {".", ".."}:
            found.append(segment)
    return "/".join(found)
