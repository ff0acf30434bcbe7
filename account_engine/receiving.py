"""Receiving: what happens to contacts outside is put into the inbox, and waits there (C10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from account_engine.errors import InvalidDataError
from account_engine.events import Event
from account_engine.lookup import existing, present
from account_engine.objects import number_of
from account_engine.stores.port import Store
from account_engine.values import LONGEST, verify_text
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import Channel

_QUANTITY = re.compile(r"0*[1-9][0-9]{0,5}")


class AccountInbox:
    """The receiving part of an account; see `account_engine.account.Account`."""

    _store: Store

    def receive(self, contact: int, event: Event) -> int:
        """Put something that happened to a contact into the inbox, and wait for nobody.

        It has its turn when the account is worked on next. A tag that was there already, a task
        that is not open and a channel that is refused are no events then (C10).

        Returns:
            The event's sequence number.

        Raises:
            RefusedError: The contact, the event or what it names is unknown.
        """
        with self._store.receiving():
            self._verify(event)
            known = present(self._store, contact)
            return self._store.add_event(known, self._store.identity().clock, event)

    def receive_all(self, received: Iterable[tuple[int, Event]]) -> int:
        """Put what happened to many contacts into the inbox, all of it or nothing.

        Args:
            received: Contacts, and what happened to each, in its order.

        Returns:
            How many events it was.

        Raises:
            RefusedError: A contact, an event or what it names is unknown.
        """
        count = 0
        with self._store.receiving():
            now = self._store.identity().clock
            for event, those in groupby(received, itemgetter(1)):
                contacts = [contact for contact, _ in those]
                self._verify(event)
                unknown = self._store.unknown(contacts)
                others = {number: present(self._store, number) for number in unknown}
                found = [others.get(number, number) for number in contacts]
                self._store.add_events(found, now, event)
                count += len(contacts)
        return count

    def _verify(self, event: Event) -> None:
        """An event is of a known sort, and the objects that it names exist."""
        if event.word not in TRIGGERS:
            raise InvalidDataError(
                f"{event.word!r} is not an event; the events are {', '.join(TRIGGERS)}"
            )
        for name in event.attributes:
            for text in event.several(name):
                if len(text) > LONGEST:
                    raise InvalidDataError(
                        f"what an event says has up to {LONGEST:,} characters, "
                        f"and this has {len(text):,}"
                    )
                verify_text(text, name)
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
