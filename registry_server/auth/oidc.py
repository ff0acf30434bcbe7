"""OpenID Connect tokens: what one says, and whether an issuer said it, to us, and now."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError

from registry_server.errors import NotAllowedError

if TYPE_CHECKING:
    from registry_server.auth.issuers import Key

TOKEN_LIMIT = 16 * 1024
"""The most characters that a token may have."""

LONGEST_LIFE = 86_400
"""For how many seconds a token may be good: as long is kept that it was used."""

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
_CLOCKS_DIFFER = 60


@dataclass(frozen=True)
class Shown:
    """What a token says; nothing of it is believed yet.

    Attributes:
        text: The token.
        issuer: Who it says has made it.
        kid: The id of the key that it says it is signed with.
    """

    text: str
    issuer: str
    kid: str


@dataclass(frozen=True)
class Believed:
    """What an issuer said.

    Attributes:
        claims: What it says, by name.
        mark: By what it is known again.
        expires: Until when it is good, in seconds since 1970.
    """

    claims: Mapping[str, object]
    mark: str
    expires: int


def look_at(text: str) -> Shown:
    """Return what a token says of itself, so that its issuer's key can be found.

    Raises:
        NotAllowedError: It is no token, or none that is signed in a way that is accepted.
    """
    if len(text) > TOKEN_LIMIT:
        raise NotAllowedError("This is no OpenID Connect token: it is too long.")
    try:
        found = jws.extract_compact(text.encode())
        header, claims = found.headers(), json.loads(found.payload)
        json.dumps([header, claims], ensure_ascii=False).encode()  # or nobody can be told of it
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotAllowedError("This is no OpenID Connect token.") from error
    if not isinstance(claims, dict):
        raise NotAllowedError("This is no OpenID Connect token.")
    if header.get("alg") not in _ALGORITHMS:
        raise NotAllowedError(
            f"The token is signed by {str(header.get('alg'))[:20]!r}, and that is not accepted; "
            f"accepted are {', '.join(_ALGORITHMS)}."
        )
    issuer, kid = claims.get("iss"), header.get("kid")
    if not isinstance(issuer, str) or not isinstance(kid, str):
        raise NotAllowedError("The token does not say who made it (iss), or with which key (kid).")
    return Shown(text, issuer, kid)


def believe(shown: Shown, key: Key, audiences: Collection[str], now: str) -> Believed:
    """Return what an issuer said in a token.

    Args:
        shown: The token.
        key: The issuer's key of the id that it names.
        audiences: Whom it may be meant for; one of them.
        now: The present moment.

    Raises:
        NotAllowedError: The issuer did not say so, or to somebody else, or not now.
    """
    seconds = int(dt.datetime.fromisoformat(now).timestamp())
    wanted = sorted(audiences)
    try:
        claims = jwt.decode(shown.text, key, algorithms=_ALGORITHMS).claims
    except (JoseError, ValueError, TypeError) as error:
        raise NotAllowedError(f"The token is not signed by {shown.issuer}.") from error
    rules = jwt.JWTClaimsRegistry(
        now=seconds,
        leeway=_CLOCKS_DIFFER,
        iss={"essential": True, "value": shown.issuer},
        aud={"essential": True, "values": wanted},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        rules.validate(claims)
    except ClaimError as error:
        why = _why_not(error, claims, wanted, now)
        raise NotAllowedError(f"The token is not accepted: {why}.") from error
    expires, made = claims["exp"], claims["iat"]
    if not expires <= made + LONGEST_LIFE:  # as is what is no number (NaN) or has no end
        raise NotAllowedError("The token is not accepted: it is good for more than a day.")
    return Believed(claims, _mark(shown, claims), math.ceil(expires) + _CLOCKS_DIFFER)


def _why_not(error: ClaimError, claims: Mapping[str, object], wanted: list[str], now: str) -> str:
    """Say what is wrong with a claim, so that somebody who sees no more can mend it."""
    name, said = error.claim, claims.get(error.claim)
    if name == "aud":
        whom = repr(said)[:300] if said else "nobody"
        return f"it is for {whom}, and has to be for {' or '.join(wanted)} (aud)"
    if isinstance(error, ExpiredTokenError):
        return (
            f"it was good until {_moment(said)}, and it is {now} here (exp); "
            "ask the CI for another one"
        )
    if name in ("nbf", "iat") and isinstance(said, (int, float)):
        return (
            f"it is good from {_moment(said)} on, and it is {now} here ({name}); "
            "one of the two clocks is wrong"
        )
    return f"its claim {name!r} is not as it must be ({error.description or error.error})"


def _moment(seconds: object) -> str:
    """A moment as people read it; as it is said, where there is no such one."""
    if isinstance(seconds, (int, float)):
        with contextlib.suppress(ValueError, OverflowError, OSError):
            moment = dt.datetime.fromtimestamp(int(seconds), dt.UTC)
            return moment.isoformat().replace("+00:00", "Z")
    return repr(seconds)[:30]


def _mark(shown: Shown, claims: Mapping[str, object]) -> str:
    """By what a token is known again: its id or, if it has none, all that is signed of it."""
    jti = claims.get("jti")
    said = f"jti {jti}" if isinstance(jti, str) and jti else shown.text.rpartition(".")[0]
    return sha256(f"{shown.issuer}\n{said}".encode()).hexdigest()
