"""The rule that another set of dependencies is something new."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    old, new = versions.old.manifest.dependencies, versions.new.manifest.dependencies
    for name in sorted({*old, *new}):
        if name not in new:
            yield name, "it is needed no longer", None
        elif name not in old:
            yield name, f"it is needed now, at {new[name]}", None
        elif old[name] != new[name]:
            yield name, f"it was needed at {old[name]}, and is at {new[name]}", None


RULE = Rule(
    "dependency-changed",
    Bump.MINOR,
    "the package depends on something else",
    """\
An upgrade brings other packages along, or other versions of them.""",
    _find,
)
