"""Tokens: what programs show instead of a person; kept hashed, so that no table gives one away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

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
        workflow: The workflow that it was made for; None if it was made by its person.
        behind: What stands behind what is done with it, by name, for the log.
        made_with: The number of the token that it was made with; None if it was with none.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    package: str | None
    made: str
    expires: str
    workflow: int | None = None
    behind: Mapping[str, str] = field(default_factory=dict)
    made_with: int | None = None


_TOLD = (
    tokens.c.id, tokens.c.name, tokens.c.scopes, tokens.c.package, tokens.c.made, tokens.c.expires,
    tokens.c.workflow, tokens.c.behind, tokens.c.made_with,
)  # fmt: skip
_FIND = (
    select(people.c.id, people.c.name, people.c.operator, *_TOLD)
    .join(people, people.c.id == tokens.c.person)
    .where(tokens.c.hash == bindparam("which"))
)
_HELD = select(tokens.c.expires).where(tokens.c.id == bindparam("which")).with_for_update(read=True)


class Tokens:
    """The tokens, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(  # noqa: PLR0913  a column each
        self,
        person: Person,
        *,
        name: str,
        hash_: str,
        scopes: Iterable[str],
        package: str | None,
        made: str,
        expires: str,
        workflow: int | None = None,
        behind: Mapping[str, str] | None = None,
        made_with: int | None = None,
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
                workflow=workflow,
                behind=None if behind is None else json.dumps(dict(behind)),
                made_with=made_with,
            )
            .returning(tokens.c.id)
        ).scalar_one()
        return Token(
            number, name, sorted_, package, made, expires, workflow, behind or {}, made_with
        )

    def find(self, hash_: str) -> tuple[Person, Token] | None:
        """Return whose token has a hash, and the token; None if none has it."""
        row = self._connection.execute(_FIND, {"which": hash_}).first()
        return None if row is None else (Person(*row[:3]), _token(row[3:]))

    def held(self, number: int) -> str | None:
        """Return until when a token is good, and keep it until the transaction ends; None if gone.

        SQLite has one writer, and needs no lock on a row for that.
        """
        return self._connection.scalar(_HELD, {"which": number})

    def of(self, person: Person) -> tuple[Token, ...]:
        """Return a person's tokens, the oldest first."""
        found = select(*_TOLD).where(tokens.c.person == person.id).order_by(tokens.c.id)
        return tuple(_token(row) for row in self._connection.execute(found))

    def remove(self, person: Person, gone: Iterable[Token]) -> None:
        """Remove some of a person's tokens."""
        self._connection.execute(
            delete(tokens).where(
                tokens.c.person == person.id, tokens.c.id.in_([token.id for token in gone])
            )
        )


def _token(row: Sequence[Any]) -> Token:
    number, name, scopes, package, made, expires, workflow, behind, made_with = row
    told = {} if behind is None else json.loads(behind)
    return Token(
        number, name, tuple(scopes.split()), package, made, expires, workflow, told, made_with
    )
