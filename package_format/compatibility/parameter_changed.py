"""The rule that a parameter which changes otherwise is something new."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.parameters import pairs
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump

_WORDS = {"title", "description"}


def _find(versions: Versions) -> Iterator[Found]:
    known = set()
    for key, old, new_key, new in pairs(versions):
        known.add(new_key)
        before, after = old.canonical(), new.canonical()
        names = {*before, *after} - _WORDS
        for name in sorted(n for n in names if before.get(n) != after.get(n)):
            yield f"parameter/{key}", f"its {name} changed", None
    for key, parameter in versions.new.manifest.parameters.items():
        if key not in known and not parameter.required:
            yield f"parameter/{key}", "it is new", None


RULE = Rule(
    "parameter-changed",
    Bump.MINOR,
    "a parameter is new, or takes more",
    """\
Owners can say something that they could not say before, or a default that they left as it is has
another value, and with it what contacts get.""",
    _find,
)
