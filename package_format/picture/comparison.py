"""Two versions of a campaign in one picture: the new one, with what the old one had beside it.

What was removed stands where it stood: a node at its arrows, a step or way after the one that it
came after. What has another address now, by the entries of ``upgrades.yaml``, was moved and not
removed. The picture is that of an ordinary flow, the *union* of both, and marks laid over it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from package_format.alignment import in_order
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign, Decision, Goal, Join, Node, Sequence, Step, Way
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Versions
from package_format.kinds.model import Json
from package_format.package import Package, Resource
from package_format.picture.cards import Layout, Style
from package_format.picture.graph import Point
from package_format.picture.layout import MAX_WIDTH, layout
from package_format.picture.marks import Mark
from package_format.picture.sizes import MARGIN, line
from package_format.picture.words import Names, by_key
from package_format.references import Address

_GROUPS: Mapping[type[Node], str] = {
    Goal: "goals",
    Sequence: "sequences",
    Decision: "decisions",
    Join: "joins",
}
_WAS = "-before"
"""What is put behind the key of something removed where something new has its key."""

_Part = TypeVar("_Part", Step, Way)

Inner: TypeAlias = tuple[str, ...]
"""An inner address: a node's key, and a step's or way's."""


@dataclass(frozen=True)
class Compared:
    """Two versions of a campaign, as one.

    Attributes:
        key: The campaign's, as the new version has it, or the old one's if it is gone.
        flow: Everything that either version has.
        marks: What has become of it, by ``node``, ``sequence.step`` or ``decision.way``.
        stands: Where the old version's nodes, steps and ways stand in the flow, by inner address;
            what is not in it stands where it stood.
    """

    key: str
    flow: Flow
    marks: Mapping[str, Mark]
    stands: Mapping[Inner, Inner] = field(default_factory=dict)


def compared_campaigns(old: Package, new: Package) -> tuple[Compared, ...]:
    """Return every campaign of either version, sorted by key."""
    versions = Versions(old, new)
    was = {versions.became(campaign.address): campaign for campaign in old.campaigns}
    found = [_compared(versions, was.get(campaign.address), campaign) for campaign in new.campaigns]
    gone = (campaign for campaign in old.campaigns if versions.counterpart(campaign) is None)
    found += [_alone(campaign, Mark.REMOVED) for campaign in gone]
    return tuple(sorted(found, key=lambda one: one.key))


def _alone(campaign: Resource, mark: Mark) -> Compared:
    return Compared(campaign.key, campaign.flow, dict.fromkeys(campaign.flow.nodes, mark))


def _compared(versions: Versions, old: Resource | None, new: Resource) -> Compared:
    if old is None:
        return _alone(new, Mark.ADDED)

    def became(inner: Inner) -> Inner | None:
        address = versions.became(Address("", "campaign", old.key, inner))
        if address is None or address.package or address.key != new.key:
            return None
        return address.inner

    union = _Union(old.flow, new.flow, old_data(versions, old), new_data(versions, new), became)
    title = f"{versions.old.manifest.version} → {versions.new.manifest.version}"
    return union.compared(new.key, f"{new.label}, {title}")


def compared_flows(
    key: str, title: str, old: Campaign, new: Campaign, moves: Iterable[tuple[str, str]] = ()
) -> Compared:
    """Return two flows of one campaign whose references are the same texts in both, as in accounts.

    Args:
        key: What the picture is known by.
        title: What stands above it.
        old: The flow as it is.
        new: The flow as it would be.
        moves: Pairs of inner addresses (``remind.reminder``, ``remind.nudge``): what is moved.
    """
    went = {tuple(was.split(".")): tuple(now.split(".")) for was, now in moves}

    def became(inner: Inner) -> Inner | None:
        if inner in went:
            return went[inner]
        node = went.get(inner[:1], inner[:1])
        return (*node, *inner[1:])

    union = _Union(Flow(old), Flow(new), old.canonical(), new.canonical(), became)
    return union.compared(key, title)


