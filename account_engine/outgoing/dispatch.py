"""Dispatch: which effects may go out now, what each says, and what came of it (C11, C13).

Whoever delivers claims some deliveries, asks for the parcel of each right before it goes, and says
what came of it; carrying is the business of `account_engine.delivery`. What is claimed and never
settled, because a process died, is claimed again when its time is over: at least once, under the
same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from account_engine.effects import EffectKind, Identity
from account_engine.errors import CopiedAccountError, UnknownObjectError
from account_engine.events import Event
from account_engine.life import AccountLife
from account_engine.lookup import find_present, state_of
from account_engine.objects import StoredObject, number_of, reference
from account_engine.outgoing import tracking
from account_engine.outgoing.deliveries import (
    Courier,
    CourierRow,
    Deferred,
    Delivery,
    DeliveryState,
    Outcome,
    Patience,
    Refused,
    in_brief,
    settled,
)
from account_engine.outgoing.packing import Packer
from account_engine.outgoing.unsubscribing import contact_of
from account_engine.position import Instant
from account_engine.stores.records import RecordedEffect
from account_engine.story import Line
from account_engine.whereabouts import AccountWhereabouts, Seen, Witness
from package_format.kinds.model import Json

CHUNK = 5_000
"""How many deliveries are begun in one transaction."""


class AccountDispatch(AccountLife, AccountWhereabouts):
    """The delivering half of an account; see `account_engine.account.Account`."""

    # --- couriers

    def couriers(self) -> Mapping[Courier, CourierRow]:
        """Return the couriers that were ever switched on."""
        with self._store.reading():
            return {row.courier: row for row in self._store.couriers()}

    def switch_on(
        self, courier: Courier, settings: Json, witness: Witness, *, backlog: bool = False
    ) -> None:
        """Let a courier carry what is recorded from now on, or give it other settings.

        The first time, the account is taken to be where it belongs.

        Args:
            courier: Which.
            settings: What it needs to know.
            witness: What will remember the account.
            backlog: Whether to carry also what was recorded before and never begun.

        Raises:
            CopiedAccountError: The account is a copy, which its owner has to confirm first.
        """
        self.demand_original(witness)
        with self._store.publishing():
            self._settle_in(witness)
            before = {row.courier: row for row in self._store.couriers()}.get(courier)
            taken = before.taken if before and before.is_on else self._store.last_effect()
            row = CourierRow(courier, is_on=True, settings=settings, taken=0 if backlog else taken)
            self._store.put_courier(row)

    def switch_off(self, courier: Courier) -> None:
        """Let a courier carry nothing any more; what is pending stays so."""
        with self._store.publishing():
            for row in self._store.couriers():
                if row.courier is courier:
                    self._store.put_courier(replace(row, is_on=False))

    @property
    def signing_key(self) -> str:
        """What posts to endpoints without a secret are signed with; empty if none was ever on."""
        with self._store.reading():
            dispatch = self._store.dispatch()
        return dispatch.key if dispatch else ""

    # --- delivering

    def take_up(self, courier: Courier, now: Instant) -> int:
        """Begin deliveries of all that a courier takes; return how many."""
        with self._store.reading():
            taken = {row.courier: row.taken for row in self._store.couriers()}
            if taken.get(courier, 0) >= self._store.last_effect():
                return 0
        begun = 0
        while True:
            with self._store.writing():
                more = self._store.take_up(courier, now, CHUNK)
            begun += more
            if more < CHUNK:
                return begun

    def claim(
        self, courier: Courier, now: Instant, until: Instant, limit: int, witness: Witness
    ) -> tuple[Delivery, ...]:
        """Claim deliveries of a courier that are due; none if it is off.

        Args:
            courier: Whose.
            now: The moment.
            until: When others may have them, if nobody says what came of them.
            limit: How many at most.
            witness: What remembers the account.

        Raises:
            CopiedAccountError: The account is a copy, which its owner has to confirm first.
        """
        with self._store.reading():  # whoever looks every second keeps nobody from writing
            due = self._store.next_delivery(courier)
            if due is None or due > now:
                return ()
        with self._store.writing():
            dispatch = self._store.dispatch()
            on = {row.courier for row in self._store.couriers() if row.is_on}
            if dispatch is None or courier not in on:
                return ()
            if not self._is_known(dispatch, witness):
                raise CopiedAccountError
            claimed = self._store.claim_deliveries(courier, now, until, limit)
            remembered = bool(claimed) and self._store.place().copied_over
            if remembered:
                account, rounds = self._store.identity().id, dispatch.rounds
                witness.note(account, Seen(dispatch.place, rounds, rounds + 1))
                self._store.put_dispatch(replace(dispatch, rounds=rounds + 1))
        if remembered:
            with self._store.writing():
                self._remember(self._store.dispatch() or dispatch, witness)
        return claimed

    def packer(self, courier: Courier) -> Packer:
        """Return what makes a courier's parcels, right before they go."""
        return Packer(self._store, courier)

    def settle(
        self,
        delivery: Delivery,
        outcome: Outcome,
        now: Instant,
        *,
        patience: Patience,
        spread: float,
    ) -> Delivery | None:
        """Write what an attempt came to, and let what follows from it happen.

        A refused address is an event (`email-bounced`), and what never goes stands in the contact's
        timeline.

        Args:
            delivery: What was claimed.
            outcome: What the attempt came to.
            now: When.
            patience: How long and how often it is tried.
            spread: From 0 up to 1, by chance.

        Returns:
            How far the delivery has come; None if another process has settled it meanwhile.
        """
        after = settled(delivery, outcome, now, patience=patience, spread=spread)
        tried = delivery.attempts
        with self._store.writing():
            if after.state is DeliveryState.DELIVERED:
                known = self._store.settle_delivery(after, was=DeliveryState.PENDING, tried=tried)
                return after if known else None
            recorded = self._store.effect(delivery.effect)
            ends = after.state in (DeliveryState.FAILED, DeliveryState.WITHHELD)
            whose = self._whose(recorded) if recorded and ends else None
            if not self._store.settle_delivery(after, was=DeliveryState.PENDING, tried=tried):
                return None
            if recorded is None:  # the contact was deleted meanwhile, and with them what it was
                return None
            if isinstance(outcome, Deferred) and outcome.stuck and after.next is not None:
                way = number_of(recorded.effect.resource)
                one = way if delivery.courier is Courier.HTTP else None
                self._store.put_off(delivery.courier, one, after.next)
            if whose is not None:
                self._tell(whose, recorded, after)
                if isinstance(outcome, Refused) and outcome.bounced:
                    self._hear_bounce(whose, recorded)
        return after

    def release(self, delivery: Delivery, until: Instant) -> None:
        """Give back what was claimed and not tried, to be claimed from then on."""
        with self._store.writing():
            untried = replace(delivery, attempts=delivery.attempts - 1, next=until)
            self._store.settle_delivery(untried, was=DeliveryState.PENDING, tried=delivery.attempts)

    # --- what comes back

    def bounced(self, message: int, said: str, now: Instant) -> bool:
        """Hear that an email came back after it had been accepted; False if that was known.

        Raises:
            UnknownObjectError: No such email was ever delivered.
        """
        with self._store.writing():
            recorded = self._store.effect(message)
            delivery = self._store.deliveries([message]).get(message)
            if recorded is None or delivery is None or recorded.effect.kind is not EffectKind.EMAIL:
                raise UnknownObjectError(f"no email {message} was ever sent from this account")
            failed = replace(
                delivery, state=DeliveryState.FAILED, at=now, detail=in_brief(f"came back: {said}")
            )
            whose = self._whose(recorded)
            if not self._store.settle_delivery(failed, was=DeliveryState.DELIVERED, tried=0):
                return False
            if whose is not None:
                self._tell(whose, recorded, failed)
                self._hear_bounce(whose, recorded)
            return True

    def message_number(self, identity: Identity) -> int | None:
        """Return the number of a message by its identity; None if it was never recorded."""
        with self._store.reading():
            return self._store.number_of_effect(identity)

    def unsubscribe(self, link: str) -> int | None:
        """Let the contact of a link (or of the token at its end) opt out of emails.

        Returns:
            The contact's number; None, and nothing happened, if the link is none of ours.
        """
        with self._store.writing():
            dispatch = self._store.dispatch()
            account = self._store.identity().id
            contact = contact_of(link, account, dispatch.key) if dispatch else None
            known = find_present(self._store, contact) if contact else None
            if known is not None:
                self.opt_out(known)
            return known

    def followed(self, token: str) -> tuple[int, StoredObject, Event | None] | None:
        """Return whose tracked link a token is, the link, and the event that following it is.

        No event if the contact is gone; None if the token is none of ours, or the link is gone.
        """
        with self._store.reading():
            dispatch, account = self._store.dispatch(), self._store.identity().id
            found = tracking.read(token, account, dispatch.key) if dispatch else None
            link = self._store.object(found.link) if found else None
            if found is None or link is None or link.kind != "link":
                return None
            contact = find_present(self._store, found.contact)
            if contact is None:
                return found.contact, link, None
            sent = self._store.effect(found.message)
            about = {"link": link.reference}
            if sent is not None and self._store.object(sent.effect.identity.campaign) is not None:
                who = sent.effect.identity
                about |= {"campaign": reference(who.campaign), "step": str(who.step)}
            return contact, link, Event("link-clicked", about)

    def opts_out(self, link: str) -> int | None:
        """Return whom a link to opt out belongs to; None, if it is none of ours."""
        with self._store.reading():
            dispatch, account = self._store.dispatch(), self._store.identity().id
            contact = contact_of(link, account, dispatch.key) if dispatch else None
            return find_present(self._store, contact) if contact else None

    def _whose(self, recorded: RecordedEffect) -> int | None:
        """Return whom something was recorded for, theirs alone by now; None if they are gone.

        Who leaves is locked before what goes out to them, so everybody else does it in this order.
        """
        try:
            return state_of(self._store, recorded.effect.identity.contact).contact.id
        except UnknownObjectError:
            return None

    def _hear_bounce(self, contact: int, recorded: RecordedEffect) -> None:
        effect = recorded.effect
        about = {"email": effect.resource, "campaign": reference(effect.identity.campaign)}
        known = {
            name: text
            for name, text in about.items()
            if self._store.object(number_of(text) or 0) is not None
        }
        step = {"step": str(effect.identity.step)} if "campaign" in known else {}
        self.submit(contact, Event("email-bounced", {**known, **step}))

    def _tell(self, contact: int, recorded: RecordedEffect, delivery: Delivery) -> None:
        """Add to the contact's timeline that something never went, and why."""
        effect = recorded.effect
        where = self._where(effect.identity)
        why = f"{effect.kind} {effect.resource}: {delivery.detail}"
        line = Line(delivery.at or 0, str(delivery.state), effect.identity.campaign, where, why)
        self._store.add_story(contact, [line])

    def _where(self, identity: Identity) -> str:
        return self._store.remembered_ids(identity.campaign).get(identity.step, "")

    # --- what is looked at and done by hand

    def deliveries(self, numbers: Iterable[int]) -> Mapping[int, Delivery]:
        """Return how far messages have come, by their numbers, as far as that was begun."""
        with self._store.reading():
            return self._store.deliveries(numbers)

    def deliveries_in(self, state: DeliveryState, *, limit: int) -> tuple[Delivery, ...]:
        """Return the first deliveries that have come this far."""
        with self._store.reading():
            return self._store.deliveries_in(state, limit=limit)

    def count_deliveries(self) -> Mapping[tuple[Courier, DeliveryState], int]:
        """Return how many deliveries of each courier have come how far."""
        with self._store.reading():
            return self._store.count_deliveries()

    def retry(self, numbers: Iterable[int], now: Instant) -> int:
        """Begin failed deliveries again; return how many."""
        with self._store.writing():
            return self._store.revive(numbers, now)
