"""The rule that upgrades.yaml is only ever added to."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.upgrades.entries import RewrittenHistoryError, added
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    try:
        added(versions.old.upgrades, versions.new.upgrades)
    except RewrittenHistoryError as error:
        entry = versions.old.upgrades[error.index]
        yield "", str(error), f"put it back as entry {error.index + 1}:\n- {entry}"


RULE = Rule(
    "upgrades-rewritten",
    Bump.MAJOR,
    "an upgrade entry was edited or dropped",
    """\
Accounts apply the entries that their installed version lacks, in order. That works from every
version to every later one only if the list of the older is the beginning of the newer's.""",
    _find,
)
