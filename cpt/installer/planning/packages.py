"""Packages: how each package of an account moves in a plan."""

from __future__ import annotations

from collections.abc import Mapping

from cpt.installer.plan import PackageStep
from cpt.installer.record.record import InstalledPackage, Record
from cpt.installer.request import Request
from cpt.installer.words import listed


def package_steps(request: Request, record: Record) -> tuple[PackageStep, ...]:
    """Return a step for each package that comes, goes or changes in any way."""
    table = request.table(record)
    steps = []
    for name in sorted({*record.packages, *table}):
        old, new = record.packages.get(name), table.get(name)
        if old != new:
            steps.append(
                PackageStep(
                    name,
                    old.version if old else None,
                    new.version if new else None,
                    new.digest if new else None,
                    _why(name, old, new, request, table),
                    *request.signed.get(name, ("", False)),
                )
            )
    return tuple(steps)


def _why(
    name: str,
    old: InstalledPackage | None,
    new: InstalledPackage | None,
    request: Request,
    table: Mapping[str, InstalledPackage],
) -> str:
    if request.why and name in {*request.packages, *request.leaving}:
        return request.why
    if new is None:
        if name in request.unasked:
            return "no longer asked for"
        return "taken out" if name in request.leaving else "no longer needed"
    if old is not None and old.version == new.version:
        return _what_else(old, new)
    if new.asked is not None:
        return "asked for"
    return f"needed by {listed(other for other, p in table.items() if name in p.dependencies)}"


def _what_else(old: InstalledPackage, new: InstalledPackage) -> str:
    """Say what changes about a package that stays at its version."""
    if old.digest != new.digest:
        return "other content under the same version"
    if old.parameters != new.parameters:
        changed = sorted(
            key
            for key in {*old.parameters, *new.parameters}
            if old.parameters.get(key) != new.parameters.get(key)
        )
        return f"new values for {listed(changed)}"
    if old.asked == new.asked:
        return f"asked for by stack {new.stack}" if new.stack else "asked for by hand"
    return f"asked for as {new.asked}" if new.asked else "no longer asked for"
