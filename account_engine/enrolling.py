"""Enrolling: contacts who have a tag are put into a campaign that hears it at its entry (C12).

It is one turn for each, as by an event that names all the tags at once, and only that campaign's
entry goals hear it. The turns wait in the inbox, so that a crash neither loses nor repeats one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.lookup import current, existing
from account_engine.objects import StoredObject, number_of, read_campaign
from account_engine.stores.port import Store
from package_format.campaign.model import Audience, Campaign
from package_format.campaign.triggers import TagApplied


def entry_tags(campaign: Campaign) -> dict[str, tuple[str, ...]]:
    """Return the tags that somebody outside a campaign comes in by, each with the goals' keys."""
    found: dict[str, tuple[str, ...]] = {}
    for key, goal in sorted(campaign.goals.items()):
        if goal.hears is not Audience.IN_CAMPAIGN:
            for trigger in goal.when:
                if isinstance(trigger, TagApplied):
                    found[trigger.tag] = (*found.get(trigger.tag, ()), key)
    return found


def finished_elsewhere(store: Store, campaign: int) -> tuple[tuple[int, str], ...]:
    """Return the places of other campaigns' old versions that are parts of a campaign by now (M7).

    Whoever finishes there would get that part twice if they were enrolled. It is the same part if
    it has the same id (M1).

    Returns:
        Each place by its campaign's id and its inner address.
    """
    flows = store.flows_of(campaign)
    own = {number for row in flows if not row.retired for number in row.ids.values()}
    return tuple(
        (row.campaign, inner)
        for row in store.retired_flows()
        if row.campaign != campaign
        for inner, number in row.ids.items()
        if number in own or row.ids[inner.partition(".")[0]] in own
    )


def enrol_tagged(store: Store, campaign: int, tags: Sequence[int]) -> int:
    """Put all who have any of these tags, and do not stand in a campaign, into it.

    Who finishes a part of it in another campaign is passed over, too.

    Args:
        store: Where; within `Store.publishing`.
        campaign: The campaign.
        tags: The ids of the tags.

    Returns:
        How many have a turn for it in the inbox now.

    Raises:
        UnknownObjectError: There is no such campaign or tag.
        InvalidDataError: The campaign does not run, or no goal at its entry hears one of the tags.
    """
    verify(store, campaign, tags)
    besides = finished_elsewhere(store, campaign)
    return store.enrol_tagged(sorted(set(tags)), campaign, store.identity().clock, besides)


def verify(store: Store, campaign: int, tags: Sequence[int]) -> None:
    """Refuse what `enrol_tagged` refuses.

    Raises:
        UnknownObjectError: Likewise.
        InvalidDataError: Likewise.
    """
    row, stored = current(store, campaign), existing(store, campaign)
    named = [existing(store, number) for number in tags]
    refuse(stored, named, published=row.published, object_of=store.object)


def refuse(
    campaign: StoredObject,
    tags: Sequence[StoredObject],
    *,
    published: bool,
    object_of: Callable[[int], StoredObject | None],
) -> None:
    """Refuse to enrol contacts in a campaign that does not let them in by these tags.

    Args:
        campaign: The campaign as it is.
        tags: What they have.
        published: Whether the campaign hears and runs.
        object_of: Gives an object of the account by its id.

    Raises:
        UnknownObjectError: Something is no tag.
        InvalidDataError: The campaign does not run, or no goal at its entry hears one of the tags.
    """
    for tag in tags:
        if tag.kind != "tag":
            raise UnknownObjectError(f"{tag.called} is not a tag")
    if not published:
        raise InvalidDataError(f"{campaign.called} is not published, and hears nothing")
    heard = entry_tags(read_campaign(campaign.data))
    for tag in tags:
        if tag.reference not in heard:
            known = map(object_of, filter(None, map(number_of, heard)))
            names = " and ".join(one.called for one in known if one is not None)
            raise InvalidDataError(
                f"nobody comes into {campaign.called} by {tag.called}; "
                + (f"they do by {names}" if names else "no goal at its entry hears a tag")
            )
