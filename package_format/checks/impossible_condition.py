"""The rule that a condition can hold for somebody."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.conditions import Condition
from package_format.campaign.model import Choose, Decision
from package_format.checks.conditions import conditions
from package_format.checks.contradictions import contradiction
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for placed in conditions(subject):
        reason = contradiction(placed.condition)
        if reason is not None:
            yield Finding(
                reason.message,
                subject.span(placed.address, (*placed.path, *reason.path)),
                "alternatives stand under any; what has to hold together, under all",
            )
    for address, campaign in subject.campaigns:
        for key, decision in campaign.decisions.items():
            for index, earlier in _repeated(decision):
                yield Finding(
                    f"nobody ever goes this way: {earlier} has the same condition, and comes first",
                    subject.span(address, ("decisions", key, "ways", index), key=True),
                    "change one of the two conditions, or say choose: every",
                )


def _repeated(decision: Decision) -> Iterator[tuple[int, str]]:
    """Yield the ways that another one always takes the contacts from."""
    earlier: list[tuple[Condition | None, str]] = []
    for index, way in enumerate(decision.ways):
        if decision.choose is Choose.FIRST:
            same = next((key for condition, key in earlier if condition == way.if_), None)
            if same is not None:
                yield index, same
        earlier.append((way.if_, way.key))


RULE = Rule(
    "impossible-condition",
    Severity.ERROR,
    "a condition can never hold",
    """\
Everything under `all` has to hold at once. When two parts exclude each other (a field that is `pro`
and `basic`, a number at least 5 and less than 3, a tag that is there and is not), the condition
never holds, and what depends on it never happens. In a decision with `choose: first`, a way with
the same condition as an earlier one is never gone.""",
    _find,
)
