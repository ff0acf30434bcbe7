"""Entries: counting how often a contact has entered a node, so that every entry is a new one.

What was entered and passed in one campaign counts in another to which its nodes and steps move (M1,
M3). It is remembered in the first too: who finishes there goes on counting, and may come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from account_engine.contacts import ContactState
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


def brought_along(
    state: ContactState, source: int, target: int, ids: Sequence[tuple[int, int]]
) -> ContactState:
    """Return a contact's state with what they have entered and passed of what moves elsewhere.

    Args:
        state: The state.
        source: The id of the campaign that nodes and steps come from.
        target: The id of the campaign that they come to.
        ids: Their ids there and here; those of a step differ where it was merged into another one.
    """
    entries = dict(state.entries)
    for old, new in ids:
        count = entries.get((source, old))
        if count is not None:
            entries[target, new] = max(count, entries.get((target, new), 0))
    kept = {old for old, new in ids if old == new}
    passed = {
        (target, step, entry)
        for campaign, step, entry in state.passed
        if campaign == source and step in kept
    }
    return replace(state, entries=entries, passed=state.passed | passed)
