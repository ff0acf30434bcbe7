"""Tokens: what programs show instead of a person; kept hashed, so that no table gives one away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from registry_server.database.people import Person
from registry_server.database.schema import people, tokens


@dataclass(frozen=True)
class Token:
    """A token, without what is shown of it once.

    Attributes:
        id: Its number.
        name: What its owner calls it.
        scopes: What it is good for, sorted.
        package: The only package that it is good for; None for all.
        made: When it was made.
        expires: Until when it is good.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    package: str | None
    made: str
    expires: str


_TOLD = (
    tokens.c.id, tokens.c.name, tokens.c.scopes, tokens.c.package, tokens.c.made, tokens.c.expires,
)  # fmt: skip


class Tokens:
    """The tokens, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(
        self,
        person: Person,
        *,
        name: str,
        hash_: str,
        scopes: Iterable[str],
        package: str | None,
        made: str,
        expires: str,
    ) -> Token:
        """Keep a new token by its hash."""
        sorted_ = tuple(sorted(scopes))
        number = self._connection.execute(
            insert(tokens)
            .values(
                person=person.id,
                name=name,
                hash=hash_,
                scopes=" ".join(sorted_),
                package=package,
                made=made,
                expires=expires,
            )
            .returning(tokens.c.id)
        ).scalar_one()
        return Token(number, name, sorted_, package, made, expires)

    def find(self, hash_: str) -> tuple[Person, Token] | None:
        """Return whose token has a hash, and the token; None if none has it."""
        row = self._connection.execute(
            select(people.c.id, people.c.name, people.c.operator, *_TOLD)
            .join(people, people.c.id == tokens.c.person)
            .where(tokens.c.hash == hash_)
        ).first()
        return None if row is None else (Person(*row[:3]), _token(tuple(row[3:])))

    def of(self, person: Person) -> tuple[Token, ...]:
        """Return a person's tokens, the oldest first."""
        found = select(*_TOLD).where(tokens.c.person == person.id).order_by(tokens.c.id)
        return tuple(_token(tuple(row)) for row in self._connection.execute(found))

    def remove(self, person: Person, number: int) -> bool:
        """Remove one of a person's tokens; say whether there was one of this number."""
        gone = self._connection.execute(
            delete(tokens).where(tokens.c.person == person.id, tokens.c.id == number)
        )
        return gone.rowcount == 1


def _token(row: tuple[int, str, str, str | None, str, str]) -> Token:
    number, name, scopes, package, made, expires = row
    return Token(number, name, tuple(scopes.split()), package, made, expires)
