"""Sessions: who has come in, by a key or by the link that is printed when the server starts.

They live in the server's memory: a server that is started anew knows nobody, and a copy of the
account lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from account_engine.position import Instant

LASTS = 12 * 3600
"""For how many seconds a session is good."""

LINK_LASTS = 600
"""For how many seconds the printed link is good, after the server has started."""

_MOST = 1000


def digest(text: str) -> str:
    """Return what is kept of a text that lets somebody in."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Sessions:
    """Everybody who is in.

    Attributes:
        link: The digest of the link's token, until it was used; None if there is none.
        until: Until when the link is good.
    """

    link: str | None = None
    until: Instant = 0
    _open: dict[str, tuple[Instant, str | None]] = field(default_factory=dict)

    def use_link(self, token: str, now: Instant) -> bool:
        """Whether a token is the link's; then it is no more."""
        if self.link is None or now > self.until:
            return False
        if not hmac.compare_digest(self.link, digest(token)):
            return False
        self.link = None
        return True

    def open(self, token: str, key: str | None, now: Instant) -> None:
        """Let whoever has this token in.

        Args:
            token: A random text; it is what the browser keeps.
            key: The API key's id that they came by; None for the link.
            now: The present moment.
        """
        live = {name: one for name, one in self._open.items() if one[0] > now}
        while len(live) >= _MOST:
            live.pop(next(iter(live)))
        self._open = {**live, digest(token): (now + LASTS, key)}

    def key_of(self, token: str, now: Instant) -> tuple[bool, str | None]:
        """Return whether a token's session is good, and the key that it came by."""
        until, key = self._open.get(digest(token), (0, None))
        return until > now, key

    def close(self, token: str) -> None:
        """Let nobody in by this token any more."""
        self._open.pop(digest(token), None)
