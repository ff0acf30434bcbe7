"""Catching up: which steps are new, who behind them gets them, and what the owner says of it (M4).

What upgrade entries say of it stands in the answers already. Here that is held against everything
that was there before, in whichever campaign; and what the owner says goes before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from account_engine.objects import number_of
from cpt.errors import UsageError
from cpt.installer.choices import Choices
from cpt.installer.planning.draft import Draft
from cpt.installer.record.names import Names
from cpt.installer.record.snapshot import Snapshot
from cpt.installer.words import counted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.model import Sequence as Steps
from package_format.campaign.places import Place, PlaceSort
from package_format.campaign.timers import Duration
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome
from package_format.upgrades.entries import carry
from package_format.upgrades.lineage import survivors
from package_format.upgrades.staying import caught_up


@dataclass(frozen=True)
class CatchingUp:
    """What is new in the campaigns of a plan.

    Attributes:
        snapshot: The account.
        choices: What its owner says.
        names: What resources are called there.
        flows: The campaigns that there will be, by full address.
    """

    snapshot: Snapshot
    choices: Choices
    names: Names
    flows: Mapping[Address, Flow]

    @cached_property
    def fresh(self) -> frozenset[Address]:
        """The full addresses of the steps that nothing in the campaigns of before became."""
        known: set[Address] = set()
        for address, row in self.snapshot.carried.rows.items():
            live = self.snapshot.live(number_of(row.managed.object))
            if address.kind == "campaign" and live is not None:
                entries = self.snapshot.carried.entries.get(row.old.package, ())
                before = Flow(Campaign.model_validate(live.data))
                known |= survivors(before, row.old, entries, address)
        steps = (
            replace(address, inner=(key, step.key))
            for address, flow in self.flows.items()
            for key, sequence in flow.campaign.sequences.items()
            for step in sequence.steps
        )
        return frozenset(steps) - known

    @cached_property
    def said(self) -> Mapping[Address, Duration | None]:
        """What the owner says of new steps, by full address.

        Raises:
            UsageError: They say it of a step that is not new, or is not there.
        """
        found: dict[Address, Duration | None] = {}
        pending = set(self.choices.catch_up)
        for address, flow in self.flows.items():
            for chosen, within in self.choices.caught_up(address).items():
                step = replace(address, inner=chosen.inner)
                if flow.step(*chosen.inner) is not None and step not in self.fresh:
                    raise UsageError(
                        f"nobody can be caught up with {chosen}, which is not new",
                        "whoever stands behind it has passed it; whoever stands before it comes "
                        "to it",
                    )
                if step in self.fresh:
                    found[step] = within
                    pending.discard(chosen)
        for chosen in sorted(pending, key=str):
            raise UsageError(f"nobody can be caught up with {chosen}: there will be no such step")
        return found

    def verify(self) -> None:
        """Refuse what the owner says of steps that are not new, also where nobody stands yet.

        Raises:
            UsageError: They say it of a step that is not new, or is not there.
        """
        _ = self.said

    def on_terms(self, place: Place, answer: Answer | None, draft: Draft) -> Answer | None:
        """Return an answer with what those who stay in their sequence catch up with.

        Args:
            place: Where they stand.
            answer: Where they go.
            draft: What becomes of the campaign that they stand in.
        """
        here = self._sequence(place, answer, draft)
        if answer is None or here is None or not (self.said or answer.catch_up):
            return answer
        within: dict[str, Duration | None] = {each.step: each.within for each in answer.catch_up}
        for step, mine in self.said.items():
            if step.resource == here.resource and step.inner[:1] == here.inner:
                within[step.inner[1]] = mine
        new = {
            key: duration
            for key, duration in within.items()
            if duration is not None and replace(here, inner=(*here.inner, key)) in self.fresh
        }
        flow = self.flows[here.resource]
        return replace(answer, catch_up=caught_up(flow, answer.node, answer.step, new))

    def _sequence(self, place: Place, answer: Answer | None, draft: Draft) -> Address | None:
        """Return the full address of the sequence in which contacts stay; None if they leave it."""
        if answer is None or answer.outcome is not Outcome.GO_ON:
            return None
        old = draft.old or draft.address
        entries = self.snapshot.carried.entries.get(old.package, ())
        local = replace(old, package="")
        became = carry(replace(local, inner=(place.node,)), entries)
        if not isinstance(became, Address) or became.inner != (answer.node,):
            return None
        if not answer.campaign:
            stays = became.resource == carry(local, entries) and draft.address in self.flows
            return replace(draft.address, inner=became.inner) if stays else None
        there = became.within(old.package)
        return there if self.names.of(str(there.resource)) == answer.campaign else None

    def passed_by(
        self, place: Place, answer: Answer | None, contacts: int, draft: Draft
    ) -> Iterator[str]:
        """Say of those who are queued which new steps before them do not run for them.

        Args:
            place: Where they are queued.
            answer: Where they go.
            contacts: How many they are.
            draft: What becomes of the campaign that they stand in.
        """
        here = self._sequence(place, answer, draft)
        if answer is None or here is None or answer.step or place.sort is not PlaceSort.END:
            return
        node = self.flows[here.resource].nodes.get(answer.node)
        known = {each.step for each in answer.catch_up}
        for step in node.steps if isinstance(node, Steps) else ():
            address = replace(here, inner=(answer.node, step.key))
            if address in self.fresh and step.key not in known and address not in self.said:
                yield (
                    f"{answer.node}.{step.key} is new, and {counted(contacts, 'contact')} at "
                    f"{place} will not get it; --contacts {address.local}=catch-up:7days would "
                    "send it to who came there in the last 7 days."
                )
