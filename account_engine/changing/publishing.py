"""Publishing: how objects come, change and go in an account, and what that means for its flows.

Everything here happens inside one `Store.writing`, for a change set or for an owner's own edit
alike; references are verified once, by `Publisher.finish`, so that the order of writing is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from account_engine.changing.changes import Arrival
from account_engine.errors import InvalidDataError, StillUsedError
from account_engine.lookup import called, current, existing, live
from account_engine.objects import StoredObject, number_of, read, read_campaign, refers_to
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow
from account_engine.upgrading import migration
from account_engine.upgrading.flow_migration import migrate_flow
from account_engine.upgrading.lineage import inherited, inner_addresses, listening
from account_engine.upgrading.travelled import Elsewhere
from account_engine.values import verify_data
from package_format.campaign.flow import Flow
from package_format.campaign.places import Place
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Json, Message, Model, marked
from package_format.kinds.table import KINDS
from package_format.templates import read_message
from package_format.upgrades.answers import Answer, Outcome

LEAVINGS: Mapping[str, Outcome] = {
    "exit": Outcome.EXIT,
    "finish-on-old": Outcome.FINISH_ON_OLD,
}
"""What becomes of the contacts of a campaign that is removed, by the word for it."""


@dataclass(frozen=True)
class _Replaced:
    """A flow whose contacts are still to be migrated to its successor.

    Attributes:
        row: The flow that they stand in.
        new: Its successor.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changing.changes.Republish`.
        ever: The ids of every node and step that there was before the successor.
    """

    row: FlowRow
    new: FlowRow
    answers: Mapping[Place, Answer | None]
    moves: Sequence[tuple[str, str]]
    ever: frozenset[int]

    @property
    def elsewhere(self) -> frozenset[str]:
        """The other campaigns (``#12``) to which contacts go."""
        return frozenset(a.campaign for a in self.answers.values() if a and a.campaign)


class Publisher:
    """Writes objects and flows, and migrates contacts; for one transaction.

    Contacts are migrated when all flows are written, for some go on in another campaign's: before
    anything is removed, and at the end.

    Attributes:
        travelled: How many positions have migrated to another place or version so far.
    """

    def __init__(self, store: Store) -> None:
        """Begin; `finish` ends."""
        self.travelled = 0
        self._store = store
        self._waiting: list[_Replaced] = []
        self._arrivals: dict[tuple[int, int], tuple[tuple[str, str], ...]] = {}
        self._ids_before: dict[int, Mapping[str, int]] = {}
        self._written: dict[int, tuple[tuple[int, str], ...]] = {}
        self._removed: list[StoredObject] = []

    def create(
        self,
        kind: str,
        data: Json,
        number: int | None = None,
        arrivals: Sequence[Arrival] = (),
    ) -> StoredObject:
        """Make an object; a campaign is published at once, and acts on nothing past (C12).

        Args:
            kind: Its kind.
            data: Its data.
            number: Its id, if one was taken already.
            arrivals: As in `account_engine.changing.changes.Create`.

        Raises:
            InvalidDataError: The data is not what the kind allows.
        """
        if number is None:
            number = self._store.take_numbers("objects", 1)
        if kind == "campaign":
            return self._begin(number, data, 1, (), arrivals)
        return self._put(kind, data, number)

    def revive(
        self,
        number: int,
        kind: str,
        data: Json,
        *,
        moves: Sequence[tuple[str, str]],
        arrivals: Sequence[Arrival] = (),
    ) -> StoredObject:
        """Make a campaign that is gone again, with the ids that it had (M3, C6).

        Who still finishes it stays on its retired flow, and is heard there alone (M7).

        Raises:
            InvalidDataError: There was no such campaign, or it is there; or the data is not right.
        """
        departed = self._store.departed(number)
        is_gone = departed is not None and self._store.object(number) is None
        if departed is None or not is_gone or (departed[0], kind) != ("campaign", "campaign"):
            raise InvalidDataError(f"#{number} is no campaign that this account had once")
        versions = [row.version for row in self._store.flows_of(number)]
        return self._begin(number, data, 1 + max(versions, default=0), moves, arrivals)

    def update(self, number: int, data: Json) -> StoredObject:
        """Replace the data of anything but a campaign."""
        before = existing(self._store, number)
        if before.kind == "campaign":
            raise InvalidDataError(f"{before.called} is changed by a migration, not by an update")
        return self._put(before.kind, data, number)

    def republish(
        self,
        number: int,
        data: Json,
        *,
        moves: Sequence[tuple[str, str]],
        answers: Mapping[Place, Answer | None],
        arrivals: Sequence[Arrival] = (),
    ) -> None:
        """Give a campaign a new flow; its contacts are migrated in the end (M0)."""
        row = current(self._store, number)
        self._ids_before.setdefault(number, row.ids)
        version = row.version + 1
        stored = self._put("campaign", data, number, version=version)
        self._store.put_flow(_retired(row), ())
        ever = frozenset(self._store.remembered_ids(number))
        new = self._put_flow(stored, replace(row, version=version), moves, arrivals)
        self._unite_entries(number, row.ids, new.ids, moves)
        self._waiting.append(_Replaced(row, new, answers, moves, ever))

    def remove(self, number: int, contacts: str = "exit") -> None:
        """Delete an object.

        Args:
            number: The object.
            contacts: For a campaign, a word of `LEAVINGS`.

        Raises:
            StillUsedError: Contacts carry it.
            StrandedContactsError: As of `finish`.
        """
        self._migrate()
        gone = existing(self._store, number)
        carriers = self._store.carriers(gone)
        if carriers:
            raise StillUsedError(
                f"{gone.called} cannot be removed: {carriers} contacts carry it; "
                "take it from them first, or leave it in the account"
            )
        if contacts not in LEAVINGS:
            raise InvalidDataError(f"contacts leave by {' or '.join(LEAVINGS)}, not by {contacts}")
        if gone.kind == "campaign":
            for row in self._store.flows_of(number):
                self._store.put_flow(_retired(row), ())
            if LEAVINGS[contacts] is Outcome.EXIT:
                self.empty(number)
        self._store.delete_object(number)
        self._written.pop(number, None)
        self._removed.append(gone)

    def empty(self, campaign: int) -> None:
        """Let everybody leave a campaign that is gone, or goes."""
        for row in self._store.flows_of(campaign):
            everyone = migration.everyone(live(row), Outcome.EXIT)
            self.travelled += migrate_flow(self._store, row, None, everyone)

    def finish(self) -> None:
        """Migrate contacts, verify the whole, and drop retired flows that nobody is in (M7).

        Raises:
            StrandedContactsError: Somebody stands where there is no answer.
            InvalidDataError: Something refers to what is not there.
            StillUsedError: Something refers to what was removed.
        """
        self._migrate()
        self._store.delete_empty_retired()
        for number, targets in self._written.items():
            self._verify_references(number, targets)
        for gone in self._removed:
            referrers = [called(self._store, number) for number in self._store.referrers(gone.id)]
            if referrers:
                raise StillUsedError(
                    f"{gone.called} cannot be removed: {' and '.join(referrers)} refers to it"
                )

    def _verify_references(self, number: int, targets: Sequence[tuple[int, str]]) -> None:
        for target, kind in targets:
            found = self._store.object(target)
            if found is None or found.kind != kind:
                raise InvalidDataError(
                    f"{called(self._store, number)} refers to #{target}, "
                    f"and that is no {KINDS[kind].title} of this account"
                )

    def _put(self, kind: str, data: Json, number: int, version: int = 0) -> StoredObject:
        model = read(kind, data)
        stored = StoredObject(number, kind, model.canonical())
        if kind == "field":
            self._verify_name(stored)
        verify_data(stored.data, kind)
        _verify_messages(model)
        targets = tuple(refers_to(model))
        self._store.put_object(stored)
        self._store.put_references(number, version, (target for target, _ in targets))
        self._written[number] = targets
        return stored

    def _verify_name(self, stored: StoredObject) -> None:
        """A field's name is how texts find it, so no two have the same."""
        name = stored.natural or ""
        others = [n for n in self._store.namesakes("field", name) if n != stored.id]
        if others or name in BUILT_IN:
            raise InvalidDataError(f"the account already has a field called {name!r}")

    def _begin(
        self,
        number: int,
        data: Json,
        version: int,
        moves: Sequence[tuple[str, str]],
        arrivals: Sequence[Arrival],
    ) -> StoredObject:
        """Publish a campaign that has no live flow, unless what comes to it was stopped."""
        stored = self._put("campaign", data, number, version=version)
        sources = {one.campaign for one in arrivals}
        published = all(row.published for one in sources for row in self._store.flows_of(one))
        row = FlowRow(number, version, stored.data, {}, published=published)
        self._put_flow(stored, row, moves, arrivals)
        return stored

    def _put_flow(
        self,
        stored: StoredObject,
        like: FlowRow,
        moves: Sequence[tuple[str, str]],
        arrivals: Sequence[Arrival],
    ) -> FlowRow:
        """Write a campaign's flow; ids and whether it is published are as in its predecessor."""
        flow = Flow(read_campaign(stored.data))
        remembered = self._store.remembered_ids(like.campaign)
        known = {campaign: self._ids_of(campaign) for campaign in {a.campaign for a in arrivals}}
        coming = [
            (one, known[one.campaign][one.source])
            for one in arrivals
            if one.source in known[one.campaign]
        ]
        foreign = {one.target: number for one, number in coming}
        kept = inherited(flow, like.ids, moves, remembered, foreign)
        new = [inner for inner in inner_addresses(flow) if inner not in kept]
        first = self._store.take_numbers("nodes", len(new))
        ids = kept | {inner: first + index for index, inner in enumerate(new)}
        row = replace(like, data=stored.data, ids=ids)
        self._store.put_flow(row, listening(flow))
        self._store.remember_ids(row.campaign, ids)
        self._bring_along(row, coming)
        return row

    def _ids_of(self, campaign: int) -> dict[str, int]:
        """Return the ids of all that a campaign has, or once had, before any of this (M1).

        Raises:
            InvalidDataError: There is no such campaign.
        """
        if not self._is_campaign(campaign):
            raise InvalidDataError(f"nothing can come from #{campaign}: it is no campaign here")
        ids = {address: number for number, address in self._store.remembered_ids(campaign).items()}
        before = self._ids_before.get(campaign)
        if before is None:
            rows = self._store.flows_of(campaign)
            before = next((row.ids for row in rows if not row.retired), {})
        return {**ids, **before}

    def _is_campaign(self, number: int) -> bool:
        stored = self._store.object(number)
        return stored is not None and stored.kind == "campaign"

    def _bring_along(self, row: FlowRow, coming: Iterable[tuple[Arrival, int]]) -> None:
        """Let what was entered and passed in other campaigns count here (C6, M3)."""
        brought: dict[int, list[tuple[int, int]]] = {}
        for one, number in coming:
            if one.target in row.ids:
                brought.setdefault(one.campaign, []).append((number, row.ids[one.target]))
                way = (one.campaign, row.campaign)
                self._arrivals[way] = (*self._arrivals.get(way, ()), (one.source, one.target))
        for campaign, ids in brought.items():
            self._store.bring_along(campaign, row.campaign, ids)

    # --- migrating contacts

    def _migrate(self) -> None:
        """Migrate the contacts of every flow that was replaced so far."""
        while self._waiting:
            replaced = next(filter(self._is_next, self._waiting), self._waiting[0])
            self._waiting.remove(replaced)
            self.travelled += migrate_flow(
                self._store,
                replaced.row,
                replaced.new,
                replaced.answers,
                replaced.moves,
                replaced.ever,
                self._elsewhere(replaced),
            )

    def _is_next(self, replaced: _Replaced) -> bool:
        """Whether those whom its contacts may meet elsewhere have migrated already (M6)."""
        waiting = {f"#{one.row.campaign}" for one in self._waiting if one is not replaced}
        return not replaced.elsewhere & waiting

    def _elsewhere(self, replaced: _Replaced) -> dict[str, Elsewhere]:
        """Return the campaigns that a flow's contacts go to; those that are not there, are not."""
        found = {}
        leaving = {one.row.campaign: one.row.version for one in self._waiting}
        for name in replaced.elsewhere:
            number = number_of(name) or 0
            rows = self._store.flows_of(number) if self._is_campaign(number) else ()
            for row in (row for row in rows if not row.retired):
                moves = self._arrivals.get((replaced.row.campaign, row.campaign), ())
                found[name] = Elsewhere(live(row), moves, leaving.get(row.campaign))
        return found

    def _unite_entries(
        self,
        campaign: int,
        old: Mapping[str, int],
        new: Mapping[str, int],
        moves: Sequence[tuple[str, str]],
    ) -> None:
        """Let entries of every node that was merged into another count there (C6)."""
        for source, target in moves:
            if source in old and target in new and "." not in source and old[source] != new[target]:
                self._store.bring_along(campaign, campaign, [(old[source], new[target])])


def _verify_messages(model: Model) -> None:
    """What could not be rendered at delivery is refused before it is ever sent."""
    for found in marked(model):
        if isinstance(found.marker, Message):
            for problem in read_message(found.value).problems:
                where = ".".join(str(part) for part in found.path)
                raise InvalidDataError(f"{where}: {problem.message}")


def _retired(row: FlowRow) -> FlowRow:
    return replace(row, retired=True)
