"""Floods: how often somebody may do what anybody may do, and what they hear when it is too often.

Whoever sends a form has no key. What they send is written down all the same, so that one visitor,
or a thousand, could fill the account; each address and each form has so much room and no more.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from starlette.requests import Request

from account_engine.server.problems import ProblemError

_MOST = 10_000
_NETWORK = 64
"""How much of an IPv6 address is somebody's own: the rest they choose themselves."""


class Limit:
    """So many at once, and then one every so often, for each of many.

    It remembers when each would be even again (the generic cell rate algorithm), and no more of
    them than fit; who has been quiet for longest is forgotten first.
    """

    def __init__(
        self,
        at_once: int,
        every: float,
        *,
        most: int = _MOST,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the limit.

        Args:
            at_once: How many may come together.
            every: After how many seconds there is room for one more.
            most: How many are remembered.
            now: What knows the time, in seconds.
        """
        self._room, self._every, self._most, self._now = at_once * every, every, most, now
        self._even: OrderedDict[str, float] = OrderedDict()

    def wait(self, who: str) -> float:
        """Return for how many seconds somebody has to wait; if it is 0, that was one."""
        now = self._now()
        even = max(self._even.get(who, now), now) + self._every
        if even - now > self._room:
            return even - now - self._room
        self._even[who] = even
        self._even.move_to_end(who)
        while len(self._even) > self._most:
            self._even.popitem(last=False)
        return 0.0

    def demand(self, who: str, said: str) -> None:
        """Demand that there is room for one more.

        Args:
            who: Whose room it is.
            said: What they read if there is none.

        Raises:
            ProblemError: There is none.
        """
        wait = ceil(self.wait(who))
        if wait:
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too-many",
                f"{said} Try again in {wait} second{'' if wait == 1 else 's'}.",
                {"Retry-After": str(wait)},
            )


def sender_of(request: Request, *, proxied: bool) -> str:
    """Return from where a request comes: an IPv4 address, or a network of IPv6.

    Args:
        request: The request.
        proxied: Whether something of the owner's stands in front of the server. If it is on this
            machine, or in its network, then what it says of whom it speaks for is true.
    """
    peer = request.client.host if request.client else ""
    with suppress(ValueError):
        found = ip_address(peer)
        if proxied and found.is_private:
            said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            found = ip_address(said) if said else found
        if isinstance(found, IPv6Address):
            return str(found.ipv4_mapped or ip_network((found, _NETWORK), strict=False))
        return str(found)
    return peer
