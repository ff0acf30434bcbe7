"""Campaigns: what is done to one that changes or goes, and where its contacts go meanwhile (M2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from account_engine.changing.changes import Operation, Remove, Republish
from account_engine.objects import number_of
from account_engine.upgrading.lineage import inner_addresses
from cpt.errors import UsageError
from cpt.installer.choices import Choices, Course, Selector
from cpt.installer.plan import Travel
from cpt.installer.planning.catching_up import CatchingUp
from cpt.installer.planning.crossings import Crossings, has_retired
from cpt.installer.planning.draft import Draft
from cpt.installer.record.snapshot import Live, Snapshot, Standing
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign, Goal
from package_format.campaign.model import Sequence as Steps
from package_format.campaign.places import Place, places
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers, spots, staying
from package_format.upgrades.entries import ContinueAt, Entry, Leading, Leave, carry
from package_format.upgrades.lineage import departures, moves
from package_format.upgrades.staying import wait_at

Answered = tuple[tuple[Place, Answer | None], ...]


@dataclass(frozen=True)
class CampaignMigration:
    """What is done to a campaign in which contacts may stand.

    Attributes:
        operations: What is done to it, in order.
        travels: Where the contacts of each place go.
        stays: Whether contacts finish on the old flow, so that what it uses has to stay (M7).
        notes: What else the owner should know, one sentence each.
    """

    operations: tuple[Operation, ...]
    travels: tuple[Travel, ...]
    stays: bool
    notes: tuple[str, ...] = ()

    @property
    def goes_on_in(self) -> frozenset[int]:
        """The ids of the other campaigns, there already, in which contacts may go on."""
        answers = (
            answer
            for one in self.operations
            if isinstance(one, Republish)
            for _, answer in one.answers
        )
        numbers = (number_of(answer.campaign) for answer in answers if answer is not None)
        return frozenset(number for number in numbers if number is not None)


@dataclass(frozen=True)
class Migrating:
    """What it takes to migrate contacts besides the campaign itself."""

    snapshot: Snapshot
    choices: Choices
    crossings: Crossings
    flows: Mapping[Address, Flow]
    catching_up: CatchingUp

    def republished(self, draft: Draft, data: Json) -> CampaignMigration:
        """Return how a campaign gets its new flow.

        Args:
            draft: What becomes of it.
            data: The new flow's data as the account is given it.
        """
        live, old = _live(draft), draft.old or draft.address
        new = Flow(Campaign.model_validate(draft.result))
        entries = self.snapshot.carried.entries.get(old.package, ())
        before = Flow(Campaign.model_validate(live.data))
        others = {address: flow for address, flow in self.flows.items() if address != draft.address}
        found = self._named(answers(before, new, old, entries, draft.address, others), old)
        answered = self._settled(found, draft, new)
        there = _inner(before)
        arrivals = self.crossings.arrivals(draft.address, new)
        arriving = {one.target for one in arrivals}
        moved = (
            *moves(before, new, old, entries, draft.address, arriving),
            *past_moves(entries, old, draft.address, new, there),
        )
        republish = Republish(live.id, data, moved, answered, arrivals)
        return self._migration(draft, (republish,), before, answered, dict(found))

    def removed(self, draft: Draft) -> CampaignMigration:
        """Return how a campaign goes: nobody is put out of it unless somebody says so."""
        live, old = _live(draft), draft.old or draft.address
        before = Flow(Campaign.model_validate(live.data))
        entries = self.snapshot.carried.entries.get(old.package, ())
        found = self._named(answers(before, None, old, entries, None, self.flows), old)
        answered = self._settled(found, draft, None)
        outcomes = {answer.outcome if answer else None for _, answer in answered}
        finishing = has_retired(self.snapshot, live.id) and not self._all_leave(old)
        stays = finishing or any(self.crossings.finishes(answer) for _, answer in answered)
        operations: tuple[Operation, ...] = (Remove(live.id, "finish-on-old" if stays else "exit"),)
        if outcomes != {Outcome.FINISH_ON_OLD if stays else Outcome.EXIT}:
            # A removal treats everybody alike. Publishing the same flow once more first lets every
            # place have its own answer, and refuses where there is none.
            operations = (Republish(live.id, live.data, (), answered), *operations)
        migration = self._migration(draft, operations, before, answered, dict(found))
        return replace(migration, stays=finishing or migration.stays)

    def kept(self, draft: Draft) -> CampaignMigration:
        """Return how a campaign stays that no package has any more: who is in it stays in it.

        Whoever stands in what moves to another campaign goes along.
        """
        live, old = _live(draft), draft.old or draft.address
        before = Flow(Campaign.model_validate(live.data))
        entries = self.snapshot.carried.entries.get(old.package, ())
        gone = dict(departures(before, old, entries, draft.address))
        found = self._named(answers(before, None, old, entries, None, self.flows), old)
        stay = {place: staying(place) for place in spots(before)}
        along = {p: a for p, a in found if a and a.campaign and ".".join(p.inner) in gone}
        answered = self._settled(tuple({**stay, **along}.items()), draft, before)
        moving = any(answer != stay[place] for place, answer in answered)
        operations = (Republish(live.id, live.data, (), answered),) if moving else ()
        return self._migration(draft, operations, before, answered, {**stay, **along})

    def _migration(
        self,
        draft: Draft,
        operations: tuple[Operation, ...],
        before: Flow,
        answered: Answered,
        found: Mapping[Place, Answer | None],
    ) -> CampaignMigration:
        """Return what is done to a campaign, with what there is to say of those who stand in it."""
        occupied = [each for each in self._standing(_live(draft)) if each.contacts]
        given = dict(answered)
        return CampaignMigration(
            operations,
            self._travels(draft, answered, before, found),
            self._finishing(_live(draft), answered),
            (
                *(
                    note
                    for each in occupied
                    for note in self.catching_up.passed_by(
                        each.place, given.get(each.place), each.contacts, draft
                    )
                ),
                *(
                    note
                    for each in occupied
                    for note in self._begun_anew(each.place, given.get(each.place), before, draft)
                ),
            ),
        )

    def _begun_anew(
        self, place: Place, answer: Answer | None, before: Flow, draft: Draft
    ) -> Iterator[str]:
        """Say, going back, of whom nobody knows when their wait had begun before (M5, M8)."""
        if answer is None or not answer.same or answer.step is None or place.step is None:
            return
        here = replace(draft.old or draft.address, inner=place.inner)
        after = self._flow_in(answer, draft)
        wait = None if after is None else wait_at(after, answer.node, answer.step)
        if wait != wait_at(before, place.node, place.step):
            yield from (str(one) for one in self.snapshot.carried.begun if one.step == here)

    def _flow_in(self, answer: Answer, draft: Draft) -> Flow | None:
        """Return the flow in which an answer lets the contacts of a campaign go on."""
        if not answer.campaign:
            return self.flows.get(draft.address)
        name = self.crossings.names.of
        return next((f for a, f in self.flows.items() if name(str(a)) == answer.campaign), None)

    def held_back(self, migrations: Iterable[CampaignMigration]) -> Iterator[str]:
        """Say who will not go on in another campaign, since they are in an older version (M7)."""
        for migration in migrations:
            for number in sorted(migration.goes_on_in):
                there = self.snapshot.live(number)
                if there is not None and migration.travels and has_retired(self.snapshot, number):
                    yield (
                        f"Who is still finishing an earlier version of “{there.label}” finishes "
                        f"“{migration.travels[0].title}” as it was, too."
                    )

    def _all_leave(self, address: Address) -> bool:
        """Whether the owner said of a whole campaign that everybody leaves it."""
        said = self.choices.contacts_at(address)
        return (said[1] if said else self.choices.everyone) is Leave.EXIT

    def _settled(self, found: Answered, draft: Draft, new: Flow | None) -> Answered:
        """Let the owner answer: what they say most exactly counts."""
        standing = {each.place for each in self._standing(_live(draft)) if each.contacts}
        names = dict.fromkeys((draft.old or draft.address, draft.address))
        chosen = (
            (place, self._chosen(place, answer, names, new, occupied=place in standing))
            for place, answer in found
        )
        return tuple((p, self.catching_up.on_terms(p, answer, draft)) for p, answer in chosen)

    def _chosen(
        self,
        place: Place,
        answer: Answer | None,
        names: Iterable[Address],
        new: Flow | None,
        *,
        occupied: bool,
    ) -> Answer | None:
        """Say where the contacts of a place go; None if the owner is to say.

        Args:
            place: The place in the live flow.
            answer: Where M2 sends them.
            names: The campaign's addresses, old and new.
            new: Its new flow.
            occupied: Whether somebody stands there.
        """
        said = self.choices.contacts_at(*(replace(name, inner=place.inner) for name in names))
        elsewhere = answer is not None and (not answer.same or bool(answer.campaign))
        match said[1] if said else self.choices.everyone:
            case Course.ASK if occupied and elsewhere:
                return None
            case Leave() as leave if said or answer is None:
                return _leaving(leave)
            case ContinueAt(target):
                chosen = self._going_on(target, names, new)
                return answer if _is_there(answer, chosen) else chosen
            case _:
                return answer

    def _travels(
        self,
        draft: Draft,
        answered: Answered,
        before: Flow,
        found: Mapping[Place, Answer | None],
    ) -> tuple[Travel, ...]:
        standing = {each.place: each for each in self._standing(_live(draft))}
        shown = {*places(before), *standing}
        title = str(_live(draft).data["title"])
        return tuple(
            Travel(
                str(draft.address), title, place,
                standing[place].contacts if place in standing else 0,
                answer,
                standing[place].next_due if place in standing else None,
                found[place] if answer is None else None,
            )
            for place, answer in answered
            if place in shown
        )  # fmt: skip

    def _standing(self, live: Live) -> Iterator[Standing]:
        """Yield who stands in the live version; retired ones are left alone."""
        version = self.snapshot.versions[live.id]
        return (each for each in self.snapshot.standing[live.id] if each.version == version)

    def _finishing(self, live: Live, answered: Answered) -> bool:
        given = dict(answered)
        return any(self.crossings.finishes(given.get(each.place)) for each in self._standing(live))

    def _named(self, found: Answered, old: Address) -> Answered:
        return tuple((place, self.crossings.named(a, old.package)) for place, a in found)

    def _going_on(
        self, target: Address, names: Iterable[Address], new: Flow | None
    ) -> Answer | None:
        """Return the owner's answer: a place in this campaign, or in another that there will be."""
        own = Selector(target.resource)
        if any(own.means(name) for name in names):
            return _stop(target, new, self._namesakes(target))
        for address, flow in self.flows.items():
            if own.means(address):
                answer = replace(_stop(target, flow), campaign=str(address))
                return self.crossings.named(answer, address.package)
        return _stop(target, None)

    def _namesakes(self, target: Address) -> tuple[str, ...]:
        """Return the places of that name in all campaigns that there will be."""
        node, *step = target.inner or ("",)
        return tuple(
            replace(address, inner=target.inner).local
            for address, flow in self.flows.items()
            if node in flow.nodes and all(flow.step(node, key) for key in step)
        )


