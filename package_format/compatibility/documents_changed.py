"""The rule that what only people read is a small change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from package_format.compatibility.parameters import pairs
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.versions import Bump

_MANIFEST = ("title", "summary", "license", "keywords", "categories")


def _find(versions: Versions) -> Iterator[Found]:
    old, new = versions.old, versions.new
    for path, what in _differing(old.documents, new.documents):
        yield "", f"{path} {what}", None
    for stem, what in _differing(old.scenarios, new.scenarios):
        yield "", f"the scenario {stem} {what}", None
    for name in _MANIFEST:
        if getattr(old.manifest.package, name) != getattr(new.manifest.package, name):
            yield "", f"the package's {name} changed", None
    for key, before, _, after in pairs(versions):
        words = (before.title, before.description)
        if words != (after.title, after.description):
            yield f"parameter/{key}", "it is described in other words", None
    if _asked(old, new) != _asked(new, old):
        yield "", "owners are asked for parameters in another order", None
    if versions.entries:
        yield "", "upgrades.yaml has new entries", None
    if set(old.manifest.account.features) - set(new.manifest.account.features):
        yield "", "an account needs fewer features", None


def _asked(package: Package, other: Package) -> list[str]:
    """The parameters that both packages ask for, in the order in which this one does."""
    return [key for key in package.manifest.parameters if key in other.manifest.parameters]


def _differing(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield what differs, by name, and how."""
    for name in sorted({*old, *new}):
        if name not in old:
            yield name, "is new"
        elif name not in new:
            yield name, "is gone"
        elif old[name] != new[name]:
            yield name, "changed"


RULE = Rule(
    "documents-changed",
    Bump.PATCH,
    "documentation, media or tests have changed",
    """\
What people read about a package, and what its author tests it with, changes nothing for accounts
and contacts.""",
    _find,
)
