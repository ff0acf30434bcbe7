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


def enrol_tagged(
    store: Store, campaign: int, tags: Sequence[int], besides: Sequence[tuple[int, str]] = ()
) -> int:
    """Put all who have any of these tags, and do not stand in a campaign, into it.

    Args:
        store: Where; within `Store.publishing`.
        campaign: The campaign.
        tags: The ids of the tags.
        besides: Where nobody else may stand either; see `Store.count_tagged`.

    Returns:
        How many have a turn for it in the inbox now.

    Raises:
        UnknownObjectError: There is no such campaign or tag.
        InvalidDataError: The campaign does not run, or no goal at its entry hears one of the tags.
    """
    verify(store, campaign, tags)
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
