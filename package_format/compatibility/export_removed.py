"""The rule that what others may refer to stays."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    new = versions.new.manifest.package.exports
    for text in versions.old.manifest.package.exports:
        if text not in new:
            yield text, "other packages may refer to it, and it is exported no longer", None


RULE = Rule(
    "export-removed",
    Bump.MAJOR,
    "an export is gone",
    """\
What a package exports, other packages refer to by its address. When it is gone or has another
address, they cannot be installed with the new version.""",
    _find,
)
