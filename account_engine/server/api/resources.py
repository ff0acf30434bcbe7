"""Resources: an account's objects over HTTP, as their owner has them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import StoredObject, reference
from account_engine.position import Instant
from account_engine.server.api.shapes import (
    FoundResources,
    NewResource,
    Numbers,
    OfKind,
    ResourceAsked,
    ResourceData,
    ResourceGone,
    ResourceList,
    ResourceShape,
    UsedResource,
)
from account_engine.server.desks import Access
from account_engine.server.operations import Answer, Nothing, Operation
from account_engine.server.problems import ProblemError
from package_format.kinds.table import KINDS


def known_resource(account: Account, number: int) -> StoredObject:
    """Return the resource that a path names.

    Raises:
        ProblemError: There is none.
    """
    found = account.object(number)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "no-such-resource", f"There is no resource #{number}."
        )
    return found


def _facts(stored: StoredObject) -> dict[str, object]:
    return {
        "id": stored.id,
        "kind": stored.kind,
        "label": stored.label,
        "data": stored.data,
        "digest": stored.digest,
    }


def _used(account: Account, stored: StoredObject) -> UsedResource:
    return UsedResource.model_validate(
        {
            **_facts(stored),
            "referrers": account.referrers(stored.id),
            "carriers": account.carriers(stored.id),
        }
    )


def list_resources(account: Account, asked: OfKind, _: None, _now: Instant) -> Answer:
    """List resources by number, a page at a time."""
    found = [one for one in _wanted(account, asked) if one.id > asked.after]
    found.sort(key=lambda one: one.id)
    shown = found[: asked.limit]
    return Answer(
        ResourceList(
            resources=[ResourceShape.model_validate(_facts(one)) for one in shown],
            next=shown[-1].id if len(found) > len(shown) else None,
        )
    )


def _wanted(account: Account, asked: OfKind) -> Sequence[StoredObject]:
    if asked.kind is not None and asked.kind not in KINDS:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no-such-kind",
            f"There is no kind {asked.kind[:60]!r}; the kinds are {', '.join(KINDS)}.",
        )
    kinds = [asked.kind] if asked.kind else list(KINDS)
    if asked.natural is None:
        return [one for kind in kinds for one in account.objects_of(kind)]
    numbers = [number for kind in kinds for number in account.namesakes(kind, asked.natural)]
    return list(account.objects(numbers).values())


def find_resources(account: Account, _: Nothing, sent: Numbers, _now: Instant) -> Answer:
    """Return those of these resources that there are."""
    wanted = sorted(set(sent.numbers))
    found = account.objects(wanted)
    missing = [number for number in wanted if number not in found]
    labels = {number: account.label(reference(number)) for number in missing}
    return Answer(
        FoundResources(
            resources=[ResourceShape.model_validate(_facts(found[number])) for number in found],
            gone={n: label for n, label in labels.items() if label != reference(n)},
        )
    )


def read_resource(account: Account, asked: ResourceAsked, _: None, _now: Instant) -> Answer:
    """Return a resource, with who refers to it and how many contacts carry it."""
    return Answer(_used(account, known_resource(account, asked.resource)))


def create_resource(account: Account, _: Nothing, sent: NewResource, _now: Instant) -> Answer:
    """Make a resource of the owner's own; a campaign is published at once (C12)."""
    stored = account.create_object(sent.kind, sent.data)
    path = f"/api/v1/resources/{stored.id}"
    return Answer(_used(account, stored), 201, {"Location": path})


def edit_resource(
    account: Account, asked: ResourceAsked, sent: ResourceData, _now: Instant
) -> Answer:
    """Replace a resource's data; a campaign's contacts are carried along (M0)."""
    with account.together():
        before = known_resource(account, asked.resource)
        if sent.digest is not None and sent.digest != before.digest:
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "edited",
                f"Somebody has edited {before.called} meanwhile; read it again.",
            )
        after = account.edit(before.id, sent.data)
    return Answer(_used(account, after))


def delete_resource(account: Account, asked: ResourceGone, _: None, _now: Instant) -> Answer:
    """Delete a resource that nothing refers to and no contact carries."""
    known_resource(account, asked.resource)
    account.delete_object(asked.resource, contacts=asked.contacts)
    return Answer(status=204)


_ONE = "/resources/{resource}"
RESOURCES = (
    Operation(
        "listResources",
        "GET",
        "/resources",
        "List resources",
        Scope.READ,
        list_resources,
        {200: ResourceList},
        asks=OfKind,
    ),
    Operation(
        "createResource",
        "POST",
        "/resources",
        "Make a resource",
        Scope.RESOURCES,
        create_resource,
        {201: UsedResource},
        sends=NewResource,
        access=Access.WRITE,
    ),
    Operation(
        "findResources",
        "POST",
        "/resources/lookup",
        "Find resources by their numbers",
        Scope.READ,
        find_resources,
        {200: FoundResources},
        sends=Numbers,
    ),
    Operation(
        "readResource",
        "GET",
        _ONE,
        "Read a resource",
        Scope.READ,
        read_resource,
        {200: UsedResource},
        asks=ResourceAsked,
    ),
    Operation(
        "editResource",
        "PUT",
        _ONE,
        "Edit a resource",
        Scope.RESOURCES,
        edit_resource,
        {200: UsedResource},
        asks=ResourceAsked,
        sends=ResourceData,
        access=Access.WRITE,
        refuses=(409,),
    ),
    Operation(
        "deleteResource",
        "DELETE",
        _ONE,
        "Delete a resource",
        Scope.RESOURCES,
        delete_resource,
        {204: None},
        asks=ResourceGone,
        access=Access.WRITE,
        refuses=(409,),
    ),
)
