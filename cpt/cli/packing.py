"""What an archive holds, and what was left out of it, said to whoever built it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cpt.cli.views.words import counted
from package_format.canonical import package_data
from package_format.folder import load_package
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package

_SHOWN = 5


def packed(root: Path, package: Package) -> Iterator[str]:
    """Say what is packed and how big it is, a line each."""
    kinds = Counter(resource.kind for resource in package.resources.values())
    parts = [counted(number, KINDS[kind].title) for kind, number in kinds.items()]
    parts += [counted(len(package.scenarios), "scenario")] if package.scenarios else []
    parts += [counted(len(package.documents), "document")] if package.documents else []
    yield f"packed {', '.join(parts)}: {counted(_content(package), 'byte')} before compression"
    left_out = load_package(root).left_out
    if left_out:
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        yield f"left out, as .cptignore says: {', '.join(left_out[:_SHOWN])}{more}"


def packed_data(root: Path, package: Package) -> dict[str, Json]:
    """Return the same as JSON values."""
    return {
        "members": {name: len(content) for name, content in package_data(package).items()},
        "content_size": _content(package),
        "left_out": list(load_package(root).left_out),
    }


def _content(package: Package) -> int:
    return sum(len(content) for content in package_data(package).values())
