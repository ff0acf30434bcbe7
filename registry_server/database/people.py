"""People: who may be an owner, or an operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from registry_server.database.schema import people


@dataclass(frozen=True)
class Person:
    """Somebody whom the registry knows.

    Attributes:
        id: The number that the database gives them.
        name: The name by which others know them.
        operator: Whether they run the registry.
    """

    id: int
    name: str
    operator: bool = False


class People:
    """The people, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def find(self, name: str) -> Person | None:
        """Return a person by name; None if nobody has it."""
        row = self._connection.execute(
            select(people.c.id, people.c.name, people.c.operator).where(people.c.name == name)
        ).first()
        return None if row is None else Person(*row)

    def add(self, name: str, *, operator: bool, joined: str) -> Person:
        """Make somebody known, whose name nobody has."""
        row = self._connection.execute(
            insert(people)
            .values(name=name, operator=operator, joined=joined)
            .returning(people.c.id, people.c.name, people.c.operator)
        ).one()
        return Person(*row)
