"""The rule that what an upgrade entry leads to is there, or led on by a later entry."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Join, Sequence
from package_format.checks.existing import exists
from package_format.checks.rule import UPGRADES, Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import Path
from package_format.package import Package
from package_format.references import Address
from package_format.templates import meant
from package_format.upgrades.entries import ContinueAt, Entry, Moved, Removed, carry
from package_format.upgrades.terms import Added, Changed


def _find(subject: Subject) -> Iterator[Finding]:
    entries = subject.package.upgrades
    for index, entry in enumerate(entries):
        aim = _aim(entry)
        if aim is None:
            continue
        target, path = aim
        if not target.package and subject.unread.has(target.kind, target.key):
            continue
        message = _problem(subject, entry, target, entries[index + 1 :])
        if message is not None:
            close = meant(str(target), _addresses(subject.package))
            yield Finding(message, subject.span(UPGRADES, (index, *path)), close)


def _aim(entry: Entry) -> tuple[Address, Path] | None:
    match entry:
        case Moved(target=target):
            return target, ("to",)
        case Removed(contacts=ContinueAt(target)):
            return target, ("contacts", "continue-at")
        case Removed():
            return None
        case Added(step):
            return step, ("added",)
        case Changed(step):
            return step, ("changed",)


def _problem(
    subject: Subject, entry: Entry, target: Address, later: tuple[Entry, ...]
) -> str | None:
    package = subject.package
    if target.package:
        if target.package not in package.manifest.dependencies:
            return f"{target.package} is not a dependency of this package"
        supplied = subject.dependencies.get(target.package)
        local = Address("", target.kind, target.key, target.inner)
        if supplied is not None and not exists(supplied, local):
            return f"there is no {local} in {supplied}"
        return None
    carried = carry(target, later)
    if not isinstance(carried, Address) or carried.package:
        return None
    if not exists(package, carried):
        return f"there is no {carried} in this version, and no later entry says what became of it"
    if isinstance(entry, Moved) or len(carried.inner) > 1:
        return None
    node = package.resources[carried.resource].flow.nodes[carried.inner[0]]
    if not isinstance(node, Sequence | Join):
        return f"contacts cannot stand at the {node.sort} {carried.inner[0]}"
    return None


def _addresses(package: Package) -> Iterator[str]:
    """Yield the address of everything that an entry may lead to."""
    for address, resource in package.resources.items():
        yield str(address)
        if address.kind == "campaign":
            for key, node in resource.flow.nodes.items():
                yield f"{address}.{key}"
                if isinstance(node, Sequence):
                    yield from (f"{address}.{key}.{step.key}" for step in node.steps)


RULE = Rule(
    "unknown-upgrade-target",
    Severity.ERROR,
    "an upgrade entry leads to nothing",
    """\
An entry of `upgrades.yaml` says where something, or the contacts in it, went, or which step was
added or changed. What it names must be in the version that adds the entry. When that is moved or
removed later, a later entry says so; the old entry stays as it is. Contacts can go on at a step, a
sequence (its first step) or a join, of this campaign or of another one.""",
    _find,
)
