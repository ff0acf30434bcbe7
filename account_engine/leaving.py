"""Leaving: contacts who are merged into another one, and contacts who are deleted.

Both are written whole or not at all, with the contacts locked: nobody moves them meanwhile, and
what is received for them meanwhile is heard by whoever they are then.
"""

from __future__ import annotations

from account_engine import merging
from account_engine.contacts import Contact
from account_engine.effects import EffectKind
from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.lookup import present, state_of
from account_engine.outgoing.deliveries import CARRIES, Delivery, DeliveryState
from account_engine.position import Instant
from account_engine.stores.records import RecordedEffect
from account_engine.story import Line
from account_engine.working import AccountWork

_TO_THEMSELVES = (EffectKind.EMAIL, EffectKind.LETTER, EffectKind.FAX, EffectKind.CALL)
"""What a contact gets, and should not get twice."""


class AccountLeaving(AccountWork):
    """The part of an account that lets contacts go; see `account_engine.account.Account`."""

    def merge(self, survivor: int, duplicate: int) -> Contact:
        """Let two contacts be one: the duplicate becomes the survivor (`account_engine.merging`).

        What was recorded for the duplicate goes to the survivor; of a message that both were to
        get by the same step, one goes. From now on the duplicate's number means the survivor. To
        merge the same two again changes nothing.

        Returns:
            The survivor.

        Raises:
            UnknownObjectError: There is no such contact, or the duplicate is another one by now.
            InvalidDataError: They are the same number.
        """
        if survivor == duplicate:
            raise InvalidDataError(f"contact {survivor} cannot be merged into themselves")
        with self._store.writing():
            first, second = present(self._store, survivor), present(self._store, duplicate)
            if first == second:
                return state_of(self._store, first).contact
            if second != duplicate:
                raise UnknownObjectError(
                    f"contact {duplicate} was merged into contact {second}; "
                    "name that one if they are to be merged too"
                )
            for number in sorted((first, second)):  # in one order, whoever merges whom
                self._up_to_date(number)
            return self._merge(first, second)

    def _merge(self, survivor: int, duplicate: int) -> Contact:
        store, now = self._store, self._store.identity().clock
        one, other = state_of(store, survivor), state_of(store, duplicate)
        withheld = [
            line
            for recorded in self._said_twice(one.contact.id, other.contact.id)
            if (line := self._withhold(recorded, one.contact.id, now)) is not None
        ]
        flows = self._live()
        merged = merging.merge(
            flows, one, other, now=now, zone=self._zone(), catalogue=self._catalogue
        )
        store.unite_contacts(other.contact.id, one.contact.id, now)
        store.save(one, merged.state)
        store.add_story(one.contact.id, [*merged.story, *withheld])
        store.delete_empty_retired()
        return merged.state.contact

    def _said_twice(self, survivor: int, duplicate: int) -> tuple[RecordedEffect, ...]:
        """Return what the duplicate is yet to get, and the survivor by the same step, too."""
        mine, theirs = self._store.unsent(survivor), self._store.unsent(duplicate)
        steps = {_step(recorded) for recorded in mine}
        return tuple(
            recorded
            for recorded in theirs
            if recorded.effect.kind in _TO_THEMSELVES and _step(recorded) in steps
        )

    def _withhold(self, recorded: RecordedEffect, survivor: int, now: Instant) -> Line | None:
        """Withhold what nobody has begun to carry; return how the story says it."""
        effect = recorded.effect
        courier = next(one for one, kinds in CARRIES.items() if effect.kind in kinds)
        was = effect.identity.contact
        why = f"contact {was} is contact {survivor} now, who gets this by the same step (C11)"
        delivery = Delivery(
            recorded.number, courier, DeliveryState.WITHHELD, 0, now, None, now, why
        )
        if not self._store.add_withheld(delivery):
            return None
        where = self._store.remembered_ids(effect.identity.campaign).get(effect.identity.step, "")
        said = f"{effect.kind} {effect.resource}: {why}"
        return Line(now, "withheld", effect.identity.campaign, where, said)

    def delete_contact(self, number: int) -> None:
        """Forget a contact, for good: all that is known, was told, and was to be sent (C7).

        Nothing that was recorded for them goes out any more, unless it is on its way already. What
        stays is their number, that it was deleted, and when.

        Raises:
            UnknownObjectError: There is no such contact; one who was merged into another is not
                the one to delete.
        """
        with self._store.writing():
            now = self._store.identity().clock
            known = state_of(self._store, number).contact.id
            if known != number:
                raise UnknownObjectError(
                    f"contact {number} was merged into contact {known}; delete that one"
                )
            self._store.delete_contact(number, now)
            self._store.delete_empty_retired()


def _step(recorded: RecordedEffect) -> tuple[int, int]:
    return recorded.effect.identity.campaign, recorded.effect.identity.step
