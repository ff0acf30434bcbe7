"""What can be asked of what an account sends: messages, as they are now and as recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from account_engine.effects import Effect, EffectKind
from account_engine.lookup import contacts_of, titled
from account_engine.outgoing.rendering import Message, Renderer
from account_engine.stores.port import Store
from account_engine.stores.records import RecordedEffect


class MessageViews:
    """The part of an account that knows its messages; see `account_engine.account.Account`."""

    _store: Store

    def outbox(self, *, after: int = 0, limit: int | None = None) -> tuple[Message, ...]:
        """Return what is to be delivered, rendered with the values of this moment (C11, C13).

        Args:
            after: Leave out the messages up to this number.
            limit: Return no more than this.
        """
        with self._store.reading():
            return tuple(self._rendered(self._store.effects(after=after, limit=limit)))

    def _rendered(self, effects: Sequence[RecordedEffect]) -> Iterator[Message]:
        renderer = Renderer.of(self._store)
        contacts = contacts_of(self._store, {one.effect.identity.contact for one in effects})
        campaigns = {one.effect.identity.campaign for one in effects}
        titles = {number: titled(self._store, number) for number in campaigns}
        for recorded in effects:
            who = recorded.effect.identity
            yield renderer.render(recorded, contacts[who.contact], titles[who.campaign])

    def recorded(self) -> tuple[Effect, ...]:
        """Return everything that was recorded, not rendered, in the order in which it was."""
        with self._store.reading():
            return tuple(each.effect for each in self._store.effects())

    def message(self, number: int) -> Message | None:
        """Return one message, as `outbox` does; None if there is none with this number."""
        with self._store.reading():
            recorded = self._store.effect(number)
            return next(self._rendered((recorded,)), None) if recorded else None

    def count_sent(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """Return how many messages of each kind were recorded after this number."""
        with self._store.reading():
            return self._store.count_effects(after=after)

    def last_message(self) -> int:
        """Return the number of the newest message; 0 if there is none."""
        with self._store.reading():
            return self._store.last_effect()
