"""What whoever runs a registry does on the machine that has it, without asking the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from package_format.errors import VersionTakenError
from package_format.index import IndexLine, appended
from registry_server.auth.identity import Scope
from registry_server.auth.issuers import demand_address
from registry_server.auth.tokens import make_token
from registry_server.catalog.description import Description, describe
from registry_server.database.actions import Action
from registry_server.database.database import ARCHIVES
from registry_server.database.log import Collections
from registry_server.database.publishers import Standing
from registry_server.database.quotas import EVERYBODY
from registry_server.database.records import Records
from registry_server.errors import (
    ConflictError,
    DamagedTreeError,
    NotFoundError,
    UnacceptableError,
)
from registry_server.store import Store
from registry_server.trees.tree import Tree

OPERATOR = "operator"
"""The name under which the log has what is done on the machine itself."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME_LIMIT = 64
_LOGIN_DAYS = 90


def welcome(store: Store, name: str, *, operator: bool, now: str) -> str:
    """Make somebody known, if they are not, and return a token to log in with.

    Args:
        store: The registry's store.
        name: The name by which others shall know them.
        operator: Whether they run the registry.
        now: The present moment.

    Raises:
        ConflictError: They are known, but not as an operator.
        UnacceptableError: Nobody can be called so.
    """
    if not _is_name(name) or name == OPERATOR:
        raise UnacceptableError(
            f"Nobody can be called {name!r} here: names have lower-case letters, digits and single "
            "hyphens."
        )
    with store.database.writing("people", f"tokens of {name}") as records:
        person = records.people.find(name)
        if person is None:
            person = records.people.add(name, operator=operator, joined=now)
            details = {"operator": "yes"} if operator else {}
            records.log.add(now, OPERATOR, Action.WELCOMED, name, **details)
        elif operator and not person.operator:
            raise ConflictError(f"{name} is known already, and not as an operator.")
        scopes = set(Scope) if person.operator else set(Scope) - {Scope.OPERATE}
        return make_token(
            records, person, name="login", scopes=scopes, package=None, days=_LOGIN_DAYS, now=now
        ).secret


def _is_name(text: str) -> bool:
    return len(text) <= _NAME_LIMIT and _NAME.fullmatch(text) is not None


def allow(
    store: Store,
    publisher: str,
    now: str,
    *,
    packages: int | None = None,
    bytes_: int | None = None,
    versions: int | None = None,
) -> None:
    """Say how much a publisher may have, or `EVERYBODY` of whom nothing else is said.

    Args:
        store: The registry's store.
        publisher: Its name.
        now: The present moment.
        packages: How many packages; 0 for any number, None to leave it as it is.
        bytes_: How many bytes of archives, likewise.
        versions: How many versions it may publish in a day, likewise.

    Raises:
        NotFoundError: There is no such publisher.
    """
    said = {"packages": packages, "bytes": bytes_, "versions": versions}
    with store.database.writing(publisher or "everybody") as records:
        demand_publisher(records, publisher)
        records.quotas.allow(publisher, packages=packages, bytes_=bytes_, versions=versions)
        records.log.add(
            now,
            OPERATOR,
            Action.SET_A_QUOTA,
            publisher or "registry",
            **{name: str(value) for name, value in said.items() if value is not None},
        )


def demand_publisher(records: Records, name: str) -> None:
    """Do nothing if there is such a publisher, or if `EVERYBODY` is meant.

    Raises:
        NotFoundError: There is none.
    """
    if name != EVERYBODY and records.publishers.find(name) is None:
        raise NotFoundError(f"This registry has no publisher {name!r}.")


def add_issuer(store: Store, address: str, now: str) -> None:
    """Let an issuer of OpenID Connect tokens vouch for workflows.

    Args:
        store: The registry's store.
        address: The issuer, to the letter as it calls itself in its tokens.
        now: The present moment.

    Raises:
        ConflictError: It may already.
        UnacceptableError: It is no address of an issuer.
    """
    demand_address(address)
    with store.database.writing("issuers") as records:
        if address in records.workflows.issuers():
            raise ConflictError(f"{address} is an issuer here already.")
        records.workflows.add_issuer(address, now)
        records.log.add(now, OPERATOR, Action.ADDED_AN_ISSUER, "registry", issuer=address)


def remove_issuer(store: Store, address: str, now: str) -> None:
    """Let an issuer vouch for nothing any more; its workflows publish no more.

    Raises:
        NotFoundError: It is none here.
    """
    with store.database.writing("issuers") as records:
        if not records.workflows.remove_issuer(address):
            raise NotFoundError(f"{address} is no issuer here.")
        records.log.add(now, OPERATOR, Action.REMOVED_AN_ISSUER, "registry", issuer=address)


@dataclass(frozen=True)
class Imported:
    """What an import brought.

    Attributes:
        packages: How many packages.
        versions: How many versions of them are new here.
    """

    packages: int
    versions: int


def import_tree(
    store: Store,
    tree: Tree,
    owner: str,
    now: str,
    begun: Callable[[int, int], None] = lambda _place, _of: None,
) -> Imported:
    """Bring everything of another tree into a store, line by line as it is there.

    What is there already, with the same content, stays; so that an import that was interrupted can
    be run again.

    Args:
        store: The registry's store.
        tree: The other tree.
        owner: Who shall own the publishers that are not known yet.
        now: The present moment.
        begun: Told of each package that is begun: which it is, from 1, and of how many.

    Raises:
        ConflictError: A version is there with another content.
        DamagedTreeError: The other tree is damaged.
        NotFoundError: Nobody is called like the owner.
    """
    names, versions = tree.names(), 0
    for place, name in enumerate(names, 1):
        begun(place, len(names))
        with store.database.reading() as records:
            collections = records.log.collections()
        described: list[tuple[IndexLine, Description]] = []
        for line in tree.lines(name):
            described.append((line, describe(tree.package_of(line))))  # it is what the line says
            data = tree.archive(line.digest)
            if len(data) != line.size:
                raise DamagedTreeError(
                    f"The archive of {name} {line.version} has {len(data):,} bytes, and the index "
                    f"says {line.size:,}."
                )
            store.blobs.add(line.digest, data)
        versions += _import_lines(store, tree, described, collections, owner, now)
    return Imported(len(names), versions)


def _import_lines(
    store: Store,
    tree: Tree,
    described: Sequence[tuple[IndexLine, Description]],
    collections: Collections,
    owner: str,
    now: str,
) -> int:
    name = described[0][0].name
    publisher = name.partition("/")[0]
    with store.database.writing("names", publisher, sharing=ARCHIVES) as records:
        may_be_gone = records.log.collections().may_have_taken(collections)
        person = records.people.find(owner)
        if person is None:
            raise NotFoundError(f"Nobody here is called {owner}: welcome them first.")
        if records.publishers.find(publisher) is None:
            made = records.publishers.claim(publisher, Standing.ACTIVE, now)
            records.publishers.add_owner(made, person, now)
            records.log.add(now, OPERATOR, Action.CLAIMED, publisher, owner=owner)
        new = 0
        for line, description in described:
            try:
                merged = appended(records.packages.lines(name), line)
            except VersionTakenError as error:
                raise ConflictError(f"{name} cannot be imported: {error}.") from error
            if merged.already_published:
                continue
            new += 1
            if may_be_gone and not store.blobs.has(line.digest):
                store.blobs.add(line.digest, tree.archive(line.digest))
            records.listings.describe(records.packages.add(line), line, description)
            records.quotas.count(publisher, line.size, None)
            records.log.add(
                now, OPERATOR, Action.IMPORTED, name, version=line.version, digest=line.digest
            )
    return new
