"""Choosing packages for an account: what is asked for, what is installed, and what fits both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cpt.cli.packages import is_local, local_package, parse_request
from cpt.cli.progress import working
from cpt.cli.signatures import said_of_signatures
from cpt.errors import NoSuchVersionError, NotInstalledError, UsageError
from cpt.installer.record.record import Record
from cpt.installer.request import Chosen
from cpt.registries.port import Registry
from cpt.registries.supply import NEVER, Local, Supply
from cpt.resolver.solve import solve
from package_format.index import IndexLine
from package_format.versions import InvalidVersionError, Range, Version


@dataclass(frozen=True)
class Asked:
    """One package as somebody asked for it.

    Attributes:
        name: ``publisher/name``.
        range: What they asked for; None where they named only the package.
        local: The package from disk, if they named a folder or a file.
        precise: Whether the range is one version for now, and not what the account remembers.
    """

    name: str
    range: Range | None
    local: Local | None = None
    precise: bool = False


def read_asked(texts: Sequence[str], registry: Registry | None) -> tuple[Asked, ...]:
    """Read the packages of a command line: names with ranges, folders and files.

    Raises:
        UsageError: One names no package, or two name the same.
    """
    found: list[Asked] = []
    locals_: list[Local] = []
    for text in texts:
        if is_local(text):
            local = local_package(text, Supply(registry, locals_))
            locals_.append(local)
            exactly = Range.parse(local.line.version)
            found.append(Asked(local.package.name, exactly, local))
        else:
            found.append(Asked(*parse_request(text)))
    names = [asked.name for asked in found]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UsageError(f"{twice[0]} is named twice")
    return tuple(found)


def precisely(record: Record, asked: Sequence[Asked], version: str) -> Asked:
    """Return what is asked for with ``--precise``.

    Raises:
        UsageError: Not just one installed package is named, without a range; or the version is
            none, or outside of the range that was asked for once.
        NotInstalledError: It is not installed.
    """
    if len(asked) != 1 or asked[0].range is not None:
        raise UsageError(
            "--precise moves one package, named without a range",
            f"cpt upgrade PACKAGE --precise {version}",
        )
    name = asked[0].name
    dependencies_of(record, [name])
    try:
        wanted = Version.parse(version)
    except InvalidVersionError as error:
        raise UsageError(str(error)) from error
    range_ = _recorded(record).get(name)
    if range_ is not None and not range_.allows(wanted):
        raise UsageError(
            f"{name} {version} is outside of {range_.text}, the range that you asked for",
            f"cpt upgrade {name}@{version} asks for another one",
        )
    return Asked(name, Range.parse(str(wanted)), precise=True)


def supply_for(record: Record, asked: Iterable[Asked], registry: Registry | None) -> Supply:
    """Return where packages come from: the registry, what was named on disk, what is installed."""
    installed = [
        IndexLine(
            name=name,
            version=package.version,
            digest=package.digest,
            size=0,
            dependencies=package.dependencies,
            summary=name,
            published=NEVER,
        )
        for name, package in record.packages.items()
    ]
    return Supply(registry, [a.local for a in asked if a.local is not None], installed)


def choose(
    record: Record,
    asked: Sequence[Asked],
    supply: Supply,
    *,
    moving: Iterable[str] = (),
    preferred: Mapping[str, Version] | None = None,
    locked: Collection[str] = (),
) -> tuple[Chosen, ...]:
    """Choose a version of everything in play.

    Args:
        record: What the account has.
        asked: What is asked for.
        supply: Where packages come from.
        moving: The installed packages that may move to newer versions; others stay if they can.
        preferred: The versions to stay at; by default, what is installed and is not moving.
        locked: The digests of what a lock file says, which is agreed to, whoever signed it.

    Raises:
        UnknownPackageError: Nothing has a name that was asked for.
        NoSuchVersionError: No version fits what was asked for.
        UnresolvableError: What is asked for and what is installed contradict each other.
    """
    recorded = _recorded(record)
    if preferred is None:
        preferred = _staying(record, {*moving, *(a.name for a in asked if a.range is not None)})
    with working("choosing versions"):
        lines = fitting(record, asked, supply, preferred=preferred)
    in_play = _in_play(record, lines, {a.name for a in asked})
    coming = [lines[name] for name in sorted(in_play)]
    signed = said_of_signatures(
        [line for line in coming if supply.is_from_registry(line)],
        {name: package.digest for name, package in record.packages.items()},
        supply.index,
        delegations=supply.delegations(),
        locked=locked,
    )
    supply.prepare(coming)
    return tuple(
        Chosen(
            supply.package(line),
            line.digest,
            _range_to_record(line.name, line.version, asked, recorded),
            signed=signed[line.name].by if line.name in signed else "",
            is_odd=line.name in signed and signed[line.name].is_odd and line.digest not in locked,
        )
        for line in coming
    )


def fitting(
    record: Record, asked: Sequence[Asked], supply: Supply, *, preferred: Mapping[str, Version]
) -> Mapping[str, IndexLine]:
    """Choose a version of everything, as index lines; nothing is fetched.

    Args and Raises: As of `choose`.
    """
    recorded = _recorded(record)
    wanted = {a.name: a.range or recorded.get(a.name) or Range.parse("*") for a in asked}
    try:
        return solve(
            {**recorded, **wanted},
            supply.index,
            preferred,
            supply.names,
            installed=recorded.keys() - wanted.keys(),
        )
    except NoSuchVersionError as error:
        supply.say_why(error)
        raise


def _staying(record: Record, moving: Collection[str]) -> dict[str, Version]:
    """The installed versions of what is not moving."""
    return {
        name: Version.parse(package.version)
        for name, package in record.packages.items()
        if name not in moving
    }


def _recorded(record: Record) -> dict[str, Range]:
    """The ranges that were asked for, by package."""
    return {
        name: Range.parse(package.asked)
        for name, package in record.packages.items()
        if package.asked is not None
    }


def _in_play(record: Record, lines: Mapping[str, IndexLine], asked: set[str]) -> set[str]:
    """What was asked for or changes, with all that it depends on."""
    changed = {
        name
        for name, line in lines.items()
        if name not in record.packages or record.packages[name].digest != line.digest
    }
    found = (asked | changed) & set(lines)
    pending = list(found)
    while pending:
        new = set(lines[pending.pop()].dependencies) - found
        found |= new
        pending += new
    return found


def _range_to_record(
    name: str, version: str, asked: Sequence[Asked], recorded: Mapping[str, Range]
) -> str | None:
    """The range that the account is to remember anew; None leaves what it remembers."""
    for one in asked:
        if one.name == name and one.precise:
            return None
        if one.name == name and (one.local is not None or one.range is None):
            stays = name in recorded and recorded[name].allows(Version.parse(version))
            return None if stays else f"^{version}"
        if one.name == name and one.range is not None:
            return one.range.text
    return None


def dependencies_of(record: Record, names: Iterable[str]) -> set[str]:
    """Return installed packages and everything installed that they depend on.

    Raises:
        NotInstalledError: One of them is not installed.
    """
    found = set(names)
    for name in found:
        if name not in record.packages:
            there = ", ".join(record.packages) or "nothing"
            raise NotInstalledError(
                f"{name} is not installed", f"installed is {there}", f"cpt install {name}"
            )
    pending = list(found)
    while pending:
        new = set(record.packages[pending.pop()].dependencies) - found
        new &= set(record.packages)
        found |= new
        pending += new
    return found
