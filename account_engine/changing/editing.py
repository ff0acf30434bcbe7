"""Editing: what an account's owner does to its resources by hand."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from itertools import chain

from account_engine.changing.publishing import Publisher
from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.lookup import current, existing, live
from account_engine.objects import StoredObject, read, read_campaign
from account_engine.stores.port import Store
from account_engine.upgrading.lineage import listening
from package_format.campaign.flow import Flow, dangling
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json, Message, marked
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.templates import known_merge_fields, meant, merge_fields
from package_format.upgrades import answers as m2


class AccountEditing:
    """The owner's half of an account; see `account_engine.account.Account`."""

    _store: Store

    def create_object(self, kind: str, data: Json) -> StoredObject:
        """Make an object of the owner's own; a campaign is published at once.

        Raises:
            RefusedError: The data is not what the kind allows.
        """
        with self._store.publishing():
            publisher = Publisher(self._store)
            if kind == "campaign":
                _verify_arrows(read_campaign(data))
            stored = publisher.create(kind, data)
            publisher.finish()
            self._verify_merge_fields(stored, ())
        return stored

    def edit(self, number: int, data: Json) -> StoredObject:
        """Replace an object's data; a campaign's contacts are carried along (M0).

        Raises:
            RefusedError: There is no such object, the data is not what the kind allows, or
                contacts would have nowhere to go.
        """
        with self._store.publishing():
            publisher = Publisher(self._store)
            before = existing(self._store, number)
            if before.kind == "campaign":
                self._edit_campaign(publisher, number, data)
            else:
                _verify_fixed(before, publisher.update(number, data))
            publisher.finish()
            after = existing(self._store, number)
            self._verify_merge_fields(after, _merge_fields(before))
            return after

    def _edit_campaign(self, publisher: Publisher, number: int, data: Json) -> None:
        """An owner has no upgrade entries: M2 answers by addresses alone."""
        old = live(current(self._store, number)).flow
        campaign = read_campaign(data)
        _verify_arrows(campaign)
        new = Flow(campaign)
        found = m2.answers(old, new, Address("", "campaign", str(number)), ())
        publisher.republish(number, data, moves=(), answers=dict(found))

    def _verify_merge_fields(self, stored: StoredObject, before: Container[str]) -> None:
        """A merge field that is not there would go out as nothing; what said so before still may.

        The owner of a text that an upgrade or a deleted field left so can still mend the rest.
        """
        used = [name for name in _merge_fields(stored) if name not in before]
        fields = (str(field.data["name"]) for field in self._store.objects_of("field"))
        known = known_merge_fields(fields) if used else frozenset[str]()
        for name in used:
            if name not in known:
                own = sorted(known)
                offer = meant(name, known) or f"there are {', '.join(own)}"
                raise InvalidDataError(f"there is no merge field {name}; {offer}")

    def set_published(self, campaign: int, *, published: bool) -> None:
        """Say whether a campaign hears and runs; while it does not, its contacts stay as they are.

        Those who finish an earlier version of it are its contacts, too, also when it is gone.

        Raises:
            UnknownObjectError: There is no such campaign.
        """
        with self._store.publishing():
            rows = self._store.flows_of(campaign)
            if not rows:
                raise UnknownObjectError(f"there is no campaign #{campaign} in this account")
            for row in rows:
                heard = () if row.retired else listening(live(row).flow)
                self._store.put_flow(replace(row, published=published), heard)

    def delete_object(self, number: int, *, contacts: str = "exit") -> None:
        """Delete an object that nothing refers to and no contact carries.

        Args:
            number: The object.
            contacts: For a campaign, ``exit`` or ``finish-on-old``.

        Raises:
            RefusedError: There is no such object, or something uses it.
        """
        with self._store.publishing():
            publisher = Publisher(self._store)
            publisher.remove(number, contacts)
            publisher.finish()

    def let_go(self, campaign: int) -> int:
        """Let everybody leave a campaign that was taken out and that they finish (M7).

        Returns:
            How many there were.

        Raises:
            UnknownObjectError: Nobody finishes a campaign with this id that is gone.
        """
        with self._store.publishing():
            rows = self._store.flows_of(campaign)
            if not rows or self._store.object(campaign) is not None:
                raise UnknownObjectError(f"#{campaign} is no campaign that was taken out")
            found = (self._store.travellers(campaign, row.version) for row in rows)
            contacts = len(set(chain.from_iterable(found)))
            publisher = Publisher(self._store)
            publisher.empty(campaign)
            publisher.finish()
        return contacts


def _verify_arrows(campaign: Campaign) -> None:
    """An arrow that begins at nothing would leave what it leads to out of the campaign."""
    for arrow in dangling(campaign):
        raise InvalidDataError(
            f"{arrow.node} cannot come after {arrow.text}: {arrow.reason}; "
            f"draw {arrow.node} from somewhere else"
        )


def _merge_fields(stored: StoredObject) -> tuple[str, ...]:
    """The merge fields that a resource's messages use, in order and once each."""
    model = read(stored.kind, stored.data)
    messages = (found.value for found in marked(model) if isinstance(found.marker, Message))
    return tuple(dict.fromkeys(used.name for text in messages for used in merge_fields(text)))


def _verify_fixed(before: StoredObject, after: StoredObject) -> None:
    old, new = (KINDS[x.kind].model.model_validate(x.data) for x in (before, after))
    for field in KINDS[before.kind].fixed:
        if getattr(old, field) != getattr(new, field):
            raise InvalidDataError(
                f"the {field} of {before.called} stays what it is; make a new one instead"
            )
