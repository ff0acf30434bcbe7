"""Enrolling: contacts who have a tag are put into a campaign that hears it at its entry (C12).

It is one turn for each, as by an event that names all the tags at once, and only that campaign's
entry goals hear it. The turns wait in the inbox, so that a crash neither loses nor repeats one.
"""

from __future__ import annotations

from collections.abc import Sequence

from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.lookup import current, existing
from account_engine.objects import number_of, read_campaign
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


def enrol_tagged(store: Store, campaign: int, tags: Sequence[int]) -> int:
    """Put all who have any of these tags, and do not stand in a campaign, into it.

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
    return store.enrol_tagged(sorted(set(tags)), campaign, store.identity().clock)


def verify(store: Store, campaign: int, tags: Sequence[int]) -> None:
    """Refuse what `enrol_tagged` refuses.

    Raises:
        UnknownObjectError: Likewise.
        InvalidDataError: Likewise.
    """
    row, stored = current(store, campaign), existing(store, campaign)
    for number in tags:
        if existing(store, number).kind != "tag":
            raise UnknownObjectError(f"{existing(store, number).called} is not a tag")
    if not row.published:
        raise InvalidDataError(f"{stored.called} is not published, and hears nothing")
    heard = entry_tags(read_campaign(row.data))
    for tag in tags:
        if f"#{tag}" not in heard:
            numbers = filter(None, map(number_of, heard))
            names = " and ".join(existing(store, number).called for number in numbers)
            raise InvalidDataError(
                f"nobody comes into {stored.called} by {existing(store, tag).called}; "
                + (f"they do by {names}" if names else "no goal at its entry hears a tag")
            )
