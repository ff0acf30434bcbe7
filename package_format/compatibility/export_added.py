"""The rule that a new export is something new."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    old = versions.old.manifest.package.exports
    for text in versions.new.manifest.package.exports:
        if text not in old:
            yield text, "other packages may refer to it now", None


RULE = Rule(
    "export-added",
    Bump.MINOR,
    "there is a new export",
    """\
A package that needs the new export needs at least this version; the number lets it say so.""",
    _find,
)
