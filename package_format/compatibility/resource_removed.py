"""The rule that a resource which goes is more than a change of words."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.table import KINDS
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for resource in versions.removed:
        title = KINDS[resource.kind].title
        if versions.is_handed_over(resource.address):
            became = versions.became(resource.address)
            yield str(resource.address), f"this {title} is {became} now", None
        else:
            yield str(resource.address), f"this {title} is gone", None


RULE = Rule(
    "resource-removed",
    Bump.MINOR,
    "a resource is gone, or another package's",
    """\
What was not exported, nothing else may rely on. An account keeps what its owner changed and what
contacts carry. What is lost with it, such as a goal that listened, has rules of its own.""",
    _find,
)
