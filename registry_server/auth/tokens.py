"""Tokens: random, shown once, kept hashed, good for a while and for what they were made for.

A token has 256 random bits, so that a plain hash keeps it as well as a slow one would, and whether
it is one is found out by looking its hash up: how long that takes says nothing about any other.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from registry_server.auth.identity import Identity, Scope
from registry_server.database.actions import Action
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
    made_with: int | None = None,
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
        made_with: The number of the token that asks for it; None if whoever runs the registry does.

    Raises:
        ConflictError: The person has too many tokens.
    """
    known = records.tokens.of(person)
    over = _over(known, now)
    records.tokens.remove(person, over)
    if sum(token.workflow is None for token in known if token not in over) >= _TOKENS_EACH:
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
        made_with=made_with,
    )
    # The log is for everybody to read, and what somebody calls a token may say where it is kept.
    records.log.add(now, person.name, Action.MADE_A_TOKEN, person.name, **_numbers(token))
    return NewToken(secret, token)


def revoke_token(records: Records, person: Person, number: int, now: str) -> tuple[Token, ...]:
    """End a token, and every one that was made with it, or with one of those.

    Whoever stole it may have made others with it, which would outlive it.

    Returns:
        tuple[Token, ...]: Those that ended, the oldest first.

    Raises:
        NotFoundError: The person has no such token.
    """
    ended: dict[int, Token] = {}
    for token in records.tokens.of(person):  # the oldest first: what made one comes before it
        if token.id == number or token.made_with in ended:
            ended[token.id] = token
    if not ended:
        raise NotFoundError(f"{person.name} has no token {number}.")
    records.tokens.remove(person, ended.values())
    for token in ended.values():
        records.log.add(now, person.name, Action.REVOKED_A_TOKEN, person.name, **_numbers(token))
    return tuple(ended.values())


def _over(known: Sequence[Token], now: str) -> list[Token]:
    """Those that have expired, and that none was made with that is good still.

    As long as there is such a one, it can be ended by the token that it was made with.
    """
    over: list[Token] = []
    needed: set[int | None] = set()
    for token in reversed(known):
        if token.expires > now or token.id in needed:
            needed.add(token.made_with)
        else:
            over.append(token)
    return over


def _numbers(token: Token) -> dict[str, str]:
    """What the log says of a token."""
    made_with = {} if token.made_with is None else {"made with": str(token.made_with)}
    return {"token": str(token.id), **made_with}


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
