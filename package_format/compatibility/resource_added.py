"""The rule that a new resource is something new."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.table import KINDS
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for resource in versions.appeared:
        yield str(resource.address), f"this {KINDS[resource.kind].title} is new", None


RULE = Rule(
    "resource-added",
    Bump.MINOR,
    "there is a new resource",
    """\
The package brings something that it did not bring before.""",
    _find,
)
