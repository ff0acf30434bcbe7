"""Issuers of OpenID Connect tokens: the keys that they sign with, fetched and kept. An edge.

Only issuers that whoever runs the registry has named are asked, over https or on this machine, and
never another address than their own or the one that they name for their keys. What they answer is
bounded in size and time; nobody makes the server ask them often, whatever is shown to it.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey, import_key

from package_format.failures import said_by
from registry_server.errors import NotAllowedError, UnacceptableError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

Key: TypeAlias = RSAKey | ECKey
"""A public key that signs tokens."""

GOOD_FOR = 3600.0
"""For how many seconds an issuer's keys are kept."""

AGAIN_AFTER = 30.0
"""How many seconds lie at least between two times that an issuer is asked."""

AFTER_FAILURE = 4.0
"""Likewise where it did not answer: who is told to come again (after 5 seconds) makes it asked."""

ANSWER_LIMIT = 256 * 1024
"""The most bytes that an issuer's answer may have."""

PATIENCE = 5.0
"""In how many seconds an answer has to be complete."""

_AT_ONCE = 8
_MOST_KEYS = 100
_LEAST_BITS = 2048
_TIMEOUT = httpx.Timeout(2.0)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def demand_address(url: str, *, of: str | None = None) -> str:
    """Return an address that may be asked: https, or this machine.

    Args:
        url: The address.
        of: The issuer that named it; only one on this machine may name this machine.

    Raises:
        UnacceptableError: It is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnacceptableError(f"{url[:200]!r} is no address: {error}.") from error
    host = parts.hostname or ""
    here = host in _HERE and (of is None or urlsplit(of).hostname in _HERE)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not (
        host
        and plain
        and port != 0
        and (parts.scheme == "https" or (here and parts.scheme == "http"))
        and (here or host not in _HERE)
    ):
        raise UnacceptableError(
            f"{url[:200]!r} is no address of an issuer: it begins with https:// and has neither "
            "a password nor a query."
        )
    return url


def fetch(url: str) -> bytes:
    """Return what is at an address: at most `ANSWER_LIMIT` bytes, within `PATIENCE` seconds.

    Raises:
        UnavailableError: Nothing that can be used.
    """
    end = time.monotonic() + PATIENCE
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "cpt"}
    data = bytearray()
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise UnavailableError(f"{url} answers {response.status_code}.")
            for chunk in response.iter_raw():  # as it comes: nothing is unpacked
                data += chunk
                if len(data) > ANSWER_LIMIT:
                    raise UnavailableError(f"{url} answers without end.")
                if time.monotonic() > end:
                    raise UnavailableError(f"{url} does not answer in time.")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise UnavailableError(f"{url} cannot be reached: {said_by(error)}.") from error
    return bytes(data)


@dataclass
class _Known:
    """What is known of one issuer's keys."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    fetched: float = float("-inf")
    asked: float = float("-inf")
    failure: str | None = None
    lock: Lock = field(default_factory=Lock)


class IssuerKeys:
    """The keys of issuers, for one process."""

    def __init__(
        self,
        get: Callable[[str], bytes] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with nothing known.

        Args:
            get: Returns what is at an address.
            clock: Tells the time, in seconds since whenever.
        """
        self._get = get
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._lock = Lock()
        self._places = BoundedSemaphore(_AT_ONCE)

    def key(self, issuer: str, kid: str) -> Key:
        """Return a key of an issuer that may be asked.

        Raises:
            NotAllowedError: The issuer has no such key.
            UnavailableError: The issuer cannot be asked, or too many want to.
        """
        with self._lock:
            known = self._known.setdefault(issuer, _Known())
        found = self._kept(known, kid)
        if found is None:
            with self._turn(known, issuer):
                found = self._kept(known, kid)
                if found is None:
                    self._ask_again(known, issuer)
                    found = known.keys.get(kid)
        if found is None:
            raise NotAllowedError(f"The token is signed with a key that {issuer} does not have.")
        return found

    def _kept(self, known: _Known, kid: str) -> Key | None:
        is_fresh = self._clock() - known.fetched < GOOD_FOR
        return known.keys.get(kid) if is_fresh else None

    @contextmanager
    def _turn(self, known: _Known, issuer: str) -> Iterator[None]:
        """Wait for one's turn to ask, but neither for long nor with many."""
        busy = UnavailableError(f"Too many ask {issuer} for its keys at once; try again.")
        if not self._places.acquire(blocking=False):
            raise busy
        try:
            if not known.lock.acquire(timeout=2 * PATIENCE):
                raise busy
            try:
                yield
            finally:
                known.lock.release()
        finally:
            self._places.release()

    def _ask_again(self, known: _Known, issuer: str) -> None:
        now = self._clock()
        if now - known.asked >= (AGAIN_AFTER if known.failure is None else AFTER_FAILURE):
            known.asked = now
            try:
                known.keys, known.fetched, known.failure = self._read(issuer), now, None
            except UnavailableError as error:
                known.failure = str(error)
        if known.failure is not None:
            raise UnavailableError(
                f"The keys of {issuer} could not be read just now, so try again: {known.failure}"
            )

    def _read(self, issuer: str) -> Mapping[str, Key]:
        described = self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if described.get("issuer") != issuer:
            raise UnavailableError(f"{issuer} says that it is another issuer.")
        try:
            address = demand_address(str(described.get("jwks_uri")), of=issuer)
        except UnacceptableError as error:
            raise UnavailableError(f"{issuer} names no place for its keys.") from error
        listed = self._json(address).get("keys")
        if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
            raise UnavailableError(f"{address} has no list of keys.")
        return dict(filter(None, map(_public_key, listed)))

    def _json(self, address: str) -> dict[str, object]:
        try:
            found = json.loads(self._get(address))
        except (ValueError, RecursionError) as error:
            raise UnavailableError(f"{address} answers something that is no JSON.") from error
        if not isinstance(found, dict):
            raise UnavailableError(f"{address} answers something else than an object.")
        return found


def _public_key(said: object) -> tuple[str, Key] | None:
    """A key by its id; None if it is none that signs tokens, or is too weak to."""
    if not isinstance(said, dict) or said.get("use", "sig") != "sig":
        return None
    kid = said.get("kid")
    if said.get("kty") not in ("RSA", "EC") or not isinstance(kid, str):
        return None
    public = {name: value for name, value in said.items() if name in _PUBLIC}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # too short a key is looked at here
            key = import_key(public)
        is_strong = not isinstance(key, RSAKey) or key.public_key.key_size >= _LEAST_BITS
    except (JoseError, ValueError, TypeError, KeyError):  # a curve that is not known is the last
        return None
    return (kid, key) if isinstance(key, (RSAKey, ECKey)) and is_strong else None


_PUBLIC = frozenset({"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"})
