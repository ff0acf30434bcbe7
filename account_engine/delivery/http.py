"""HTTP: the courier that posts to endpoints. The one module that speaks HTTP, through httpcore."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore

from account_engine.delivery.port import Carry, Secrets
from account_engine.delivery.reach import Reach, Resolve, UnreachableError, resolved
from account_engine.delivery.settings import HttpSettings, variable
from account_engine.delivery.signing import signed
from account_engine.outgoing.deliveries import Deferred, Delivered, Outcome, Refused
from account_engine.outgoing.parcels import Parcel
from account_engine.position import Instant
from package_format.failures import said_by

_SECRET = "secret:"  # noqa: S105  what a secret's name begins with
_HOPS = 3
_SAME_METHOD = (307, 308)
_MOVED = (301, 302, 303)
_GONE = 410


class Http:
    """The courier of posts.

    Attributes:
        lease: How many seconds one post takes at most, redirections included.
        hands: How many it carries at once.
    """

    hands = 1

    def __init__(
        self,
        settings: HttpSettings,
        secrets: Secrets,
        key: str,
        *,
        seconds: float = 20,
        resolve: Resolve = resolved,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Learn where posts may go.

        Args:
            settings: What the owner says of it.
            secrets: What knows the endpoints' secrets.
            key: What posts to an endpoint without a secret are signed with.
            seconds: How long one post may take in all.
            resolve: What knows the addresses of hosts.
            context: Whom to trust, for TLS; whom the system trusts, when left out.
        """
        self._settings = settings
        self._secrets = secrets
        self._key = key
        self._seconds = seconds
        self._resolve = resolve
        self._context = context
        self.lease = int(seconds) + 10  # resolving a name has a limit of its own

    @contextmanager
    def round(self) -> Iterator[Carry]:
        """Set out: each post is a connection of its own."""
        yield self._carry

    def _carry(self, parcel: Parcel, now: Instant) -> Outcome:
        named = str(parcel.text.get("secret") or "")
        secret = self._secrets(named) if named.startswith(_SECRET) else named or self._key
        if not secret:
            return Deferred(
                f"the endpoint's secret is not known: set {variable(named)}", stuck=True
            )
        body = parcel.message.body.encode()
        headers = {
            "content-type": "application/json",
            "user-agent": "cpt",
            "idempotency-key": parcel.key,
            **signed(parcel.key, body, now, secret),
        }
        try:
            return self._posted(parcel.message.to, headers, body, now)
        except UnreachableError as error:
            return Refused(str(error))
        except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError, ValueError) as error:
            return Refused(f"{parcel.message.to} is no address for a post: {error}")
        except httpcore.TimeoutException:
            return Deferred(f"no answer within {self._seconds:g} seconds", stuck=True)
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            return Deferred(f"no answer: {said_by(error)}", stuck=True)

    def _posted(self, url: str, headers: dict[str, str], body: bytes, now: Instant) -> Outcome:
        reach = Reach(self._settings.allow, self._seconds, self._resolve)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        with httpcore.ConnectionPool(ssl_context=self._context, network_backend=reach) as pool:
            at = httpcore.URL(url)
            for _ in range(_HOPS):
                if at.scheme not in (b"http", b"https") or not at.host:
                    raise ValueError("it begins with neither http:// nor https://")
                with pool.stream(
                    "POST",
                    at,
                    headers=[*headers.items()],
                    content=body,
                    extensions={"timeout": timeout},
                ) as response:
                    said = {
                        k.lower().decode("latin-1"): v.decode("latin-1")
                        for k, v in response.headers
                    }
                    if response.status not in _SAME_METHOD:
                        return _outcome(response.status, said, now)
                following = _joined(at, said.get("location", ""))
                if at.scheme == b"https" and following.scheme != b"https":
                    return Refused("it sends on to an address without TLS")
                at = following
        return Deferred(f"it sends on more than {_HOPS} times", stuck=True)


def _joined(at: httpcore.URL, location: str) -> httpcore.URL:
    """Return where a redirection leads."""
    if "://" in location:
        return httpcore.URL(location)
    if not location.startswith("/") or location.startswith("//"):
        raise ValueError(f"it sends on to {location[:100]!r}")
    return httpcore.URL(
        scheme=at.scheme, host=at.host, port=at.port, target=location.encode("ascii")
    )


def _outcome(status: int, said: dict[str, str], now: Instant) -> Outcome:
    """Return what an answer means: whatever may be mended there is tried again."""
    if 200 <= status < 300:  # noqa: PLR2004  success
        return Delivered(f"answered {status}")
    if status == _GONE:
        return Refused(f"answered {status}: the endpoint is gone")
    if status in _MOVED:
        return Refused(f"answered {status}: it has moved to {said.get('location', '')[:200]}")
    return Deferred(f"answered {status}", _wait(said.get("retry-after", ""), now), stuck=True)


def _wait(text: str, now: Instant) -> int | None:
    """Return the seconds that ``Retry-After`` asks for: a number, or a date."""
    if text.strip().isdecimal():
        return int(text.strip()[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, int((aware - datetime.fromtimestamp(now, UTC)).total_seconds()))
