"""Life: events reach contacts, and time passes; each becomes turns of the interpreter (C5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from account_engine import interpreter
from account_engine.catalogue import NOTHING
from account_engine.contacts import Contact, ContactState, Value
from account_engine.effects import Effect, EffectKind
from account_engine.errors import (
    ClockError,
    EngineBugError,
    InvalidDataError,
    UnknownObjectError,
)
from account_engine.events import Enrolment, Event, Stimulus
from account_engine.flows import LiveFlow
from account_engine.lookup import existing, known, live, state_of
from account_engine.objects import StoredObject, normalised, number_of, reference
from account_engine.position import Instant
from account_engine.stores.port import Store
from account_engine.story import Line
from account_engine.values import LONGEST, read_value
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import BUILT_IN, Channel, FieldType

_QUANTITY = re.compile(r"0*[1-9][0-9]{0,5}")
BATCH = 500
"""How many contacts' turns `Turns.pass_time` writes in one transaction."""


@dataclass(frozen=True)
class Ticked:
    """What the passing of time came to.

    Attributes:
        now: What the clock shows.
        turns: How many timers were due.
    """

    now: Instant
    turns: int


class AccountLife:
    """The living half of an account; see `account_engine.account.Account`."""

    _store: Store
    _stamp = -1
    _flows: tuple[LiveFlow, ...] = ()
    _catalogue = NOTHING

    # --- contacts

    def add_contact(
        self, values: Mapping[str, Value] | None = None, *, tags: Iterable[int] = ()
    ) -> Contact:
        """Add a contact as an import does: what they bring along is past, and no event (C12).

        Args:
            values: By the names of built-in and custom fields, or ids (``#12``).
            tags: The ids of the tags that the contact has.

        Raises:
            RefusedError: A field or tag is unknown, or a value is not what its field allows.
        """
        with self._store.writing():
            read = (self._value(name, value) for name, value in (values or {}).items())
            known = {field: value for field, value in read if value is not None}
            carried = [self._tag(tag).id for tag in tags]
            number = self._store.add_contact(known, carried)
            return state_of(self._store, number).contact

    def set_value(self, contact: int, field: str, value: Value) -> None:
        """Set a contact's value, from outside; an equal value is no event (C10).

        Args:
            contact: The contact.
            field: The name of a built-in or custom field, or its id (``#12``).
            value: The value, or the text of one; an empty text clears the field.
        """
        with self._store.writing():
            state = state_of(self._store, contact)
            key, read = self._value(field, value)
            if state.contact.values.get(key) == read:
                return
            values = {name: v for name, v in state.contact.values.items() if name != key}
            if read is not None:
                values[key] = read
            changed = replace(state.contact, values=values)
            self._happen(state, Event("field-changed", {"field": key}), changed)

    def apply_tag(self, contact: int, tag: int) -> None:
        """Put a tag on a contact, from outside; a tag that was there is no event (C10)."""
        with self._store.writing():
            state, label = state_of(self._store, contact), self._tag(tag).reference
            if label not in state.contact.tags:
                changed = replace(state.contact, tags=state.contact.tags | {label})
                self._happen(state, Event("tag-applied", {"tag": label}), changed)

    def remove_tag(self, contact: int, tag: int) -> None:
        """Take a tag off a contact, from outside; a tag that was not there is no event (C10)."""
        with self._store.writing():
            state, label = state_of(self._store, contact), self._tag(tag).reference
            if label in state.contact.tags:
                changed = replace(state.contact, tags=state.contact.tags - {label})
                self._happen(state, Event("tag-removed", {"tag": label}), changed)

    def opt_out(self, contact: int, channel: Channel = Channel.EMAIL) -> None:
        """Remember that a contact refuses a channel; one refused already is no event (C10, C13)."""
        with self._store.writing():
            state = state_of(self._store, contact)
            if channel not in state.contact.refused:
                self._happen(state, Event("opted-out", {"channel": channel}), state.contact)

    def opt_in(self, contact: int, channel: Channel = Channel.EMAIL) -> None:
        """Remember that a contact allows a channel again (C13)."""
        with self._store.writing():
            state = state_of(self._store, contact)
            allowed = replace(state.contact, refused=state.contact.refused - {channel})
            self._store.save(state, replace(state, contact=allowed))

    def assign_owner(self, contact: int, user: str | None) -> None:
        """Give a contact to a user, by address, or to nobody."""
        with self._store.writing():
            state = state_of(self._store, contact)
            owned = replace(state.contact, owner=user)
            self._store.save(state, replace(state, contact=owned))

    def buy(
        self, contact: int, lines: Sequence[tuple[int, int]], *, order: str = "", total: str = ""
    ) -> None:
        """Let a contact buy something: one order, one event (C10).

        Args:
            contact: The contact.
            lines: The product's id and how many of it, for each line.
            order: The order's number, if it has one.
            total: What it costs in all, if that is known.
        """
        more = {"order": order, "total": total}
        self.submit(
            contact,
            Event(
                "product-purchased",
                {
                    "product": tuple(reference(product) for product, _ in lines),
                    "quantity": tuple(str(quantity) for _, quantity in lines),
                    **{name: text for name, text in more.items() if text},
                },
            ),
        )

    def complete_task(self, contact: int, task: int, *, outcome: str = "") -> None:
        """Let somebody do an open task about a contact; without one there is no event (C10)."""
        with self._store.writing():
            state = state_of(self._store, contact)
            if reference(task) in state.contact.tasks:
                attributes = {"task": reference(task)} | ({"outcome": outcome} if outcome else {})
                self._happen(state, Event("task-completed", attributes), state.contact)

    def click(self, contact: int, link: int, *, message: int | None = None) -> None:
        """Let a contact follow a tracked link, in a message by its number or elsewhere."""
        with self._store.writing():
            sent = self._sent(contact, message)
            self.submit(contact, Event("link-clicked", {"link": reference(link), **sent}))

    def open_email(self, contact: int, message: int) -> None:
        """Let a contact open an email, by the message's number."""
        with self._store.writing():
            sent = self._sent(contact, message)
            recorded = self._store.effect(message)
            if recorded is None or recorded.effect.kind is not EffectKind.EMAIL:
                raise UnknownObjectError(f"message {message} is no email")
            email = recorded.effect.resource
            self.submit(contact, Event("email-opened", {"email": email, **sent}))

    def _sent(self, contact: int, message: int | None) -> dict[str, str]:
        """What says of an event in a message which step had sent that."""
        if message is None:
            return {}
        recorded = self._store.effect(message)
        if recorded is None or recorded.effect.identity.contact != contact:
            raise UnknownObjectError(f"contact {contact} never got a message {message}")
        who = recorded.effect.identity
        return {"campaign": reference(who.campaign), "step": str(who.step)}

    # --- turns

    def submit(self, contact: int, event: Event) -> None:
        """Let something happen to a contact: one event from outside, one turn (C5).

        Raises:
            RefusedError: The contact, the event or what it names is unknown.
        """
        with self._store.writing():
            state = state_of(self._store, contact)
            self._verify(event)
            self._happen(state, event, state.contact)

    def enrol(self, contact: int, campaign: int, event: Event) -> None:
        """Let one campaign's entry goals hear an event that was not one then (C12)."""
        with self._store.writing():
            state = state_of(self._store, contact)
            self._verify(event)
            existing(self._store, campaign)
            now = self._store.identity().clock
            self._save(state, self._turn(state, Enrolment(campaign, event), now))
            self._store.delete_empty_retired()

    def tick(self, to: Instant) -> Ticked:
        """Let time pass: every timer that is due by then has its turn, at its own moment.

        Written in batches, each with the clock that it has come to, so that whoever is interrupted
        can go on.

        Raises:
            ClockError: The clock shows a later time already.
        """
        turns = 0
        while True:
            with self._store.writing():
                now = self._store.identity().clock
                if to < now:
                    raise ClockError(
                        f"the account's clock cannot run backwards, by {now - to} seconds"
                    )
                done, arrived = self._pass_time(now, to)
                self._store.delete_empty_retired()
            turns += done
            if arrived:
                return Ticked(to, turns)

    def _pass_time(self, now: Instant, to: Instant) -> tuple[int, bool]:
        """Run one batch and set the clock; return how many turns, and whether `to` is reached."""
        turns = contacts = 0
        while contacts < BATCH:
            due = self._store.next_due(to)
            if due is None:
                self._store.set_clock(to)
                return turns, True
            now = max(now, due)
            crowd = self._store.claim_due(now, BATCH - contacts)
            for number in crowd:
                turns += self._run_due(state_of(self._store, number), now)
            contacts += len(crowd)
        self._store.set_clock(now)
        return turns, False

    def _run_due(self, state: ContactState, now: Instant) -> int:
        """Let all of a contact's timers that are due have their turns, in order (C10)."""
        flows, before, turns = self._live(), state, 0
        effects: list[Effect] = []
        story: list[Line] = []
        while (following := interpreter.next_due(flows, state)) and following[0] <= now:
            turn = self._turn(state, following[1], now)
            if turn.state == state:
                raise EngineBugError(f"the timer {following[1]} of {state.contact.id} never ends")
            state, turns = turn.state, turns + 1
            effects += turn.effects
            story += turn.story
        self._save(before, interpreter.Turn(state, tuple(effects), tuple(story)))
        return turns

    def _happen(self, state: ContactState, event: Event, changed: Contact) -> None:
        """Handle an event from outside that has changed the contact to this."""
        now = self._store.identity().clock
        self._store.add_event(changed.id, now, event)
        self._save(state, self._turn(replace(state, contact=changed), event, now))
        self._store.delete_empty_retired()

    def _turn(self, state: ContactState, stimulus: Stimulus, now: Instant) -> interpreter.Turn:
        flows = self._live()
        return interpreter.turn(flows, state, stimulus, now, self._zone(), self._catalogue)

    def _save(self, before: ContactState, turn: interpreter.Turn) -> None:
        self._store.save(before, turn.state)
        self._store.add_story(before.contact.id, turn.story)
        for effect in turn.effects:
            number = number_of(effect.resource)
            text = self._store.object(number) if number else None
            if text is None:
                raise EngineBugError(f"{effect.identity} sends {effect.resource}, which is gone")
            self._store.add_effect(effect, text.digest, text.data)

    def _live(self) -> tuple[LiveFlow, ...]:
        """Every flow, read again only when the account's resources have changed."""
        stamp = self._store.stamp()
        if stamp != self._stamp:
            self._flows = tuple(live(row) for row in self._store.flows())
            self._catalogue = known(self._store, self._flows)
            self._stamp = stamp
        return self._flows

    def _zone(self) -> str:
        return self._store.identity().zone

    # --- what is named

    def _tag(self, number: int) -> StoredObject:
        found = existing(self._store, number)
        if found.kind != "tag":
            raise UnknownObjectError(f"{found.called} is not a tag")
        return found

    def _value(self, field: str, value: Value) -> tuple[str, Value | None]:
        """Return a field as contacts have it, and the value read as its type."""
        if field in BUILT_IN:
            return field, read_value(value, BUILT_IN[field], name=field)
        number = number_of(field)
        numbers = self._store.namesakes("field", normalised(field)) if number is None else (number,)
        found = self._store.object(numbers[0]) if numbers else None
        if found is None or found.kind != "field":
            raise UnknownObjectError(f"contacts of this account have no field {field!r}")
        kind = FieldType(found.data.get("type", FieldType.TEXT))
        choices = found.data.get("choices", ())
        return found.reference, read_value(value, kind, choices, name=str(found.data["name"]))

    def _verify(self, event: Event) -> None:
        """An event is of a known sort, and the objects that it names exist."""
        if event.word not in TRIGGERS:
            raise InvalidDataError(
                f"{event.word!r} is not an event; the events are {', '.join(TRIGGERS)}"
            )
        for value in event.attributes.values():
            for text in (value,) if isinstance(value, str) else value:
                if len(text) > LONGEST:
                    raise InvalidDataError(
                        f"what an event says has up to {LONGEST:,} characters, "
                        f"and this has {len(text):,}"
                    )
                number = number_of(text)
                if number is not None:
                    existing(self._store, number)
        for quantity in event.several("quantity"):
            if not _QUANTITY.fullmatch(quantity):
                raise InvalidDataError(
                    f"{quantity[:60]!r} is not how many somebody bought: a number from 1 to 999,999"
                )
        for channel in event.several("channel"):
            if channel not in tuple(Channel):
                raise InvalidDataError(f"{channel!r} is not one of {', '.join(Channel)}")
