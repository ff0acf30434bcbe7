"""Publishing: how objects come, change and go in an account, and what that means for its flows.

Everything here happens inside one `Store.writing`, for a change set or for an owner's own edit
alike; references are verified once, by `Publisher.finish`, so that the order of writing is free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from account_engine import migration
from account_engine.carrying import carry
from account_engine.errors import InvalidDataError, StillUsedError
from account_engine.lineage import inherited, inner_addresses, listening
from account_engine.lookup import called, current, existing, live
from account_engine.objects import StoredObject, read, read_campaign, refers_to
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow
from account_engine.values import verify_data
from package_format.answers import Answer, Outcome
from package_format.campaign.flow import Flow
from package_format.campaign.places import Place
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Json, Message, Model, marked
from package_format.kinds.table import KINDS
from package_format.templates import read_message

LEAVINGS: Mapping[str, Outcome] = {
    "exit": Outcome.EXIT,
    "finish-on-old": Outcome.FINISH_ON_OLD,
}
"""What becomes of the contacts of a campaign that is removed, by the word for it."""


class Publisher:
    """Writes objects and flows, and carries contacts along; for one transaction."""

    def __init__(self, store: Store) -> None:
        """Begin; `finish` ends."""
        self._store = store
        self._written: dict[int, tuple[tuple[int, str], ...]] = {}
        self._removed: list[StoredObject] = []

    def create(self, kind: str, data: Json, number: int | None = None) -> StoredObject:
        """Make an object; a campaign is published at once, and acts on nothing past (C12).

        Args:
            kind: Its kind.
            data: Its data.
            number: Its id, if one was taken already.

        Raises:
            InvalidDataError: The data is not what the kind allows.
        """
        if number is None:
            number = self._store.take_numbers("objects", 1)
        if kind == "campaign":
            return self._begin(number, data, 1, ())
        return self._put(kind, data, number)

    def revive(
        self, number: int, kind: str, data: Json, *, moves: Sequence[tuple[str, str]]
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
        return self._begin(number, data, 1 + max(versions, default=0), moves)

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
    ) -> int:
        """Give a campaign a new flow and carry its contacts over (M0).

        Returns:
            How many positions were carried to another place or version.

        Raises:
            StrandedContactsError: Somebody stands where there is no answer.
        """
        row = current(self._store, number)
        version = row.version + 1
        stored = self._put("campaign", data, number, version=version)
        self._store.put_flow(_retired(row), ())
        ever = frozenset(self._store.remembered_ids(number))
        new = self._put_flow(stored, replace(row, version=version), moves)
        self._unite_entries(number, row.ids, new.ids, moves)
        return carry(self._store, row, new, answers, moves, ever)

    def remove(self, number: int, contacts: str = "exit") -> int:
        """Delete an object.

        Args:
            number: The object.
            contacts: For a campaign, a word of `LEAVINGS`.

        Returns:
            How many positions were carried to another place or version.

        Raises:
            StillUsedError: Contacts carry it.
        """
        gone = existing(self._store, number)
        carriers = self._store.carriers(gone)
        if carriers:
            raise StillUsedError(
                f"{gone.called} cannot be removed: {carriers} contacts carry it; "
                "take it from them first, or leave it in the account"
            )
        if contacts not in LEAVINGS:
            raise InvalidDataError(f"contacts leave by {' or '.join(LEAVINGS)}, not by {contacts}")
        travelled = 0
        if gone.kind == "campaign":
            outcome = LEAVINGS[contacts]
            for row in self._store.flows_of(number):
                self._store.put_flow(_retired(row), ())
                if outcome is Outcome.EXIT:
                    everyone = migration.everyone(live(row), outcome)
                    travelled += carry(self._store, row, None, everyone)
        self._store.delete_object(number)
        self._written.pop(number, None)
        self._removed.append(gone)
        return travelled

    def finish(self) -> None:
        """Verify what the whole must fulfil, and drop retired flows that nobody is in (M7).

        Raises:
            InvalidDataError: Something refers to what is not there.
            StillUsedError: Something refers to what was removed.
        """
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
        self, number: int, data: Json, version: int, moves: Sequence[tuple[str, str]]
    ) -> StoredObject:
        """Publish a campaign that has no live flow."""
        stored = self._put("campaign", data, number, version=version)
        self._put_flow(stored, FlowRow(number, version, stored.data, {}), moves)
        return stored

    def _put_flow(
        self, stored: StoredObject, like: FlowRow, moves: Sequence[tuple[str, str]]
    ) -> FlowRow:
        """Write a campaign's flow; ids and whether it is published are as in its predecessor."""
        flow = Flow(read_campaign(stored.data))
        remembered = self._store.remembered_ids(like.campaign)
        kept = inherited(flow, like.ids, moves, remembered)
        new = [inner for inner in inner_addresses(flow) if inner not in kept]
        first = self._store.take_numbers("nodes", len(new))
        ids = kept | {inner: first + index for index, inner in enumerate(new)}
        row = replace(like, data=stored.data, ids=ids)
        self._store.put_flow(row, listening(flow))
        self._store.remember_ids(row.campaign, ids)
        return row

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
                self._store.unite_node(campaign, old[source], new[target])


def _verify_messages(model: Model) -> None:
    """What could not be rendered at delivery is refused before it is ever sent."""
    for found in marked(model):
        if isinstance(found.marker, Message):
            for problem in read_message(found.value).problems:
                where = ".".join(str(part) for part in found.path)
                raise InvalidDataError(f"{where}: {problem.message}")


def _retired(row: FlowRow) -> FlowRow:
    return replace(row, retired=True)
