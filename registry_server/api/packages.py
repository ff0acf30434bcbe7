"""Packages over HTTP: publishing, yanking, deprecating, quarantines, and what is to be known."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Request, Response

from package_format.archive import COMPRESSED_LIMIT
from package_format.errors import PackageError
from package_format.index import IndexLine
from package_format.signature import SIGNATURES, Envelope, read_envelopes
from registry_server.api.bounded_route import BoundedRoute
from registry_server.api.desk import At, By, Desk, publishing_limiter
from registry_server.api.models import About, Deprecation, Published, Why
from registry_server.auth.identity import Identity, Scope
from registry_server.catalog.publishing import Publication
from registry_server.catalog.withdrawing import (
    deprecate,
    set_quarantine,
    set_yanked,
    undeprecate,
)
from registry_server.database.records import Records
from registry_server.errors import NotFoundError, UnacceptableError
from registry_server.operations.request_bodies import spooled

routes = APIRouter(tags=["packages"], route_class=BoundedRoute)

_PART = {"pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "max_length": 64}
Publisher = Annotated[str, Path(**_PART)]
Name = Annotated[str, Path(**_PART)]
Version = Annotated[str, Path(max_length=256)]
Signatures = Annotated[str | None, Header(alias=SIGNATURES, max_length=32_768)]

PACKAGE = "/packages/{publisher}/{name}"
"""Where what concerns a package is."""

_ARCHIVE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _publisher(desk: At, by: By) -> Identity:
    """Who publishes; nobody sends an archive to hear only then that they may not."""
    desk.publishing.demand_allowed(by)
    return by


Publishes = Annotated[Identity, Depends(_publisher)]


@routes.put(
    "/packages",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": Published, "description": "It was published before, just so."}},
    openapi_extra=_ARCHIVE,
)
async def publish(
    request: Request, response: Response, desk: At, by: Publishes, signatures: Signatures = None
) -> Published:
    """Publish an archive; its manifest says which version of which package it is.

    The same content may be published again, which changes nothing: the status is 200 then. What
    the author signed of it comes in a header, as a JSON list of DSSE envelopes. Whether the token
    is good for publishing is asked before the archive is read.

    Where the server signs its index, the answer comes when the version stands in what is signed, so
    that whoever looks then sees it. If that takes longer than ten seconds, the version is published
    all the same, and is seen when it is signed.
    """
    envelopes = _envelopes(signatures)
    with await spooled(request, COMPRESSED_LIMIT) as body:
        done = await to_thread.run_sync(
            _publish, desk, body, envelopes, by, limiter=publishing_limiter()
        )
    await desk.signed()
    if done.already:
        response.status_code = HTTPStatus.OK
    return Published(line=done.line, already=done.already, claimed=done.claimed)


def _envelopes(text: str | None) -> tuple[Envelope, ...]:
    try:
        return read_envelopes(text) if text else ()
    except PackageError as error:
        raise UnacceptableError(f"These signatures are not accepted: {error}.") from error


def _publish(
    desk: Desk, body: IO[bytes], signatures: tuple[Envelope, ...], by: Identity
) -> Publication:
    return desk.publishing.publish(body.read(), by, desk.now(), signatures)


@routes.get(PACKAGE)
def about(desk: At, publisher: Publisher, name: Name) -> About:
    """Say what is to be known of a package."""
    with desk.store.database.reading() as records:
        return _about(records, f"{publisher}/{name}")


@routes.put(PACKAGE + "/versions/{version}/yanked")
def yank(
    desk: At, by: By, publisher: Publisher, name: Name, version: Version, why: Why
) -> IndexLine:
    """Yank a version: who has it keeps it, and nobody chooses it anew."""
    with desk.writing(by, publisher) as records:
        return set_yanked(
            records, by, f"{publisher}/{name}", version,
            yanked=True, reason=why.reason, now=desk.now(),
        )  # fmt: skip


@routes.delete(PACKAGE + "/versions/{version}/yanked")
def unyank(desk: At, by: By, publisher: Publisher, name: Name, version: Version) -> IndexLine:
    """Take back that a version was yanked."""
    with desk.writing(by, publisher) as records:
        return set_yanked(
            records, by, f"{publisher}/{name}", version, yanked=False, reason="", now=desk.now()
        )


@routes.put(PACKAGE + "/deprecated")
def deprecate_package(
    desk: At, by: By, publisher: Publisher, name: Name, said: Deprecation
) -> About:
    """Say that a package should not be chosen any more, and which one instead."""
    with desk.writing(by, publisher) as records:
        full = f"{publisher}/{name}"
        deprecate(records, by, full, said.reason, said.successor, desk.now())
        return _about(records, full)


@routes.delete(PACKAGE + "/deprecated")
def undeprecate_package(desk: At, by: By, publisher: Publisher, name: Name) -> About:
    """Take back that a package should not be chosen any more."""
    with desk.writing(by, publisher) as records:
        undeprecate(records, by, f"{publisher}/{name}", desk.now())
        return _about(records, f"{publisher}/{name}")


@routes.put(PACKAGE + "/quarantined", tags=["operators"])
def quarantine(desk: At, by: By, publisher: Publisher, name: Name, why: Why) -> About:
    """Keep everybody from a package."""
    return _quarantined(desk, by, publisher, name, why.reason)


@routes.delete(PACKAGE + "/quarantined", tags=["operators"])
def free(desk: At, by: By, publisher: Publisher, name: Name) -> About:
    """Set a package free again."""
    return _quarantined(desk, by, publisher, name, None)


def _quarantined(desk: At, by: Identity, publisher: str, name: str, reason: str | None) -> About:
    by.demand(Scope.OPERATE, f"{publisher}/{name}")
    with desk.writing(by, publisher) as records:
        set_quarantine(records, by.name, f"{publisher}/{name}", reason, desk.now())
        return _about(records, f"{publisher}/{name}")


def _about(records: Records, name: str) -> About:
    notices = records.packages.notices(name)
    if notices is None:
        raise NotFoundError(f"This registry has no package {name}.")
    return About.of(
        name,
        records.packages.lines(name),
        notices,
        owners=records.publishers.owners(name.partition("/")[0]),
        downloads=records.downloads.of(name),
    )
