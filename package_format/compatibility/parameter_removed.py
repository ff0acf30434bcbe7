"""The rule that what owners may say, they may say still."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.parameters import became
from package_format.compatibility.rule import Found, Rule, Versions, mend
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    new = versions.new.manifest.parameters
    candidates = sorted(set(new) - set(versions.old.manifest.parameters))
    for key in versions.old.manifest.parameters:
        if became(versions, key) not in new:
            target = candidates[0] if candidates else None
            entry = f"{{moved: parameter/{key}, to: parameter/{target}}}"
            help_ = mend(entry, "if it has another name now") if target else None
            yield f"parameter/{key}", "owners may have given it a value, and it is gone", help_


RULE = Rule(
    "parameter-removed",
    Bump.MAJOR,
    "a parameter is gone",
    """\
Parameters are always exported: owners set them, scripts and stack files name them. One that has got
another name is moved by an entry in `upgrades.yaml`, and keeps its value.""",
    _find,
)
