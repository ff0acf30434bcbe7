"""The rule that a step which an upgrade entry calls added was not there before."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import UPGRADES, Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.references import Address
from package_format.upgrades.entries import Entry, Moved, carry
from package_format.upgrades.terms import Added, Changed


def _find(subject: Subject) -> Iterator[Finding]:
    entries = subject.package.upgrades
    for index, entry in enumerate(entries):
        if not isinstance(entry, Added):
            continue
        for earlier, there in enumerate(map(_there, entries[:index])):
            if there is not None and carry(there, entries[earlier + 1 : index]) == entry.step:
                yield Finding(
                    f"{entry.step} is not new: entry {earlier + 1} speaks of it already",
                    subject.span(UPGRADES, (index, "added")),
                    "who stood behind it then was caught up then, or was not to be",
                )
                break


def _there(entry: Entry) -> Address | None:
    """Return what an entry says is there."""
    match entry:
        case Moved(target=step) | Added(step) | Changed(step):
            return step
        case _:
            return None


RULE = Rule(
    "step-not-new",
    Severity.ERROR,
    "an upgrade entry calls a step added that was there",
    """\
An entry `{added: …, catch-up: …}` of `upgrades.yaml` is about a step that its version adds, so that
contacts who are behind it already get it after all. Here an earlier entry speaks of the step, so it
was there. One that was only moved, contacts have passed, or are still to come to.""",
    _find,
)
