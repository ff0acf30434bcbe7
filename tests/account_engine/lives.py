"""A life: one contact, some campaigns, and what happens to them, in virtual time.

The campaigns are written as authors write them. Resources are called by their names, where an
account would have ids: to the kernel both are just texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

import yaml
from whenever import Instant as Moment
from whenever import PlainDateTime

from account_engine.catalogue import NOTHING, Catalogue
from account_engine.contacts import Contact, ContactState, Value
from account_engine.effects import Effect
from account_engine.entries import brought_along
from account_engine.events import Due, Enrolment, Event, Stimulus
from account_engine.flows import LiveFlow
from account_engine.interpreter import Turn, next_due, turn
from account_engine.language.timers import later
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from account_engine.upgrading.lineage import inherited, inner_addresses
from account_engine.upgrading.migration import accounted_for, everyone, migrate
from account_engine.upgrading.travelled import Elsewhere, Migrated
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.campaign.timers import Duration
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, answers
from package_format.upgrades.entry_data import read_entries
from package_format.upgrades.lineage import departures, moves

MONDAY = "2026-03-02T09:00"
ADDRESS = Address.parse("campaign/c")


def instant(text: str, zone: str = "UTC") -> Instant:
    """Read a local date and time."""
    local = PlainDateTime.parse_iso(text)
    return local.assume_tz(zone, disambiguation="compatible").timestamp()


def shown(moment: Instant | None, zone: str = "UTC") -> str | None:
    """Write a moment as ``2026-03-02T09:00``, local."""
    if moment is None:
        return None
    return Moment.from_timestamp(moment).to_tz(zone).to_plain().format_iso()[:16]


def flow_of(text: str) -> Flow:
    """Read a campaign; its title may be left out."""
    return Flow(Campaign.model_validate({"title": "C", **yaml.safe_load(text)}))


def live(text: str, *, campaign: int = 1, first_id: int = 100) -> LiveFlow:
    """Make the first version of a campaign, with ids of its own."""
    flow = flow_of(text)
    ids = dict(zip(inner_addresses(flow), count(first_id), strict=False))
    return LiveFlow(campaign, 1, flow, ids, (flow.campaign.title.casefold(), campaign))


class Life:
    """One contact's life in an account of some campaigns, numbered from 1."""

    def __init__(
        self,
        *campaigns: str,
        start: str = MONDAY,
        zone: str = "UTC",
        tags: Iterable[str] = (),
        catalogue: Catalogue = NOTHING,
        **values: Value,
    ) -> None:
        """Begin."""
        self.flows = [
            live(text, campaign=number, first_id=100 * number)
            for number, text in enumerate(campaigns, 1)
        ]
        self.zone, self.catalogue = zone, catalogue
        self.now = instant(start, zone)
        contact = Contact(1, {"email": "ada@example.com", **values}, frozenset(tags))
        self.state = ContactState(contact)
        self.effects: list[Effect] = []
        self.story: list[Line] = []
        self._next_id = count(10_000)

    # --- what happens -----------------------------------------------------------------------------

    def handle(self, stimulus: Stimulus) -> Turn:
        """Have one turn."""
        done = turn(self.flows, self.state, stimulus, self.now, self.zone, self.catalogue)
        self.state = done.state
        self.effects += done.effects
        self.story += done.story
        self.verify()
        return done

    def happen(self, word: str, **attributes: str | tuple[str, ...]) -> Turn:
        """Let an event come from outside."""
        return self.handle(Event(word, attributes))

    def submit(self, form: str) -> Turn:
        """Let the contact send in a form."""
        return self.happen("web-form-submitted", form=form)

    def tag(self, tag: str) -> Turn:
        """Put a tag on the contact, from outside."""
        contact = self.state.contact
        changed = replace(contact, tags=contact.tags | {tag})
        self.state = replace(self.state, contact=changed)
        return self.happen("tag-applied", tag=tag)

    def set(self, field: str, value: Value | None) -> Turn:
        """Set a contact's value, from outside."""
        contact = self.state.contact
        values = {name: v for name, v in contact.values.items() if name != field}
        if value is not None:
            values[field] = value
        self.state = replace(self.state, contact=replace(contact, values=values))
        return self.happen("field-changed", field=field)

    def enrol(self, word: str, campaign: int = 1, **attributes: str) -> Turn:
        """Enrol the contact (C12)."""
        return self.handle(Enrolment(campaign, Event(word, attributes)))

    def fire(self, node: str, campaign: int = 1, version: int = 1) -> Turn:
        """Let a timer fire, due or not."""
        return self.handle(Due(campaign, version, node))

    def advance(self, duration: str) -> None:
        """Let time pass; every timer that is due by then has its turn, at its own moment."""
        to = later(self.now, Duration.parse(duration), self.zone)
        while (following := next_due(self.flows, self.state)) and following[0] <= to:
            self.now = max(self.now, following[0])
            before = self.state
            self.handle(following[1])
            assert self.state != before, f"{following[1]} never ends"
        self.now = to

    def sleep(self, duration: str) -> None:
        """Let time pass while the engine is down."""
        self.now = later(self.now, Duration.parse(duration), self.zone)

    # --- upgrades ---------------------------------------------------------------------------------

    def prepared(
        self, text: str, entries: str = "[]", campaign: int = 1
    ) -> tuple[LiveFlow, LiveFlow, dict[Place, Answer | None], tuple[tuple[str, str], ...]]:
        """Return the live flow, the one that an upgrade would make, the answers and the moves."""
        old = self.current(campaign)
        flow, read = flow_of(text), read_entries(yaml.safe_load(entries))
        moved = moves(old.flow, flow, ADDRESS, read)
        kept = inherited(flow, old.ids, moved, self._remembered(campaign))
        ids = {
            inner: kept[inner] if inner in kept else next(self._next_id)
            for inner in inner_addresses(flow)
        }
        new = replace(old, version=old.version + 1, flow=flow, ids=ids)
        return old, new, dict(answers(old.flow, flow, ADDRESS, read)), moved

    def _remembered(self, campaign: int) -> dict[int, str]:
        """Return the last address of every id that a campaign ever had."""
        flows = [flow for flow in self.flows if flow.campaign == campaign]
        found: dict[int, str] = {}
        for flow in sorted(flows, key=lambda flow: flow.version):
            found = {n: a for n, a in found.items() if n not in flow.addresses} | flow.addresses
        return found

    def upgrade(
        self,
        text: str,
        entries: str = "[]",
        *,
        campaign: int = 1,
        owner: dict[Place, Answer] | None = None,
    ) -> Migrated:
        """Upgrade a campaign, with real answers, and with those that the owner gives."""
        old, new, answered, moved = self.prepared(text, entries, campaign)
        done = migrate(
            old,
            new,
            {**answered, **(owner or {})},
            self.state,
            now=self.now,
            zone=self.zone,
            moves=moved,
        )
        assert accounted_for(self.state, done) == ()
        if not done.unanswered:
            others = [flow for flow in self.flows if flow is not old]
            self.flows = [*others, replace(old, retired=True), new]
        self.state = done.state
        self.story += done.story
        self.verify()
        return done

    def upgrade_together(self, campaigns: Mapping[int, str | None], entries: str) -> None:
        """Upgrade all campaigns of a package at once, whose number n is ``campaign/cn`` (M2).

        Args:
            campaigns: Every campaign, by number; None removes it, a new number makes a new one.
            entries: What was moved, among them too.
        """
        read = read_entries(yaml.safe_load(entries))
        old = {flow.campaign: flow for flow in self.flows if not flow.retired}
        new = {n: flow_of(text) for n, text in campaigns.items() if text is not None}
        crossings = {
            (n, int(target.key[1:])): [
                (source, ".".join(there.inner))
                for source, there in departures(flow.flow, _address(n), read, _address(n))
                if there.key == target.key and ".".join(there.inner) in inner_addresses(new[m])
            ]
            for n, flow in old.items()
            for m in new
            for target in [_address(m)]
            if m != n
        }
        moved = {
            n: moves(
                old[n].flow, new[n], _address(n), read, None,
                {here for (_, m), pairs in crossings.items() if m == n for _, here in pairs},
            )
            for n in old.keys() & new.keys()
        }  # fmt: skip
        flows = {n: self._next(n, old, new[n], moved.get(n, ()), crossings) for n in new}
        for (n, m), pairs in crossings.items():
            ids = [(old[n].ids[there], flows[m].ids[here]) for there, here in pairs]
            self.state = brought_along(self.state, n, m, ids)
        answered = {
            n: dict(
                answers(
                    flow.flow, new.get(n), _address(n), read, None,
                    {_address(m): other for m, other in new.items() if m != n},
                )
            )
            for n, flow in old.items()
        }  # fmt: skip
        waiting = set(old)
        while waiting:  # those who are met first
            named = {f"campaign/c{n}" for n in waiting}
            goes_to = {n: {a.campaign for a in answered[n].values() if a} & named for n in waiting}
            n = min(waiting, key=lambda n: (bool(goes_to[n]), n))
            waiting.remove(n)
            done = migrate(
                old[n], flows.get(n), answered[n], self.state, now=self.now, zone=self.zone,
                moves=moved.get(n, ()),
                elsewhere={
                    f"campaign/c{m}": Elsewhere(
                        flow, tuple(crossings[n, m]), flow.version - 1 if m in waiting else None
                    )
                    for m, flow in flows.items()
                    if m != n
                },
            )  # fmt: skip
            assert not done.unanswered
            assert accounted_for(self.state, done) == ()
            self.state = done.state
            self.story += done.story
        self.flows = [*(replace(f, retired=True) for f in self.flows), *flows.values()]
        self.verify()

    def _next(
        self,
        campaign: int,
        old: Mapping[int, LiveFlow],
        flow: Flow,
        moved: tuple[tuple[str, str], ...],
        crossings: Mapping[tuple[int, int], list[tuple[str, str]]],
    ) -> LiveFlow:
        foreign = {
            here: old[n].ids[there]
            for (n, m), pairs in crossings.items()
            if m == campaign
            for there, here in pairs
        }
        before = old[campaign].ids if campaign in old else {}
        kept = inherited(flow, before, moved, self._remembered(campaign), foreign)
        versions = [f.version for f in self.flows if f.campaign == campaign]
        ids = {i: kept[i] if i in kept else next(self._next_id) for i in inner_addresses(flow)}
        order = (flow.campaign.title.casefold(), campaign)
        return LiveFlow(campaign, 1 + max(versions, default=0), flow, ids, order)

    def remove(self, outcome: Outcome, campaign: int = 1) -> Migrated:
        """Remove a campaign."""
        old = self.current(campaign)
        done = migrate(old, None, everyone(old, outcome), self.state, now=self.now, zone=self.zone)
        assert accounted_for(self.state, done) == ()
        self.flows = [flow for flow in self.flows if flow is not old]
        self.flows.append(replace(old, retired=True))
        self.state = done.state
        self.story += done.story
        return done

    # --- what one sees ----------------------------------------------------------------------------

    def current(self, campaign: int = 1) -> LiveFlow:
        """Return the version of a campaign that is not retired."""
        return next(f for f in self.flows if f.campaign == campaign and not f.retired)

    @property
    def sent(self) -> list[str]:
        """What was sent or given to do, in order."""
        return [effect.resource for effect in self.effects]

    @property
    def at(self) -> list[str]:
        """Where the contact stands: ``remind.nudge``, ``remind queued``, ``wrap-up joining``."""
        return [_shown_position(position) for position in self.state.positions]

    def due(self, node: str) -> str | None:
        """Return when somebody at a node goes on, local."""
        return shown(self.position(node).due, self.zone)

    def position(self, node: str) -> Position:
        """Return the position at a node."""
        return next(p for p in self.state.positions if p.node == node)

    def told(self, *words: str) -> list[str]:
        """Return the story's lines of these sorts, as ``what node: why``."""
        return [f"{line.what} {line.node}: {line.why}" for line in self.story if line.what in words]

    def verify(self) -> None:
        """Verify what is always so."""
        flows = {flow.key: flow.flow for flow in self.flows}
        identities = [position.identity for position in self.state.positions]
        assert len(set(identities)) == len(identities), "two runs of one node"
        for position in self.state.positions:
            flow = flows[position.identity[:2]]
            assert position.node in flow.nodes
            assert position.step is None or flow.step(position.node, position.step)
            assert (position.status is Status.RUNNING) or position.step is None
        sent = [effect.identity for effect in self.effects]
        assert len(set(sent)) == len(sent), "something was sent twice"


def _address(campaign: int) -> Address:
    return Address("", "campaign", f"c{campaign}")


def _shown_position(position: Position) -> str:
    match position.status:
        case Status.RUNNING:
            where = position.where if position.step else f"end of {position.node}"
            return f"{where} overtaken" if position.overtaken else where
        case Status.QUEUED:
            return f"{position.node} queued{' absorbing' if position.overtaken else ''}"
        case Status.JOINING:
            return f"{position.node} {'absorbing' if position.overtaken else 'joining'}"
