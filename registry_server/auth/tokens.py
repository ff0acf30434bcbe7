"""Tokens: random, shown once, kept hashed, good for a while and for what they were made for.

A token has 256 random bits, so that a plain hash keeps it as well as a slow one would, and whether
it is one is found out by looking its hash up: how long that takes says nothing about any other.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from registry_server.auth.identity import Identity, Scope
from registry_server.database.people import Person
from registry_server.database.records import Records
from registry_server.database.tokens import Token
from registry_server.errors import ConflictError, NotFoundError, UnauthenticatedError

PREFIX = "cpt_"
"""How every token begins, so that one that leaks is recognised."""

LONGEST_LIFE = 366
"""For how many days a token may be good."""

_TOKEN = re.compile(r"cpt_[A-Za-z0-9_-]{43}")
_TOKENS_EACH = 100
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class NewToken:
    """A token that has just been made.

    Attributes:
        secret: The token itself, which is never shown again.
        token: What is kept of it.
    """

    secret: str
    token: Token


def later(now: str, *, days: float) -> str:
    """Return the instant so many days after another one."""
    moment = dt.datetime.strptime(now, _SECONDS).replace(tzinfo=dt.UTC)
    return (moment + dt.timedelta(days=days)).strftime(_SECONDS)


def make_token(
    records: Records,
    person: Person,
    *,
    name: str,
    scopes: Iterable[Scope],
    package: str | None,
    days: float,
    now: str,
) -> NewToken:
    """Make a token.

    Args:
        records: Where it is kept.
        person: Whose it is.
        name: What its owner calls it.
        scopes: What it is good for.
        package: The only package that it is good for, if so.
        days: For how many days it is good.
        now: The present moment.

    Raises:
        ConflictError: The person has too many tokens.
    """
    known = records.tokens.of(person)
    for token in known:
        if token.expires <= now:
            records.tokens.remove(person, token.id)
    own = [token for token in known if token.workflow is None]
    if sum(token.expires > now for token in own) >= _TOKENS_EACH:
        raise ConflictError(f"{person.name} has {_TOKENS_EACH} tokens; revoke some first.")
    secret = new_secret()
    token = records.tokens.add(
        person,
        name=name,
        hash_=hash_of(secret),
        scopes=scopes,
        package=package,
        made=now,
        expires=later(now, days=days),
    )
    # The log is for everybody to read, and what somebody calls a token may say where it is kept.
    records.log.add(now, person.name, "made a token", person.name, token=str(token.id))
    return NewToken(secret, token)


def revoke_token(records: Records, person: Person, number: int, now: str) -> None:
    """End a token.

    Raises:
        NotFoundError: The person has no such token.
    """
    if not records.tokens.remove(person, number):
        raise NotFoundError(f"{person.name} has no token {number}.")
    records.log.add(now, person.name, "revoked a token", person.name, token=str(number))


def identify(records: Records, secret: str, now: str) -> Identity:
    """Return who shows a token.

    Raises:
        UnauthenticatedError: It is no token, or was revoked, or has expired.
    """
    found = records.tokens.find(hash_of(secret)) if _TOKEN.fullmatch(secret) else None
    if found is None:
        raise UnauthenticatedError("This token is not known here; it may have been revoked.")
    person, token = found
    if token.expires <= now:
        raise UnauthenticatedError(f"This token was good until {token.expires}.")
    scopes = frozenset(Scope(scope) for scope in token.scopes)
    via = token.name if token.workflow is not None else f"token {token.id}"
    return Identity(person, scopes, token.package, via, token.behind, token.id)


def demand_good(records: Records, by: Identity, now: str) -> None:
    """Do nothing if the token is good still that somebody showed when their request began.

    An archive may be minutes on its way, and a token is revoked because somebody stole it. Within a
    transaction that writes, whoever revokes it waits for the end of that.

    Raises:
        UnauthenticatedError: It was revoked, or has expired.
    """
    expires = None if by.token is None else records.tokens.held(by.token)
    if expires is None or expires <= now:
        raise UnauthenticatedError("This token was revoked, or expired, while the request came.")


def new_secret() -> str:
    """Make the secret of a token, which is shown once."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
