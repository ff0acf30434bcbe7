"""Publishers: names under which packages are published, and the people who own them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, select, update

from registry_server.database.people import Person
from registry_server.database.schema import invitations, owners, people, publishers


class Standing(StrEnum):
    """Whether a name may be published under.

    Attributes:
        ACTIVE: It may.
        WAITING: It looks like another one, and an operator decides.
        REFUSED: An operator has decided that it may not.
    """

    ACTIVE = "active"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True)
class Publisher:
    """A name under which packages are published."""

    id: int
    name: str
    standing: Standing


@dataclass(frozen=True)
class Invitation:
    """Somebody is invited to own a publisher.

    Attributes:
        publisher: The publisher's name.
        person: Who is invited, by name.
        invited_by: The owner who did it, by name.
        expires: Until when it can be accepted.
    """

    publisher: str
    person: str
    invited_by: str
    expires: str


class Publishers:
    """The publishers, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def find(self, name: str) -> Publisher | None:
        """Return a publisher by name; None if nobody has claimed the name."""
        row = self._connection.execute(_FIND, {"which": name}).first()
        return None if row is None else Publisher(row.id, row.name, Standing(row.standing))

    def owned(self, name: str, person: Person) -> tuple[Publisher, bool] | None:
        """Return a publisher by name, and whether somebody owns it; None if nobody claimed it."""
        row = self._connection.execute(_OWNED, {"which": name, "who": person.id}).first()
        if row is None:
            return None
        return Publisher(row.id, row.name, Standing(row.standing)), row.person is not None

    def names(self, standing: Standing = Standing.ACTIVE) -> tuple[str, ...]:
        """Return the names of the publishers that stand so, sorted."""
        found = select(publishers.c.name).where(publishers.c.standing == standing)
        return tuple(sorted(self._connection.scalars(found)))

    def claim(self, name: str, standing: Standing, at: str) -> Publisher:
        """Make a name a publisher's, which nobody has claimed."""
        self._connection.execute(
            insert(publishers).values(name=name, standing=standing, claimed=at)
        )
        made = self.find(name)
        assert made is not None  # noqa: S101  it has just been written
        return made

    def waiting(self, limit: int) -> tuple[tuple[str, str], ...]:
        """Return names that wait for an operator, and when they were claimed, the oldest first."""
        found = (
            select(publishers.c.name, publishers.c.claimed)
            .where(publishers.c.standing == Standing.WAITING)
            .order_by(publishers.c.claimed, publishers.c.name)
            .limit(limit)
        )
        return tuple((row.name, row.claimed) for row in self._connection.execute(found))

    def decide(self, name: str, standing: Standing) -> None:
        """Let a name be published under, or not."""
        self._connection.execute(
            update(publishers).where(publishers.c.name == name).values(standing=standing)
        )

    # --- owners -----------------------------------------------------------------------------------

    def owners(self, name: str) -> tuple[str, ...]:
        """Return the names of a publisher's owners, the one who has been it longest first."""
        found = (
            select(people.c.name)
            .join(owners, owners.c.person == people.c.id)
            .join(publishers, publishers.c.id == owners.c.publisher)
            .where(publishers.c.name == name)
            .order_by(owners.c.since, people.c.name)
        )
        return tuple(self._connection.scalars(found))

    def owned_by(self, person: str) -> tuple[str, ...]:
        """Return the names of the publishers that a person owns, sorted."""
        found = (
            select(publishers.c.name)
            .join(owners, owners.c.publisher == publishers.c.id)
            .join(people, people.c.id == owners.c.person)
            .where(people.c.name == person)
        )
        return tuple(sorted(self._connection.scalars(found)))

    def waiting_of(self, person: str) -> int:
        """Return how many names of a person wait for an operator."""
        found = (
            select(func.count())
            .select_from(owners)
            .join(publishers, publishers.c.id == owners.c.publisher)
            .join(people, people.c.id == owners.c.person)
            .where(people.c.name == person, publishers.c.standing == Standing.WAITING)
        )
        return int(self._connection.scalar(found) or 0)

    def add_owner(self, publisher: Publisher, person: Person, at: str) -> None:
        """Make somebody an owner, who is none."""
        self._connection.execute(
            insert(owners).values(publisher=publisher.id, person=person.id, since=at)
        )

    def remove_owner(self, publisher: Publisher, person: Person) -> None:
        """Make somebody an owner no more."""
        self._connection.execute(
            delete(owners).where(owners.c.publisher == publisher.id, owners.c.person == person.id)
        )

    # --- invitations ------------------------------------------------------------------------------

    def invite(self, publisher: Publisher, person: Person, by: str, expires: str) -> None:
        """Invite somebody, in place of an earlier invitation."""
        self.withdraw(publisher, person)
        self._connection.execute(
            insert(invitations).values(
                publisher=publisher.id, person=person.id, invited_by=by, expires=expires
            )
        )

    def open_invitations_by(self, person: str, now: str) -> int:
        """Return how many invitations that somebody made can be accepted still."""
        found = select(func.count()).where(
            invitations.c.invited_by == person, invitations.c.expires > now
        )
        return int(self._connection.scalar(found) or 0)

    def withdraw(self, publisher: Publisher, person: Person) -> None:
        """Remove an invitation, if there is one."""
        self._connection.execute(
            delete(invitations).where(
                invitations.c.publisher == publisher.id, invitations.c.person == person.id
            )
        )

    def withdraw_all(self, publisher: Publisher, *, by: str) -> None:
        """Remove the invitations that somebody made."""
        self._connection.execute(
            delete(invitations).where(
                invitations.c.publisher == publisher.id, invitations.c.invited_by == by
            )
        )

    def invitations_to(self, publisher: str) -> tuple[Invitation, ...]:
        """Return the invitations to own a publisher."""
        return self._invitations(_INVITED.where(publishers.c.name == publisher))

    def invitations_of(self, person: str) -> tuple[Invitation, ...]:
        """Return the invitations that a person has."""
        return self._invitations(_INVITED.where(people.c.name == person))

    def _invitations(self, found: Select[str, str, str, str]) -> tuple[Invitation, ...]:
        rows = self._connection.execute(found.order_by(publishers.c.name, people.c.name))
        return tuple(Invitation(*row) for row in rows)


_INVITED: Select[str, str, str, str] = (
    select(publishers.c.name, people.c.name, invitations.c.invited_by, invitations.c.expires)
    .select_from(invitations)
    .join(publishers, publishers.c.id == invitations.c.publisher)
    .join(people, people.c.id == invitations.c.person)
)

_FIND = select(publishers.c.id, publishers.c.name, publishers.c.standing).where(
    publishers.c.name == bindparam("which")
)
_OWNED = (
    select(publishers.c.id, publishers.c.name, publishers.c.standing, owners.c.person)
    .outerjoin(
        owners,
        and_(owners.c.publisher == publishers.c.id, owners.c.person == bindparam("who")),
    )
    .where(publishers.c.name == bindparam("which"))
)
