"""Campaigns as they are, under the keys that a plan gives to their parts.

Who compares what is with what a plan would write finds what is renamed and what moves to another
campaign as that, and not as gone and new. What moves where is read from the plan's operations, as
far as the plan says it, too: what it does in silence shows as gone and new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from account_engine.changing.changes import Arrival, Create, Republish
from cpt.accounts.port import Account
from cpt.installer.merging.parts import only, without
from cpt.installer.merging.renames import edited, renamed
from cpt.installer.plan import Plan
from cpt.installer.record.names import Names
from cpt.installer.record.snapshot import record_of
from package_format.campaign.model import NODE_GROUPS
from package_format.kinds.model import Json


@dataclass(frozen=True)
class Rekeyed:
    """What moves in a plan, the account that it is for, and what resources are called there."""

    plan: Plan
    account: Account
    names: Names

    def live(self, operation: Republish) -> Json:
        """Return a campaign that gets another flow, under the new keys; references in full."""
        number = operation.object
        wanted = self.names.symbolic("campaign", operation.data)
        away = {each.source for _, each in self._arrivals if each.campaign == number}
        live = without(self._live(number), _nodes(away))
        live = self._renamed(number, live, [*self._told(operation)], wanted)
        for source in dict.fromkeys(one.campaign for one in operation.arrivals):
            moves = [
                (each.source, each.target)
                for there, each in self._arrivals
                if (there, each.campaign) == (f"#{number}", source)
            ]
            nodes = {inner for inner, _ in moves if "." not in inner}
            part = only(self._live(source), _nodes(nodes))
            live = _with(live, self._renamed(source, part, moves, wanted))
        return live

    def _told(self, operation: Republish) -> Iterator[tuple[str, str]]:
        """Yield what is renamed, as far as the plan says so; steps of what is go along."""
        reason = self._reasons.get(f"#{operation.object}", "")
        nodes = {old: new for old, new in operation.moves if f"{old} is now {new}" in reason}
        for old, new in operation.moves:
            sequence, dot, step = old.partition(".")
            along = dot and new == f"{nodes.get(sequence, sequence)}.{step}"
            if along or old in nodes:
                yield old, new

    def _renamed(
        self, number: int, live: Json, moves: Sequence[tuple[str, str]], wanted: Json
    ) -> Json:
        mine = edited(self._bases.get(f"#{number}", {}), live, moves)
        return renamed(live, moves, wanted, mine)

    def _live(self, number: int) -> Json:
        stored = self.account.object(number)
        return {} if stored is None else self.names.symbolic(stored.kind, stored.data)

    @cached_property
    def _arrivals(self) -> tuple[tuple[str, Arrival], ...]:
        """What comes to which campaign, as far as the plan says so of either."""
        found = []
        for one in self.plan.change_set.operations:
            if isinstance(one, Create | Republish):
                name = f"@{one.name}" if isinstance(one, Create) else f"#{one.object}"
                for each in one.arrivals:
                    told = (self._reasons.get(name, ""), self._reasons.get(f"#{each.campaign}", ""))
                    node = each.source.partition(".")[0]
                    if any(f"{node} is now " in reason for reason in told):
                        found.append((name, each))
        return tuple(found)

    @cached_property
    def _reasons(self) -> Mapping[str, str]:
        """What the plan says of each object, by what it is called in it."""
        changes = self.plan.changes
        return {change.object or f"@{change.address}": change.reason for change in changes}

    @cached_property
    def _bases(self) -> Mapping[str, Json]:
        """What was wanted last, by the object's name."""
        record = record_of(self.account.record())
        return {managed.object: managed.base or {} for managed in record.objects.values()}


def _nodes(keys: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Name nodes by their keys alone: in one campaign no two have the same."""
    return frozenset((group, key) for key in keys for group in NODE_GROUPS)


def _with(data: Json, part: Json) -> Json:
    return {**data, **{name: {**data.get(name, {}), **part[name]} for name in part}}
