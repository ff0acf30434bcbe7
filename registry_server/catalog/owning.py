"""Owning: who may publish under a name, how others come to own it too, and how they cease to.

Whoever publishes under a name first owns it. There is always somebody who does.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry_server.auth.identity import Identity, Scope
from registry_server.auth.tokens import later
from registry_server.catalog.names import likeness
from registry_server.database.actions import Action
from registry_server.database.people import Person
from registry_server.database.publishers import Invitation, Publisher, Standing
from registry_server.database.records import Records
from registry_server.errors import ConflictError, NotAllowedError, NotFoundError

INVITED_FOR = 14
"""For how many days an invitation can be accepted."""

NAMES_EACH = 20
"""How many names somebody may claim; others may let them own more."""

INVITATIONS_EACH = 50
"""How many invitations of somebody may be open."""

_WAITING_EACH = 5
_LOOKS_LIKE = "looks like"


def demand_owner(records: Records, by: Identity, publisher: str) -> Publisher:
    """Return a publisher that somebody owns.

    Raises:
        NotAllowedError: They do not, or its name may not be published under.
        NotFoundError: There is no such publisher.
    """
    found = owned(records, by, publisher)
    if found is None:
        raise _unknown(publisher)
    return found


def owned(records: Records, by: Identity, publisher: str) -> Publisher | None:
    """Return a publisher that somebody owns; None if nobody has claimed the name.

    Raises:
        NotAllowedError: They do not own it, or its name may not be published under.
    """
    known = records.publishers.owned(publisher, by.person)
    if known is None:
        return None
    found, is_theirs = known
    if not is_theirs:
        raise NotAllowedError(f"{by.name} does not own {publisher}; its owners can invite them.")
    match found.standing:
        case Standing.WAITING:
            raise NotAllowedError(
                f"The name {publisher} looks like another one, and waits for the decision of "
                "whoever runs this registry. Nothing was published; publish again when it is made."
            )
        case Standing.REFUSED:
            raise NotAllowedError(f"The name {publisher} may not be used in this registry.")
        case Standing.ACTIVE:
            return found


def claim(records: Records, by: Identity, publisher: str, now: str) -> Publisher:
    """Make somebody the owner of a name that nobody has.

    Of a name that looks like another one it depends how much: either it is refused, or it is theirs
    but waits for an operator.

    Raises:
        ConflictError: It can hardly be told from another name, or too many names wait already.
        NotAllowedError: They have as many names as one may claim.
    """
    if len(records.publishers.owned_by(by.name)) >= NAMES_EACH and not by.person.operator:
        raise NotAllowedError(
            f"{by.name} owns {NAMES_EACH} publishers, and nobody may claim more. Whoever runs this "
            "registry can claim the name, and invite them to own it."
        )
    standing = Standing.ACTIVE
    like = likeness(publisher, records.publishers.names())
    if like is not None and like.certain:
        raise ConflictError(
            f"The name {publisher} can hardly be told from {like.name}, which somebody else has. "
            "Choose another one."
        )
    if like is not None:
        if records.publishers.waiting_of(by.name) >= _WAITING_EACH:
            raise ConflictError(f"{by.name} has {_WAITING_EACH} names that wait to be decided on.")
        standing = Standing.WAITING
    made = records.publishers.claim(publisher, standing, now)
    records.publishers.add_owner(made, by.person, now)
    details = {} if like is None else {_LOOKS_LIKE: like.name}
    records.log.add(now, by.name, Action.CLAIMED, publisher, standing=standing, **details)
    return made


@dataclass(frozen=True)
class Waiting:
    """A name that waits for an operator.

    Attributes:
        publisher: The name.
        looks_like: The name that it looks like.
        owners: Who wants it.
        claimed: Since when.
    """

    publisher: str
    looks_like: str
    owners: tuple[str, ...]
    claimed: str


def waiting(records: Records, limit: int) -> tuple[Waiting, ...]:
    """Return the names that wait for an operator, the oldest first, and at most so many."""
    return tuple(
        Waiting(
            name,
            records.log.claim(name).get(_LOOKS_LIKE, ""),
            records.publishers.owners(name),
            claimed,
        )
        for name, claimed in records.publishers.waiting(limit)
    )


def decide(
    records: Records, by: str, publisher: str, standing: Standing, reason: str, now: str
) -> None:
    """Decide about a name, as an operator.

    Raises:
        NotFoundError: Nobody has claimed it.
    """
    _publisher(records, publisher)
    records.publishers.decide(publisher, standing)
    records.log.add(now, by, Action.DECIDED, publisher, standing=standing, reason=reason)


def invite(records: Records, by: Identity, publisher: str, person: str, now: str) -> Invitation:
    """Invite somebody to own a publisher.

    Raises:
        ConflictError: They own it already.
        NotAllowedError: Whoever invites does not own it.
        NotFoundError: There is no such publisher or person.
    """
    by.demand(Scope.OWN)
    found = demand_owner(records, by, publisher)
    invited = _person(records, person)
    if person in records.publishers.owners(publisher):
        raise ConflictError(f"{person} owns {publisher} already.")
    if records.publishers.open_invitations_by(by.name, now) >= INVITATIONS_EACH:
        raise ConflictError(
            f"{INVITATIONS_EACH} invitations of {by.name} are open; take some back, or wait until "
            "they are accepted or have expired."
        )
    expires = later(now, days=INVITED_FOR)
    records.publishers.invite(found, invited, by.name, expires)
    records.log.add(now, by.name, Action.INVITED, publisher, person=person)
    return Invitation(publisher, person, by.name, expires)


def accept(records: Records, by: Identity, publisher: str, now: str) -> None:
    """Accept an invitation.

    Raises:
        NotFoundError: There is none, or it has expired.
    """
    by.demand(Scope.OWN)
    _open_invitation(records, by, publisher, now)
    found = _publisher(records, publisher)
    records.publishers.withdraw(found, by.person)
    records.publishers.add_owner(found, by.person, now)
    records.log.add(now, by.name, Action.BECAME_AN_OWNER, publisher)


def decline(records: Records, by: Identity, publisher: str, now: str) -> None:
    """Decline an invitation.

    Raises:
        NotFoundError: There is none, or it has expired.
    """
    by.demand(Scope.OWN)
    _open_invitation(records, by, publisher, now)
    records.publishers.withdraw(_publisher(records, publisher), by.person)
    records.log.add(now, by.name, Action.DECLINED, publisher)


def remove(records: Records, by: Identity, publisher: str, person: str, now: str) -> None:
    """Make somebody an owner no more, or take back an invitation.

    Raises:
        ConflictError: They are the last owner.
        NotAllowedError: Whoever removes them does not own the publisher.
        NotFoundError: There is no such publisher, or they are neither an owner nor invited.
    """
    by.demand(Scope.OWN)
    found = demand_owner(records, by, publisher)
    gone = _person(records, person)
    owners = records.publishers.owners(publisher)
    if owners == (person,):
        raise ConflictError(f"{person} is the last owner of {publisher}: invite somebody first.")
    invited = any(x.person == person for x in records.publishers.invitations_to(publisher))
    if person not in owners and not invited:
        raise NotFoundError(f"{person} does not own {publisher}.")
    records.publishers.withdraw(found, gone)
    records.publishers.withdraw_all(found, by=person)  # whom they let in would let them in again
    records.publishers.remove_owner(found, gone)
    records.log.add(now, by.name, Action.REMOVED_AN_OWNER, publisher, person=person)


def _open_invitation(records: Records, by: Identity, publisher: str, now: str) -> None:
    for invitation in records.publishers.invitations_of(by.name):
        if invitation.publisher == publisher and invitation.expires > now:
            return
    raise NotFoundError(f"{by.name} is not invited to own {publisher}, or not any more.")


def _publisher(records: Records, name: str) -> Publisher:
    found = records.publishers.find(name)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(publisher: str) -> NotFoundError:
    return NotFoundError(
        f"This registry has no publisher {publisher}; whoever publishes under it first owns it."
    )


def _person(records: Records, name: str) -> Person:
    found = records.people.find(name)
    if found is None:
        raise NotFoundError(f"Nobody here is called {name}.")
    return found