def layout_of(compared: Compared, names: Names = by_key, *, max_width: float = MAX_WIDTH) -> Layout:
    """Lay out the picture of two versions; the line below its title counts what changed."""
    laid = layout(compared.flow, names, max_width=max_width)
    counts = Counter(compared.marks.values())
    changes = [f"{counts[mark]} {mark}" for mark in Mark if counts[mark]]
    summary = " · ".join(changes) or "nothing changed"
    below = line(Point(MARGIN, laid.heading[1].at.y), summary, Style.SUBHEADING, laid.width)
    heading = (laid.heading[0], replace(below, text=summary, full=summary))
    return replace(laid, summary=summary, heading=heading)


class _Union:
    """Puts two versions of a campaign together.

    Attributes:
        marks: What was found so far.
    """

    def __init__(
        self,
        old: Flow,
        new: Flow,
        old_data: Mapping[str, Json],
        new_data: Mapping[str, Json],
        became: Callable[[Inner], Inner | None],
    ) -> None:
        """Find out what each part of the old version is called in the union.

        Args:
            old: The old version.
            new: The new version.
            old_data: What the old one says, in a form that can be compared.
            new_data: What the new one says, likewise.
            became: Returns what an inner address of the old version is in the new one; None if it
                is elsewhere.
        """
        self.new, self._became = new, became
        self.marks: dict[str, Mark] = {}
        self.stands: dict[Inner, Inner] = {}
        self.before, self.after = old.nodes, new.nodes
        self.old_data, self.new_data = _by_node(old_data), _by_node(new_data)
        self.names: dict[str, str] = {}
        for key, node in self.before.items():
            now = self._became((key,))
            survives = now is not None and now[0] in self.after and len(now) == 1
            if survives and now and type(self.after[now[0]]) is type(node):
                self.names[key] = now[0]
        self.was = {name: key for key, name in self.names.items()}
        for key in self.before:
            self.names.setdefault(key, _free(key, self.after))

    def compared(self, key: str, title: str) -> Compared:
        """Return the union under a title, its parts marked."""
        groups: dict[str, dict[str, Node]] = {group: {} for group in _GROUPS.values()}
        for name, node in self.after.items():
            groups[_GROUPS[type(node)]][name] = self._node(name, node)
        for before, node in self.before.items():
            name = self.names[before]
            if name not in self.was:
                self.marks[name] = Mark.REMOVED
                after = {"after": self._renamed(node)}
                groups[_GROUPS[type(node)]][name] = node.model_copy(update=after)
        campaign = self.new.campaign.model_copy(update={**groups, "title": title})
        nodes = {(old,): (name,) for old, name in self.names.items()}
        return Compared(key, Flow(campaign), self.marks, nodes | self.stands)

    def _node(self, key: str, node: Node) -> Node:
        """A node of the new version, with what the old one has lost."""
        old_key = self.was.get(key)
        if old_key is None:
            self.marks[key] = Mark.ADDED
            return node
        before = self.before[old_key]
        if old_key != key:
            self.marks[key] = Mark.MOVED
        elif self._differs(old_key, key):
            self.marks[key] = Mark.CHANGED
        update: dict[str, object] = {"after": self._union_after(before, node)}
        if isinstance(node, Sequence) and isinstance(before, Sequence):
            update["steps"] = self._parts(old_key, key, before.steps, node.steps)
        if isinstance(node, Decision) and isinstance(before, Decision):
            update["ways"] = self._parts(old_key, key, before.ways, node.ways)
        return node.model_copy(update=update)

    def _differs(self, old_key: str, key: str) -> bool:
        """Whether a node says something else, apart from its steps and ways."""
        one, other = dict(self.old_data[old_key]), dict(self.new_data[key])
        one["after"], other["after"] = self._renamed(self.before[old_key]), self.after[key].after
        for data in (one, other):
            data.pop("steps", None)
            data.pop("ways", None)
            data["after"] = data["after"] if data["after"] == "all" else sorted(data["after"])
        return one != other

    def _renamed(self, node: Node) -> tuple[str, ...] | str:
        """Where a node of the old version comes after, in the union's names."""
        return node.after if node.after == "all" else tuple(map(self._ref, node.after))

    def _ref(self, text: str) -> str:
        source, dot, way = text.partition(".")
        name = self.names.get(source, source)
        if not dot:
            return name
        became = self._became((source, way))
        return f"{name}.{became[1] if became and len(became) == 2 else way}"  # noqa: PLR2004

    def _union_after(self, before: Node, node: Node) -> tuple[str, ...] | str:
        """The new arrows, and those from what was removed."""
        if before.after == "all" or node.after == "all":
            return node.after
        lost = [text for text in map(self._ref, before.after) if text not in node.after]
        return (*node.after, *(text for text in lost if self._is_removed(text)))

    def _is_removed(self, text: str) -> bool:
        source, _, way = text.partition(".")
        if source not in self.was:
            return True
        node = self.after[source]
        return isinstance(node, Decision) and bool(way) and all(w.key != way for w in node.ways)

    def _parts(
        self, old_key: str, key: str, before: Many[_Part], after: Many[_Part]
    ) -> tuple[_Part, ...]:
        """The steps or ways of a node that both versions have, those that are gone in between."""
        there = {part.key for part in after}
        names = {part.key: self._part_name(old_key, key, part.key, there) for part in before}
        self._mark_parts(old_key, key, names, [part.key for part in after])
        found = list(after)
        at = 0
        for part in before:
            name = names[part.key]
            if name is not None:
                self.stands[old_key, part.key] = (key, name)
                at = next(i for i, other in enumerate(found) if other.key == name) + 1
            elif (elsewhere := self._elsewhere(old_key, part.key)) is not None:
                self.stands[old_key, part.key] = elsewhere
            else:
                removed = part.model_copy(update={"key": _free(part.key, there)})
                self.marks[f"{key}.{removed.key}"] = Mark.REMOVED
                self.stands[old_key, part.key] = (key, removed.key)
                found.insert(at, removed)
                at += 1
        return tuple(found)

    def _part_name(self, old_key: str, key: str, part: str, there: set[str]) -> str | None:
        became = self._became((old_key, part))
        if became is None or len(became) != 2 or became[0] != key:  # noqa: PLR2004
            return None
        return became[1] if became[1] in there else None

    def _elsewhere(self, old_key: str, part: str) -> Inner | None:
        """Where a step is drawn that was moved into another sequence."""
        became = self._became((old_key, part))
        if became is None or len(became) != 2 or became[0] == self.names[old_key]:  # noqa: PLR2004
            return None
        return became if self.new.step(became[0], became[1]) is not None else None

    def _mark_parts(
        self, old_key: str, key: str, names: Mapping[str, str | None], after: list[str]
    ) -> None:
        """Mark the steps or ways that are new, that have moved, or that say something else."""
        was = {name: part for part, name in names.items() if name is not None}
        stay = in_order([name for name in names.values() if name is not None], after)
        for part in after:
            name = f"{key}.{part}"
            if part not in was:
                came = self._came_from_elsewhere(key, part)
                self.marks[name] = Mark.MOVED if came else Mark.ADDED
            elif was[part] != part or part not in stay:
                self.marks[name] = Mark.MOVED
            elif _part(self.old_data[old_key], was[part]) != _part(self.new_data[key], part):
                self.marks[name] = Mark.CHANGED

    def _came_from_elsewhere(self, key: str, part: str) -> bool:
        return any(
            self._became((other, step.key)) == (key, part)
            for other, node in self.before.items()
            if isinstance(node, Sequence) and self.names[other] != key
            for step in node.steps
        )


def _by_node(data: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    return {key: node for group in _GROUPS.values() for key, node in data.get(group, {}).items()}


def _part(data: Mapping[str, Json], key: str) -> Json:
    """The data of a step or way, without its key."""
    parts = [*data.get("steps", ()), *data.get("ways", ())]
    found = next(part for part in parts if part["key"] == key)
    return {name: value for name, value in found.items() if name != "key"}


def _free(key: str, taken: Container[str]) -> str:
    return f"{key}{_WAS}" if key in taken else key
