"""The outbox of an account at an address: what was sent, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from account_engine.effects import EffectKind
from account_engine.objects import reference
from account_engine.outgoing.deliveries import Delivery, DeliveryState
from account_engine.outgoing.parcels import Work
from account_engine.outgoing.rendering import Message
from cpt.accounts.remote import wire
from cpt.accounts.remote.resources import AT_ONCE, RemoteResources
from cpt.accounts.remote.wire import instant, instant_if


class RemoteOutbox(RemoteResources):
    """The part of a remote account that knows what was sent; see `cpt.accounts.remote.account`."""

    def outbox(self, *, after: int = 0, limit: int | None = None) -> tuple[Message, ...]:
        """Return what is to be delivered, with the values of this moment (C11, C13)."""
        found, more = list[Message](), after
        while limit is None or len(found) < limit:
            few = AT_ONCE if limit is None else min(AT_ONCE, limit - len(found))
            asked = {"after": more, "limit": few}
            page = self._line.read(wire.Messages, "GET", "/outbox", params=asked)
            found += map(_message, page.messages)
            if page.next is None:
                break
            more = page.next
        return tuple(found)

    def message(self, number: int) -> Message | None:
        """Return one message, as `outbox` does; None if there is none with this number."""
        said = self._line.read_if_there(wire.Message, f"/outbox/{number}")
        return None if said is None else _message(said)

    def count_sent(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """Return how many messages of each kind were recorded after this number."""
        return self._counted(after).kinds

    def last_message(self) -> int:
        """Return the number of the newest message; 0 if there is none."""
        return self._counted(0).last

    def _counted(self, after: int) -> wire.Counted:
        return self._line.read(wire.Counted, "GET", "/outbox/count", params={"after": after})

    def deliveries(self, numbers: Iterable[int]) -> Mapping[int, Delivery]:
        """Return how far messages have come, by their numbers, as far as that was begun."""
        wanted, found = list(numbers), dict[int, Delivery]()
        for start in range(0, len(wanted), AT_ONCE):
            asked = {"numbers": wanted[start : start + AT_ONCE]}
            page = self._line.read(wire.Deliveries, "POST", "/deliveries/lookup", json=asked)
            found |= {one.message: _delivery(one) for one in page.deliveries}
        return found

    def worklist(self, kinds: Iterable[EffectKind]) -> tuple[Work, ...]:
        """Return what people have to do and was not handed out to them yet, in order.

        Raises:
            RefusedError: The account is a copy, which its owner has to confirm first.
        """
        wanted, found = frozenset(kinds), list[Work]()
        more: int | None = 0
        while more is not None:
            asked = {"after": more, "limit": AT_ONCE}
            page = self._line.read(wire.Worklist, "GET", "/worklist", params=asked)
            found += (Work(one.key, _message(one)) for one in page.work if one.kind in wanted)
            more = page.next
        return tuple(found)

    def hand_out(self, messages: Iterable[int]) -> int:
        """Remember that work was handed out; return how much was not before."""
        wanted, done = list(messages), 0
        for start in range(0, len(wanted), AT_ONCE):
            asked = {"numbers": wanted[start : start + AT_ONCE]}
            with self._line.writing("what is handed out", "'cpt account worklist' tells"):
                said = self._line.asked("POST", "/worklist/handed-out", json=asked)
            done += self._line.understood(TypeAdapter(wire.HandedOut), said).count
        return done

    def deliveries_in(self, state: DeliveryState, *, limit: int) -> tuple[Delivery, ...]:
        """Return the first deliveries that have come this far."""
        asked = {"state": str(state), "limit": limit}
        page = self._line.read(wire.Deliveries, "GET", "/deliveries", params=asked)
        return tuple(map(_delivery, page.deliveries))


def _message(said: wire.Message) -> Message:
    return Message(
        said.number,
        said.identity,
        said.kind,
        said.contact,
        said.to,
        said.sender,
        said.subject,
        said.preheader,
        said.body,
        said.text,
        said.campaign,
        reference(said.resource) if said.resource is not None else "",
        instant(said.recorded),
        instant_if(said.due),
        said.person,
        said.withheld,
    )


def _delivery(said: wire.Delivery) -> Delivery:
    return Delivery(
        said.message,
        said.courier,
        said.state,
        said.attempts,
        instant(said.since),
        instant_if(said.next),
        instant_if(said.at),
        said.detail,
    )
