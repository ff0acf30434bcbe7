"""Workflows over HTTP: which may publish a package, and tokens for those that prove to be one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints

from registry_server.api.bounded_route import BoundedRoute
from registry_server.api.desk import At, By
from registry_server.api.models import Model, Several, TokenMade
from registry_server.api.packages import PACKAGE, Name, Publisher
from registry_server.auth.oidc import TOKEN_LIMIT, believe, look_at
from registry_server.catalog.workflows import (
    Exchange,
    add_workflow,
    exchange,
    remove_workflow,
    vouched_for,
    workflows_of,
)
from registry_server.database.workflows import Workflow

routes = APIRouter(tags=["workflows"], route_class=BoundedRoute)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_Address = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_WORKFLOWS = f"{PACKAGE}/workflows"


class Accepted(Model):
    """Whose tokens are taken, and whom they must be meant for."""

    audience: Annotated[str, Field(description="What a CI puts into `aud`.")]
    issuers: list[str]


class NewWorkflow(Model):
    """A workflow that is to publish a package."""

    issuer: _Address
    audience: Annotated[
        _Address | None,
        Field(description="Whom its tokens are meant for, if it cannot be this registry."),
    ] = None
    claims: Annotated[
        dict[str, str],
        Field(
            description="What its tokens must say; a value may end in an asterisk.", min_length=1
        ),
    ]


class WorkflowMade(Model):
    """A workflow that may publish a package."""

    id: int
    package: str
    person: str
    issuer: str
    audience: str | None
    claims: dict[str, str]
    pinned: dict[str, str]
    added: str

    @classmethod
    def of(cls, workflow: Workflow) -> WorkflowMade:
        """Tell a workflow."""
        return cls(
            id=workflow.id,
            package=workflow.package,
            person=workflow.person.name,
            issuer=workflow.issuer,
            audience=workflow.audience,
            claims=dict(workflow.claims),
            pinned=dict(workflow.pinned),
            added=workflow.added,
        )


class IssuersToken(Model):
    """A token that a CI's issuer made."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=TOKEN_LIMIT)]


@routes.get("/oidc")
def accepted(desk: At) -> Accepted:
    """Say whose tokens are taken, and whom they must be meant for."""
    with desk.store.database.reading() as records:
        return Accepted(audience=desk.address, issuers=list(records.workflows.issuers()))


@routes.get(_WORKFLOWS)
def workflows(desk: At, by: By, publisher: Publisher, name: Name) -> Several[WorkflowMade]:
    """List the workflows that may publish a package."""
    with desk.store.database.reading() as records:
        found = workflows_of(records, by, f"{publisher}/{name}")
        return Several(items=[WorkflowMade.of(workflow) for workflow in found])


@routes.post(_WORKFLOWS, status_code=HTTPStatus.CREATED)
def let_workflow(
    desk: At, by: By, publisher: Publisher, name: Name, asked: NewWorkflow
) -> WorkflowMade:
    """Let a workflow publish a package, which need not be there yet."""
    with desk.writing(by, publisher) as records:
        return WorkflowMade.of(
            add_workflow(
                records,
                by,
                f"{publisher}/{name}",
                issuer=asked.issuer,
                audience=asked.audience,
                claims=asked.claims,
                now=desk.now(),
            )
        )


@routes.delete(_WORKFLOWS + "/{number}", status_code=HTTPStatus.NO_CONTENT)
def forbid_workflow(desk: At, by: By, publisher: Publisher, name: Name, number: Number) -> None:
    """Let a workflow publish no more; the tokens that it has got end."""
    with desk.writing(by, publisher) as records:
        remove_workflow(records, by, f"{publisher}/{name}", number, desk.now())


@routes.post(_WORKFLOWS + "/token", status_code=HTTPStatus.CREATED)
def give_token(desk: At, publisher: Publisher, name: Name, shown: IssuersToken) -> TokenMade:
    """Take a token of a CI's issuer, once, and give one that publishes this package for a while."""
    package, token = f"{publisher}/{name}", look_at(shown.token)
    with desk.store.database.reading() as records:
        candidates = vouched_for(records, package, token.issuer)
    key = desk.issuers.key(token.issuer, token.kid)  # nobody else waits while it is fetched
    audiences = {x.audience or desk.address for x in candidates}
    said = believe(token, key, audiences, desk.now())
    asked = Exchange(package, token.issuer, said, desk.address)
    with desk.store.database.writing(publisher) as records:
        made = exchange(records, asked, desk.now())
    return TokenMade.of(made.token, made.secret)
