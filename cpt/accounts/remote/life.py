"""What happens to the contacts of an account at an address: events, values and consent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import TypeAdapter

from account_engine.contacts import Contact, Value
from account_engine.events import Event
from account_engine.objects import reference
from cpt.accounts.remote import wire
from cpt.accounts.remote.campaigns import PATIENCE
from cpt.accounts.remote.people import RemotePeople, contact_of
from package_format.contact_fields import Channel
from package_format.kinds.model import Json

_HOW_TO_SEE = "'cpt account contact WHO' tells what happened to somebody"


class RemoteLife(RemotePeople):
    """The part of a remote account in which things happen; see `cpt.accounts.remote.account`.

    Attributes:
        heard: Whether every event that was sent has had its turn.
        tells: Whether the story of what happens is told at once; here it is not.
    """

    heard: bool
    tells = False
    _events: list[Json] | None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Return a context at whose end the events of several calls are sent: all of them or none.

        What is no event (values, consent, new contacts) is done at once, each by itself; to do
        that again changes nothing.

        Raises:
            BadInputError: One of the events cannot be; none of them was received.
            AccountUnreachableError: Whether they were received could not be learnt.
        """
        self._events = []
        try:
            yield
            events = self._events
        finally:
            self._events = None
        if events:
            self._send(events)

    def _send(self, events: list[Json]) -> None:
        lines = "".join(f"{json.dumps(event)}\n" for event in events)
        with self._line.writing("the events", _HOW_TO_SEE):
            said = self._line.asked(
                "POST",
                "/events/bulk",
                params={"wait": PATIENCE},
                content=lines.encode(),
                headers={"Content-Type": "application/x-ndjson"},
            )
        received = self._line.understood(TypeAdapter(wire.Received), said)
        self.heard = self.heard and received.turn == "done"

    def report(self, contact: int, event: Event) -> None:
        """Let something happen to a contact that is an event only if it changes them (C10)."""
        said = {"contact": contact, "event": event.word, "about": dict(event.attributes)}
        if self._events is None:
            self._send([said])
        else:
            self._events.append(said)

    submit = report

    def apply_tag(self, contact: int, tag: int) -> None:
        """Put a tag on a contact; a tag that was there is no event (C10)."""
        self.report(contact, Event("tag-applied", {"tag": reference(tag)}))

    def remove_tag(self, contact: int, tag: int) -> None:
        """Take a tag off a contact; a tag that was not there is no event (C10)."""
        self.report(contact, Event("tag-removed", {"tag": reference(tag)}))

    def opt_out(self, contact: int, channel: Channel = Channel.EMAIL) -> None:
        """Remember that a contact refuses a channel; one refused already is no event (C10, C13)."""
        self.report(contact, Event("opted-out", {"channel": channel}))

    def opt_in(self, contact: int, channel: Channel = Channel.EMAIL) -> None:
        """Remember that a contact allows a channel again (C13)."""
        self._change(contact, {"allow": [channel]})

    def assign_owner(self, contact: int, user: str | None) -> None:
        """Give a contact to a user, by address, or to nobody."""
        self._change(contact, {"owner": user or ""})

    def set_value(self, contact: int, field: str, value: Value) -> None:
        """Set a contact's value; an equal value is no event (C10)."""
        self._change(contact, {"fields": {field: value}})

    def add_contact(self, values: Mapping[str, Value] | None = None) -> Contact:
        """Add a contact, unless one has the address: what they bring along is past (C12)."""
        with self._line.writing("a new contact", _HOW_TO_SEE):
            asked = {"fields": dict(values or {})}
            path = "/contacts"
            said = self._line.asked("POST", path, params={"unless": "email"}, json=asked)
        added = self._line.understood(TypeAdapter(wire.ContactStanding), said)
        return contact_of(added, self._fields())

    def _change(self, contact: int, change: Mapping[str, Json]) -> None:
        with self._line.writing("what changes about a contact", _HOW_TO_SEE):
            self._line.asked("PATCH", f"/contacts/{contact}", json=dict(change))
