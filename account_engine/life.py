"""Life: what happens to contacts from outside, by hand; each is a turn of the interpreter (C5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from account_engine import enrolling
from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.errors import UnknownObjectError
from account_engine.events import Enrolment, Event, Placement
from account_engine.language.facts import changed
from account_engine.lookup import existing, find_present, present, state_of
from account_engine.objects import StoredObject, normalised, number_of, reference
from account_engine.story import Line
from account_engine.values import read_value, verify_text
from account_engine.working import AccountWork
from package_format.contact_fields import BUILT_IN, Channel, FieldType


class AccountLife(AccountWork):
    """The living half of an account; see `account_engine.account.Account`."""

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

    def set_value(self, contact: int, field: str, value: Value) -> tuple[Line, ...]:
        """Set a contact's value, from outside; an equal value is no event (C10).

        Args:
            contact: The contact.
            field: The name of a built-in or custom field, or its id (``#12``).
            value: The value, or the text of one; an empty text clears the field.

        Returns:
            The story of the turn; empty if the value is an equal one.
        """
        with self._store.writing():
            state = self._up_to_date(contact)
            key, read = self._value(field, value)
            if state.contact.values.get(key) == read:
                return ()
            values = {name: v for name, v in state.contact.values.items() if name != key}
            if read is not None:
                values[key] = read
            valued = replace(state.contact, values=values)
            return self._happen(state, Event("field-changed", {"field": key}), valued)

    def apply_tag(self, contact: int, tag: int) -> tuple[Line, ...]:
        """Put a tag on a contact, from outside; a tag that was there is no event (C10)."""
        with self._store.writing():
            return self.report(contact, Event("tag-applied", {"tag": self._tag(tag).reference}))

    def remove_tag(self, contact: int, tag: int) -> tuple[Line, ...]:
        """Take a tag off a contact, from outside; a tag that was not there is no event (C10)."""
        with self._store.writing():
            return self.report(contact, Event("tag-removed", {"tag": self._tag(tag).reference}))

    def opt_out(self, contact: int, channel: Channel = Channel.EMAIL) -> tuple[Line, ...]:
        """Remember that a contact refuses a channel; one refused already is no event (C10, C13)."""
        return self.report(contact, Event("opted-out", {"channel": channel}))

    def opt_in(self, contact: int, channel: Channel = Channel.EMAIL) -> None:
        """Remember that a contact allows a channel again (C13)."""
        with self._store.writing():
            state = self._up_to_date(contact)
            allowed = replace(state.contact, refused=state.contact.refused - {channel})
            self._store.save(state, replace(state, contact=allowed))

    def assign_owner(self, contact: int, user: str | None) -> None:
        """Give a contact to a user, by address, or to nobody."""
        verify_text(user or "", "an owner's address")
        with self._store.writing():
            state = self._up_to_date(contact)
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
        attributes = {"task": reference(task)} | ({"outcome": outcome} if outcome else {})
        self.report(contact, Event("task-completed", attributes))

    def report(self, contact: int, event: Event) -> tuple[Line, ...]:
        """Let something happen to a contact that is an event only if it changes them (C10).

        A tag that was there, a channel that was refused and a task that was not open are none; what
        changes nothing by itself always is one.

        Returns:
            The story of the turn; empty if it is none.

        Raises:
            RefusedError: The contact, the event or what it names is unknown.
        """
        with self._store.writing():
            state = self._up_to_date(contact)
            self._verify(event)
            said = changed(state.contact, event)
            return () if said is None else self._happen(state, event, said)

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

    def in_message(self, contact: int, event: Event, message: int) -> Event:
        """Return an event as one that happened in a message, by the message's number.

        Raises:
            UnknownObjectError: The contact never got such a message.
        """
        with self._store.reading():
            return Event(event.word, {**event.attributes, **self._sent(contact, message)})

    def _sent(self, contact: int, message: int | None) -> dict[str, str]:
        """What says of an event in a message which step had sent that."""
        if message is None:
            return {}
        recorded = self._store.effect(message)
        who = recorded.effect.identity if recorded else None
        known = present(self._store, contact)
        if who is None or find_present(self._store, who.contact) != known:
            raise UnknownObjectError(f"contact {contact} never got a message {message}")
        return {"campaign": reference(who.campaign), "step": str(who.step)}

    # --- turns

    def submit(self, contact: int, event: Event) -> tuple[Line, ...]:
        """Let something happen to a contact: one event from outside, one turn (C5).

        Returns:
            The story of the turn.

        Raises:
            RefusedError: The contact, the event or what it names is unknown.
        """
        with self._store.writing():
            state = self._up_to_date(contact)
            self._verify(event)
            return self._happen(state, event, state.contact)

    def enrol(self, contact: int, campaign: int, event: Event) -> None:
        """Let one campaign's entry goals hear an event that was not one then (C12)."""
        with self._store.writing():
            state = self._up_to_date(contact)
            self._verify(event)
            existing(self._store, campaign)
            now = self._store.identity().clock
            self._save(state, self._turn(state, Enrolment(campaign, event), now))
            self._store.delete_empty_retired()

    def enrol_tagged(self, campaign: int, tags: Sequence[int]) -> int:
        """Enrol the contacts who have any of these tags in a campaign; see `enrolling` (C12).

        They have their turns when the account is worked on next.

        Returns:
            How many.

        Raises:
            RefusedError: There is no such campaign or tag, or it hears none of them for that.
        """
        with self._store.publishing():
            return enrolling.enrol_tagged(self._store, campaign, tags)

    def verify_enrolment(self, campaign: int, tags: Sequence[int]) -> None:
        """Refuse what `enrol_tagged` would refuse.

        Raises:
            RefusedError: Likewise.
        """
        with self._store.reading():
            enrolling.verify(self._store, campaign, tags)

    def place(self, contact: int, campaign: int, sequence: str) -> tuple[Line, ...]:
        """Send a contact into a sequence of a campaign, whatever leads there.

        Returns:
            The story of the turn; one who is there already stays where they are (C6).

        Raises:
            RefusedError: There is no such contact or campaign.
        """
        with self._store.writing():
            state = self._up_to_date(contact)
            existing(self._store, campaign)
            now = self._store.identity().clock
            turn = self._turn(state, Placement(campaign, sequence), now)
            self._save(state, turn)
            self._store.delete_empty_retired()
            return turn.story

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
