"""Looking things up in a store: what is there, what it is called, and flows as they run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from itertools import chain

from account_engine.catalogue import KINDS_TOLD, Catalogue, catalogue_of
from account_engine.contacts import Contact, ContactState
from account_engine.errors import UnknownObjectError
from account_engine.flows import LiveFlow
from account_engine.language.timers import written
from account_engine.objects import StoredObject, number_of, read, read_campaign
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow
from package_format.campaign.flow import Flow
from package_format.kinds.model import references
from package_format.kinds.table import KINDS


def live(row: FlowRow) -> LiveFlow:
    """Return a stored flow as the interpreter runs it."""
    campaign = read_campaign(row.data)
    return LiveFlow(
        row.campaign,
        row.version,
        Flow(campaign),
        row.ids,
        (campaign.title.casefold(), row.campaign),
        published=row.published,
        retired=row.retired,
    )


def current(store: Store, campaign: int) -> FlowRow:
    """Return the version of a campaign that admits contacts.

    Raises:
        UnknownObjectError: There is no such campaign.
    """
    for row in store.flows_of(campaign):
        if not row.retired:
            return row
    raise UnknownObjectError(f"there is no campaign #{campaign} in this account")


def existing(store: Store, number: int) -> StoredObject:
    """Return an object.

    Raises:
        UnknownObjectError: There is no such object.
    """
    found = store.object(number)
    if found is None:
        raise UnknownObjectError(f"there is no #{number} in this account")
    return found


def called(store: Store, number: int) -> str:
    """Return what an object is, or was, called in a sentence."""
    found = store.object(number)
    if found is not None:
        return found.called
    gone = store.departed(number)
    return f"the removed {KINDS[gone[0]].title} {gone[1]!r}" if gone else f"#{number}"


def titled(store: Store, number: int) -> str:
    """Return what people call an object, or called it before it was deleted."""
    found = store.object(number)
    if found is not None:
        return found.label
    gone = store.departed(number)
    return gone[1] if gone else f"#{number}"


def state_of(store: Store, contact: int) -> ContactState:
    """Return all that is known of a contact, or of whom they were merged into.

    Raises:
        UnknownObjectError: There is no such contact.
    """
    state = store.state(contact)
    while state is None:  # twice at most, unless they are merged once more just now
        contact = _survivor(store, contact)
        state = store.state(contact)
    return state


def contacts_of(store: Store, numbers: Collection[int]) -> dict[int, Contact]:
    """Return contacts by the numbers that they have, or had before they were merged.

    Those who are gone are left out.
    """
    found = dict(store.known_contacts(numbers))
    for number in {*numbers} - found.keys():
        with suppress(UnknownObjectError):
            found[number] = state_of(store, number).contact
    return found


def present(store: Store, number: int) -> int:
    """Return a contact's number today: that of whom they were merged into, or their own.

    Raises:
        UnknownObjectError: There is no such contact.
    """
    while not store.has_contact(number):
        number = _survivor(store, number)
    return number


def find_present(store: Store, number: int) -> int | None:
    """Return a contact's number today, as `present`; None if there is no such contact."""
    try:
        return present(store, number)
    except UnknownObjectError:
        return None


def _survivor(store: Store, number: int) -> int:
    former = store.former(number)
    if former is None:
        raise UnknownObjectError(f"there is no contact {number} in this account")
    if former.survivor is None:
        zone = store.identity().zone
        raise UnknownObjectError(f"contact {number} was deleted, at {written(former.at, zone)}")
    return former.survivor


def known(store: Store, flows: Iterable[LiveFlow]) -> Catalogue:
    """Return what turns have to know of an account's resources."""
    stored = {one.id: one for kind in KINDS_TOLD for one in store.objects_of(kind)}
    for flow in flows:
        for goal in flow.flow.campaign.goals.values():
            for _, _, text in chain(*map(references, goal.when)) if goal.save else ():
                number = number_of(text)
                if number is not None and number not in stored:
                    stored[number] = existing(store, number)
    return catalogue_of(
        (one.reference, one.kind, read(one.kind, one.data)) for one in stored.values()
    )
