"""The rule that an account which could have the old version can have the new one."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    old = versions.old.manifest.account.features
    for feature in versions.new.manifest.account.features:
        if feature not in old:
            yield "", f"an account needs the feature {feature} now", None


RULE = Rule(
    "feature-added",
    Bump.MAJOR,
    "an account needs a feature that it did not need",
    """\
An account without that feature runs the old version well, and cannot have the new one.""",
    _find,
)
