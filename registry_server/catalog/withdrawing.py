"""Withdrawing: yanking a version, deprecating a package, and keeping everybody from one.

What is so already is left as it is, and nothing is written into the log.
"""

from __future__ import annotations

from dataclasses import replace

from package_format.index import IndexLine, Status
from package_format.notices import Notices
from registry_server.auth.identity import Identity, Scope
from registry_server.catalog.owning import demand_owner
from registry_server.database.actions import Action
from registry_server.database.records import Records
from registry_server.errors import NotFoundError, UnacceptableError


def set_yanked(
    records: Records, by: Identity, name: str, version: str, *, yanked: bool, reason: str, now: str
) -> IndexLine:
    """Yank a version, so that it is not chosen anew, or take that back.

    Args:
        records: What there is.
        by: Who does it.
        name: The package.
        version: The version.
        yanked: Whether it shall be.
        reason: Why, for the log.
        now: The present moment.

    Returns:
        IndexLine: The version's line as it is now.

    Raises:
        NotAllowedError: They may not.
        NotFoundError: There is no such version.
    """
    by.demand(Scope.YANK, name)
    line = next((x for x in records.packages.lines(name) if x.version == version), None)
    if line is None:
        raise NotFoundError(f"{name} has no version {version}.")
    demand_owner(records, by, name.partition("/")[0])
    status = Status.YANKED if yanked else Status.ACTIVE
    if records.packages.set_status(name, version, status):
        records.listings.refresh(name)
        action = Action.YANKED if yanked else Action.UNYANKED
        records.log.add(now, by.name, action, name, version=version, reason=reason)
    return next(x for x in records.packages.lines(name) if x.version == version)


def deprecate(
    records: Records, by: Identity, name: str, reason: str, successor: str | None, now: str
) -> Notices:
    """Say that a package should not be chosen any more, and which one instead.

    Raises:
        NotAllowedError: They may not.
        NotFoundError: There is no such package.
        UnacceptableError: There is no such successor, or it is the package itself.
    """
    by.demand(Scope.YANK, name)
    notices = _notices(records, name)
    demand_owner(records, by, name.partition("/")[0])
    if successor == name:
        raise UnacceptableError(f"{name} cannot be its own successor.")
    if successor and records.packages.notices(successor) is None:
        raise UnacceptableError(
            f"{successor} cannot be the successor: this registry has no such package."
        )
    said = replace(notices, deprecated=reason, successor=successor)
    if _is_new(records, name, notices, said):
        records.log.add(
            now, by.name, Action.DEPRECATED, name, reason=reason, successor=successor or ""
        )
    return said


def undeprecate(records: Records, by: Identity, name: str, now: str) -> Notices:
    """Take back that a package should not be chosen any more.

    Raises:
        NotAllowedError: They may not.
        NotFoundError: There is no such package.
    """
    by.demand(Scope.YANK, name)
    notices = _notices(records, name)
    demand_owner(records, by, name.partition("/")[0])
    said = replace(notices, deprecated=None, successor=None)
    if _is_new(records, name, notices, said):
        records.log.add(now, by.name, Action.UNDEPRECATED, name)
    return said


def set_quarantine(records: Records, by: str, name: str, reason: str | None, now: str) -> Notices:
    """Keep everybody from a package, as an operator, or set it free again.

    Args:
        records: What there is.
        by: The operator.
        name: The package.
        reason: Why; None sets it free.
        now: The present moment.

    Raises:
        NotFoundError: There is no such package.
    """
    notices = _notices(records, name)
    said = replace(notices, quarantined=reason)
    if _is_new(records, name, notices, said):
        action = Action.QUARANTINED if reason is not None else Action.FREED
        records.log.add(now, by, action, name, reason=reason or "")
    return said


def _is_new(records: Records, name: str, before: Notices, said: Notices) -> bool:
    """Say what people should know of a package, if it is something else than before."""
    if said == before:
        return False
    records.packages.set_notices(name, said)
    records.listings.refresh(name)
    return True


def _notices(records: Records, name: str) -> Notices:
    notices = records.packages.notices(name)
    if notices is None:
        raise NotFoundError(f"This registry has no package {name}.")
    return notices