def _is_there(answer: Answer | None, chosen: Answer | None) -> bool:
    """Whether an answer leads where the owner wants it to: who waits there already waits on."""
    if answer is None or chosen is None or answer.outcome is not chosen.outcome:
        return False
    here = (answer.campaign, answer.node, answer.step)
    return here == (chosen.campaign, chosen.node, chosen.step)


def past_moves(
    entries: Sequence[Entry],
    old: Address,
    address: Address,
    new: Flow,
    there: frozenset[str] = frozenset(),
) -> tuple[tuple[str, str], ...]:
    """Return where entries move what is not in the live flow: it may have been there once (M3).

    Args:
        entries: As for `moves`.
        old: The campaign's address in the old version.
        address: Its address in the new one.
        new: Its new flow.
        there: The inner addresses of the live flow, for which `moves` answers.
    """
    names = {replace(name, package="") for name in (old, address)}
    pairs: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if not isinstance(entry, Leading):
            continue
        source = ".".join(entry.source.inner)
        if not source or source in there or entry.source.resource not in names:
            continue
        became = carry(entry.source, entries[index:])
        target = ".".join(became.inner) if isinstance(became, Address) else ""
        if isinstance(became, Address) and became.resource in names and target in _inner(new):
            pairs[source] = target
    return tuple(pairs.items())


