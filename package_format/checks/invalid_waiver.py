"""The rule that a waiver is for a rule that there is, and that can be waived."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    if not subject.package.manifest.waivers:
        return
    from package_format.compatibility.table import RULES  # noqa: PLC0415  whose rules use checks
    from package_format.compatibility.waivers import can_be_waived  # noqa: PLC0415  likewise

    for index, waiver in enumerate(subject.package.manifest.waivers):
        span = subject.span(None, ("waivers", index, "rule"))
        if waiver.rule not in RULES:
            message = f"{waiver.rule} cannot be waived: there is no such rule of compatibility"
            yield Finding(message, span, meant(waiver.rule, RULES))
        elif not can_be_waived(waiver.rule):
            yield Finding(
                f"{waiver.rule} cannot be waived",
                span,
                "add an entry to upgrades.yaml that says where the contacts go; "
                "write contacts: exit if they are meant to leave",
            )


RULE = Rule(
    "invalid-waiver",
    Severity.ERROR,
    "a waiver is for a rule that cannot be waived",
    """\
`[[waivers]]` in `cpt.toml` says of one finding of `cpt diff` that it does no harm, and why: `rule`
is the code in brackets, `item` the address beside it, and `reason` ends up in the changelog. That a
contact who may be waiting has nowhere to go is never waived.""",
    _find,
)
