"""Requests of an account's owner: to install, to upgrade, to go back, to take out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cpt.accounts.port import Account
from cpt.cli.asking import with_values
from cpt.cli.choosing import (
    Asked,
    choose,
    dependencies_of,
    precisely,
    read_asked,
    supply_for,
)
from cpt.cli.options import tell
from cpt.cli.places import find_registry, find_registry_if_named
from cpt.cli.setting import read_mapping, read_pairs
from cpt.errors import NotInstalledError
from cpt.installer.record.record import Record
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, Request, installing, uninstalling
from cpt.registries.supply import Supply
from package_format.kinds.model import Json
from package_format.notices import Notices, in_words
from package_format.parameter_values import from_environment
from package_format.versions import Range, Version


def install_request(
    account: Account,
    packages: Sequence[str],
    registry: str | None,
    set_: Sequence[str],
    values: str | None,
) -> Request:
    """Return the request to install packages."""
    record = read_record(account)
    asked, supply = _asked(record, packages, registry)
    chosen = choose(record, asked, supply, moving=())
    _mention_notices(record, chosen, supply)
    return _request(record, asked, chosen, given_values(set_, values))


def upgrade_request(
    account: Account,
    packages: Sequence[str],
    registry: str | None,
    set_: Sequence[str],
    values: str | None,
    precise: str | None = None,
) -> Request:
    """Return the request to move the named packages, or all that were asked for once."""
    record = read_record(account)
    if not packages and not record.packages:
        raise NotInstalledError("nothing is installed in this account", "cpt install PACKAGE")
    asked, supply = _asked(record, packages, registry)
    if precise is not None:
        asked = (precisely(record, asked, precise),)
    if not asked:
        asked = tuple(
            Asked(name, None) for name, package in record.packages.items() if package.asked
        )
    moving = dependencies_of(record, [one.name for one in asked if not one.precise])
    chosen = choose(record, asked, supply, moving=moving)
    for one in asked:
        _mention_newer(one, chosen, supply)
    _mention_notices(record, chosen, supply)
    return _request(record, asked, chosen, given_values(set_, values))


def uninstall_request(account: Account, packages: Sequence[str]) -> Request:
    """Return the request to take packages out of an account."""
    return uninstalling(read_record(account), packages, f"uninstall {' '.join(packages)}")


def _asked(
    record: Record, packages: Sequence[str], registry: str | None
) -> tuple[tuple[Asked, ...], Supply]:
    where = find_registry_if_named(registry)
    asked = read_asked(packages, where)
    if not asked or any(one.local is None for one in asked):
        where = find_registry(registry)
    return asked, supply_for(record, asked, where)


def given_values(set_: Sequence[str], values: str | None) -> dict[str, Json]:
    """Join a file of values with flags, which win; a package's name may head a mapping."""
    found: dict[str, Json] = {}
    for name, value in (read_mapping(Path(values)) if values else {}).items():
        if isinstance(value, dict):
            found |= {f"{name}:{key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    return {**found, **read_pairs(set_)}


def _request(
    record: Record,
    asked: Sequence[Asked],
    chosen: Sequence[Chosen],
    values: dict[str, Json],
) -> Request:
    names = [one.name for one in asked]
    given = with_values(chosen, names, (environment_values(chosen, names), values), record)
    by_name = {each.package.name: each for each in given}
    moves = " and ".join(_move(by_name[name], record) for name in names)
    verb = "upgrade" if all(name in record.packages for name in names) else "install"
    return installing(record, given, f"{verb} {moves}")


def environment_values(chosen: Sequence[Chosen], names: Sequence[str]) -> dict[str, Json]:
    """Return what ``CPT_SET_…`` gives each package that was asked for; files and flags win."""
    return {
        f"{each.package.name}:{parameter}": value
        for each in chosen
        if each.package.name in names
        for parameter, value in from_environment(
            each.package.manifest.parameters, os.environ
        ).items()
    }


def _move(each: Chosen, record: Record) -> str:
    """Return ``acme/x 1.0.0``, or ``acme/x 1.0.0 -> 2.0.0`` where it moves."""
    installed = record.packages.get(each.package.name)
    version = each.package.manifest.package.version
    if installed is None or installed.version == version:
        return f"{each.package.name} {version}"
    return f"{each.package.name} {installed.version} -> {version}"


def _mention_notices(record: Record, chosen: Sequence[Chosen], supply: Supply) -> None:
    """Tell what people should know of what comes in or moves."""
    coming = [
        each.package
        for each in chosen
        if (there := record.packages.get(each.package.name)) is None
        or there.version != each.package.manifest.package.version
    ]
    if not coming:
        return
    notices = supply.notices()
    for package in coming:
        for said in in_words(notices.get(package.name, Notices())):
            tell(f"note: {package.name} is {said}")


def _mention_newer(one: Asked, chosen: Sequence[Chosen], supply: Supply) -> None:
    """Tell about a newer version that the recorded range does not allow."""
    if one.range is not None:
        return
    at = next(c.package.manifest.version for c in chosen if c.package.name == one.name)
    newer = [
        version
        for line in supply.index(one.name)
        if line.status == "active"
        and (version := Version.parse(line.version)) > at
        and Range.parse("*").allows(version)
    ]
    if newer:
        newest = max(newer)
        tell(f"note: {one.name} {newest} exists; cpt upgrade {one.name}@^{newest} moves to it")
