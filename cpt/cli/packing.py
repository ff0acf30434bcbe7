"""What an archive holds, and what was left out of it, said to whoever built it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cpt.cli.views.words import counted
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package

_SHOWN = 5


def packed(
    package: Package, members: Mapping[str, bytes], left_out: Sequence[str]
) -> Iterator[str]:
    """Say what is packed and how big it is, a line each.

    Args:
        package: What is packed.
        members: The same as `package_format.canonical.package_data` has it.
        left_out: The files that ``.cptignore`` names.
    """
    kinds = Counter(resource.kind for resource in package.resources.values())
    parts = [counted(number, KINDS[kind].title) for kind, number in kinds.items()]
    parts += [counted(len(package.scenarios), "scenario")] if package.scenarios else []
    parts += [counted(len(package.documents), "document")] if package.documents else []
    yield f"packed {', '.join(parts)}: {counted(_size(members), 'byte')} before compression"
    if left_out:
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        yield f"left out, as .cptignore says: {', '.join(left_out[:_SHOWN])}{more}"


def packed_data(members: Mapping[str, bytes], left_out: Sequence[str]) -> dict[str, Json]:
    """Return the same as JSON values."""
    return {
        "members": {name: len(content) for name, content in members.items()},
        "content_size": _size(members),
        "left_out": list(left_out),
    }


def _size(members: Mapping[str, bytes]) -> int:
    return sum(map(len, members.values()))
