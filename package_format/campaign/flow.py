"""The flow: a campaign read as a graph, with the questions that rules ask of it.

Pure and total: a flow can be made of any valid `Campaign`, dangling arrows included (they are left
out here; `dangling` lists them).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from package_format.campaign.model import Campaign, Decision, Goal, Node, Sequence, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Arrow(NamedTuple):
    """From a node, through one of its ways if it is a decision, to a node."""

    source: str
    target: str
    way: str | None = None


@dataclass(frozen=True)
class Dangling:
    """An arrow that begins at nothing.

    Attributes:
        node: The node that it leads to.
        index: Which one of that node's `after`.
        text: Where it says that it begins.
        reason: Why that is nowhere, in words.
    """

    node: str
    index: int
    text: str
    reason: str


def dangling(campaign: Campaign) -> tuple[Dangling, ...]:
    """Return the arrows of a campaign that begin at nothing, by the nodes that they lead to."""
    nodes = campaign.nodes
    return tuple(
        Dangling(key, index, text, reason)
        for key, node in nodes.items()
        for index, text in enumerate(() if node.after == "all" else node.after)
        if (reason := _why_nowhere(nodes, text)) is not None
    )


def _why_nowhere(nodes: Mapping[str, Node], text: str) -> str | None:
    key, _, way = text.partition(".")
    node = nodes.get(key)
    if node is None:
        return f"there is no node {key} in this campaign"
    if not isinstance(node, Decision):
        return f"{key} is a {node.sort} and has no ways" if way else None
    if not way:
        return f"{key} is a decision, and an arrow begins at one of its ways"
    if all(one.key != way for one in node.ways):
        return f"the decision {key} has no way {way}"
    return None


class Flow:
    """A campaign's graph.

    Attributes:
        campaign: What it was made of.
        nodes: Every node by key, in the bytewise order of the keys.
        arrows: Every arrow, sorted; those with an unknown end are left out.
    """

    def __init__(self, campaign: Campaign) -> None:
        """Read a campaign as a graph."""
        self.campaign = campaign
        self.nodes: dict[str, Node] = campaign.nodes
        self.arrows: tuple[Arrow, ...] = tuple(sorted(self._drawn()))
        # A flow does not change, and the rules ask the same of it at every turn.
        self._downstream: dict[str, frozenset[str]] = {}
        self._upstream: dict[str, frozenset[str]] = {}
        self._feeders: dict[str, frozenset[str]] = {}

    def _drawn(self) -> Iterable[Arrow]:
        everything: list[str] = []
        for key, node in self.nodes.items():
            if node.after == "all":
                everything.append(key)
                continue
            for text in node.after:
                if _why_nowhere(self.nodes, text) is None:
                    source, _, way = text.partition(".")
                    yield Arrow(source, key, way or None)
        if everything:
            yield from self._drawn_to_all(everything)

    def _drawn_to_all(self, goals: list[str]) -> Iterable[Arrow]:
        """Arrows to goals with ``after: all``: from all that they do not themselves lead to."""
        direct: dict[str, set[str]] = {key: set() for key in self.nodes}
        for key, node in self.nodes.items():
            if node.after != "all":
                for text in node.after:
                    direct.setdefault(text.partition(".")[0], set()).add(key)
        for goal in goals:
            led_to = _closure(direct, [goal]) | {goal}
            for key, node in self.nodes.items():
                if key not in led_to and not isinstance(node, Decision):
                    yield Arrow(key, goal)

    @cached_property
    def _forward(self) -> dict[str, set[str]]:
        edges: dict[str, set[str]] = {key: set() for key in self.nodes}
        for arrow in self.arrows:
            edges[arrow.source].add(arrow.target)
        return edges

    @cached_property
    def _backward(self) -> dict[str, set[str]]:
        edges: dict[str, set[str]] = {key: set() for key in self.nodes}
        for arrow in self.arrows:
            edges[arrow.target].add(arrow.source)
        return edges

    @cached_property
    def _onward(self) -> dict[tuple[str, str | None], tuple[str, ...]]:
        found: dict[tuple[str, str | None], list[str]] = {}
        for arrow in self.arrows:
            found.setdefault((arrow.source, arrow.way), []).append(arrow.target)
        return {source: tuple(targets) for source, targets in found.items()}

    def step(self, sequence: str, key: str) -> Step | None:
        """Return a step by its keys, or None if the flow has no such step."""
        node = self.nodes.get(sequence)
        if not isinstance(node, Sequence):
            return None
        return next((step for step in node.steps if step.key == key), None)

    def next_nodes(self, key: str, way: str | None = None) -> tuple[str, ...]:
        """Return the nodes that an arrow from here (through this way) leads to, sorted."""
        return self._onward.get((key, way), ())

    def leads_only_to_goals(self, key: str) -> bool:
        """Whether a node has arrows, and all of them lead to goals: one who leaves queues (C7)."""
        targets = self._forward[key]
        return bool(targets) and all(isinstance(self.nodes[t], Goal) for t in targets)

    def queues(self, key: str) -> bool:
        """Whether a contact may be queued at a node (C7); at a decision, by one of its ways."""
        node = self.nodes[key]
        if not isinstance(node, Decision):
            return self.leads_only_to_goals(key)
        ways = (self.next_nodes(key, way.key) for way in node.ways)
        return any(targets and all(map(self._is_goal, targets)) for targets in ways)

    def downstream(self, key: str) -> frozenset[str]:
        """Everything that can be reached from a node, itself included only if it is on a loop."""
        if key not in self._downstream:
            self._downstream[key] = frozenset(_closure(self._forward, [key]))
        return self._downstream[key]

    def upstream(self, goal: str) -> frozenset[str]:
        """Everything from which a goal can be reached, the goal itself excluded (C3)."""
        if goal not in self._upstream:
            self._upstream[goal] = frozenset(_closure(self._backward, [goal]) - {goal})
        return self._upstream[goal]

    def goals_after(self, key: str) -> frozenset[str]:
        """The goals that listen downstream of a node (M2)."""
        return frozenset(k for k in self.downstream(key) if isinstance(self.nodes[k], Goal))

    def feeders(self, join: str) -> frozenset[str]:
        """The nodes that reach a join without crossing a goal or the join itself (C8)."""
        if join not in self._feeders:
            self._feeders[join] = frozenset(self._fed_by(join))
        return self._feeders[join]

    def _fed_by(self, join: str) -> set[str]:
        found: set[str] = set()
        pending = [join]
        while pending:
            for source in self._backward[pending.pop()]:
                if source not in found and source != join and not self._is_goal(source):
                    found.add(source)
                    pending.append(source)
        return found

    def on_one_loop(self, one: str, other: str) -> bool:
        """Whether two nodes lie on one loop: each can be reached from the other."""
        return other in self.downstream(one) and one in self.downstream(other)

    def _is_goal(self, key: str) -> bool:
        return isinstance(self.nodes[key], Goal)


def _closure(edges: dict[str, set[str]], start: Iterable[str]) -> set[str]:
    """Everything reachable over one or more edges."""
    found: set[str] = set()
    pending = list(start)
    while pending:
        for target in edges.get(pending.pop(), ()):
            if target not in found:
                found.add(target)
                pending.append(target)
    return found
