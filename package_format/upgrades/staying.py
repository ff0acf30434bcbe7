"""Staying: on what terms those go on who stay in their sequence, by what upgrade entries say.

Nobody gets a step that was put in before where they stand, unless an entry catches them up (M4);
and where a wait is written differently now, an entry may say what becomes of the time of those who
wait (M5). Where contacts go is not decided here, but in `package_format.upgrades.answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from package_format.campaign.flow import Flow
from package_format.campaign.model import Sequence
from package_format.campaign.timers import Duration, Wait
from package_format.references import Address
from package_format.upgrades.entries import Entry, carry, contains
from package_format.upgrades.terms import Added, CatchUp, Changed, Timer


def wait_at(flow: Flow, node: str, step: str) -> Wait | None:
    """Return a step's wait with the campaign's defaults filled in; None if it has none."""
    found = flow.step(node, step)
    if found is None or found.wait is None:
        return None
    return found.wait.with_defaults(flow.campaign.defaults.wait)


def timer(place: Address, entries: Iterable[Entry]) -> Timer:
    """Return what becomes of the time of those who wait at a step (M5); what is said last counts.

    Args:
        place: The step's address in the older version, without the package.
        entries: The entries that the older version lacks, in order.
    """
    said = Timer.CREDIT
    for entry in entries:
        if isinstance(entry, Changed):
            said = entry.timer if entry.step == place else said
            continue
        carried = carry(place, [entry])
        if not isinstance(carried, Address):
            return Timer.CREDIT
        place = carried
    return said


def windows(sequence: Address, entries: Iterable[Entry]) -> dict[str, Duration]:
    """Return the steps added to a sequence for whose sake entries catch contacts up (M4), by key.

    A step that came to the sequence from another one later is not among them: nobody who stood here
    would have been caught up when it was added.

    Args:
        sequence: The sequence's address in the older version, without the package.
        entries: The entries that the older version lacks, in order.
    """
    found: dict[Address, Duration] = {}
    for entry in entries:
        if isinstance(entry, Added):
            if contains(sequence, entry.step):
                found[entry.step] = entry.catch_up
            continue
        carried = carry(sequence, [entry])
        if not isinstance(carried, Address):
            return {}
        went = ((carry(step, [entry]), within) for step, within in found.items())
        found = {step: within for step, within in went if isinstance(step, Address)}
        sequence = carried
    return {step.inner[-1]: within for step, within in found.items() if contains(sequence, step)}


def caught_up(
    flow: Flow, node: str, step: str | None, said: Mapping[str, Duration]
) -> tuple[CatchUp, ...]:
    """Return what is to be caught up with by those who go on at a place, in the order of the steps.

    Args:
        flow: The new flow.
        node: The key of the node where they go on.
        step: The key of the step; None for the node's end.
        said: The steps to be caught up with, wherever in the sequence they are.
    """
    sequence = flow.nodes.get(node)
    if not isinstance(sequence, Sequence):
        return ()
    keys = [each.key for each in sequence.steps]
    before = keys if step is None else keys[: keys.index(step)]
    return tuple(CatchUp(key, said[key]) for key in before if key in said)
