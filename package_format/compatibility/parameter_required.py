"""The rule that nobody has to answer a new question."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.parameters import pairs
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    before = {new_key: old for _, old, new_key, _ in pairs(versions)}
    for key, parameter in versions.new.manifest.parameters.items():
        old = before.get(key)
        if parameter.required and (old is None or not old.required):
            message = "it is a new question" if old is None else "it could be left out before"
            yield f"parameter/{key}", f"it is required, and {message}", "give it a default"


RULE = Rule(
    "parameter-required",
    Bump.MAJOR,
    "there is a new required parameter",
    """\
An upgrade stops where it needs a value that the owner never gave; fifty accounts cannot be upgraded
without asking fifty owners. A default avoids that.""",
    _find,
)
