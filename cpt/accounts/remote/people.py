"""The contacts of an account at an address: who they are, where they stand, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from account_engine.contacts import Contact, Points
from account_engine.objects import reference
from account_engine.position import Position, Status
from account_engine.views.contacts import Happening
from cpt.accounts.remote import wire
from cpt.accounts.remote.resources import AT_ONCE, RemoteResources
from cpt.accounts.remote.wire import instant, instant_if
from package_format.contact_fields import BUILT_IN


class RemotePeople(RemoteResources):
    """The part of a remote account that knows its contacts; see `cpt.accounts.remote.account`."""

    def count_contacts(self) -> int:
        """Return how many contacts there are."""
        return self._line.read(wire.Info, "GET", "/account").contacts

    def contact(self, number: int) -> Contact:
        """Return a contact.

        Raises:
            BadInputError: There is no such contact.
        """
        said = self._line.read(wire.ContactStanding, "GET", f"/contacts/{number}")
        return contact_of(said, self._fields())

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """Return contacts by number, those after this one."""
        fields, found = self._fields(), list[Contact]()
        more: int | None = after
        while more is not None and (limit is None or len(found) < limit):
            few = AT_ONCE if limit is None else min(AT_ONCE, limit - len(found))
            page = self._line.read(
                wire.Contacts, "GET", "/contacts", params={"after": more, "limit": few}
            )
            found += [contact_of(one, fields) for one in page.contacts]
            more = page.next
        return tuple(found)

    def find_contacts(self, *, email: str) -> tuple[Contact, ...]:
        """Return the contacts with this address, whatever its case, by number."""
        asked = {"email": email, "limit": AT_ONCE}
        page = self._line.read(wire.Contacts, "GET", "/contacts", params=asked)
        fields = self._fields() if page.contacts else {}
        return tuple(contact_of(one, fields) for one in page.contacts)

    def positions_of(self, contacts: Iterable[int]) -> Mapping[int, tuple[Position, ...]]:
        """Return where contacts stand, by their numbers; those who are gone are left out."""
        wanted, found = list(dict.fromkeys(contacts)), dict[int, tuple[Position, ...]]()
        for start in range(0, len(wanted), AT_ONCE):
            asked = {"numbers": wanted[start : start + AT_ONCE]}
            page = self._line.read(wire.Standings, "POST", "/contacts/lookup", json=asked)
            found |= {one.id: tuple(map(_position, one.positions)) for one in page.contacts}
        return found

    def timeline(self, contact: int) -> tuple[Happening, ...]:
        """Return what happened to a contact and why, oldest first."""
        said = self._line.read(wire.Timeline, "GET", f"/contacts/{contact}/timeline")
        return tuple(
            Happening(instant(one.at), one.what, one.campaign, one.node, one.why)
            for one in said.happenings
        )

    def merge(self, survivor: int, duplicate: int) -> Contact:
        """Let two contacts be one: the duplicate becomes the survivor; see `Account.merge`."""
        how_to_see = f"'cpt account contact {survivor}' tells; merging them again changes nothing"
        with self._line.writing("the merge", how_to_see):
            path = f"/contacts/{survivor}/merge"
            said = self._line.asked("POST", path, json={"duplicate": duplicate})
        merged = self._line.understood(TypeAdapter(wire.ContactStanding), said)
        return contact_of(merged, self._fields())

    def delete_contact(self, number: int) -> None:
        """Forget a contact, for good."""
        with self._line.writing("the deletion", f"'cpt account contact {number}' tells"):
            self._line.asked("DELETE", f"/contacts/{number}")

    def _fields(self) -> Mapping[str, str]:
        """Return the ids of the account's own fields by their names."""
        return {str(field.data["name"]): field.reference for field in self.objects_of("field")}


def contact_of(said: wire.Contact, fields: Mapping[str, str]) -> Contact:
    """Return a contact as the engine has one.

    Args:
        said: What the account says.
        fields: The ids of the account's own fields by their names.
    """
    return Contact(
        said.id,
        {n if n in BUILT_IN else fields.get(n, n): value for n, value in said.fields.items()},
        frozenset(map(reference, said.tags)),
        frozenset(said.refused),
        said.owner,
        {reference(product): count for product, count in said.purchases.items()},
        tuple(map(reference, said.opportunities)),
        {reference(task): count for task, count in said.tasks.items()},
        {reference(score): Points(points, 0) for score, points in said.scores.items()},
    )


def _position(said: wire.Position) -> Position:
    return Position(
        said.campaign,
        said.version,
        said.node,
        Status(said.status),
        said.step,
        entry=0,
        entered=0,
        due=instant_if(said.due),
    )
