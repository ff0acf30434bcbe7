"""Comparison: what lies between two versions of a package, as somebody who has one would ask.

Which changes weigh how much is said by `package_format.compatibility`; here are its findings in the
words of people, and the resources side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from package_format.compatibility import compare
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Versions
from package_format.compatibility.wording import differing
from package_format.kinds.model import Json, Path
from package_format.kinds.table import KINDS
from package_format.messages.parts import text_of
from package_format.package import Package, Resource
from package_format.placeholders import in_brackets
from package_format.references import Address, InvalidReferenceError
from package_format.versions import Bump
from registry_server.catalog.sides import Row, side_by_side

_TEXTS_LIMIT = 1_000_000


class Fate(StrEnum):
    """What became of a resource."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


@dataclass(frozen=True)
class Said:
    """One thing that changed.

    Attributes:
        bump: What it demands.
        about: What it is about, as people know it; empty for the package as a whole.
        message: One sentence.
        waived: The author's reason why it does no harm, if they gave one.
    """

    bump: Bump
    about: str
    message: str
    waived: str | None = None


@dataclass(frozen=True)
class FieldChange:
    """A field of a resource that differs.

    Attributes:
        name: The field's name.
        rows: Both values side by side.
    """

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Change:
    """A resource that is not the same in both versions.

    Attributes:
        kind: Its kind.
        kind_title: Its kind as people call it.
        fate: What became of it.
        label: What people know it by.
        key: Its key.
        was: Its former key, if it has another one.
        fields: What differs, if both versions have it; of a campaign nothing, for it is drawn.
    """

    kind: str
    kind_title: str
    fate: Fate
    label: str
    key: str
    was: str | None = None
    fields: tuple[FieldChange, ...] = field(default=())


@dataclass(frozen=True)
class Between:
    """What lies between two versions.

    Attributes:
        demanded: The least bump that the newer one has to be.
        said: What changed, the weightiest first.
        changes: The resources that are not the same, campaigns first.
    """

    demanded: Bump
    said: tuple[Said, ...]
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> tuple[Said, ...]:
        """What could make somebody lose something, and was not waived."""
        return tuple(one for one in self.said if one.bump is Bump.MAJOR)


def what_breaks(old: Package, new: Package) -> tuple[Said, ...]:
    """Return what somebody who has the old version could lose."""
    return tuple(one for one in _said(old, new)[1] if one.bump is Bump.MAJOR)


def between(old: Package, new: Package) -> Between:
    """Return what lies between two versions of a package."""
    demanded, said = _said(old, new)
    versions = Versions(old, new)
    kinds = list(KINDS)
    changes = sorted(_changes(versions), key=lambda one: (-kinds.index(one.kind), one.key))
    return Between(demanded, said, tuple(_within(changes)))


def _said(old: Package, new: Package) -> tuple[Bump, tuple[Said, ...]]:
    comparison = compare(old, new)
    said = [
        Said(finding.demands, _about(finding.address, old, new), finding.message, finding.waived)
        for finding in comparison.findings
    ]
    return comparison.demanded, tuple(sorted(said, key=lambda one: -one.bump))


def _about(address: str, old: Package, new: Package) -> str:
    """What an address is about: ``email “Tomorrow we start”``, and the node and step if any."""
    try:
        read = Address.parse(address)
    except InvalidReferenceError:
        return address
    resource = old.resources.get(read.resource) or new.resources.get(read.resource)
    if resource is None:
        return f"{read.kind} {read.key}"
    inner = f", {' / '.join(read.inner)}" if read.inner else ""
    return f"{KINDS[read.kind].title} “{in_brackets(resource.label)}”{inner}"


def _changes(versions: Versions) -> Iterator[Change]:
    for resource in versions.removed:
        yield _change(resource, Fate.REMOVED)
    for resource in versions.appeared:
        yield _change(resource, Fate.ADDED)
    for old, new in versions.pairs:
        fields = tuple(_fields(versions, old, new))
        was = old.key if old.key != new.key else None
        if fields or was:
            fate = Fate.CHANGED if fields else Fate.RENAMED
            yield _change(new, fate, was, () if new.kind == "campaign" else fields)


def _change(
    resource: Resource, fate: Fate, was: str | None = None, fields: tuple[FieldChange, ...] = ()
) -> Change:
    title = KINDS[resource.kind].title
    return Change(resource.kind, title, fate, resource.label, resource.key, was, fields)


def _fields(versions: Versions, old: Resource, new: Resource) -> Iterator[FieldChange]:
    before, after = old_data(versions, old), new_data(versions, new)
    for path in differing(before, after):
        one, other = _text(_value(before, path)), _text(_value(after, path))
        if path == ("body",):
            one, other = _read(one, other)
        yield FieldChange(_name(path), side_by_side(in_brackets(one), in_brackets(other)))


def _read(before: str, after: str) -> tuple[str, str]:
    """Two messages as one reads them; as they are written where they read the same."""
    one, other = text_of(before), text_of(after)
    return (before, after) if one == other else (one, other)


def _name(path: Path) -> str:
    return " ".join(
        str(part + 1) if isinstance(part, int) else part.replace("_", " ").replace("-", " ")
        for part in path
    )


def _value(data: Json, path: Path) -> Json:
    for part in path:
        data = data.get(str(part)) if isinstance(data, dict) else data[part]
    return data


def _text(value: Json) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case [*items] if all(isinstance(item, str) for item in items):
            return "\n".join(items)
        case _:
            return json.dumps(value, ensure_ascii=False, indent=1)


def _within(changes: list[Change]) -> Iterator[Change]:
    """Leave out what differs, but not that it does, where it is too much for one page."""
    left = _TEXTS_LIMIT
    for change in changes:
        left -= sum(
            len(piece.text)
            for field_ in change.fields
            for row in field_.rows
            for side in (row.before, row.after)
            for piece in side or ()
        )
        yield (
            change
            if left >= 0
            else Change(
                change.kind, change.kind_title, change.fate, change.label, change.key, change.was
            )
        )
