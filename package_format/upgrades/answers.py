"""Answers: where a contact who stands at a place of an old flow goes in a new one (M2).

Compatibility asks this of every place of the predecessor; migration does what it says.

The law: if every hop of a chain of upgrades has an answer for where the contact then stands, the
one big jump has one too. M2's rules alone do not give that: a hop may set a contact down at a later
step, and a later hop's entry may send that step elsewhere, while the big jump only sees a step that
is gone from a sequence that is gone. So where M2 says nothing, a contact takes the way that the
entries name for another step of their sequence. Such an answer is *inferred* (`Via.INFERRED`):
migration follows it, and compatibility, which knows both versions of a hop, does not accept it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from package_format.campaign.flow import Flow
from package_format.campaign.model import Join, Sequence
from package_format.campaign.places import Place, PlaceSort, places
from package_format.references import Address
from package_format.upgrades.destinations import Destination, conceivable, follow
from package_format.upgrades.entries import Entry, Leave, carry, contains
from package_format.upgrades.lineage import Lineage, has, inner_addresses
from package_format.upgrades.staying import caught_up, timer, wait_at, windows
from package_format.upgrades.terms import CatchUp, Timer


class Via(StrEnum):
    """Which rule gave an answer."""

    ENTRY = "entry"
    SAME_ADDRESS = "same address"
    NEXT_STEP = "next step"
    SEQUENCE_END = "sequence end"
    INFERRED = "inferred"
    OWNER = "owner"


class Outcome(StrEnum):
    """What becomes of the contact."""

    GO_ON = "go on"
    FINISH_ON_OLD = "finish on old"
    EXIT = "exit"


@dataclass(frozen=True)
class Answer:
    """Where the contacts of a place go.

    Attributes:
        outcome: Whether they go on in the new flow.
        via: The rule that says so.
        node: For GO_ON, the node in the new flow.
        step: For GO_ON, the step in it; None for its end, or a join.
        same: Whether that is a place of the same sort that keeps its identity, so that a timer is
            credited (M5); otherwise the contact keeps their due time and goes on from there.
        campaign: The address of the campaign in which they go on, when it is another one than the
            one that carries on from the old.
        timer: Of the same place, what becomes of their time if its wait has changed (M5).
        catch_up: The new steps before where they go on that run for them first, in order (M4).
    """

    outcome: Outcome
    via: Via
    node: str = ""
    step: str | None = None
    same: bool = False
    campaign: str = ""
    timer: Timer = Timer.CREDIT
    catch_up: tuple[CatchUp, ...] = ()


def spots(flow: Flow) -> tuple[Place, ...]:
    """Return everywhere that a contact may stand: every place, and wherever an upgrade sets down.

    An upgrade may send contacts to a step without a wait and to the end of any sequence; and one
    can be queued at every node whose only arrows lead to goals (C7).
    """
    found = dict.fromkeys(places(flow))
    for key, node in flow.nodes.items():
        if isinstance(node, Sequence):
            found |= dict.fromkeys(Place(key, step.key, PlaceSort.WAIT) for step in node.steps)
        if isinstance(node, Sequence) or flow.queues(key):
            found[Place(key, None, PlaceSort.END)] = None
    return tuple(found)


def staying(place: Place) -> Answer:
    """Return the answer of those whose campaign goes on as it is: they stay where they are."""
    return Answer(Outcome.GO_ON, Via.SAME_ADDRESS, place.node, place.step, same=True)


def answers(
    old: Flow,
    new: Flow | None,
    campaign: Address,
    entries: Iterable[Entry],
    new_address: Address | None = None,
    elsewhere: Mapping[Address, Flow] | None = None,
) -> tuple[tuple[Place, Answer | None], ...]:
    """Return every spot of the old flow with its answer; see `answer` and `spots`."""
    return tuple(
        (place, answer(old, new, campaign, entries, place, new_address, elsewhere))
        for place in spots(old)
    )


def answer(
    old: Flow,
    new: Flow | None,
    campaign: Address,
    entries: Iterable[Entry],
    place: Place,
    new_address: Address | None = None,
    elsewhere: Mapping[Address, Flow] | None = None,
) -> Answer | None:
    """Return where the contacts of a place go (M2), or None when nothing says.

    Args:
        old: The flow in which they stand, the owner's edits included.
        new: The flow that the campaign is to have; None when the campaign is to be removed.
        campaign: The old campaign's address.
        entries: The entries that the installed version lacks, in order.
        place: Where they stand.
        new_address: The campaign's address in the new version, when it is another than the entries
            say.
        elsewhere: The new flows of other campaigns, by address, to which entries may send contacts.
    """
    return _Question(old, campaign, tuple(entries), new, new_address, elsewhere or {}).ask(place)


@dataclass(frozen=True)
class _Question(Lineage):
    """The two versions that a place's answer depends on."""

    new: Flow | None
    new_address: Address | None
    elsewhere: Mapping[Address, Flow]

    @cached_property
    def flows(self) -> dict[Address, Flow]:
        """The new version's flows, under the addresses that entries lead to."""
        flows = {self.unqualified(address): flow for address, flow in self.elsewhere.items()}
        if self.new is not None:
            becomes = self.new_address or self.carried(())
            if isinstance(becomes, Address):
                flows[self.unqualified(becomes)] = self.new
        return flows

    def ask(self, place: Place) -> Answer | None:
        """Answer by M2's rules, or else by inference."""
        told = self._told(place)
        return self._on_terms(place, told if told is not None else self._inferred(place))

    def _flow_of(self, address: Address) -> Flow | None:
        return self.flows.get(self.unqualified(address.resource))

    @cached_property
    def known(self) -> frozenset[Address]:
        """The addresses that something of the old flow has in the new version."""
        carried = (self.carried(inner) for inner in inner_addresses(self.old))
        return frozenset(self.unqualified(each) for each in carried if isinstance(each, Address))

    def _on_terms(self, place: Place, answer: Answer | None) -> Answer | None:
        """Return an answer with what the entries say of those who stay in their sequence."""
        flow = self._flow_in(answer)
        if answer is None or flow is None:
            return answer
        answer = replace(answer, timer=self._timer(place, answer, flow))
        became = self.carried((place.node,))
        if not isinstance(became, Address) or became.inner != (answer.node,):
            return answer
        if self._flow_of(became) is not flow:
            return answer
        here = self.unqualified(became)
        new = {
            key: within
            for key, within in windows(self.start((place.node,)), self.entries).items()
            if replace(here, inner=(answer.node, key)) not in self.known
        }
        return replace(answer, catch_up=caught_up(flow, answer.node, answer.step, new))

    def _flow_in(self, answer: Answer | None) -> Flow | None:
        """Return the flow in which an answer lets contacts go on."""
        if answer is None or not answer.node:
            return None
        return self._flow_of(Address.parse(answer.campaign)) if answer.campaign else self.new

    def _timer(self, place: Place, answer: Answer, flow: Flow) -> Timer:
        """Return what becomes of a wait that differs; one for a date ends when that comes."""
        if not answer.same or place.step is None or answer.step is None:
            return Timer.CREDIT
        before = wait_at(self.old, place.node, place.step)
        after = wait_at(flow, answer.node, answer.step)
        said = timer(self.start(place.inner), self.entries)
        if before in (None, after) or after is None:
            return Timer.CREDIT
        return Timer.CREDIT if said is Timer.RESTART and after.for_ is None else said

    # --- M2 as it is written ----------------------------------------------------------------------

    def _told(self, place: Place) -> Answer | None:
        start = self.start(place.inner)
        destination = follow(start, self.entries)
        if not isinstance(destination, Destination):
            return None if destination is None else _leaves(destination, Via.ENTRY)
        via = Via.SAME_ADDRESS if destination.address == start else Via.ENTRY
        flow = self._flow_of(destination.address)
        if flow is None:
            return None
        return self._at(flow, destination, place, via) or self._beyond(flow, destination, place)

    def _at(self, flow: Flow, destination: Destination, place: Place, via: Via) -> Answer | None:
        """Rules 1 and 2: the very place that the entries lead to, or that kept its address."""
        key, *rest = destination.address.inner
        node = flow.nodes.get(key)
        if rest:
            step = flow.step(key, rest[0])
            if step is None:
                return None
            if step.wait is None and via is Via.SAME_ADDRESS:
                via = (
                    Via.NEXT_STEP
                )  # M2(3) starts at the step itself: it survives, its wait does not
            same = not destination.sent and step.wait is not None
            return self._going_on(flow, destination, place, via, step=step.key, same=same)
        if destination.sent:
            if isinstance(node, Sequence):
                return self._going_on(flow, destination, place, via, step=node.steps[0].key)
            return self._going_on(flow, destination, place, via) if isinstance(node, Join) else None
        if type(node) is not type(self.old.nodes[place.node]):
            return None
        if isinstance(node, Sequence) and not flow.leads_only_to_goals(key):
            return None
        return self._going_on(flow, destination, place, via, same=True)

    def _beyond(self, flow: Flow, destination: Destination, place: Place) -> Answer | None:
        """Rules 3 and 4: the next step that survives in the sequence, or else its end."""
        sequence = destination.address.inner[0]
        was_sequence = destination.sent or isinstance(self.old.nodes[place.node], Sequence)
        if not was_sequence or not isinstance(flow.nodes.get(sequence), Sequence):
            return None
        here = replace(destination.address, inner=(sequence,))
        for step in self._following(destination, place):
            carried = carry(step, self.entries)
            if (
                isinstance(carried, Address)
                and contains(here, carried)
                and has(flow, carried.inner)
            ):
                key = carried.inner[-1]
                return self._going_on(flow, destination, place, Via.NEXT_STEP, step=key)
        return self._going_on(flow, destination, place, Via.SEQUENCE_END)

    def _following(self, destination: Destination, place: Place) -> Iterator[Address]:
        """Yield the steps after the one that is gone, in the old order.

        For somebody who was sent to a step, that is the order of the sequence they were sent to.
        """
        gone = place.inner
        if destination.sent:
            gone = next(
                (i for i in inner_addresses(self.old) if self.carried(i) == destination.address), ()
            )
        node = self.old.nodes.get(gone[0]) if len(gone) > 1 else None
        if isinstance(node, Sequence):
            keys = [step.key for step in node.steps]
            for key in keys[keys.index(gone[1]) + 1 :]:
                yield self.start((gone[0], key))

    def _going_on(
        self,
        flow: Flow,
        destination: Destination,
        place: Place,
        via: Via,
        *,
        step: str | None = None,
        same: bool = False,
    ) -> Answer | None:
        """Return an answer unless it is void: no goal would listen any more (M2)."""
        node = destination.address.inner[0]
        if self.old.goals_after(place.node) and not flow.goals_after(node):
            return None
        campaign = "" if flow is self.new else str(destination.address.resource)
        return Answer(Outcome.GO_ON, via, node, step, same, campaign)

    # --- where M2 says nothing --------------------------------------------------------------------

    def _inferred(self, place: Place) -> Answer | None:
        """Return the way of another step of the sequence in which the contact may have stood."""
        leaving: list[Leave] = []
        for destination in self._conceivable(place):
            if isinstance(destination, Leave):
                leaving.append(destination)
                continue
            flow = self._flow_of(destination.address)
            if flow is None:
                continue
            found = self._at(flow, destination, place, Via.INFERRED) or self._beyond(
                flow, destination, place
            )
            if found is not None:
                return replace(found, via=Via.INFERRED, same=False)
        return _leaves(leaving[0], Via.INFERRED) if leaving else None

    def _conceivable(self, place: Place) -> list[Destination | Leave]:
        start = self.start(place.inner)
        steps = (start, *self._following(Destination(start), place))
        starts = dict.fromkeys(steps) if len(start.inner) > 1 else {}
        return conceivable(start, tuple(starts), self.entries)


def _leaves(leave: Leave, via: Via) -> Answer:
    match leave:
        case Leave.FINISH_ON_OLD:
            return Answer(Outcome.FINISH_ON_OLD, via)
        case Leave.EXIT:
            return Answer(Outcome.EXIT, via)
