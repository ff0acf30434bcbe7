"""An account at an address: what it says of itself, and its resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import TypeAdapter

from account_engine.objects import StoredObject, normalised, number_of
from account_engine.views.account import AccountInfo
from cpt.accounts.remote import wire
from cpt.accounts.remote.line import Line
from cpt.accounts.remote.wire import instant
from package_format.kinds.model import Json

AT_ONCE = 1000
"""How many things are asked for with one request."""


class RemoteResources:
    """The part of a remote account that knows its resources; see `cpt.accounts.remote.account`."""

    _line: Line
    _labels: dict[str, str]

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        said = self._line.read(wire.Info, "GET", "/account")
        return AccountInfo(
            said.id,
            said.incarnation,
            said.name,
            said.features,
            said.zone,
            instant(said.now),
            said.head,
        )

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        return self.objects([number]).get(number)

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        """Return those of these objects that exist, by id."""
        wanted = [number for number in dict.fromkeys(numbers) if 0 < number < 2**63]
        found: dict[int, StoredObject] = {}
        for start in range(0, len(wanted), AT_ONCE):
            asked = {"numbers": wanted[start : start + AT_ONCE]}
            page = self._line.read(wire.Resources, "POST", "/resources/lookup", json=asked)
            found |= {one.id: _stored(one) for one in page.resources}
        return found

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """Return every object of a kind, by id."""
        return tuple(self._listed({"kind": kind}))

    def find(self, kind: str, name: str) -> tuple[StoredObject, ...]:
        """Return the objects of a kind that people call by this name, or whose key it is."""
        wanted = normalised(name)
        return tuple(
            one
            for one in self.objects_of(kind)
            if wanted in (one.natural, normalised(one.label), one.reference)
        )

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the ids of the objects of a kind with this (normalised) natural key."""
        return tuple(one.id for one in self._listed({"kind": kind, "natural": natural}))

    def _listed(self, asked: Mapping[str, str]) -> Iterator[StoredObject]:
        after: int | None = 0
        while after is not None:
            params = {**asked, "after": after, "limit": AT_ONCE}
            page = self._line.read(wire.Resources, "GET", "/resources", params=params)
            yield from map(_stored, page.resources)
            after = page.next

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one; retired flows count (M7)."""
        used = self._used(number)
        return used.referrers if used else ()

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        used = self._used(number)
        return used.carriers if used else 0

    def _used(self, number: int) -> wire.Used | None:
        return self._line.read_if_there(wire.Used, f"/resources/{number}")

    def label(self, text: str) -> str:
        """Return what people call an object (``#12``), or called it before it was deleted.

        What something is called is asked for once, however often it is said.
        """
        if text not in self._labels:
            number = number_of(text) or 0
            asked = {"numbers": [number] if number else []}
            page = self._line.read(wire.Resources, "POST", "/resources/lookup", json=asked)
            labels = [*(_stored(one).label for one in page.resources), *page.gone.values()]
            self._labels[text] = labels[0] if labels else f"#{number}"
        return self._labels[text]

    def edit_from(self, before: StoredObject, data: Json) -> StoredObject:
        """Replace the data of an object, as an owner does, if it still is as it was read.

        Raises:
            RefusedError: Somebody has edited it meanwhile, or the key may not.
            BadInputError: The data is not what the kind allows.
            StrandedError: Contacts would have nowhere to go.
        """
        self._labels.pop(before.reference, None)
        sent = {"data": data, "digest": before.digest}
        with self._line.writing("the edit", f"'cpt account show {before.reference!r}' tells"):
            said = self._line.asked("PUT", f"/resources/{before.id}", json=sent)
        return _stored(self._line.understood(TypeAdapter(wire.Resource), said))


def _stored(one: wire.Resource) -> StoredObject:
    return StoredObject(one.id, one.kind, one.data)
