"""What moves from one campaign to another, in the pictures of both: moved, not removed or added."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from account_engine.changing.changes import Arrival, Create, Operation, Remove, Republish
from cpt.accounts.port import StoredObject
from cpt.installer.merging.parts import step_in
from cpt.installer.plan import Plan
from package_format.kinds.model import Json
from package_format.picture.comparison import Compared
from package_format.picture.marks import Mark

Objects = Callable[[int], StoredObject | None]
"""Returns what an account has under a number."""


def crossing_marks(
    operation: Operation, compared: Compared, plan: Plan, objects: Objects
) -> dict[str, Mark | None]:
    """Return how what comes to a campaign and what leaves it for another one is marked.

    Args:
        operation: What is done to the campaign.
        compared: Its picture.
        plan: The plan.
        objects: What the account has, by number.

    Returns:
        Marks by what they are laid on; None where there is to be none.
    """
    found: dict[str, Mark | None] = {}
    if isinstance(operation, Republish | Remove):
        found.update(_leaving(operation.object, compared, plan))
    if isinstance(operation, Create | Republish):
        for arrival in operation.arrivals:
            found.update(_coming(arrival, operation, compared, objects))
    return found


def _leaving(number: int, compared: Compared, plan: Plan) -> Iterator[tuple[str, Mark]]:
    for operation in plan.change_set.operations:
        for arrival in operation.arrivals if isinstance(operation, Create | Republish) else ():
            inner = tuple(arrival.source.split("."))
            name = ".".join(compared.stands.get(inner, inner))
            if arrival.campaign == number and (
                compared.marks.get(name) is Mark.REMOVED or len(inner) == 1
            ):
                yield name, Mark.MOVED


def _coming(
    arrival: Arrival, operation: Create | Republish, compared: Compared, objects: Objects
) -> Iterator[tuple[str, Mark | None]]:
    """Mark what comes as moved; in a sequence that comes as a whole, what is changed or new."""
    node, _, step = arrival.target.partition(".")
    targets = {one.target for one in operation.arrivals}
    if step and node in targets:
        yield arrival.target, _inside(arrival, operation, objects)
        return
    yield arrival.target, Mark.MOVED
    sequence = compared.flow.campaign.sequences.get(node)
    for each in sequence.steps if sequence is not None and not step else ():
        if f"{node}.{each.key}" not in targets:
            yield f"{node}.{each.key}", Mark.ADDED


def _inside(arrival: Arrival, operation: Create | Republish, objects: Objects) -> Mark | None:
    live = objects(arrival.campaign)
    before = None if live is None else _step(live.data, arrival.source)
    changed = before != _step(operation.data, arrival.target)
    renamed = arrival.source.partition(".")[2] != arrival.target.partition(".")[2]
    return Mark.MOVED if renamed else Mark.CHANGED if changed else None


def _step(data: Json, inner: str) -> Json:
    """Return what a step says, apart from its key."""
    return {name: said for name, said in (step_in(data, inner) or {}).items() if name != "key"}
