"""Entries: counting how often a contact has entered a node, so that every entry is a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from account_engine.flows import LiveFlow


def next_entry(
    flow: LiveFlow,
    node: str,
    entries: Mapping[tuple[int, int], int],
    passed: Iterable[tuple[int, int, int]],
) -> int:
    """Return the number of a contact's next entry of a node.

    It is greater than that of any entry in which the contact passed a step that stands in the node
    today, wherever the step stood then: an effect's identity never comes back (C11).

    Args:
        flow: The flow.
        node: The node's key.
        entries: As in `ContactState`.
        passed: As in `ContactState`.
    """
    steps = flow.steps_of(node)
    past = (
        entry for campaign, step, entry in passed if campaign == flow.campaign and step in steps
    )
    return 1 + max((entries.get((flow.campaign, flow.ids[node]), 0), *past))
