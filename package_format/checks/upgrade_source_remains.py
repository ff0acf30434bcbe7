"""The rule that what an upgrade entry says is gone, is gone."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.existing import exists
from package_format.checks.rule import UPGRADES, Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.upgrades.entries import Leading, Moved, contains


def _find(subject: Subject) -> Iterator[Finding]:
    entries = subject.package.upgrades
    for index, entry in enumerate(entries):
        if not isinstance(entry, Leading) or not exists(subject.package, entry.source):
            continue
        taken = any(
            isinstance(later, Moved) and contains(later.target, entry.source)
            for later in entries[index + 1 :]
        )
        if not taken:
            word = "moved" if isinstance(entry, Moved) else "removed"
            yield Finding(
                f"{entry.source} was {word}, and is still here",
                subject.span(UPGRADES, (index, word)),
                "if it is something new, give it a key of its own",
            )


RULE = Rule(
    "upgrade-source-remains",
    Severity.WARNING,
    "what was moved or removed is still here",
    """\
An entry of `upgrades.yaml` that moves or removes something makes accounts let go of what they have
under that address. Something in this version has the same address: either the entry is wrong, or a
new thing took the place of the old one, and a key of its own would keep the two apart.""",
    _find,
)