def _inner(flow: Flow) -> frozenset[str]:
    return frozenset(inner_addresses(flow))


def _live(draft: Draft) -> Live:
    assert draft.live is not None  # noqa: S101  only what is in the account is republished
    return draft.live


def _leaving(leave: Leave) -> Answer:
    match leave:
        case Leave.EXIT:
            return Answer(Outcome.EXIT, Via.OWNER)
        case Leave.FINISH_ON_OLD:
            return Answer(Outcome.FINISH_ON_OLD, Via.OWNER)


def _stop(target: Address, new: Flow | None, elsewhere: Sequence[str] = ()) -> Answer:
    node = new.nodes.get(target.inner[0]) if new is not None and target.inner else None
    key = target.inner[1] if len(target.inner) > 1 else None
    if new is None or node is None or isinstance(node, Goal):
        raise UsageError(
            f"contacts cannot go on at {target}: the campaign will have no such sequence or join",
            *(f"did you mean continue-at:{each}?" for each in elsewhere),
            f"it will have {', '.join(_stops(new))}" if new else "it goes as a whole",
        )
    if isinstance(node, Steps):
        keys = [step.key for step in node.steps]
        if key is not None and key not in keys:
            raise UsageError(
                f"contacts cannot go on at {target}: {target.inner[0]} will have no such step",
                f"it will have {', '.join(keys)}",
            )
        key = key or keys[0]
    return Answer(Outcome.GO_ON, Via.OWNER, target.inner[0], key)


def _stops(flow: Flow) -> Sequence[str]:
    return [key for key, node in flow.nodes.items() if not isinstance(node, Goal)]
