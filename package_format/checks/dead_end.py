"""The rule that a part of a campaign leads to something, or does something itself."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.flow import Flow
from package_format.campaign.model import Decision, Ends, Goal, Join, Sequence
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import Path


def _find(subject: Subject) -> Iterator[Finding]:
    for address, flow in subject.flows:
        leading = {arrow.source for arrow in flow.arrows}
        for key, node in flow.nodes.items():
            found = None if key in leading or _is_misdrawn(flow, key) else _pointless(key, node)
            if found is not None:
                message, help_, path = found
                yield Finding(message, subject.span(address, path, key=True), help_)


def _pointless(key: str, node: object) -> tuple[str, str, Path] | None:
    """Say what cannot be meant about a node that leads nowhere."""
    match node:
        case Join():
            message = f"nothing comes after the join {key}, so it waits for nothing"
            return message, f"let something have after: {key}, or remove it", ("joins", key)
        case Decision():
            message = f"no way of the decision {key} leads anywhere"
            first = node.ways[0].key
            return message, f"let something have after: {key}.{first}", ("decisions", key)
        case Goal() if not node.after or node.ends is Ends.NONE:
            message = f"the goal {key} begins nothing and ends nothing"
            return message, f"let something have after: {key}", ("goals", key)
        case Sequence() if node.steps[-1].action is None:
            message = f"the sequence {key} ends with waiting for nothing"
            help_ = f"give {node.steps[-1].key} an action, or let something have after: {key}"
            return message, help_, ("sequences", key, "steps", len(node.steps) - 1)
        case _:
            return None


def _is_misdrawn(flow: Flow, key: str) -> bool:
    """Whether an arrow begins here, though wrongly: that has been said already."""
    return any(
        text.partition(".")[0] == key
        for node in flow.nodes.values()
        if node.after != "all"
        for text in node.after
    )


RULE = Rule(
    "dead-end",
    Severity.WARNING,
    "a part of a campaign leads nowhere",
    """\
A sequence may be the last thing that happens to a contact. A join, a decision or a goal cannot: a
join after which nothing comes waits for nothing, a decision none of whose ways leads anywhere
decides nothing, and a goal that neither begins nor ends anything does nothing. In the same way a
sequence that ends with a wait, and leads nowhere, waits for nothing. Most often an `after` was
forgotten.""",
    _find,
)
