"""Workflows that may publish a package, the issuers that vouch for them, and what was used up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry_server.database.people import Person
from registry_server.database.schema import issuers, people, spent_tokens, tokens, workflows


@dataclass(frozen=True)
class Workflow:
    """A workflow of a CI that may publish a package.

    Attributes:
        id: Its number.
        package: The package.
        person: The owner who let it, in whose name it publishes.
        issuer: The address of who vouches for it.
        audience: Whom tokens of it are meant for; None for the registry's own address.
        claims: What its tokens must say: a value, or the beginning of one and an asterisk.
        pinned: What its tokens said when it published first, of what never changes.
        added: When it was let.
    """

    id: int
    package: str
    person: Person
    issuer: str
    audience: str | None
    claims: Mapping[str, str]
    pinned: Mapping[str, str]
    added: str


class Workflows:
    """The workflows, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    # --- issuers ----------------------------------------------------------------------------------

    def issuers(self) -> tuple[str, ...]:
        """Return the address of every issuer, sorted."""
        return tuple(sorted(self._connection.scalars(select(issuers.c.address))))

    def add_issuer(self, address: str, now: str) -> None:
        """Let an issuer, which is not let yet, vouch for workflows."""
        self._connection.execute(insert(issuers).values(address=address, added=now))

    def remove_issuer(self, address: str) -> bool:
        """Let an issuer vouch for nothing any more; say whether it did."""
        gone = self._connection.execute(delete(issuers).where(issuers.c.address == address))
        return gone.rowcount == 1

    # --- workflows --------------------------------------------------------------------------------

    def of(self, package: str) -> tuple[Workflow, ...]:
        """Return the workflows that may publish a package, the oldest first."""
        rows = self._connection.execute(
            select(workflows, people.c.name, people.c.operator)
            .join(people, people.c.id == workflows.c.person)
            .where(workflows.c.package == package)
            .order_by(workflows.c.id)
        )
        return tuple(
            Workflow(
                id=row.id,
                package=row.package,
                person=Person(row.person, row.name, row.operator),
                issuer=row.issuer,
                audience=row.audience,
                claims=json.loads(row.claims),
                pinned=json.loads(row.pinned),
                added=row.added,
            )
            for row in rows
        )

    def add(
        self,
        package: str,
        person: Person,
        *,
        issuer: str,
        audience: str | None,
        claims: Mapping[str, str],
        now: str,
    ) -> int:
        """Let a workflow publish a package; return its number."""
        added = self._connection.execute(
            insert(workflows)
            .values(
                package=package,
                person=person.id,
                issuer=issuer,
                audience=audience,
                claims=json.dumps(dict(claims)),
                pinned="{}",
                added=now,
            )
            .returning(workflows.c.id)
        )
        return int(added.scalar_one())

    def pin(self, number: int, pinned: Mapping[str, str]) -> None:
        """Keep what a workflow's tokens say of what never changes."""
        self._connection.execute(
            update(workflows)
            .where(workflows.c.id == number)
            .values(pinned=json.dumps(dict(pinned)))
        )

    def remove(self, package: str, number: int) -> bool:
        """Let a workflow publish no more, and end its tokens; say whether there was one."""
        gone = self._connection.execute(
            delete(workflows).where(workflows.c.id == number, workflows.c.package == package)
        )
        if gone.rowcount:
            self._connection.execute(delete(tokens).where(tokens.c.workflow == number))
        return gone.rowcount == 1

    # --- tokens -----------------------------------------------------------------------------------

    def live_tokens(self, number: int, now: str) -> int:
        """Return how many tokens of a workflow are good still; those that are not are removed."""
        own = tokens.c.workflow == number
        self._connection.execute(delete(tokens).where(own, tokens.c.expires <= now))
        return int(self._connection.scalar(select(func.count()).where(own)) or 0)

    def spend(self, mark: str, expires: int, now: int) -> bool:
        """Say whether an issuer's token is used for the first time; it never will be again.

        Args:
            mark: By what it is known again.
            expires: Until when it is good, in seconds since 1970.
            now: The present moment, likewise; what has expired need not be known any more.
        """
        self._connection.execute(delete(spent_tokens).where(spent_tokens.c.expires < now))
        insert_ = (
            postgresql.insert(spent_tokens)
            if self._connection.dialect.name == "postgresql"
            else sqlite.insert(spent_tokens)
        )
        added = self._connection.execute(
            insert_.values(mark=mark, expires=expires)
            .on_conflict_do_nothing()
            .returning(spent_tokens.c.mark)
        )
        return added.first() is not None
