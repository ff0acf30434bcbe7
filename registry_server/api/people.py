"""People over HTTP: who one is, tokens, owners and invitations, and the log of what happened."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from registry_server.api.bounded_route import BoundedRoute
from registry_server.api.desk import At, By
from registry_server.api.models import (
    Decision,
    Happened,
    Invited,
    Me,
    NameWaiting,
    NewToken,
    Owners,
    Several,
    TokenMade,
)
from registry_server.api.packages import Publisher
from registry_server.auth.identity import Scope
from registry_server.auth.tokens import make_token, revoke_token
from registry_server.catalog.owning import accept, decide, decline, invite, remove, waiting
from registry_server.database.publishers import Standing
from registry_server.database.records import Records
from registry_server.errors import NotAllowedError, NotFoundError

routes = APIRouter(tags=["people"], route_class=BoundedRoute)

Person = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


_SUBJECT = r"^[a-z0-9-]+(/[a-z0-9-]+)?$"


# --- oneself --------------------------------------------------------------------------------------


@routes.get("/me")
def me(desk: At, by: By) -> Me:
    """Say whose token this is, and what it is good for."""
    with desk.store.database.reading() as records:
        invitations = records.publishers.invitations_of(by.name)
        return Me(
            person=by.name,
            operator=by.person.operator,
            scopes=sorted(by.scopes),
            package=by.package,
            publishers=list(records.publishers.owned_by(by.name)),
            invitations=[Invited.of(x) for x in invitations if x.expires > desk.now()],
        )


@routes.get("/me/tokens")
def tokens(desk: At, by: By) -> Several[TokenMade]:
    """List one's tokens, without what is shown once."""
    by.demand(Scope.READ)
    with desk.store.database.reading() as records:
        return Several(items=[TokenMade.of(x) for x in records.tokens.of(by.person)])


@routes.post("/me/tokens", status_code=HTTPStatus.CREATED)
def create_token(desk: At, by: By, asked: NewToken) -> TokenMade:
    """Make a token; the answer shows it, and nothing ever does again."""
    by.demand(Scope.OWN)
    more = set(asked.scopes) - by.scopes
    if more:
        raise NotAllowedError(f"This token cannot make one that is good for more: {min(more)}.")
    with desk.writing(by, f"tokens of {by.name}") as records:
        made = make_token(
            records,
            by.person,
            name=asked.name,
            scopes=set(asked.scopes),
            package=asked.package,
            days=asked.days,
            now=desk.now(),
            made_with=by.token,
        )
    return TokenMade.of(made.token, made.secret)


@routes.delete("/me/tokens/{number}")
def delete_token(desk: At, by: By, number: Number) -> Several[TokenMade]:
    """End one of one's tokens, and every one that was made with it; the answer lists them."""
    by.demand(Scope.OWN)
    with desk.writing(by, f"tokens of {by.name}") as records:
        ended = revoke_token(records, by.person, number, desk.now())
    return Several(items=[TokenMade.of(token) for token in ended])


@routes.put("/me/invitations/{publisher}")
def accept_invitation(desk: At, by: By, publisher: Publisher) -> Owners:
    """Accept an invitation to own a publisher."""
    with desk.writing(by, publisher) as records:
        accept(records, by, publisher, desk.now())
        return _owners(records, publisher, desk.now())


@routes.delete("/me/invitations/{publisher}", status_code=HTTPStatus.NO_CONTENT)
def decline_invitation(desk: At, by: By, publisher: Publisher) -> None:
    """Decline an invitation to own a publisher."""
    with desk.writing(by, publisher) as records:
        decline(records, by, publisher, desk.now())


# --- owners ---------------------------------------------------------------------------------------


@routes.get("/publishers/{publisher}/owners")
def owners(desk: At, publisher: Publisher) -> Owners:
    """Say who owns a publisher, and who is invited to."""
    with desk.store.database.reading() as records:
        return _owners(records, publisher, desk.now())


@routes.put("/publishers/{publisher}/owners/{person}", status_code=HTTPStatus.ACCEPTED)
def invite_owner(desk: At, by: By, publisher: Publisher, person: Person) -> Invited:
    """Invite somebody to own a publisher."""
    with desk.writing(by, publisher, f"invitations of {by.name}") as records:
        return Invited.of(invite(records, by, publisher, person, desk.now()))


@routes.delete("/publishers/{publisher}/owners/{person}")
def remove_owner(desk: At, by: By, publisher: Publisher, person: Person) -> Owners:
    """Make somebody an owner no more, or take back an invitation."""
    with desk.writing(by, publisher) as records:
        remove(records, by, publisher, person, desk.now())
        return _owners(records, publisher, desk.now())


@routes.get("/names/waiting", tags=["operators"])
def names_waiting(
    desk: At, by: By, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Several[NameWaiting]:
    """List the names that wait for a decision, the oldest first."""
    by.demand(Scope.OPERATE)
    with desk.store.database.reading() as records:
        return Several(items=[NameWaiting.of(name) for name in waiting(records, limit)])


@routes.put("/publishers/{publisher}/standing", tags=["operators"])
def decide_name(desk: At, by: By, publisher: Publisher, said: Decision) -> Owners:
    """Decide whether a name may be published under."""
    by.demand(Scope.OPERATE)
    with desk.writing(by, "names", publisher) as records:
        decide(records, by.name, publisher, Standing(said.standing), said.reason, desk.now())
        return _owners(records, publisher, desk.now())


def _owners(records: Records, publisher: str, now: str) -> Owners:
    if records.publishers.find(publisher) is None:
        raise NotFoundError(f"This registry has no publisher {publisher}.")
    return Owners(
        publisher=publisher,
        owners=list(records.publishers.owners(publisher)),
        invited=[
            Invited.of(x) for x in records.publishers.invitations_to(publisher) if x.expires > now
        ],
    )


# --- what happened --------------------------------------------------------------------------------


@routes.get("/log", tags=["log"])
def log(
    desk: At,
    subject: Annotated[str | None, Query(pattern=_SUBJECT, max_length=200)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Several[Happened]:
    """Tell what happened, the latest first; to one package, publisher or person, if named."""
    with desk.store.database.reading() as records:
        entries = records.log.entries(subject=subject, before=before, limit=limit)
        return Several(items=[Happened.of(entry) for entry in entries])
