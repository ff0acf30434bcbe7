"""The working memory of one turn, and the moves that every part of it makes.

Nothing of it outlives the call of `turn`, so that the turn as a whole is a pure function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from whenever import Date

from account_engine.catalogue import Catalogue
from account_engine.contacts import ContactState
from account_engine.effects import Effect
from account_engine.entries import next_entry
from account_engine.flows import LiveFlow
from account_engine.interpreter.agenda import Agenda, Arrival
from account_engine.language import timers
from account_engine.language.conditions import holds
from account_engine.language.scoring import decayed
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from package_format.campaign.conditions import Condition
from package_format.campaign.model import Goal


class Memory:
    """What a turn knows and has done so far.

    Attributes:
        flows: The published flows, in their order.
        stopped: The flows that are not published, in theirs.
        now: The moment of the turn.
        zone: The account's time zone.
        catalogue: What is known of the account's resources.
        contact: The contact, as it is by now.
        positions: The open positions by identity.
        entries: As in `ContactState`.
        passed: As in `ContactState`.
        agenda: What is still to be worked off.
        entered: The nodes entered in this turn (C5), as positions' identities.
        effects: What was recorded.
        story: What was told.
    """

    def __init__(
        self,
        flows: Sequence[LiveFlow],
        state: ContactState,
        now: Instant,
        zone: str,
        catalogue: Catalogue,
    ) -> None:
        """Begin a turn."""
        known = sorted(flows, key=lambda flow: (flow.order, flow.version))
        self.flows = tuple(flow for flow in known if flow.published)
        self.stopped = tuple(flow for flow in known if not flow.published)
        self.now = now
        self.zone = zone
        self.catalogue = catalogue
        self.contact = decayed(state.contact, catalogue, now, zone)
        self.positions = {position.identity: position for position in state.positions}
        self.entries = dict(state.entries)
        self.passed = set(state.passed)
        self.agenda = Agenda()
        self.entered: set[tuple[int, int, str]] = set()
        self.effects: list[Effect] = []
        self.story: list[Line] = []

    @property
    def state(self) -> ContactState:
        """The contact's state by now."""
        return ContactState(
            contact=self.contact,
            positions=tuple(self.positions[identity] for identity in sorted(self.positions)),
            entries=self.entries,
            passed=frozenset(self.passed),
        )

    @property
    def own_zone(self) -> str:
        """The contact's time zone."""
        return timers.zone_of(self.contact, self.zone)

    @property
    def today(self) -> Date:
        """The present date where the contact lives."""
        return timers.today(self.contact, self.now, self.zone)

    @property
    def standing(self) -> frozenset[tuple[int, int]]:
        """The flows in which the contact has an open position or a pending arrival (C2)."""
        return frozenset(
            [identity[:2] for identity in self.positions]
            + [arrival.flow.key for arrival in self.agenda.arrivals]
        )

    def flow(self, key: tuple[int, int]) -> LiveFlow | None:
        """Return a published flow by campaign and version."""
        return next((flow for flow in self.flows if flow.key == key), None)

    def at(self, flow: LiveFlow, nodes: Collection[str]) -> tuple[Position, ...]:
        """Return the open positions at these nodes of a flow, by node."""
        there = sorted(one for one in self.positions if one[:2] == flow.key and one[2] in nodes)
        return tuple(self.positions[identity] for identity in there)

    def holds(
        self, condition: Condition | None, standing: frozenset[tuple[int, int]] | None = None
    ) -> bool:
        """Whether a condition holds now; none always does.

        Args:
            condition: The condition.
            standing: What `standing` was, where many conditions are asked of one moment.
        """
        if condition is None:
            return True
        flows = self.standing if standing is None else standing
        campaigns = {f"#{campaign}" for campaign, _ in flows}
        return holds(
            condition, self.contact, self.today, standing=campaigns, catalogue=self.catalogue
        )

    def tell(self, what: str, flow: LiveFlow | None, node: str, why: str) -> None:
        """Add a line to the story."""
        campaign = None if flow is None else flow.campaign
        self.story.append(Line(self.now, what, campaign, node, why))

    def may_enter(self, flow: LiveFlow, node: str) -> bool:
        """Note that a node is entered, unless it was in this turn already (C5)."""
        if (*flow.key, node) in self.entered:
            self.tell("refused", flow, node, "entered in this turn already (C5)")
            return False
        self.entered.add((*flow.key, node))
        return True

    def opened(
        self, flow: LiveFlow, node: str, status: Status, skip: frozenset[int] = frozenset()
    ) -> Position:
        """Return a new position, with an entry of its own; it is not put down yet."""
        entry = next_entry(flow, node, self.entries, self.passed)
        self.entries[(flow.campaign, flow.ids[node])] = entry
        return Position(*flow.key, node, status, None, entry, self.now, skip=skip)

    def lead(
        self,
        flow: LiveFlow,
        node: str,
        source: str,
        targets: Sequence[str],
        left: Position | None = None,
        skip: frozenset[int] = frozenset(),
    ) -> None:
        """Follow the arrows out of a node: to the next nodes, or into the queue (C7).

        Args:
            flow: The flow.
            node: The node that is left.
            source: What the next nodes know it by: its key, or ``key.way``.
            targets: Where the arrows lead.
            left: The position that ended there, if there was one; queueing goes on with its entry.
            skip: What does not run beyond (M3).
        """
        onward = [t for t in targets if not isinstance(flow.flow.nodes[t], Goal)]
        for target in onward:
            self.agenda.append(Arrival(flow, target, source, skip))
        if not targets:
            self.tell("ended", flow, source, "finished")
        elif not onward:
            ended = left or self.opened(flow, node, Status.QUEUED, skip)
            self.positions[ended.identity] = ended.queued(self.now)
            self.tell("queued", flow, source, f"waits for goal {' or '.join(targets)} (C7)")
