"""What can be asked of an account's objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from account_engine.lookup import titled
from account_engine.objects import StoredObject, normalised, number_of
from account_engine.stores.port import Store


class ObjectViews:
    """The part of an account that knows its objects; see `account_engine.account.Account`."""

    _store: Store

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        with self._store.reading():
            return self._store.object(number)

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        """Return those of these objects that exist, by id."""
        with self._store.reading():
            found = (self._store.object(number) for number in numbers)
            return {stored.id: stored for stored in found if stored}

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """Return all objects of a kind, by id."""
        with self._store.reading():
            return self._store.objects_of(kind)

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the objects of a kind with this natural key, whatever its case and spacing."""
        with self._store.reading():
            return self._store.namesakes(kind, normalised(natural))

    def find(self, kind: str, name: str) -> tuple[StoredObject, ...]:
        """Return the objects of a kind that people call by this name, or whose key it is."""
        wanted = normalised(name)
        with self._store.reading():
            return tuple(
                stored
                for stored in self._store.objects_of(kind)
                if wanted in (stored.natural, normalised(stored.label), stored.reference)
            )

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one; retired flows count (M7)."""
        with self._store.reading():
            return self._store.referrers(number)

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        with self._store.reading():
            stored = self._store.object(number)
            return self._store.carriers(stored) if stored else 0

    def label(self, reference: str) -> str:
        """Return what people call an object (``#12``), or called it before it was deleted."""
        with self._store.reading():
            return titled(self._store, number_of(reference) or 0)
