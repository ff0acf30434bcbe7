"""Resolving: what a reference names, in the package itself or in one of its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from package_format.checks.rule import Subject, once
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Path, references
from package_format.package import Package
from package_format.references import Address, InvalidReferenceError, Reference


class Outcome(Enum):
    """What became of resolving a reference."""

    FOUND = auto()
    INVALID = auto()
    MISSING = auto()
    NO_DEPENDENCY = auto()
    AMBIGUOUS = auto()
    NOT_EXPORTED = auto()
    NOT_AT_HAND = auto()


class Resolved(NamedTuple):
    """A reference, where it stands, and what became of resolving it.

    Attributes:
        address: Of the resource or scenario in which it stands.
        path: Where in that.
        kind: What it names.
        text: The reference as written.
        outcome: What became of resolving it.
        package: The package that it names something in, when that is at hand.
    """

    address: Address
    path: Path
    kind: str
    text: str
    outcome: Outcome
    package: Package | None = None


@once
def resolved(subject: Subject) -> Iterator[Resolved]:
    """Yield every reference of a package."""
    for address, path, kind, text in _references(subject):
        outcome, package = resolve(subject, kind, text)
        yield Resolved(address, path, kind, text, outcome, package)


def _references(subject: Subject) -> Iterator[tuple[Address, Path, str, str]]:
    for address, resource in subject.package.resources.items():
        for found in resource.references:
            yield address, *found
    for torn in subject.unread.torn:
        for found in torn.references:
            yield torn.address, *found
    for address, scenario in subject.scenarios:
        for path, kind, text in references(scenario):
            if not scenario.is_of_older(path):
                yield address, path, kind, text


def resolve(subject: Subject, kind: str, text: str) -> tuple[Outcome, Package | None]:
    """Say what a reference names, and in which package."""
    known = _known(subject)[0]
    if (kind, text) not in known:
        known[kind, text] = _resolve(subject, kind, text)
    return known[kind, text]


@once
def _known(
    subject: Subject,  # noqa: ARG001  each has its own
) -> Iterator[dict[tuple[str, str], tuple[Outcome, Package | None]]]:
    """What became of the references that were resolved, as many stand more than once."""
    yield {}


def _resolve(subject: Subject, kind: str, text: str) -> tuple[Outcome, Package | None]:
    own = subject.package
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError:
        return Outcome.INVALID, own
    if not reference.alias:
        built_in = kind == "field" and reference.key in BUILT_IN
        there = built_in or Address("", kind, reference.key) in own.resources
        return Outcome.FOUND if there else Outcome.MISSING, own
    names = named(own, reference.alias)
    if len(names) != 1:
        return Outcome.AMBIGUOUS if names else Outcome.NO_DEPENDENCY, None
    package = subject.dependencies.get(names[0])
    if package is None:
        return Outcome.NOT_AT_HAND, None
    address = Address("", kind, reference.key)
    if address not in package.resources:
        return Outcome.MISSING, package
    exported = str(address) in package.manifest.package.exports
    return Outcome.FOUND if exported else Outcome.NOT_EXPORTED, package


def named(package: Package, alias: str) -> tuple[str, ...]:
    """Return the dependencies that an alias names: a full name, or the part after the slash."""
    return tuple(
        name for name in package.manifest.dependencies if alias in (name, name.partition("/")[2])
    )
